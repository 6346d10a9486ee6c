"""A guess at what is private is narrow, and never names what is public."""

from __future__ import annotations

import pytest

from core_strategies import dependency
from vetgate.commands.guesses import Guesses, guesses, own_name
from vetgate.errors import ManifestError
from vetgate.model.dependency import FromIndex, FromOption, normalize

HOME = ("https://index.example/simple",)
ACME = "https://packages.acme.example/simple"
RANKED = tuple(map(normalize, ("python-dateutil", "django", "requests", "torch", "acmeish-x")))


def private(own: str) -> tuple[str, ...]:
    return guesses(normalize(own), (), (), HOME, RANKED).private


@pytest.mark.parametrize(
    ("own", "guessed"),
    [
        ("Acme_Billing", ("acme-*",)),
        ("acme-billing-core", ("acme-*",)),
        ("acme", ("acme",)),
        ("abc-billing", ("abc-billing",)),
        ("abcd-billing", ("abcd-*",)),
        ("internal-billing", ("internal-billing",)),
        ("python-billing", ("python-billing",)),
        ("django-billing", ("django-billing",)),
        ("requests", ()),
        ("python-dateutil", ()),
        ("-", ()),
        ("*", ()),
        ("[a]-b", ()),
        ("é-b", ()),
        ("\udc80", ()),
    ],
)
def test_the_own_name_gives_a_prefix_or_itself_or_nothing(
    own: str, guessed: tuple[str, ...]
) -> None:
    assert private(own) == guessed


def test_what_names_an_index_of_its_own_is_private_unless_everybody_uses_it() -> None:
    found = guesses(
        None,
        [
            dependency("inside", FromIndex("", only_index=ACME)),
            dependency("torch", FromIndex("", only_index="https://wheels.example/cpu")),
            dependency("outside", FromIndex("", only_index=HOME[0] + "/")),
            dependency("plain"),
        ],
        (),
        HOME,
        RANKED,
    )

    assert found == Guesses(("inside",), (ACME, "https://wheels.example/cpu"))


def test_indexes_are_those_named_anywhere_without_credentials_and_folders() -> None:
    found = guesses(
        None,
        [
            dependency(
                None, FromOption("tool.uv.index", "https://****@packages.acme.example/simple")
            ),
            dependency(None, FromOption("--find-links", "https://links.example/")),
            dependency(None, FromOption("--index-url", HOME[0])),
        ],
        ("https://extra.example/simple/", "file:///srv/simple", "https://"),
        HOME,
        RANKED,
    )

    assert found == Guesses((), ("https://extra.example/simple", ACME))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'[project]\nname = "A.B"\n', "a-b"),
        (b'[tool.poetry]\nname = "c"\n', "c"),
        (b'[project]\nname = "a"\n[tool.poetry]\nname = "c"\n', "a"),
        (b"[project]\nname = 1\n", None),
        (b'[project]\nname = " "\n', None),
        (b"project = 1\ntool = []\n", None),
        (b"", None),
    ],
)
def test_the_own_name_is_read_from_either_table(content: bytes, name: str | None) -> None:
    assert own_name(content, "pyproject.toml") == name


def test_a_file_that_is_no_toml_is_refused() -> None:
    with pytest.raises(ManifestError):
        own_name(b"[", "pyproject.toml")
