from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from render.samples import (
    EVIL,
    EXEMPTIONS,
    LOOSENED,
    MIXED,
    PINNED,
    REQUESTS,
    UNPOPULAR,
    blocks,
    dependency,
)
from strategies import exemptions, foreign, verdicts
from vetgate.model.change import Added, Removed
from vetgate.model.policy import Exemption
from vetgate.model.verdict import Finding, Judged, Outcome, Verdict
from vetgate.render.canvas import NARROWEST, Canvas
from vetgate.render.exempting import Advice
from vetgate.render.text import check_text

ADVICE = Advice(EXEMPTIONS)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def told(*changes: Judged, width: int = 80, quiet: bool = False) -> str:
    verdict = Verdict(max((each.outcome for each in changes), default=Outcome.PASSED), changes)
    return check_text(verdict, lambda: ADVICE, width=width, colour=False, quiet=quiet)


def test_a_mixed_verdict_tells_blocks_then_warnings_then_exemptions_then_the_sum() -> None:
    assert (
        check_text(MIXED, lambda: ADVICE, width=80, colour=False)
        == """\
BLOCKED evil
  requirements.txt:3: Evil>=1
  why:
    no-repository: declares no source repository
    unpopular: 214 downloads a month, fewer than 1000
    rarely-used (only warns, could not tell): dependents unknown:
      dependents.example did not answer within 5 s
      vetgate.toml:12: expired on 2026-05-23
  what to do:
    - pin it, after you have read it:
        Evil==1.4.2
        vetgate pin evil
    - or allow it, and say why:
        vetgate allow evil --rule no-repository --rule unpopular --reason "…" --expires 180d
    - did you mean evals?

WARNED left-pad
  requirements.txt:5: left-pad>=1 (was left-pad==1.0)
  rarely-used: 1 public package depends on it, fewer than 2

  pinned-one: no-repository, unpopular, exempted by pin ==1.4.2

1 blocked, 1 warned, 2 passed (pinned-one, requests)"""
    )


def test_a_narrow_terminal_gets_shorter_lines_but_whole_commands() -> None:
    assert (
        told(EVIL, width=40)
        == """\
BLOCKED evil
  requirements.txt:3: Evil>=1
  why:
    no-repository: declares no source
      repository
    unpopular: 214 downloads a month,
      fewer than 1000
    rarely-used (only warns, could not
      tell): dependents unknown:
      dependents.example did not answer
      within 5 s
      vetgate.toml:12: expired on
        2026-05-23
  what to do:
    - pin it, after you have read it:
        Evil==1.4.2
        vetgate pin evil
    - or allow it, and say why:
        vetgate allow evil --rule no-repository --rule unpopular --reason "…" --expires 180d
    - did you mean evals?

1 blocked, 0 warned, 0 passed"""
    )


def test_a_wide_terminal_keeps_findings_on_one_line() -> None:
    assert (
        "    rarely-used (only warns, could not tell): dependents unknown: dependents.example did"
        " not answer within 5 s\n"
    ) in told(EVIL, width=120)


def test_colour_is_added_and_nothing_else() -> None:
    coloured = check_text(MIXED, lambda: ADVICE, width=80, colour=True)

    assert coloured.startswith("\x1b[1;31mBLOCKED\x1b[0m \x1b[1mevil\x1b[0m\n")
    assert _COLOUR.sub("", coloured) == check_text(MIXED, lambda: ADVICE, width=80, colour=False)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        pytest.param((), "vetgate: nothing to judge", id="nothing"),
        pytest.param((REQUESTS,), "vetgate: 1 addition passed", id="one"),
        pytest.param((REQUESTS,) * 3, "vetgate: 3 additions passed", id="three"),
        pytest.param(
            (REQUESTS, LOOSENED._replace(outcome=Outcome.PASSED, findings=())),
            "vetgate: 1 addition and 1 update passed",
            id="an-update",
        ),
        pytest.param(
            (Judged(Removed(dependency("old")), Outcome.PASSED),),
            "vetgate: nothing to judge",
            id="a-removal-brings-nothing-in",
        ),
        pytest.param(
            (PINNED,),
            "vetgate: 1 addition passed\n"
            "  pinned-one: no-repository, unpopular, exempted by pin ==1.4.2",
            id="a-pin",
        ),
        pytest.param(
            (
                REQUESTS._replace(
                    findings=(
                        UNPOPULAR._replace(
                            exempted_by=Exemption.ALLOW,
                            exempted_why="vetgate.toml:12: read it (expires 2027-05-23)",
                            notes=("vetgate.toml:4: expired on 2026-05-23",),
                        ),
                        blocks("unknown-package", "no such package")._replace(
                            exempted_by=Exemption.PRIVATE
                        ),
                    )
                ),
            ),
            "vetgate: 1 addition passed\n"
            "  requests: unknown-package, exempted by private name\n"
            "  requests: unpopular, exempted by allowance vetgate.toml:12: read it"
            " (expires 2027-05-23)\n"
            "  requests: vetgate.toml:4: expired on 2026-05-23",
            id="allowances-name-their-place",
        ),
    ],
)
def test_what_passes_is_told_in_plain_lines(changes: tuple[Judged, ...], text: str) -> None:
    assert told(*changes) == text


