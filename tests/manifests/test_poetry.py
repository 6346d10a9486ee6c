"""What Poetry's tables declare, and what they add to the standard ones."""

from __future__ import annotations

import pytest

from pyprojects import brief, found, origins, refusal
from vetgate.model.dependency import FromIndex, FromOption, FromPath, FromUrl, FromVcs, Origin

CORP = (
    '[[tool.poetry.source]]\nname = "Corp"\nurl = "https://corp.example"\npriority = "explicit"\n'
)


def test_the_tables_are_read() -> None:
    text = """\
[tool.poetry.dependencies]
Python = "^3.10"
a = "^1.2"
[tool.poetry.dev-dependencies]
b = "2"
[tool.poetry.group.docs]
optional = true
include-groups = ["x"]
dependencies = { c = "*" }
[tool.poetry.requires-plugins]
d = ">=1"
[tool.poetry.build-constraints.e]
f = "<2"
"""

    assert brief(text) == [
        (3, "a", FromIndex("<2.0,>=1.2"), "tool.poetry.dependencies"),
        (5, "b", FromIndex("==2"), "tool.poetry.dev-dependencies"),
        (9, "c", FromIndex(""), "tool.poetry.group.docs.dependencies"),
        (11, "d", FromIndex(">=1"), "tool.poetry.requires-plugins"),
        (13, "f", FromIndex("<2"), "tool.poetry.build-constraints.e"),
    ]
    assert [one.pinned for one in found(text)] == [False, True, False, False, False]
    assert [one.constraint for one in found(text)] == [False, False, False, False, True]


@pytest.mark.parametrize(
    ("entry", "origin"),
    [
        ('{ version = "^1", optional = true, allow-prereleases = true }', FromIndex("<2,>=1")),
        ('{ version = "1", source = "corp" }', FromIndex("==1", "https://corp.example")),
        ('{ version = "1", source = "PyPI" }', FromIndex("==1")),
        (
            '{ git = "https://git.example/a", branch = "main", develop = true }',
            FromVcs("git+https://git.example/a", "main"),
        ),
        (
            '{ git = "git@git.example:a/b.git", rev = "abc", subdirectory = "x" }',
            FromVcs("git+ssh://****@git.example/a/b.git", "abc"),
        ),
        ('{ path = "../a", develop = true }', FromPath("../a", inside=True)),
        ('{ file = "../../a.whl" }', FromPath("../../a.whl", inside=False)),
        ('{ url = "https://files.example/a.whl" }', FromUrl("https://files.example/a.whl")),
        ('{ python = ">=3.10" }', FromIndex("")),
    ],
)
def test_an_entry_tells_the_origin(entry: str, origin: Origin) -> None:
    text = f"{CORP}[tool.poetry.dependencies]\na = {entry}\n"

    assert found(text)[1].origin == origin


def test_a_list_is_a_dependency_for_each_entry() -> None:
    text = """\
[tool.poetry.dependencies]
a = [
  { version = "<2", python = "<3.11" },
  { version = "^2", python = "^3.11.1 || >=4", platform = "linux || !=win32" },
  { version = "3", markers = "os_name == 'nt' or os_name == 'x'", platform = "darwin" },
  "4",
]
"""

    assert [(one.location.line, one.origin, one.marker) for one in found(text)] == [
        (3, FromIndex("<2"), "python_version < '3.11'"),
        (
            4,
            FromIndex("<3,>=2"),
            (
                "(python_full_version < '4.0.0' and python_full_version >= '3.11.1' "
                "or python_version >= '4') and (sys_platform == 'linux' or sys_platform != 'win32')"
            ),
        ),
        (
            5,
            FromIndex("==3"),
            "(os_name == 'nt' or os_name == 'x') and sys_platform == 'darwin'",
        ),
        (6, FromIndex("==4"), None),
    ]


def test_a_dependency_is_shown_as_written_with_its_extras() -> None:
    (one,) = found('[tool.poetry.dependencies]\nA_b = {version = "^1.2", extras = ["y", "X_"]}')

    assert (one.name, one.spelled, one.requirement, one.extras) == (
        "a-b",
        "A_b",
        "A_b ^1.2",
        ("x-", "y"),
    )


