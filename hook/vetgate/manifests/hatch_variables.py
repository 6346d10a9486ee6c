"""The only reader of the variables that Hatch sets for pip and uv (`env-vars` of an environment).

Both take options from variables too: pip each long one, from `PIP_` and its name, and uv those that
its manual lists. Read are those that say where packages come from, or which ones.
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.manifests.entry import option_in
from vetgate.model.dependency import Dependency
from vetgate.model.manifest import Include
from vetgate.model.pattern import pattern
from vetgate.model.record import Record
from vetgate.tomlmap import Node

_PLACES = frozenset(
    {
        "PIP_INDEX_URL",
        "PIP_PYPI_URL",
        "PIP_EXTRA_INDEX_URL",
        "PIP_FIND_LINKS",
        "PIP_TRUSTED_HOST",
        "UV_INDEX_URL",
        "UV_DEFAULT_INDEX",
        "UV_EXTRA_INDEX_URL",
        "UV_INDEX",
        "UV_FIND_LINKS",
        "UV_INSECURE_HOST",
    }
)
_CONSTRAINTS = frozenset(
    {"PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT", "UV_CONSTRAINT", "UV_BUILD_CONSTRAINT"}
)
_OTHERS = frozenset(
    {"PIP_REQUIREMENT", "PIP_EDITABLE", "PIP_CONFIG_FILE", "UV_OVERRIDE", "UV_CONFIG_FILE"}
)
_COMMAS = pattern(r"[\s,]+")
_NAMED = pattern(r"[A-Za-z0-9._-]+=")
_ROOT = "{root}/"


class _Variable(Record):
    """A variable, and where it is set."""

    name: str
    value: str
    node: Node
    label: str


def options(environment: Node) -> Iterator[Dependency]:
    """Yield the places that variables of an environment name, as options.

    Raises `ManifestError` for a variable that brings in what cannot be read here.
    """
    for name, value, node, label in _variables(environment):
        if name.upper() != name and name.upper() in _PLACES | _CONSTRAINTS | _OTHERS:
            raise node.error(f"{name} is {name.upper()} on Windows only", hint="use capitals")
        if name in _OTHERS and value.strip():
            raise node.error(
                f"{name} brings in what is not written here",
                hint="write it into the tables of the environment",
            )
        if name in _PLACES:
            for word in _COMMAS.split(value) if name == "UV_FIND_LINKS" else value.split():
                # uv's indexes may have a name.
                named = _NAMED.match(word) if name.startswith("UV_") else None
                place = word if named is None else word[named.end() :]
                if place:
                    yield option_in(place, node, label)


def includes(environment: Node) -> Iterator[Include]:
    """Yield the files of constraints that variables of an environment name."""
    for name, value, node, _ in _variables(environment):
        for path in value.split() if name in _CONSTRAINTS else ():
            below = path.removeprefix(_ROOT)
            if "{" in below:
                raise node.error(f"{name} names a file by a field: {path!r}")
            yield Include(below, node.line, constraint=True)


def _variables(environment: Node) -> Iterator[_Variable]:
    for name, value in environment.entries_of("env-vars"):
        yield _Variable(name, value.text(), value, value.label)
    for _, kind in environment.entries_of("overrides"):
        for _, condition in kind.entries():
            for key, setting in condition.entries():
                if key.rpartition("set-")[2] == "env-vars":
                    yield from _overriding(setting)


def _overriding(setting: Node) -> Iterator[_Variable]:
    """Read `NAME=value`, or a list of these or of tables."""
    for element in [setting] if setting.is_text() else setting.elements():
        if element.is_text():
            name, _, text = element.text().partition("=")
        else:
            value = element.get("value")
            name, text = element.needed("key").text(), "" if value is None else value.text()
        yield _Variable(name, text, element, f"{setting.label}.{name}")
