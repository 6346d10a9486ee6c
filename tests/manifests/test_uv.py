"""What the tables of uv declare, and how its sources change where dependencies come from."""

from __future__ import annotations

import pytest

from pyprojects import brief, found, origins, refusal
from vetgate.model.dependency import (
    FromIndex,
    FromOption,
    FromPath,
    FromUrl,
    FromVcs,
    Origin,
)

COMMIT = "0123456789abcdef0123456789abcdef01234567"
INDEX = '[[tool.uv.index]]\nname = "corp"\nurl = "https://corp.example/simple"\nexplicit = true\n'


def test_the_tables_are_read() -> None:
    text = """\
[tool.uv]
dev-dependencies = ["a"]
constraint-dependencies = ["b<2"]
build-constraint-dependencies = ["c==1", { requirement = "d==1", hashes = ["sha256:ab"] }]
override-dependencies = ["e>1", "f @ https://files.example/f.whl",
  { package = { name = "x", version = "1" }, dependencies = ["g==1"] }]
[tool.uv.extra-build-dependencies]
h = ["i", { requirement = "j", match-runtime = true }]
[[tool.uv.dependency-metadata]]
name = "k"
requires-dist = ["l"]
[tool.uv.pip]
extra-build-dependencies = { m = ["n"] }
"""

    assert [
        (each.location.line, each.spelled, each.constraint, each.table) for each in found(text)
    ] == [
        (2, "a", False, "tool.uv.dev-dependencies"),
        (3, "b", True, "tool.uv.constraint-dependencies"),
        (4, "c", True, "tool.uv.build-constraint-dependencies"),
        (4, "d", True, "tool.uv.build-constraint-dependencies"),
        (5, "e", True, "tool.uv.override-dependencies"),
        (5, "f", False, "tool.uv.override-dependencies"),
        (6, "g", True, "tool.uv.override-dependencies"),
        (8, "i", False, "tool.uv.extra-build-dependencies.h"),
        (8, "j", False, "tool.uv.extra-build-dependencies.h"),
        (11, "l", False, "tool.uv.dependency-metadata.requires-dist"),
        (13, "n", False, "tool.uv.pip.extra-build-dependencies.m"),
    ]
    assert found(text)[3].hashes == ("sha256:ab",)


def test_indexes_are_options_and_those_for_all_are_known_to_all() -> None:
    text = f"""\
[project]
dependencies = ["a"]
[tool.uv]
index-url = "https://one.example/simple"
extra-index-url = ["https://two.example/simple"]
find-links = ["./wheels"]
[tool.uv.pip]
index-url = "https://three.example/simple"
{INDEX}"""
    urls = ("https://one.example/simple", "https://two.example/simple", "./wheels")
    three, corp = "https://three.example/simple", "https://corp.example/simple"

    assert brief(text) == [
        (2, "a", FromIndex("", indexes=(*urls, three)), "project.dependencies"),
        *(
            (line, label, FromOption(label, url), label)
            for line, label, url in [
                (4, "tool.uv.index-url", urls[0]),
                (5, "tool.uv.extra-index-url", urls[1]),
                (6, "tool.uv.find-links", urls[2]),
                (8, "tool.uv.pip.index-url", three),
                (11, "tool.uv.index", corp),
            ]
        ),
    ]


@pytest.mark.parametrize(
    ("source", "origin"),
    [
        (
            f'{{ git = "https://git.example/a", rev = "{COMMIT}" }}',
            FromVcs("git+https://git.example/a", COMMIT),
        ),
        (
            '{ git = "https://git.example/a", tag = "v1", subdirectory = "x" }',
            FromVcs("git+https://git.example/a", "v1"),
        ),
        (
            f'{{ git = "https://git.example/a", branch = "{COMMIT}" }}',
            FromVcs("git+https://git.example/a", f"refs/heads/{COMMIT}"),
        ),
        ('{ git = "https://git.example/a" }', FromVcs("git+https://git.example/a", None)),
        (
            '{ git = "git@git.example:a/b.git" }',
            FromVcs("git+ssh://****@git.example/a/b.git", None),
        ),
        (
            '{ url = "https://files.example/a.whl#sha256=ab" }',
            FromUrl("https://files.example/a.whl", ("sha256:ab",)),
        ),
        ('{ path = "../a", editable = true }', FromPath("../a", inside=True)),
        ('{ path = "../../a" }', FromPath("../../a", inside=False)),
        ('{ path = "/a" }', FromPath("/a", inside=False)),
        ('{ path = "..\\\\..\\\\a" }', FromPath("..\\..\\a", inside=False)),
        ("{ workspace = true }", FromPath("the workspace", inside=True)),
        ('{ index = "corp" }', FromIndex(">=1", only_index="https://corp.example/simple")),
        ('{ index = "elsewhere" }', FromIndex(">=1", only_index="elsewhere")),
    ],
)
def test_a_source_is_where_a_dependency_comes_from(source: str, origin: Origin) -> None:
    text = f'{INDEX}[project]\ndependencies = ["A_b>=1"]\n[tool.uv.sources]\na-b = {source}\n'

    assert origins(text)[1:] == [
        (origin, None, "project.dependencies"),
        (FromIndex(">=1"), None, "project.dependencies"),
    ]


