"""What a commit adds, and what the program says of it: each rule, each exemption, each verdict."""

from __future__ import annotations

import pytest

from render.schemas import validator
from scratch import NOTHING_TO_JUDGE, PASSED_QUIETLY, Ran, Scratch, untold

RARE = """\
BLOCKED rare
  requirements.txt:2: rare
  why:
    unpopular: 12 downloads in the last month, fewer than 1,000
  what to do:
    - pin it, after you have read it:
        rare==1.4.2
        vetgate pin rare
    - or allow it, and say why:
        vetgate allow rare --rule unpopular --reason "…" --expires 180d

1 blocked, 0 warned, 0 passed
"""
BLOCKED = {
    "rare": RARE,
    "homeless": """\
BLOCKED homeless
  requirements.txt:2: homeless
  why:
    no-repository: declares no source repository
  what to do:
    - pin it, after you have read it:
        homeless==1.4.2
        vetgate pin homeless
    - or allow it, and say why:
        vetgate allow homeless --rule no-repository --reason "…" --expires 180d

1 blocked, 0 warned, 0 passed
""",
    "gone": """\
BLOCKED gone
  requirements.txt:2: gone
  why:
    removed: no longer on the index since 2024-03-02: anyone may register the name and be
      installed
  what to do:
    - take it out, or depend on what replaced it
    - or pin it, after you have read it:
        gone==<version>
    - or allow it, and say why:
        vetgate allow gone --rule removed --reason "…" --expires 180d

1 blocked, 0 warned, 0 passed
""",
    "reborn": """\
BLOCKED reborn
  requirements.txt:2: reborn
  why:
    removed: was removed from the index and registered again by somebody else (removed 2024-03-02,
      back 2025-04-05)
  what to do:
    - take it out, or depend on what replaced it
    - or pin it, after you have read it:
        reborn==1.4.2
        vetgate pin reborn
    - or allow it, and say why:
        vetgate allow reborn --rule removed --reason "…" --expires 180d

1 blocked, 0 warned, 0 passed
""",
    "held-back": """\
BLOCKED held-back
  requirements.txt:2: held-back
  why:
    quarantined: the index's administrators hold it in quarantine, as they do with reported
      malware
  what to do:
    - leave it out: nothing exempts from quarantined

1 blocked, 0 warned, 0 passed
""",
    "thing @ https://files.prizes.zip/thing-1.tar.gz": """\
BLOCKED thing
  requirements.txt:2: thing @ https://files.prizes.zip/thing-1.tar.gz
  why:
    suspicious-tld: https://files.prizes.zip/thing-1.tar.gz lies in .zip, a top-level domain that
      is often abused
    off-index (only warns): comes from the URL https://files.prizes.zip/thing-1.tar.gz
  what to do:
    - allow it, and say why:
        vetgate allow thing --rule suspicious-tld --unlisted --reason "…" --expires 180d

1 blocked, 0 warned, 0 passed
""",
}
WARNED = {
    "lonely": """\
WARNED lonely
  requirements.txt:2: lonely
  rarely-used: 0 public packages depend on it, fewer than 2

0 blocked, 1 warned, 0 passed
""",
    "shady": """\
WARNED shady
  requirements.txt:2: shady
  suspicious-tld: its metadata names https://win.prizes.zip/, which lies in .zip, a top-level
    domain that is often abused

0 blocked, 1 warned, 0 passed
""",
    "thing @ git+https://github.com/acme/thing@main": """\
WARNED thing
  requirements.txt:2: thing @ git+https://github.com/acme/thing@main
  off-index: comes from git+https://github.com/acme/thing at main, which can change

0 blocked, 1 warned, 0 passed
""",
    "--extra-index-url https://dev:secret@packages.example/simple": """\
WARNED --extra-index-url
  requirements.txt:2: --extra-index-url https://****@packages.example/simple
  off-index: --extra-index-url names https://****@packages.example/simple, which the policy does
    not

0 blocked, 1 warned, 0 passed
""",
}


def added(project: Scratch, *lines: str) -> Ran:
    """Judge a commit that adds lines to the requirements."""
    project.stage("requirements.txt", "".join(f"{line}\n" for line in ("flask", *lines)))
    return project.vetgate("check", "--offline")


@pytest.mark.parametrize("line", BLOCKED)
def test_an_addition_is_blocked(project: Scratch, line: str) -> None:
    assert added(project, line) == Ran(1, BLOCKED[line], "")


