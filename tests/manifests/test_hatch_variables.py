"""The variables that Hatch sets for pip and uv."""

from __future__ import annotations

import pytest

from pyprojects import brief, found, refusal
from vetgate.manifests.formats import may_include
from vetgate.manifests.pyproject import parse
from vetgate.model.dependency import FromOption
from vetgate.model.manifest import Include

TABLE = "tool.hatch.envs.default.env-vars"


def variable(name: str, value: str) -> str:
    return f'[{TABLE}]\n{name} = "{value}"\n'


@pytest.mark.parametrize(
    ("name", "value", "places"),
    [
        ("PIP_INDEX_URL", "https://index.example/simple", ["https://index.example/simple"]),
        ("PIP_PYPI_URL", "https://index.example", ["https://index.example"]),
        ("PIP_INDEX_URL", "{env:INDEX}", ["{env:INDEX}"]),
        (
            "PIP_EXTRA_INDEX_URL",
            "https://a.example  https://b.example",
            ["https://a.example", "https://b.example"],
        ),
        (
            "PIP_FIND_LINKS",
            "./wheels https://a.example/?x=1",
            ["./wheels", "https://a.example/?x=1"],
        ),
        ("PIP_TRUSTED_HOST", "a.example", ["a.example"]),
        ("UV_INDEX_URL", "https://index.example/simple", ["https://index.example/simple"]),
        ("UV_DEFAULT_INDEX", "corp=https://index.example/?a=b", ["https://index.example/?a=b"]),
        (
            "UV_INDEX",
            "corp=https://a.example https://b.example",
            ["https://a.example", "https://b.example"],
        ),
        ("UV_EXTRA_INDEX_URL", "https://a.example", ["https://a.example"]),
        ("UV_FIND_LINKS", "https://a.example,./wheels", ["https://a.example", "./wheels"]),
        ("UV_INSECURE_HOST", "a.example", ["a.example"]),
        ("PIP_INDEX_URL", "", []),
        ("PIP_NO_CACHE_DIR", "1", []),
        ("INDEX_URL", "https://index.example", []),
    ],
)
def test_the_places_that_variables_name_are_options(
    name: str, value: str, places: list[str]
) -> None:
    label = f"{TABLE}.{name}"

    assert brief(variable(name, value)) == [
        (2, label, FromOption(label, place), label) for place in places
    ]


def test_overrides_set_variables_too() -> None:
    text = """\
[tool.hatch.envs.a.overrides]
platform.linux.env-vars = "PIP_INDEX_URL=https://a.example/?x=1"
matrix.x.set-env-vars = [
  "FINE=1",
  { key = "UV_INDEX", value = "https://b.example", if = ["1"] },
  { key = "UV_INDEX_URL" },
]
"""

    assert [(line, origin) for line, _, origin, _ in brief(text)] == [
        (
            2,
            FromOption(
                "tool.hatch.envs.a.overrides.platform.linux.env-vars.PIP_INDEX_URL",
                "https://a.example/?x=1",
            ),
        ),
        (
            5,
            FromOption(
                "tool.hatch.envs.a.overrides.matrix.x.set-env-vars.UV_INDEX", "https://b.example"
            ),
        ),
    ]


def test_a_password_is_not_shown() -> None:
    (option,) = found(variable("PIP_INDEX_URL", "https://user:secret@index.example/simple"))

    assert "secret" not in repr(option)


@pytest.mark.parametrize("name", ["PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT", "UV_CONSTRAINT"])
def test_the_constraints_that_variables_name_are_includes(name: str) -> None:
    content = variable(name, "{root}/a.list b/c.txt").encode()

    assert parse(content, "pyproject.toml", {}).includes == (
        Include("a.list", 2, constraint=True),
        Include("b/c.txt", 2, constraint=True),
    )
    assert may_include(content, "pyproject.toml")


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PIP_REQUIREMENT", "a.list", "PIP_REQUIREMENT brings in what is not written here"),
        ("PIP_CONFIG_FILE", "pip.conf", "PIP_CONFIG_FILE brings in what is not written here"),
        ("UV_OVERRIDE", "a.list", "UV_OVERRIDE brings in what is not written here"),
        ("PIP_CONSTRAINT", "{home}/a", "PIP_CONSTRAINT names a file by a field: '{home}/a'"),
        ("Pip_Index_Url", "https://a.example", "Pip_Index_Url is PIP_INDEX_URL on Windows only"),
        ("PIP_INDEX_URL", "https:///simple", "a URL without a host"),
    ],
)
def test_what_cannot_be_read_here_is_refused(name: str, value: str, problem: str) -> None:
    assert refusal(variable(name, value)) == f"pyproject.toml:2: {problem}"