def test_sources_for_some_cases_leave_the_others_as_they_are() -> None:
    text = """\
[project]
dependencies = ["a>=1; python_version > '3'"]
[tool.uv.sources]
a = [
  { path = "x", marker = "os_name == 'nt' or os_name == 'x'" },
  { path = "y", marker = "os_name == 'posix'" },
]
"""
    own = "python_version > '3'"

    assert origins(text) == [
        (
            FromPath("x", inside=True),
            f"{own} and (os_name == 'nt' or os_name == 'x')",
            "project.dependencies",
        ),
        (FromPath("y", inside=True), f"{own} and os_name == 'posix'", "project.dependencies"),
        (FromIndex(">=1"), own, "project.dependencies"),
    ]


def test_what_pip_would_take_from_the_index_stays_beside_what_uv_takes_from_elsewhere() -> None:
    text = """\
[build-system]
requires = ["a"]
[project]
dependencies = ["a"]
[project.optional-dependencies]
x = ["a"]
[dependency-groups]
g = ["a"]
[tool.uv]
dev-dependencies = ["a"]
[tool.uv.sources]
a = { workspace = true }
"""
    here, source = FromPath("the workspace", inside=True), "tool.uv.sources.a"

    assert [(one.table, one.origin, one.moved_by) for one in found(text)] == [
        ("build-system.requires", here, None),
        ("build-system.requires", FromIndex(""), source),
        ("project.dependencies", here, None),
        ("project.dependencies", FromIndex(""), source),
        ("project.optional-dependencies.x", here, None),
        ("project.optional-dependencies.x", FromIndex(""), source),
        ("dependency-groups.g", here, None),
        ("dependency-groups.g", FromIndex(""), source),
        ("tool.uv.dev-dependencies", here, None),
    ]


def test_a_source_for_one_extra_or_group_is_for_that_only() -> None:
    text = """\
[project]
dependencies = ["a"]
[project.optional-dependencies]
E_x = ["a"]
[dependency-groups]
g = ["a"]
[tool.uv.sources]
a = [{ path = "x", extra = "e-x" }, { path = "y", group = "G" }, { path = "z", group = "none" }]
"""

    assert origins(text) == [
        (FromIndex(""), None, "project.dependencies"),
        (FromPath("x", inside=True), None, "project.optional-dependencies.E_x"),
        (FromIndex(""), None, "project.optional-dependencies.E_x"),
        (FromPath("y", inside=True), None, "dependency-groups.g"),
        (FromIndex(""), None, "dependency-groups.g"),
        (FromPath("z", inside=True), None, "tool.uv.sources.a"),
    ]


def test_a_source_that_no_requirement_asks_for_stands_for_itself() -> None:
    text = '[tool.uv.sources]\n"a.b" = { url = "https://files.example/a.whl" }\n'

    assert brief(text) == [
        (2, "a.b", FromUrl("https://files.example/a.whl"), 'tool.uv.sources."a.b"')
    ]


def test_a_url_of_its_own_stays_beside_the_source() -> None:
    text = """\
[project]
dependencies = ["a @ https://files.example/a.whl"]
[tool.uv.sources]
a = { path = "x" }
"""

    assert [origin for origin, _, _ in origins(text)] == [
        FromPath("x", inside=True),
        FromUrl("https://files.example/a.whl"),
    ]


