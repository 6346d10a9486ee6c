"""What `pyproject.toml` declares in the standard's tables and setuptools', with its lines."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyprojects import brief, found, refusal
from vetgate.errors import ManifestError
from vetgate.manifests.pyproject import parse
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromPath,
    FromVcs,
    Location,
    Origin,
    normalize,
)
from vetgate.model.manifest import Include, Manifest

WHOLE = """\
[build-system]
requires = ["hatchling>=1.27"]

[project]
name = "Acme.Tool"
dynamic = ["version"]
dependencies = [
  "Foo_bar>=1,<2",  # the first
  "git @ git+https://user:secret@git.example/x.git@main ; os_name == 'nt'",
  "here @ file:///${PROJECT_ROOT}/libs/here",
]

[project.optional-dependencies]
dev = ["pytest[x,Y]==9.*"]
all = ["acme-tool[dev]"]

[dependency-groups]
test = ["coverage", {include-group = "Lint"}]
lint = ["ruff==0.1.0"]
"""


def test_the_standard_tables_are_read() -> None:
    assert brief(WHOLE) == [
        (2, "hatchling", FromIndex(">=1.27"), "build-system.requires"),
        (8, "Foo_bar", FromIndex("<2,>=1"), "project.dependencies"),
        (9, "git", FromVcs("git+https://****@git.example/x.git", "main"), "project.dependencies"),
        (10, "here", FromPath("libs/here", inside=True), "project.dependencies"),
        (14, "pytest", FromIndex("==9.*"), "project.optional-dependencies.dev"),
        (15, "acme-tool", FromPath(".", inside=True), "project.optional-dependencies.all"),
        (18, "coverage", FromIndex(""), "dependency-groups.test"),
        (19, "ruff", FromIndex("==0.1.0"), "dependency-groups.lint"),
    ]


def test_a_dependency_is_whole() -> None:
    assert found(WHOLE)[4] == Dependency(
        name=normalize("pytest"),
        spelled="pytest",
        requirement="pytest[x,Y]==9.*",
        origin=FromIndex("==9.*"),
        location=Location("sub/pyproject.toml", 14),
        extras=("x", "y"),
        table="project.optional-dependencies.dev",
    )


def test_a_file_without_dependencies_is_an_empty_manifest() -> None:
    assert parse(b"[tool.ruff]\nselect = ['ALL']\n", "pyproject.toml", {}) == Manifest(
        "pyproject.toml", "pyproject"
    )


def test_the_files_of_setuptools_are_plain_includes() -> None:
    text = """\
[tool.setuptools.dynamic]
version = { attr = "x.__version__" }
dependencies = { file = "requirements.txt" }
optional-dependencies.dev = { file = [
  "a.txt",
  "b.txt",
] }
"""

    assert parse(text.encode(), "pyproject.toml", {}).includes == (
        Include("requirements.txt", 3, plain=True),
        Include("a.txt", 5, plain=True),
        Include("b.txt", 6, plain=True),
    )


def test_old_tables_of_flit_are_read() -> None:
    text = """\
