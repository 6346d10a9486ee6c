"""Which release each requirement is to be pinned to, by what the index has now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vetgate.commands.asking import Asking
from vetgate.commands.pin_python import python_of
from vetgate.commands.pin_targets import Target
from vetgate.errors import GateError
from vetgate.facts.index_settings import index_settings
from vetgate.facts.live.offers import Offer, offers
from vetgate.facts.live.simple_page import SimplePage
from vetgate.facts.live.transport import Absent, Failure
from vetgate.model.dependency import Dependency, FromIndex, NormalizedName
from vetgate.model.facts import Quarantined
from vetgate.model.manifest import State
from vetgate.pinning.choosing import Choice, NoRelease, Wish, choose


def choices(
    targets: Sequence[Target], state: State, asking: Asking, *, pre: bool
) -> list[tuple[Target, Choice]]:
    """Choose for each target; raises `GateError` if the index cannot be asked.

    Then nothing is pinned at all: which release is the newest cannot be told. Requirements of one
    package get one version, if there is one that all of them admit.
    """
    if not targets:
        return []
    names = sorted({name for one in targets if (name := one.dependency.name) is not None})
    pages = offers(index_settings(asking.environment), names, seconds=asking.timeout)
    for name, page in pages.items():
        if isinstance(page, Failure):
            raise GateError(f"{name}: {page.why}", hint="nothing was written; try again later")
    return [(target, _choice(target, targets, pages, state, asking, pre)) for target in targets]


def _choice(
    target: Target,
    targets: Sequence[Target],
    pages: dict[NormalizedName, Offer],
    state: State,
    asking: Asking,
    pre: bool,  # noqa: FBT001 - private, and handed on as it came
) -> Choice:
    name = target.dependency.name
    page = None if name is None else pages[name]
    if not isinstance(page, SimplePage):
        return NoRelease("the index has no such package" if isinstance(page, Absent) else "")
    if isinstance(page.facts.get("presence"), Quarantined):
        return NoRelease("the index's administrators hold it in quarantine")
    python = python_of(state, target.dependency.location.file)
    choice: Choice = NoRelease("")
    for specifier in _specifiers(target, targets):
        choice = choose(page.files, Wish(specifier, python, pre), asking.now)
        if not isinstance(choice, NoRelease):
            return choice
    return choice


def _specifiers(target: Target, targets: Sequence[Target]) -> Iterator[str]:
    """Yield what all requirements of the package admit, then what this one does."""
    own = _specifier(target.dependency)
    same = (one.dependency for one in targets if one.dependency.name == target.dependency.name)
    clauses = {clause for one in same for clause in _specifier(one).split(",") if clause}
    joint = ",".join(sorted(clauses))
    if joint != own:
        yield joint
    yield own


def _specifier(dependency: Dependency) -> str:
    origin = dependency.origin
    return origin.specifier if isinstance(origin, FromIndex) else ""