@pytest.mark.parametrize("changes", [(), (PINNED,), (LOOSENED,)])
def test_quiet_says_nothing_without_a_block(changes: tuple[Judged, ...]) -> None:
    assert told(*changes, quiet=True) == ""


def test_quiet_tells_blocks_and_the_sum() -> None:
    quiet = check_text(MIXED, lambda: ADVICE, width=80, colour=False, quiet=True)

    assert quiet == told(EVIL).replace(
        "0 warned, 0 passed", "1 warned, 2 passed (pinned-one, requests)"
    )


def test_one_package_in_two_places_is_told_once_with_a_pin_for_each() -> None:
    other = dependency("evil", file="pyproject.toml", line=8, table="project.dependencies")

    lines = told(EVIL, EVIL._replace(change=Added(other))).splitlines()

    assert lines[:3] == [
        "BLOCKED evil",
        "  pyproject.toml:8 [project.dependencies]: evil",
        "  requirements.txt:3: Evil>=1",
    ]
    assert lines[10:14] == [
        "    - pin it, after you have read it:",
        '        "evil==1.4.2"',
        "        Evil==1.4.2",
        "        vetgate pin evil",
    ]
    assert lines[-1] == "2 blocked, 0 warned, 0 passed"


def test_blocks_are_sorted_by_file_and_line() -> None:
    def block(name: str, file: str, line: int) -> Judged:
        return Judged(Added(dependency(name, file=file, line=line)), Outcome.BLOCKED, (UNPOPULAR,))

    text = told(block("c", "b.txt", 1), block("b", "a.txt", 10), block("a", "a.txt", 9))

    assert re.findall("BLOCKED (.)", text) == ["a", "b", "c"]


def test_a_doubt_that_does_not_say_why_is_followed_by_what_is_unknown() -> None:
    doubt = Finding("unpopular", EVIL.findings[0].level, "could not be counted", {}, unknown=True)

    lines = told(EVIL._replace(findings=(doubt,))).splitlines()

    assert lines[3:8] == [
        "    unpopular (could not tell): could not be counted",
        "    unknown: rank (the starter snapshot has no rank for it)",
        "    unknown: dependents (dependents.example did not answer within 5 s)",
        "  what to do:",
        "    - try again: what could not be learned now may be there later",
    ]


def test_the_passing_path_imports_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from vetgate.model.verdict import Outcome, Verdict\n"
        "from vetgate.render.text import check_text\n"
        "print(check_text(Verdict(Outcome.PASSED), None, width=80, colour=False))\n"
        "heavy = {'rich', 'packaging', 'json', 'dataclasses', 'argparse', 'pathlib', 'textwrap'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-S", "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path.endswith("/hook"))},
    )

    assert ran.stdout == "vetgate: nothing to judge\n[]\n"


@given(verdicts, exemptions, st.integers(0, 200), st.booleans(), st.booleans())
def test_no_text_from_outside_reaches_the_terminal_raw(
    verdict: Verdict,
    exempting: dict[str, frozenset[Exemption]],
    width: int,
    colour: bool,  # noqa: FBT001 - Hypothesis passes by position
    quiet: bool,  # noqa: FBT001 - the same
) -> None:
    text = check_text(verdict, lambda: Advice(exempting), width=width, colour=colour, quiet=quiet)

    if colour:
        text = _COLOUR.sub("", text)
    assert all(line.isprintable() for line in text.split("\n"))


@given(verdicts, st.integers(0, 200))
def test_only_our_own_words_start_a_line(verdict: Verdict, width: int) -> None:
    text = check_text(verdict, lambda: ADVICE, width=width, colour=False)

    ours = re.compile(r"  |BLOCKED\b|WARNED\b|vetgate: |\d+ blocked, |$")
    assert [line for line in text.split("\n") if not ours.match(line)] == []


@given(verdicts)
def test_every_block_and_every_warning_is_told(verdict: Verdict) -> None:
    text = check_text(verdict, lambda: ADVICE, width=80, colour=False)

    for outcome in (Outcome.BLOCKED, Outcome.WARNED):
        places = sum(each.outcome is outcome for each in verdict.changes)
        headings = len(re.findall(rf"^{outcome.name}\b", text, re.MULTILINE))
        assert (headings > 0) == (places > 0)
        assert headings <= places


@given(foreign, st.integers(0, 200), st.integers(0, 4))
def test_a_paragraph_keeps_to_the_width(words: str, width: int, depth: int) -> None:
    canvas = Canvas(width, colour=False)
    canvas.paragraph(words, depth=depth, bullet="- ")

    room = max(width, NARROWEST)
    assert all(cell_len(line) <= room for line in canvas.text().split("\n"))
