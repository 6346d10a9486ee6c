"""What Hatch's environments and builds install."""

from __future__ import annotations

import pytest

from pyprojects import brief, found, origins, refusal
from vetgate.manifests.pyproject import parse
from vetgate.model.dependency import FromIndex, FromPath, FromUrl, FromVcs, Origin
from vetgate.model.manifest import Include


def test_the_tables_are_read() -> None:
    text = """\
[tool.hatch.env]
requires = ["a"]
[tool.hatch.envs.default]
dependencies = ["b[x]>=1"]
extra-dependencies = ["c"]
[tool.hatch.envs."3.10".overrides]
matrix.django.dependencies = ["d", { value = "e", if = ["4"] }]
platform.windows.set-extra-dependencies = ["f"]
env.CI.python = "3.11"
[tool.hatch.build]
dependencies = ["g"]
[tool.hatch.build.hooks.custom]
dependencies = ["h"]
[tool.hatch.build.targets.wheel]
dependencies = ["i"]
[tool.hatch.build.targets.wheel.hooks.custom]
dependencies = ["j"]
"""
    overrides = 'tool.hatch.envs."3.10".overrides'
    wheel = "tool.hatch.build.targets.wheel"

    assert brief(text) == [
        (2, "a", FromIndex(""), "tool.hatch.env.requires"),
        (4, "b", FromIndex(">=1"), "tool.hatch.envs.default.dependencies"),
        (5, "c", FromIndex(""), "tool.hatch.envs.default.extra-dependencies"),
        (7, "d", FromIndex(""), f"{overrides}.matrix.django.dependencies"),
        (7, "e", FromIndex(""), f"{overrides}.matrix.django.dependencies"),
        (8, "f", FromIndex(""), f"{overrides}.platform.windows.set-extra-dependencies"),
        (11, "g", FromIndex(""), "tool.hatch.build.dependencies"),
        (13, "h", FromIndex(""), "tool.hatch.build.hooks.custom.dependencies"),
        (15, "i", FromIndex(""), f"{wheel}.dependencies"),
        (17, "j", FromIndex(""), f"{wheel}.hooks.custom.dependencies"),
    ]


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("a=={matrix:version}", FromIndex("")),
        ("a[x] >=1,<{env:MAX:2}", FromIndex("")),
        ("a @ {root:uri}/x", FromPath("{root:uri}/x", inside=True)),
        ("a @ {root:parent:parent:uri}/x", FromPath("{root:parent:parent:uri}/x", inside=False)),
        ("a @ {root:uri}/%2e%2e/%2e%2e/x", FromPath("{root:uri}/%2e%2e/%2e%2e/x", inside=False)),
        ("a @ {root:uri}/{env:X}", FromPath("{root:uri}/{env:X}", inside=False)),
        ("a @ file:{env:X}", FromPath("file:_any_", inside=False)),
        (
            "a @ https://files.example/{env:V}.whl#@{root:uri}",
            FromUrl("https://files.example/_any_.whl"),
        ),
        ("a=={env:V}; os_name != '@ {root:uri}'", FromIndex("")),
        ("a @ https://files.example/{env:V}.whl", FromUrl("https://files.example/_any_.whl")),
        ("a @ git+https://git.example/a@{env:REF}", FromVcs("git+https://git.example/a", "_any_")),
    ],
)
def test_a_field_in_a_requirement_admits_anything(written: str, origin: Origin) -> None:
    (one,) = found(f'[tool.hatch.envs.x]\ndependencies = ["{written}"]')

    assert (one.name, one.requirement, one.origin, one.pinned) == ("a", written, origin, False)


def test_sources_are_where_dependencies_of_environments_come_from() -> None:
    text = """\
[tool.hatch.sources]
a = "shared/a"
b = { git = "https://git.example/b" }
[tool.hatch.envs.x]
dependencies = ["a", "b>=1", "c"]
[tool.hatch.envs.x.sources]
a = { path = "x/a", editable = false }
[tool.hatch.envs.x.overrides]
matrix.d.sources = ["e=x/e", { key = "f", value = "/f" }]
"""
    table = "tool.hatch.envs.x.dependencies"
    b = FromVcs("git+https://git.example/b", None)
    moved = "tool.hatch.envs.x.overrides.matrix.d.sources"

    assert origins(text) == [
        (FromPath("shared/a", inside=True), None, "tool.hatch.sources.a"),
        (b, None, "tool.hatch.sources.b"),
        (FromPath("x/a", inside=True), None, table),
        (b, None, table),
        (FromIndex(""), None, table),
        (FromPath("x/a", inside=True), None, "tool.hatch.envs.x.sources.a"),
        (FromPath("x/e", inside=True), None, moved),
        (FromPath("/f", inside=False), None, moved),
    ]


def test_files_of_the_requirements_plug_in_are_plain_includes() -> None:
    text = """\
[tool.hatch.metadata.hooks.requirements_txt]
files = ["a.txt"]
[tool.hatch.metadata.hooks.requirements_txt.optional-dependencies]
x = ["b.txt"]
"""

    assert parse(text.encode(), "pyproject.toml", {}).includes == (
        Include("a.txt", 2, plain=True),
        Include("b.txt", 4, plain=True),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[tool.hatch.envs.x]\ndependencies = 'a'",
            "2: tool.hatch.envs.x.dependencies must be an array, not a string",
        ),
        (
            "[tool.hatch.envs.x]\ndependencies = [{if = ['1']}]",
            "2: tool.hatch.envs.x.dependencies[0] must have the key value",
        ),
        (
            "[tool.hatch.envs.x]\ndependencies = ['{env:NAME}>=1']",
            "2: a field where the name of a requirement ends: '{env:NAME}>=1'",
        ),
        (
            "[tool.hatch.envs.x]\ndependencies = ['a-{env:NAME}>=1']",
            "2: a field where the name of a requirement ends: 'a-{env:NAME}>=1'",
        ),
        (
            "[tool.hatch.envs.x]\ndependencies = ['a[{env:NAME}]>=1']",
            "2: a field where the name of a requirement ends: 'a[{env:NAME}]>=1'",
        ),
        (
            "[tool.hatch.envs.x]\noverrides = ['a']",
            "2: tool.hatch.envs.x.overrides must be a table, not an array",
        ),
        ("[tool.hatch.envs]\nx = 1", "2: tool.hatch.envs.x must be a table, not an integer"),
        (
            "[tool.hatch.sources]\na = {index = 'x', url = 'y'}",
            "2: tool.hatch.sources.a must have one of: git, url, path, index, workspace",
        ),
    ],
)
def test_an_unknown_shape_is_an_error_with_its_line(text: str, message: str) -> None:
    assert refusal(text) == f"pyproject.toml:{message}"
