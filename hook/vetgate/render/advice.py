"""What to do about a block: the one place that knows which way out is open for which rules."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from vetgate.model.dependency import FromIndex, FromOption
from vetgate.model.facts import Known, NeverSeen, Removed
from vetgate.model.pinnable import Candidate, NonePicked, in_turn, pinnable
from vetgate.model.policy import Exemption, Level
from vetgate.model.record import Record
from vetgate.model.verdict import Judged
from vetgate.render.exempting import (
    Advice,
    blocking,
    excused_by,
    exempting,
    exempting_from,
)
from vetgate.render.ordered import subject
from vetgate.render.pin import pin_text, quoted

_TYPO_RULES = frozenset(
    {"unknown-package", "lookalike", "removed", "unpopular", "malware", "quarantined"}
)
"""Rules that a mistyped name runs into; the others say nothing about the name."""

_NAME_RULES = frozenset({"removed", "unknown-package"})
"""Who names one of these vouches for a name that the index does not have."""

_OPEN = frozenset({Exemption.PIN, Exemption.ALLOW, Exemption.PRIVATE})
"""What a person can do by hand (a lock comes from a resolver)."""

_NAMES_SHOWN = 3
PRIVATE_FROM = "private_from"
"""Evidence that a private name was to come from elsewhere."""


class Way(Record):
    """One way out: a sentence, and the lines to copy."""

    sentence: str
    copy: tuple[str, ...] = ()
    question: bool = False
    """It asks rather than tells: it is no alternative to what stands before it."""


def ways_out(members: Sequence[Judged], advice: Advice) -> list[Way]:
    """Return what can be done about changes of one package that the same findings block."""
    if any(PRIVATE_FROM in one.evidence for one in members[0].findings):
        place = _place("indexes", advice)
        said = f"name the index that it comes from in {place}, and give that to pip:"
        return [Way(said, ('indexes = ["https://…"]',))]
    rules = blocking(members[0].findings)
    ways: list[Way] = []
    excused = excused_by(members[0], rules, advice)
    hopeless = [
        rule for rule in rules if rule not in excused and not exempting_from(advice, rule) & _OPEN
    ]
    if not hopeless:
        ways += _again(members[0])
        ways += _malicious(members[0])
        if any(one.rule == "removed" and not one.unknown for one in members[0].findings):
            ways.append(Way("take it out, or depend on what replaced it"))
        ways += _pin_or_allow(members, rules, excused, advice)
        ways += _private(members[0], rules, advice)
        ways += _index(members[0], rules, advice)
    elif any(exempting_from(advice, rule) for rule in hopeless):
        ways.append(Way(f"only a lock file's entry exempts from {_listed(hopeless)}"))
    else:
        ways.append(Way(f"leave it out: nothing exempts from {_listed(hopeless)}"))
    if not ways:
        ways.append(Way(f"leave it out, or change what the rule may do in {advice.policy}"))
    # The design's order: the likely name comes last.
    return [*ways, *_meant(members[0], rules)]


def _malicious(judged: Judged) -> Iterator[Way]:
    if _is_reported(judged):
        yield Way("leave it out, and look at what it may have done if it was ever installed")


def _is_reported(judged: Judged) -> bool:
    return any(
        one.rule == "malware" and one.level is Level.BLOCK and not one.unknown
        for one in judged.findings
        if one.exempted_by is None
    )


def meant(judged: Judged, rules: Sequence[str]) -> tuple[str, ...]:
    """Name the well-known packages that may have been meant, given the rules that block."""
    facts = judged.facts
    if facts is None or not isinstance(facts.resembles, Known) or _TYPO_RULES.isdisjoint(rules):
        return ()
    return facts.resembles.value[:_NAMES_SHOWN]


def _meant(judged: Judged, rules: Sequence[str]) -> Iterator[Way]:
    if near := meant(judged, rules):
        yield Way(f"did you mean {' or '.join(near)}?", question=True)


def _again(judged: Judged) -> Iterator[Way]:
    findings = [
        finding
        for finding in judged.findings
        if finding.level is Level.BLOCK and finding.exempted_by is None
    ]
    if findings and all(finding.unknown for finding in findings):
        yield Way("try again: what could not be learned now may be there later")


def _pin_or_allow(
    members: Sequence[Judged],
    rules: Sequence[str],
    excused: Mapping[str, frozenset[Exemption]],
    advice: Advice,
) -> Iterator[Way]:
    pins = _pins(members, advice)
    by = exempting(members[0], advice)
    cured = _cured(members, advice)
    pinned = [rule for rule in rules if pins and (Exemption.PIN in by[rule] or rule in cured)]
    named = [rule for rule in rules if Exemption.ALLOW not in excused.get(rule, ())]
    command = _allowance(members[0], named, advice)
    easy = _pin_command(members, advice)
    # What nobody wrote has no line of its own to put the pin on.
    beside = any(subject(one.change).needed_by for one in members)
    where = " beside what needs it or in a constraints file (-c)" if beside else ""
    if pins and len(pinned) == len(rules):
        yield Way(f"pin it{where}, after you have read it:", (*pins, *easy))
    if command is not None:
        yield _allowing(members[0], command, advice)
    elif pinned and len(pinned) < len(rules):
        rest = _allowance(members[0], [rule for rule in named if rule not in pinned], advice)
        if rest is not None and "allow" not in advice.closed:
            lines = (*pins, *easy, rest)
            yield Way(f"pin it{where}, after you have read it, and allow the rest:", lines)


def _allowing(judged: Judged, command: str, advice: Advice) -> Way:
    if "allow" in advice.closed:
        return Way(f"ask whoever keeps the policy that {advice.policy} extends to allow it")
    if not advice.by_others:
        doubt = "if you know that the report is wrong, " if _is_reported(judged) else ""
        return Way(f"{doubt}allow it, and say why:", (command,))
    if any("self_approved" in finding.evidence for finding in judged.findings):
        return Way(f"have the edit of {advice.policy} approved, and merged before this change")
    return Way("allow it in a change of its own, which is merged before this one:", (command,))


def _pins(members: Sequence[Judged], advice: Advice) -> tuple[str, ...]:
    """Return what to write, once each; nothing if one of the places cannot be pinned."""
    beside = _specifiers(members)
    written = [
        pin_text(subject(judged.change), judged.facts, advice.demands, beside) for judged in members
    ]
    pins = [pin for pin in written if pin is not None]
    return tuple(dict.fromkeys(pins)) if len(pins) == len(written) else ()


def _pin_command(members: Sequence[Judged], advice: Advice) -> tuple[str, ...]:
    """Return the command that writes the pin, where it can: in a file, from the index, by name."""
    dependency = subject(members[0].change)
    places = [subject(one.change).location for one in members]
    found = all(at.line and (advice.pins_in is None or advice.pins_in(at.file)) for at in places)
    if dependency.name is None or not found or not all(map(can_be_had, members)):
        return ()
    if all(isinstance(one, NonePicked) for one in _picked(members, advice)):
        return ()
    return (f"vetgate pin {shlex.quote(dependency.name)}",)


def _cured(members: Sequence[Judged], advice: Advice) -> frozenset[str]:
    """Return the rules that block for other versions than the one to pin."""
    if not all(isinstance(one, Candidate) for one in _picked(members, advice)):
        return frozenset()
    unseen = {finding.rule for judged in members for finding in judged.findings if finding.unknown}
    strict = advice.demands.vulnerable is Level.BLOCK
    return frozenset({"malware", "vulnerable"} if strict else {"malware"}) - unseen


def _picked(members: Sequence[Judged], advice: Advice) -> Iterator[Candidate | NonePicked | None]:
    """Yield the release to pin in each place, as far as it is known."""
    beside = _specifiers(members)
    for judged in members:
        (own,) = _specifiers((judged,)) or ("",)
        yield pinnable(judged.facts, in_turn(own, beside), advice.demands)


def _specifiers(members: Sequence[Judged]) -> list[str]:
    origins = (subject(judged.change).origin for judged in members)
    return [origin.specifier for origin in origins if isinstance(origin, FromIndex)]


def can_be_had(judged: Judged) -> bool:
    """Whether nothing speaks against the index having a release of it."""
    origin = subject(judged.change).origin
    if not isinstance(origin, FromIndex) or origin.only_index is not None:
        return False
    presence = None if judged.facts is None else judged.facts.presence
    return not (isinstance(presence, Known) and isinstance(presence.value, NeverSeen | Removed))


def _allowance(judged: Judged, rules: Sequence[str], advice: Advice) -> str | None:
    name = subject(judged.change).name
    if name is None or not all(Exemption.ALLOW in exempting_from(advice, rule) for rule in rules):
        return None
    named = "".join(f" --rule {shlex.quote(rule)}" for rule in rules)
    listed = not advice.elsewhere and _may_be_listed(judged)
    unlisted = "" if listed or not _NAME_RULES.isdisjoint(rules) else " --unlisted"
    return f'vetgate allow {shlex.quote(name)}{named}{unlisted} --reason "…" --expires 180d'


def _may_be_listed(judged: Judged) -> bool:
    """Whether `vetgate allow` will take the name without being told that the index lacks it."""
    if judged.facts is None or not isinstance(subject(judged.change).origin, FromIndex):
        return False
    presence = judged.facts.presence
    return isinstance(presence, Known) and not isinstance(presence.value, NeverSeen | Removed)


def _private(judged: Judged, rules: Sequence[str], advice: Advice) -> Iterator[Way]:
    name = subject(judged.change).name
    if name is not None and any(
        Exemption.PRIVATE in exempting_from(advice, rule) for rule in rules
    ):
        said = f"if it is your own and not public, say so in {_place('private', advice)}:"
        yield Way(said, (f"private = [{quoted(name)}]",))


def _index(judged: Judged, rules: Sequence[str], advice: Advice) -> Iterator[Way]:
    origin = subject(judged.change).origin
    url = origin.url if isinstance(origin, FromOption) else None
    if isinstance(origin, FromIndex):
        url = origin.only_index
    if url is not None and "off-index" in rules:
        line = f"indexes = [{quoted(url)}]"
        yield Way(f"if you trust that index, name it in {_place('indexes', advice)}:", (line,))


def _place(listed: str, advice: Advice) -> str:
    """Name the file that a list of the policy can be added to."""
    return f"what {advice.policy} extends" if listed in advice.closed else advice.policy


def _listed(rules: Sequence[str]) -> str:
    return " and ".join(rules)