def test_tables_of_other_tools_do_not_ask_for_sources() -> None:
    text = """\
[tool.poetry.dependencies]
a = "1"
[tool.uv.sources]
a = { path = "x" }
"""

    assert [each[0] for each in origins(text)] == [FromIndex("==1"), FromPath("x", inside=True)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.uv.sources]\na = 1", "2: tool.uv.sources.a must be a table, not an integer"),
        (
            "[tool.uv.sources]\na = {}",
            "2: tool.uv.sources.a must have one of: git, url, path, index, workspace",
        ),
        (
            "[tool.uv.sources]\na = {git = 'x', path = 'y'}",
            "2: tool.uv.sources.a must have one of: git, url, path, index, workspace",
        ),
        (
            "[tool.uv.sources]\na = {path = 'x', rev = 'y'}",
            "2: unknown key tool.uv.sources.a.rev",
        ),
        (
            "[tool.uv.sources]\na = {workspace = false}",
            "2: tool.uv.sources.a.workspace must be true",
        ),
        (
            "[tool.uv.sources]\na = {path = 'x', extra = 'e', group = 'g'}",
            "2: tool.uv.sources.a must have extra or group, not both",
        ),
        ("[tool.uv.sources]\na = {path = ' '}", "2: tool.uv.sources.a.path is an empty path"),
        ("[tool.uv.sources]\nA = {path = 'x'}\na = {path = 'x'}", "3: duplicate source for 'a'"),
        ("[tool.uv.sources]\n'a b' = {path = 'x'}", "2: not a project name: 'a b'"),
        (
            "[tool.uv.sources]\na = {git = 'https://g.example/a', rev = 'x', tag = 'y'}",
            "2: more than one of rev, tag and branch",
        ),
        ("[tool.uv]\nindex = ['x']", "2: tool.uv.index[0] must be a table, not a string"),
        ("[[tool.uv.index]]\nname = 'x'", "1: tool.uv.index[0] must have the key url"),
        ("[tool.uv]\nindex-url = ''", "2: tool.uv.index-url is empty"),
        (
            "[tool.uv]\nextra-index-url = 'x'",
            "2: tool.uv.extra-index-url must be an array, not a string",
        ),
        (
            "[tool.uv]\nconstraint-dependencies = [{}]",
            "2: tool.uv.constraint-dependencies[0] must be a string, not a table",
        ),
        (
            "[tool.uv]\noverride-dependencies = [{package = {name = 'x'}}]",
            "2: tool.uv.override-dependencies[0] must have the key dependencies",
        ),
        (
            "[tool.uv]\nbuild-constraint-dependencies = [{requirement = 'x', hash = 'y'}]",
            "2: unknown key tool.uv.build-constraint-dependencies[0].hash",
        ),
        (
            "[tool.uv.extra-build-dependencies]\na = 'b'",
            "2: tool.uv.extra-build-dependencies.a must be an array, not a string",
        ),
    ],
)
def test_an_unknown_shape_is_an_error_with_its_line(text: str, message: str) -> None:
    assert refusal(text) == f"pyproject.toml:{message}"


def test_a_marker_that_is_none_is_an_error_with_its_line() -> None:
    said = refusal("[tool.uv.sources]\na = {path = 'x', marker = 'nope'}")

    assert said.startswith("pyproject.toml:2: not a marker: ")


def test_a_source_does_not_lose_what_the_requirement_asks_for() -> None:
    text = '[project]\ndependencies = ["a[x]==1"]\n[tool.uv.sources]\na = { path = "x" }\n'

    moved, _ = found(text)

    assert (moved.requirement, moved.extras) == ("a[x]==1", ("x",))


TWO_HOSTS = "https://evil.example\\\\@packages.acme.example/simple"


@pytest.mark.parametrize(
    "table",
    [
        '[[tool.uv.index]]\nurl = "{}"',
        '[tool.uv]\nindex-url = "{}"',
        '[tool.uv]\nextra-index-url = ["{}"]',
        '[tool.uv]\nfind-links = ["{}"]',
        '[tool.uv.pip]\nindex-url = "{}"',
        '[[tool.pdm.source]]\nname = "x"\nurl = "{}"',
        '[[tool.poetry.source]]\nname = "x"\nurl = "{}"',
        '[tool.uv.sources]\na = {{ git = "{}" }}',
        '[tool.uv.sources]\na = {{ git = "git+{}" }}',
        '[tool.poetry.dependencies]\na = {{ git = "{}" }}',
        '[tool.uv.sources]\na = {{ url = "{}" }}',
        '[tool.poetry.dependencies]\na = {{ url = "{}" }}',
        '[tool.hatch.sources]\na = {{ git = "{}" }}',
        '[tool.pdm.resolution.overrides]\na = "{}"',
    ],
)
def test_a_url_whose_host_is_not_the_same_to_all_is_refused(table: str) -> None:
    told = refusal(table.format(TWO_HOSTS))

    assert told.endswith(": a backslash or a blank in the host of a URL")


@pytest.mark.parametrize("name", ["https://packages.acme.example/simple", "a/b", "a b", ""])
def test_an_index_is_named_and_not_addressed(name: str) -> None:
    text = f'[tool.uv.sources]\na = {{ index = "{name}" }}\n'

    assert refusal(text) == f"pyproject.toml:2: not the name of an index: {name!r}"


def test_hosts_whose_certificates_are_not_checked_are_options() -> None:
    text = '[tool.uv]\nallow-insecure-host = [\n"one.example",\n"two.example:8443"]\n'
    label = "tool.uv.allow-insecure-host"

    assert brief(text) == [
        (3, label, FromOption(label, "one.example"), label),
        (4, label, FromOption(label, "two.example:8443"), label),
    ]