[tool.flit.metadata]
requires = ["a"]
dev-requires = ["b"]
[tool.flit.metadata.requires-extra]
x = ["c"]
"""

    assert brief(text) == [
        (2, "a", FromIndex(""), "tool.flit.metadata.requires"),
        (3, "b", FromIndex(""), "tool.flit.metadata.dev-requires"),
        (5, "c", FromIndex(""), "tool.flit.metadata.requires-extra.x"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("project = 3", "1: project must be a table, not an integer"),
        (
            "[project]\ndependencies = 'a'",
            "2: project.dependencies must be an array, not a string",
        ),
        (
            "[project]\ndependencies = [\n'a',\n1]",
            "4: project.dependencies[1] must be a string, not an integer",
        ),
        (
            "[project]\ndependencies = {a = '1'}",
            "2: project.dependencies must be an array, not a table",
        ),
        ("[project]\ndynamic = 'version'", "2: project.dynamic must be an array, not a string"),
        (
            "[project]\noptional-dependencies = ['a']",
            "2: project.optional-dependencies must be a table, not an array",
        ),
        (
            "[project.optional-dependencies]\nx = 'a'",
            "2: project.optional-dependencies.x must be an array, not a string",
        ),
        (
            "[build-system]\nrequires = true",
            "2: build-system.requires must be an array, not a boolean",
        ),
        ("tool = 1", "1: tool must be a table, not an integer"),
        ("[tool]\nuv = 1", "2: tool.uv must be a table, not an integer"),
        (
            "[dependency-groups]\na = [{include-group = 'b'}]",
            "2: no dependency group is named 'b'",
        ),
        (
            "[dependency-groups]\nA_b = []\na-B = []",
            "3: duplicate dependency group 'a-B'",
        ),
        (
            "[dependency-groups]\na = [{include-group = 'a'}]",
            "2: dependency groups include each other: 'a' by 'a'",
        ),
        (
            (
                "[dependency-groups]\nx = [{include-group = 'a'}]\na = [{include-group = 'b'}]\n"
                "b = [{include-group = 'a'}]"
            ),
            "2: dependency groups include each other: 'a' by 'x'",
        ),
        (
            "[dependency-groups]\na = [{include-groups = 'a'}]",
            "2: unknown key dependency-groups.a[0].include-groups",
        ),
        (
            "[dependency-groups]\na = [{}]",
            "2: dependency-groups.a[0] must have the key include-group",
        ),
        (
            "[dependency-groups]\na = [['b']]",
            (
                "2: dependency-groups.a[0] must be a requirement or an include-group table, "
                "not an array"
            ),
        ),
        (
            "[tool.setuptools.dynamic]\ndependencies = ['a']",
            "2: tool.setuptools.dynamic.dependencies must be a table, not an array",
        ),
        (
            "[tool.setuptools.dynamic]\ndependencies = {attr = 'a'}",
            "2: unknown key tool.setuptools.dynamic.dependencies.attr",
        ),
        (
            "[tool.setuptools.dynamic]\ndependencies = {file = ' '}",
            "2: tool.setuptools.dynamic.dependencies.file is an empty path",
        ),
    ],
)
def test_an_unknown_shape_is_an_error_with_its_line(text: str, message: str) -> None:
    assert refusal(text) == f"pyproject.toml:{message}"


@pytest.mark.parametrize("requirement", ["", "a b", "a>>1", "a @ ", "./a", "-r x.txt", "a; nope"])
def test_what_is_no_requirement_is_an_error_with_its_line(requirement: str) -> None:
    text = f"[project]\ndependencies = [\n  'ok',\n  {requirement!r},\n]"

    assert refusal(text).startswith("pyproject.toml:4: ")


def test_no_secret_is_in_what_is_shown() -> None:
    text = """\
[project]
dependencies = ["a @ https://user:s3cret@files.example/a.whl"]
[tool.uv]
index-url = "https://user:s3cret@index.example/simple"
extra-index-url = ["https://s3cret@index.example/simple"]
[tool.uv.sources]
b = { git = "https://s3cret@git.example/b", rev = "x" }
c = { url = "https://s3cret@files.example/c.whl" }
[[tool.poetry.source]]
name = "x"
url = "https://user:s3cret@poetry.example"
[tool.poetry.dependencies]
d = { git = "https://user:s3cret@git.example/d" }
e = { version = "1", source = "x" }
[[tool.pdm.source]]
name = "x"
url = "https://user:s3cret@pdm.example"
[tool.pdm.dev-dependencies]
x = ["-e git+https://user:s3cret@git.example/f#egg=f"]
[tool.pdm.resolution.overrides]
g = "https://user:s3cret@files.example/g.whl"
"""

    assert "s3cret" not in repr(found(text))
    assert len(found(text)) == 11


def test_groups_may_include_those_that_tools_keep_elsewhere() -> None:
    text = """\
