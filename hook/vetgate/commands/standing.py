"""How each allowance stands: in force, expired, used by nothing, or covered by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from vetgate.commands.states import project_root, whole_files
from vetgate.disk import Disk
from vetgate.engine import MALWARE
from vetgate.errors import GateError
from vetgate.manifests.affected import judged_whole
from vetgate.model.dependency import Location, NormalizedName
from vetgate.model.policy import Allowance
from vetgate.model.specifiers import admits
from vetgate.render.listed import Listed, Standing

Uses = Mapping[NormalizedName, tuple[Location, ...]]


def uses(folder: str, environment: Mapping[str, str]) -> tuple[Uses, tuple[GateError, ...]]:
    """Return where the project's manifests, as they lie on the disk, declare each name.

    Also returns the errors of those that cannot be read: then a name may be declared unseen.
    """
    root = project_root(folder) or folder
    state = Disk(root, limit=root)
    dependencies, errors = judged_whole(state, whole_files((), root), environment)
    found: dict[NormalizedName, list[Location]] = {}
    for dependency in dependencies:
        if dependency.name is not None:
            found.setdefault(dependency.name, []).append(dependency.location)
    return {name: tuple(sorted(set(places))) for name, places in found.items()}, errors


def listed(allow: Sequence[Allowance], used: Uses | None, today: date) -> tuple[Listed, ...]:
    """Tell how each entry stands; `used` is None where that could not be told."""
    by_name: dict[NormalizedName, list[Allowance]] = {}
    for one in allow:
        by_name.setdefault(one.name, []).append(one)
    return tuple(_listed(one, by_name[one.name], used, today) for one in allow)


def _listed(one: Allowance, alike: Sequence[Allowance], used: Uses | None, today: date) -> Listed:
    places = None if used is None else used.get(one.name, ())
    if _is_over(one, today):
        return Listed(one, Standing.EXPIRED, places)
    if places is not None and not places:
        return Listed(one, Standing.UNUSED, places)
    wider = covering(one, alike, today)
    if wider is not None:
        return Listed(one, Standing.REDUNDANT, places, wider.location)
    return Listed(one, Standing.IN_FORCE, places)


def covering(one: Allowance, others: Iterable[Allowance], today: date) -> Allowance | None:
    """Return another entry, not over yet, that allows as much as this one and as long.

    Of two that allow the same, the first covers the second.
    """
    seen = False
    for other in others:
        if other is one:
            seen = True
        elif _covers(other, one, today) and not (seen and _covers(one, other, today)):
            return other
    return None


def _covers(wide: Allowance, narrow: Allowance, today: date) -> bool:
    return (
        wide.name == narrow.name
        and not _is_over(wide, today)
        and _ends_no_earlier(wide.expires, narrow.expires)
        and _has_rules(wide.rules, narrow.rules)
        and (
            wide.versions is None
            or (narrow.versions is not None and admits(wide.versions, narrow.versions))
        )
    )


def _is_over(one: Allowance, today: date) -> bool:
    return one.expires is not None and one.expires < today


def _ends_no_earlier(end: date | None, other: date | None) -> bool:
    return end is None or (other is not None and end >= other)


def _has_rules(wide: frozenset[str] | None, narrow: frozenset[str] | None) -> bool:
    """Whether one set of rules holds another; None is every rule but malware."""
    if wide is None:
        return narrow is None or MALWARE not in narrow
    return narrow is not None and narrow <= wide