@pytest.mark.parametrize("line", WARNED)
def test_an_addition_is_let_through_with_a_warning(project: Scratch, line: str) -> None:
    assert added(project, line) == Ran(0, WARNED[line], "")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("requests", id="popular"),
        pytest.param("fine", id="nothing-to-say"),
        pytest.param("requests[socks]>=2; python_version > '3'", id="with-all-trimmings"),
    ],
)
def test_an_addition_passes_in_one_line(project: Scratch, line: str) -> None:
    assert added(project, line) == PASSED_QUIETLY


def test_what_nobody_knows_is_blocked_offline(project: Scratch) -> None:
    assert added(project, "nobody-knows") == untold(
        "nobody-knows",
        "offline: the index was not asked",
        "offline: the public services were not asked",
    )


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        pytest.param("nobody-knows==1.0", "nobody-knows==1.1", 0, id="another-pin"),
        pytest.param("nobody-knows>=2", "nobody-knows>=1", 0, id="looser"),
        pytest.param("nobody-knows>=2", "other-unknown>=2", 1, id="another-name"),
        pytest.param("flask", "-i https://other.example/simple\nflask\nnobody-knows", 1, id="new"),
    ],
)
def test_a_known_project_keeps_committing_when_every_source_is_down(
    project: Scratch, before: str, after: str, code: int
) -> None:
    project.stage("requirements.txt", f"{before}\n")
    project.commit("have it")
    project.stage("requirements.txt", f"{after}\n")

    ran = project.vetgate("check", "--offline")

    assert (ran.code, "was not asked" in ran.out) == (code, True)


def test_what_nobody_knows_warns_where_the_policy_says_so(project: Scratch) -> None:
    project.write("vetgate.toml", 'unknown = "warn"\n')

    ran = added(project, "nobody-knows")

    assert (ran.code, ran.out.splitlines()[0]) == (0, "WARNED nobody-knows")


def test_several_are_told_blocks_first(project: Scratch) -> None:
    ran = added(project, "requests", "lonely", "gone", "rare==1.4.2", "rare[x]")

    assert [line for line in ran.out.splitlines() if line[:1].strip()] == [
        "BLOCKED gone",
        "BLOCKED rare",
        "WARNED lonely",
        "2 blocked, 1 warned, 2 passed (rare, requests)",
    ]


def test_a_removal_is_no_matter_for_the_gate(project: Scratch) -> None:
    project.stage("requirements.txt", "# empty\n")

    assert project.vetgate("check") == NOTHING_TO_JUDGE


def test_the_json_of_a_block_is_whole_and_valid(project: Scratch) -> None:
    project.stage("requirements.txt", "flask\nRare>=1\n")

    ran = project.vetgate("check", "--format", "json", "--offline")
    document = ran.document()

    validator("check").validate(document)
    snapshot = document.pop("snapshot")
    assert isinstance(snapshot, dict)
    assert sorted(snapshot) == ["built", "packages", "sha256"]
    assert (ran.code, ran.err) == (1, "")
    assert document == {
        "version": 1,
        "verdict": "blocked",
        "changes": [
            {
                "kind": "added",
                "name": "rare",
                "spelled": "Rare",
                "requirement": "Rare>=1",
                "before": None,
                "extras": [],
                "marker": None,
                "origin": {"kind": "index", "specifier": ">=1"},
                "hashes": [],
                "file": "requirements.txt",
                "line": 2,
                "table": None,
                "pinned": False,
                "verdict": "blocked",
                "findings": [
                    {
                        "rule": "unpopular",
                        "level": "block",
                        "message": "12 downloads in the last month, fewer than 1,000",
                        "evidence": {
                            "as_of": "2026-11-01",
                            "downloads": 12,
                            "limit": 1000,
                            "source": "made up",
                        },
                        "exempted_by": None,
                    }
                ],
            }
        ],
        "errors": [],
    }


@pytest.mark.parametrize(
    ("staged", "verdict"),
    [("flask\n", "passed"), ("flask\nlonely\n", "warned"), ("flask\n--what\n", "undecided")],
)
def test_the_json_of_every_verdict_is_valid(project: Scratch, staged: str, verdict: str) -> None:
    project.stage("requirements.txt", staged)

    ran = project.vetgate("check", "--format", "json", "--offline")
    document = ran.document()

    validator("check").validate(document)
    assert (document["verdict"], ran.code) == (verdict, 3 if verdict == "undecided" else 0)