[dependency-groups]
all = [{include-group = "pdm"}, {include-group = "poetry"}, {include-group = "dev"}]
[tool.pdm.dev-dependencies]
pdm = []
[tool.poetry.group.poetry]
dependencies = {}
[tool.uv]
dev-dependencies = []
"""

    assert found(text) == ()


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_the_order_of_groups_does_not_matter(order: tuple[str, ...]) -> None:
    groups = {"a": "[{include-group = 'b'}]", "b": "[{include-group = 'c'}, 'x']", "c": "['y']"}
    text = "[dependency-groups]\n" + "".join(f"{name} = {groups[name]}\n" for name in order)

    assert sorted(one.spelled for one in found(text)) == ["x", "y"]


def test_groups_in_a_long_chain_are_no_problem() -> None:
    chain = "".join(f"g{at} = [{{include-group = 'g{at + 1}'}}]\n" for at in range(3000))

    assert found(f"[dependency-groups]\n{chain}g3000 = []") == ()


TABLES = st.sampled_from([
    "project.dependencies", "project.optional-dependencies", "dependency-groups", "tool.uv",
    "tool.uv.sources", "tool.uv.index", "tool.uv.override-dependencies", "tool.uv.sources.a",
    "tool.poetry.dependencies", "tool.poetry.dependencies.a", "tool.poetry.source", "tool.poetry",
    "tool.poetry.group.x", "tool.pdm.dev-dependencies", "tool.pdm.resolution.overrides",
    "tool.pdm.source", "tool.hatch.envs.x", "tool.hatch.envs.x.dependencies", "tool.hatch.sources",
    "tool.hatch.envs.x.overrides.matrix.y.dependencies", "tool.hatch.build.hooks.z",
    "tool.setuptools.dynamic.dependencies", "build-system.requires", "tool.hatch.env.requires",
])  # fmt: skip
SHAPES = st.recursive(
    st.sampled_from(['"a>=1"', '"^1"', '"https://h.example/a.whl"', "1", "true", '""', '"-e ./x"']),
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda parts: f"[{', '.join(parts)}]")
        | st.dictionaries(
            st.sampled_from(
                ["a", "git", "url", "path", "index", "name", "version", "rev", "value"]
            ),
            inner,
            max_size=3,
        ).map(lambda pairs: f"{{{', '.join(f'{key} = {value}' for key, value in pairs.items())}}}")
    ),
    max_leaves=4,
)


@given(st.lists(st.tuples(TABLES, SHAPES), max_size=3))
def test_any_shape_is_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    text = "".join(f"{table} = {shape}\n" for table, shape in pairs)
    try:
        manifest = parse(text.encode(), "pyproject.toml", {})
    except ManifestError as error:
        assert error.line is not None  # noqa: PT017 (all that is raised is looked at)
    else:
        lines = [one.location.line for one in manifest.dependencies]
        assert lines == sorted(lines)
        assert all(1 <= line <= len(pairs) for line in lines)


NAMES = st.from_regex(r"\A[a-z][a-z0-9-]{0,6}[a-z0-9]\Z")


@given(st.lists(st.tuples(NAMES, st.integers(0, 2)), max_size=8))
def test_each_requirement_is_found_on_its_line(written: list[tuple[str, int]]) -> None:
    lines = ["[dependency-groups]", "x = ["]
    wanted = []
    for name, blank in written:
        lines.extend(["# blank"] * blank)
        lines.append(f'  "{name}>=1",')
        wanted.append((len(lines), name))
    text = "\n".join([*lines, "]"])

    assert [(one.location.line, one.spelled) for one in found(text)] == wanted


def test_plain_requirements_cost_no_heavy_import() -> None:
    code = (
        "import sys\n"
        "from vetgate.manifests.pyproject import parse\n"
        f"parse({WHOLE.replace('git @', '').splitlines()[1]!r}.encode(), 'p', {{}})\n"
        "heavy = {'packaging', 'dataclasses', 'argparse', 'pathlib', 'urllib.parse', 'inspect'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    # Without `site`: an editable install or a measuring of coverage imports things of its own.
    said = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
    )

    assert said.stdout.decode().strip() == "[]"


@pytest.mark.parametrize(
    ("table", "requirement", "origin"),
    [
        ("all", "acme[x]", FromPath(".", inside=True)),
        ("all", "ACME[x]; os_name == 'nt'", FromPath(".", inside=True)),
        ("all", "acme", FromIndex("")),
        ("all", "acme[x]>=1", FromIndex(">=1")),
        ("all", "acme-other[x]", FromIndex("")),
        (None, "acme[x]", FromIndex("")),
        (None, "acme", FromIndex("")),
    ],
)
def test_only_an_extra_may_mean_the_project_itself(
    table: str | None, requirement: str, origin: Origin
) -> None:
    declared = f'dependencies = ["{requirement}"]'
    if table is not None:
        declared = f'optional-dependencies.{table} = ["{requirement}"]'
    text = f'[project]\nname = "acme"\n{declared}\n'

    (found,) = parse(text.encode(), "pyproject.toml", {}).dependencies
    assert found.origin == origin
