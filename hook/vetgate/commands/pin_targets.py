"""What `vetgate pin` is asked to pin: what blocks, what is named, or everything on the disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vetgate.commands.advising import advice_for
from vetgate.commands.asking import Asking
from vetgate.commands.states import Asked, find, project_root, whole_files
from vetgate.disk import Disk
from vetgate.engine import is_private
from vetgate.errors import GateError, UsageError
from vetgate.manifests.affected import judged_whole
from vetgate.model.change import Incoming, Removed
from vetgate.model.dependency import Dependency, FromIndex, FromOption, normalize
from vetgate.model.facts import PackageFacts
from vetgate.model.policy import Exemption, Policy
from vetgate.model.record import Record
from vetgate.model.urls import comparable
from vetgate.model.verdict import Judged, Outcome
from vetgate.render.exempting import exempting
from vetgate.rules import malware, too_new, vulnerable

_OF_VERSIONS = frozenset({malware.RULE.id, vulnerable.RULE.id, too_new.RULE.id})
"""Rules that may block some versions and not others: the right pin passes them."""


class Target(Record):
    """A dependency to pin."""

    dependency: Dependency
    staged: bool
    """It was read from what is staged, and not from the disk."""
    blocked: tuple[str, ...] = ()
    """The rules that block it as it stands, where that was judged."""
    facts: PackageFacts | None = None
    """What it was judged by, where it was."""
    still: tuple[str, ...] = ()
    """The rules that block its pin, too."""


class Targets(Record):
    """What to pin, and what not, with the reason; `talk` is to be said of the look-ups."""

    wanted: tuple[Target, ...]
    left: tuple[tuple[Dependency, str], ...]
    talk: tuple[str, ...] = ()


class UnreadError(GateError):
    """Manifests that cannot be read: all of them, to be told at once."""

    def __init__(self, errors: Sequence[GateError]) -> None:
        super().__init__(errors[0].problem, path=errors[0].path, line=errors[0].line)
        self.errors = tuple(errors)


def blocking(folder: str, policy: Policy, asking: Asking) -> Targets:
    """Return what blocks among what is staged; raises `GateError`."""
    from vetgate.commands.judging import rule

    found = find(Asked(), folder, asking.environment)
    if found.errors:
        raise UnreadError(found.errors)
    ruling = rule(found.changes, policy, asking, summarise=False)
    wanted: list[Target] = []
    left: list[tuple[Dependency, str]] = []
    for judged in ruling.verdict.changes:
        if judged.outcome is not Outcome.BLOCKED or isinstance(judged.change, Removed):
            continue
        target = blocked_target(judged, judged.change, policy, asking.environment)
        if isinstance(target, Target):
            wanted.append(target)
        else:
            left.append((judged.change.after, target))
    return Targets(tuple(wanted), tuple(left), ruling.talk)


def blocked_target(
    judged: Judged, change: Incoming, policy: Policy, environment: Mapping[str, str]
) -> Target | str:
    """Return what a pin of a blocked change is for, or why none is."""
    passing = exempting(judged, advice_for(policy))
    still = tuple(rule for rule, by in passing.items() if Exemption.PIN not in by)
    why = why_not(change.after, policy, environment)
    if why is None and len(still) == len(passing) and _OF_VERSIONS.isdisjoint(still):
        why = no_pin_exempts(still)
    if why is not None:
        return why
    return Target(change.after, staged=True, blocked=tuple(passing), facts=judged.facts)


def no_pin_exempts(rules: Sequence[str]) -> str:
    """Say that a pin is of no use."""
    return f"no pin exempts from {' and '.join(rules)}"


def named(names: Sequence[str], folder: str, policy: Policy, asking: Asking) -> Targets:
    """Return the named packages: where what is staged brings them in, else all over the disk.

    Raises `GateError`, also for a name that nothing declares.
    """
    staged = _incoming(folder, asking) if project_root(folder) is not None else ()
    wanted: list[Target] = []
    unseen: list[str] = []
    for name in dict.fromkeys(map(normalize, names)):
        places = [one.after for one in staged if one.after.name == name]
        wanted += (Target(one, staged=True) for one in places)
        if not places:
            unseen.append(name)
    if unseen:
        declared = _declared(folder, asking.environment)
        for one in unseen:
            places = [each for each in declared if each.name == one]
            if not places:
                raise _undeclared(one, declared)
            wanted += (Target(each, staged=False) for each in places)
    return _parted(wanted, policy, asking.environment)


def everything(
    names: Sequence[str], folder: str, policy: Policy, environment: Mapping[str, str]
) -> Targets:
    """Return what the manifests on the disk declare and nobody pinned; raises `GateError`."""
    declared = _declared(folder, environment)
    asked = {normalize(name) for name in names}
    for name in sorted(asked - {one.name for one in declared}):
        raise _undeclared(name, declared)
    return _parted(
        [
            Target(one, staged=False)
            for one in declared
            if (one.name in asked or not asked)
            and not one.pinned
            and not isinstance(one.origin, FromOption)
        ],
        policy,
        environment,
    )


def why_not(dependency: Dependency, policy: Policy, environment: Mapping[str, str]) -> str | None:
    """Tell why a dependency is none of those that the index can be asked to pin."""
    if dependency.name is None or not isinstance(dependency.origin, FromIndex):
        return from_elsewhere(dependency, environment) or "its name is not told"
    if dependency.pinned:
        return "it is pinned already"
    if dependency.locked:
        return "a resolver chose it"
    if is_private(dependency.name, policy):
        return "the policy calls it private: it is not looked up"
    return from_elsewhere(dependency, environment)


def from_elsewhere(dependency: Dependency, environment: Mapping[str, str]) -> str | None:
    """Tell where a dependency comes from, if that is not the index that is asked."""
    origin = dependency.origin
    if not isinstance(origin, FromIndex):
        word = {"vcs": "a repository", "url": "a URL", "path": "a path"}.get(origin.kind)
        return "it is an option and no package" if word is None else f"it comes from {word}"
    indexes = (origin.only_index,) if origin.only_index else origin.instead
    if indexes:
        from vetgate.commands.lookups import home_indexes

        home = {comparable(url) for url in home_indexes(environment)}
        for url in indexes:
            if comparable(url) not in home:
                return f"it comes from {url}, which is not the index that is asked"
    if dependency.moved_by is not None:
        # What the index has under the name need not be what the table brings in.
        return f"{dependency.moved_by} takes it from elsewhere, and the version would hold there"
    return None


def _parted(targets: Sequence[Target], policy: Policy, environment: Mapping[str, str]) -> Targets:
    judged = [(one, why_not(one.dependency, policy, environment)) for one in targets]
    return Targets(
        tuple(one for one, why in judged if why is None),
        tuple((one.dependency, why) for one, why in judged if why is not None),
    )


def _incoming(folder: str, asking: Asking) -> tuple[Incoming, ...]:
    found = find(Asked(), folder, asking.environment)
    if found.errors:
        raise UnreadError(found.errors)
    return tuple(one for one in found.changes if not isinstance(one, Removed))


def _declared(folder: str, environment: Mapping[str, str]) -> tuple[Dependency, ...]:
    root = project_root(folder) or folder
    dependencies, errors = judged_whole(Disk(root, limit=root), whole_files((), root), environment)
    if errors:
        raise UnreadError(errors)
    return dependencies


def _undeclared(name: str, declared: Sequence[Dependency]) -> UsageError:
    from difflib import get_close_matches

    known = sorted({one.name for one in declared if one.name is not None})
    near = get_close_matches(name, known, n=1)
    return UsageError(
        f"no manifest declares {name}", hint=f"did you mean {near[0]}?" if near else ""
    )
