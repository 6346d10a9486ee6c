"""What PDM's tables declare."""

from __future__ import annotations

import pytest

from pyprojects import brief, found, refusal
from vetgate.model.dependency import FromIndex, FromOption, FromPath, FromUrl, FromVcs, Origin

OTHER_ROOT = "file:///${PROJECT_ROOT}-evil/a"
SOURCES = """\
[[tool.pdm.source]]
name = "private"
url = "https://${USER}:${TOKEN}@pdm.example/simple"
verify_ssl = true
[[tool.pdm.source]]
name = "links"
url = "https://links.example/"
type = "find_links"
[[tool.pdm.source]]
name = "stored"
"""


def test_the_tables_are_read() -> None:
    text = """\
[tool.pdm]
plugins = ["p>=1"]
[tool.pdm.dev-dependencies]
test = [
  "a>=1",
  "-e ./b",
]
[tool.pdm.resolution.overrides]
c = ">=1,<2"
"""

    assert brief(text) == [
        (2, "p", FromIndex(">=1"), "tool.pdm.plugins"),
        (5, "a", FromIndex(">=1"), "tool.pdm.dev-dependencies.test"),
        (6, "./b", FromPath("./b", inside=True), "tool.pdm.dev-dependencies.test"),
        (9, "c", FromIndex("<2,>=1"), "tool.pdm.resolution.overrides"),
    ]


@pytest.mark.parametrize(
    ("written", "name", "origin"),
    [
        (
            "-e git+https://git.example/a.git@main#egg=A_b[x]",
            "a-b",
            FromVcs("git+https://git.example/a.git", "main"),
        ),
        ("-e git+https://git.example/a.git", None, FromVcs("git+https://git.example/a.git", None)),
        ("-e ../../a", None, FromPath("../../a", inside=False)),
        ("--editable=./a", None, FromPath("./a", inside=True)),
        ("-e file:///${PROJECT_ROOT}/a#egg=a", "a", FromPath("a", inside=True)),
        ("a @ file:///${PROJECT_ROOT}/../a", "a", FromPath("../a", inside=True)),
        ("a @ file:///${PROJECT_ROOT}/../../a", "a", FromPath("../../a", inside=False)),
        ("a @ file:///${PROJECT_ROOT}", "a", FromPath(".", inside=True)),
        ("a @ file:///${PROJECT_ROOT}/b%20c", "a", FromPath("b c", inside=True)),
        ("a @ file:///${PROJECT_ROOT}/%2e%2e/%2e%2e/a", "a", FromPath("../../a", inside=False)),
        ("-e file:///${PROJECT_ROOT}/%2e%2e/%2E./a", None, FromPath("../../a", inside=False)),
        ("-e file:///${PROJECT_ROOT}-evil/a", None, FromPath(OTHER_ROOT, inside=False)),
        ("a @ file:///${PROJECT_ROOT}-evil/a", "a", FromPath(OTHER_ROOT, inside=False)),
    ],
)
def test_editable_and_rooted_requirements(written: str, name: str | None, origin: Origin) -> None:
    (one,) = found(f'[tool.pdm.dev-dependencies]\nx = ["{written}"]')

    assert (one.name, one.origin, one.requirement) == (name, origin, written)


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        pytest.param("a; sys_platform != '{root}'", FromIndex(""), id="in-a-marker"),
        pytest.param("a==1; sys_platform != '@ {root}'", FromIndex("==1"), id="behind-an-at"),
        pytest.param(
            "a @ https://evil.example/a.whl?{root}/x",
            FromUrl("https://evil.example/a.whl?{root}/x"),
            id="in-a-query",
        ),
        pytest.param(
            "a @ https://evil.example/a.whl#{root}/x",
            FromUrl("https://evil.example/a.whl"),
            id="in-a-fragment",
        ),
        pytest.param(
            "a @ git+https://evil.example/a.git#{root}",
            FromVcs("git+https://evil.example/a.git", None),
            id="in-the-fragment-of-a-repository",
        ),
        pytest.param(
            "a @ https://evil.example/?@{root}/x",
            FromUrl("https://evil.example/?@{root}/x"),
            id="behind-another-at",
        ),
    ],
)
@pytest.mark.parametrize(
    "table",
    [
        "[project]\ndependencies",
        "[project.optional-dependencies]\nx",
        "[tool.pdm.dev-dependencies]\nx",
    ],
)
def test_only_what_a_requirement_is_from_makes_it_the_projects_own(
    table: str, written: str, origin: Origin
) -> None:
    rooted = "file:///${PROJECT_ROOT}"
    (one,) = found(f'{table} = ["{written.replace("{root}", rooted)}"]')

    if isinstance(origin, FromUrl):
        origin = FromUrl(origin.url.replace("{root}", rooted))
    assert (one.name, one.origin) == ("a", origin)


@pytest.mark.parametrize(
    ("written", "origin", "constraint"),
    [
        ("1.2", FromIndex("==1.2"), True),
        ("==1.2", FromIndex("==1.2"), True),
        ("*", FromIndex(""), True),
        ("https://files.example/a.whl", FromUrl("https://files.example/a.whl"), False),
        ("git+https://git.example/a@x", FromVcs("git+https://git.example/a", "x"), False),
    ],
)
def test_an_override_is_a_specifier_a_version_or_a_url(
    *, written: str, origin: Origin, constraint: bool
) -> None:
    (one,) = found(f'[tool.pdm.resolution.overrides]\na = "{written}"')

    assert (one.origin, one.constraint) == (origin, constraint)


def test_sources_are_options_and_known_to_all() -> None:
    text = f'{SOURCES}[project]\ndependencies = ["a"]\n'
    urls = ("https://****@pdm.example/simple", "https://links.example/")
    label = "tool.pdm.source"

    assert brief(text) == [
        (3, label, FromOption(label, urls[0]), label),
        (7, label, FromOption(label, urls[1]), label),
        (12, "a", FromIndex("", indexes=urls), "project.dependencies"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.pdm]\nplugins = 'x'", "2: tool.pdm.plugins must be an array, not a string"),
        (
            "[tool.pdm.dev-dependencies]\nx = 'a'",
            "2: tool.pdm.dev-dependencies.x must be an array, not a string",
        ),
        (
            "[tool.pdm.resolution.overrides]\na = 'latest'",
            "2: not a version, a specifier or a URL: 'latest'",
        ),
        (
            "[tool.pdm.resolution.overrides]\na = 1.2",
            "2: tool.pdm.resolution.overrides.a must be a string, not a float",
        ),
        (
            "[[tool.pdm.source]]\ntype = 'x'",
            "1: tool.pdm.source[0] must have the keys name and url",
        ),
        ("[tool.pdm.source]\nurl = 'x'", "1: tool.pdm.source must be an array, not a table"),
    ],
)
def test_an_unknown_shape_is_an_error_with_its_line(text: str, message: str) -> None:
    assert refusal(text) == f"pyproject.toml:{message}"