def test_sources_are_options_and_those_for_all_are_known_to_all() -> None:
    text = f"""\
[tool.poetry.dependencies]
a = "1"
[[tool.poetry.source]]
name = "pypi"
priority = "primary"
[[tool.poetry.source]]
name = "two"
url = "https://two.example"
{CORP}"""
    label = "tool.poetry.source"

    assert brief(text) == [
        (2, "a", FromIndex("==1", indexes=("https://two.example",)), "tool.poetry.dependencies"),
        (8, label, FromOption(label, "https://two.example"), label),
        (11, label, FromOption(label, "https://corp.example"), label),
    ]


def test_entries_add_their_origin_to_what_the_standard_tables_declare() -> None:
    text = f"""\
[project]
dependencies = ["a>=1", "b", "c", "d"]
[dependency-groups]
G_1 = ["a"]
[tool.poetry.dependencies]
a = {{ source = "corp" }}
b = {{ git = "https://git.example/b", rev = "x" }}
c = {{ path = "c", python = "<3.11" }}
[tool.poetry.group.g-1.dependencies]
a = {{ path = "x" }}
{CORP}"""
    project, group = "project.dependencies", "dependency-groups.G_1"
    main, extra = "tool.poetry.dependencies", "tool.poetry.group.g-1.dependencies"
    b = FromVcs("git+https://git.example/b", "x")
    c, older = FromPath("c", inside=True), "python_version < '3.11'"

    assert origins(text)[:-1] == [
        (FromIndex(">=1", "https://corp.example"), None, project),
        (FromIndex(">=1"), None, project),
        (b, None, project),
        (FromIndex(""), None, project),
        (c, older, project),
        (FromIndex(""), None, project),
        (FromIndex(""), None, project),
        (FromPath("x", inside=True), None, group),
        (FromIndex(""), None, group),
        (b, None, main),
        (c, older, main),
        (FromPath("x", inside=True), None, extra),
    ]


def test_an_entry_that_names_the_public_index_adds_nothing() -> None:
    text = """\
[project]
dependencies = ["a>=1"]
[tool.poetry.dependencies]
a = { source = "pypi" }
"""

    assert [(one.origin, one.moved_by) for one in found(text)] == [(FromIndex(">=1"), None)]


def test_an_entry_that_only_adds_stands_for_itself_where_there_is_nothing_to_add_to() -> None:
    text = f'{CORP}[tool.poetry.dependencies]\na = {{ source = "corp" }}\n'

    assert origins(text)[1:] == [
        (FromIndex("", "https://corp.example"), None, "tool.poetry.dependencies")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1", ("2: tool.poetry.dependencies.a must be a version constraint or a table, "
         "not an integer")),
        ("a = 'latest'", "2: not a version constraint of Poetry: 'latest'"),
        ("a = {version = '1.x'}", "2: not a version constraint of Poetry: '1.x'"),
        ("a = {version = '1', python = 'x3'}", "2: not a version constraint of Poetry: 'x3'"),
        ("a = {versoin = '1'}", "2: unknown key tool.poetry.dependencies.a.versoin"),
        ("a = {version = '1', source = 'x'}", "2: no tool.poetry.source is named 'x'"),
        ("a = {path = ''}", "2: tool.poetry.dependencies.a.path is an empty path"),
        ("a = {git = ' '}", "2: tool.poetry.dependencies.a.git is an empty address"),
        ("a = {git = 3}", "2: tool.poetry.dependencies.a.git must be a string, not an integer"),
        ("a = {version = '1', extras = 'x'}",
         "2: tool.poetry.dependencies.a.extras must be an array, not a string"),
        ("a = ['1',\n2]", ("3: tool.poetry.dependencies.a[1] must be a version constraint or a "
         "table, not an integer")),
        ("'a b' = '1'", "2: not a project name: 'a b'"),
        ("[[tool.poetry.source]]\nname = 'x'", "2: tool.poetry.source[0] must have the key url"),
        ("[[tool.poetry.source]]\nurl = 'x'", "2: tool.poetry.source[0] must have the key name"),
        ("[tool.poetry.group.x]\ndependency = {}", "3: unknown key tool.poetry.group.x.dependency"),
    ],
)  # fmt: skip
def test_an_unknown_shape_is_an_error_with_its_line(text: str, message: str) -> None:
    assert refusal(f"[tool.poetry.dependencies]\n{text}") == f"pyproject.toml:{message}"
