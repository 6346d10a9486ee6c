"""The report after a run of pip: each package once, what is said of many only once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from vetgate.model.change import Added
from vetgate.model.dependency import Dependency, FromIndex, Location, NormalizedName, normalize
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Finding, Judged, Outcome
from vetgate.render.exempting import Advice
from vetgate.render.pip_text import End, pip_text

_ADVICE = Advice({"unpopular": frozenset({Exemption.PIN, Exemption.ALLOW})})
_UNPOPULAR = Finding("unpopular", Level.BLOCK, "12 downloads in the last month", {})
_FURTHER = Finding("off-index", Level.WARN, "may come from https://index.example", {})


def _judged(name: str, outcome: Outcome, *findings: Finding, by: str | None = None) -> Judged:
    needed_by = () if by is None else (by,)
    dependency = Dependency(
        normalize(name), name, name, FromIndex(""), Location("", 0), needed_by=needed_by
    )
    return Judged(Added(dependency), outcome, findings)


def _text(
    judged: Sequence[Judged],
    held: Mapping[NormalizedName, Mapping[str, str]] | None = None,
    *,
    end: End = End.CAME_THROUGH,
) -> str:
    return pip_text(
        judged,
        held or {},
        lambda: _ADVICE,
        end=end,
        width=80,
        colour=False,
    )


def test_one_line_if_all_is_well() -> None:
    passed = [_judged("a", Outcome.PASSED), _judged("b", Outcome.PASSED)]

    assert _text(passed) == "vetgate: 2 packages judged, all passed"
    assert _text([]) == "vetgate: nothing to judge"


def test_a_pip_that_failed_after_all_passed_does_not_look_like_one_that_did_not() -> None:
    why = "; pip itself failed, for the reason that it gives above"

    assert _text([], end=End.FAILED) == f"vetgate: nothing to judge{why}"
    assert _text([_judged("a", Outcome.PASSED)], end=End.FAILED) == (
        f"vetgate: 1 package judged, none was held back{why}"
    )
    warned = _text([_judged("a", Outcome.WARNED, _FURTHER)], end=End.FAILED)
    assert " ".join(warned.split()).endswith(f"0 blocked, 1 warned, 0 passed{why}")


def test_a_block_names_who_asks_and_no_file_that_is_none() -> None:
    blocked = _judged("evil", Outcome.BLOCKED, _UNPOPULAR, by="a")

    assert _text([blocked], end=End.STOPPED) == (
        "BLOCKED evil\n"
        "  needed by a: evil\n"
        "  why:\n"
        "    unpopular: 12 downloads in the last month\n"
        "  what to do:\n"
        "    - pin it beside what needs it or in a constraints file (-c), after you have\n"
        "      read it:\n"
        "        evil==<version>\n"
        "    - or allow it, and say why:\n"
        '        vetgate allow evil --rule unpopular --unlisted --reason "…" --expires 180d\n'
        "\n"
        "vetgate: 1 package judged: 1 blocked, 0 warned, 0 passed; nothing was installed"
    )


def test_what_is_said_of_many_is_said_once() -> None:
    few = [_judged(name, Outcome.WARNED, _FURTHER) for name in "ab"]
    many = [_judged(name, Outcome.WARNED, _FURTHER) for name in "abcd"]

    assert _text(few).startswith("WARNED a\n  a\n  off-index: may come from")
    assert _text(many) == (
        "WARNED 4 packages: a, b, c, d\n"
        "  off-index: may come from https://index.example\n"
        "\n"
        "vetgate: 4 packages judged: 0 blocked, 4 warned, 0 passed"
    )


def test_files_that_were_held_back_are_told_by_reason() -> None:
    held = {normalize("a"): {"a-2.0.tar.gz": "a day old", "a-2.0-py3-none-any.whl": "a day old"}}

    assert _text([_judged("a", Outcome.PASSED)], held) == (
        "HELD BACK some files of a\n"
        "  a-2.0.tar.gz and 1 more: a day old\n"
        "\n"
        "vetgate: 1 package judged: 0 blocked, 0 warned, 1 passed"
    )


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (End.CUT_SHORT, "pip was ended before it was done"),
        (End.UNPLANNED, "there is no plan, for the reason given above"),
        (End.FAILED, "pip itself failed, for the reason that it gives above"),
    ],
)
def test_of_a_run_that_did_not_come_to_its_end_nobody_says_that_all_passed(
    end: End, told: str
) -> None:
    assert _text([_judged("a", Outcome.PASSED)], end=end) == (
        f"vetgate: 1 package judged, none was held back; {told}"
    )
