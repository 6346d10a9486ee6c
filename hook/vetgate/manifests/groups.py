"""The only reader of `dependency-groups` (PEP 735)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from vetgate.manifests.entry import requirement
from vetgate.model.dependency import Dependency, NormalizedName, normalize
from vetgate.tomlmap import Node


def dependencies(groups: Node, elsewhere: Collection[NormalizedName]) -> Iterator[Dependency]:
    """Yield each requirement once, where it stands; includes are checked, not followed.

    `elsewhere` are names of groups that other tables declare, which PDM, Poetry and uv let a
    group include. Raises `ManifestError` for a group that is declared twice, an include of a
    group that there is not, and groups that include each other.
    """
    includes: dict[NormalizedName, list[tuple[NormalizedName, Node]]] = {}
    for name, group in groups.entries():
        normalized = normalize(name)
        if normalized in includes:
            raise group.error(f"duplicate dependency group {name!r}")
        includes[normalized] = []
        for element in group.elements():
            if element.is_text():
                yield requirement(element, group.label)
            else:
                includes[normalized].append(_include(element))
    for included in includes.values():
        for name, node in included:
            if name not in includes and name not in elsewhere:
                raise node.error(f"no dependency group is named {name!r}")
    _check_cycles(includes)


def _include(element: Node) -> tuple[NormalizedName, Node]:
    if not element.is_table():
        raise element.wrong_type("a requirement or an include-group table")
    element.only({"include-group"})
    included = element.needed("include-group")
    return normalize(included.text()), included


def _check_cycles(
    includes: Mapping[NormalizedName, list[tuple[NormalizedName, Node]]],
) -> None:
    """Take away groups that include nothing that is left; what remains goes in circles."""
    left = {
        name: {inner for inner, _ in found if inner in includes} for name, found in includes.items()
    }
    users: dict[NormalizedName, list[NormalizedName]] = {name: [] for name in includes}
    for name, wanted in left.items():
        for used in wanted:
            users[used].append(name)
    done = [name for name, wanted in left.items() if not wanted]
    while done:
        finished = done.pop()
        del left[finished]
        for group in users[finished]:
            left[group].discard(finished)
            if not left[group]:
                done.append(group)
    for name in left:
        for used, node in includes[name]:
            if used in left:
                raise node.error(f"dependency groups include each other: {used!r} by {name!r}")
