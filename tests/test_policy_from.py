"""A change that would vouch for itself, judged by the policy as it stood before it."""

from __future__ import annotations

import pytest

from render.schemas import validator
from scratch import Scratch, refused

ALLOWED = "[[allow]]\nname = 'rare'\nreason = 'trust me'\n"
SINCE = "but only since this change"
BLOCK = """\
BLOCKED rare
  requirements.txt:2: rare
  why:
    unpopular: 12 downloads in the last month, fewer than 1,000
      self-approved: vetgate.toml:1 allows it, but only since this change
  what to do:
    - pin it, after you have read it:
        rare==1.4.2
        vetgate pin rare
    - or have the edit of vetgate.toml approved, and merged before this change

1 blocked, 0 warned, 0 passed
"""
PASSED = """\
vetgate: 1 addition passed
  rare: unpopular, exempted by allowance main:vetgate.toml:1: trust me
"""
CI = ("check", "--from-ref", "main", "--policy-from", "main")


@pytest.fixture
def branch(project: Scratch) -> Scratch:
    """Return a repository on a branch that adds what nobody uses."""
    project.git("switch", "--quiet", "-c", "branch")
    project.write("requirements.txt", "flask\nrare\n")
    project.commit()
    return project


def changing(branch: Scratch, before: str, after: str) -> Scratch:
    """Have the policy say one thing on `main`, and another on the branch."""
    branch.git("switch", "--quiet", "main")
    branch.write("vetgate.toml", before)
    branch.commit()
    branch.git("switch", "--quiet", "branch")
    branch.git("rebase", "--quiet", "main")
    branch.write("vetgate.toml", after)
    branch.commit()
    return branch


def notes(branch: Scratch, *arguments: str) -> list[str]:
    """Return what is noted of the findings, in the evidence and in the text alike."""
    document = branch.vetgate(*CI, "--format", "json", *arguments).document()
    validator("check").validate(document)
    text = branch.vetgate(*CI, *arguments).out
    changes = document["changes"]
    assert isinstance(changes, list)
    found = []
    for change in changes:
        assert isinstance(change, dict)
        findings = change["findings"]
        assert isinstance(findings, list)
        for finding in findings:
            assert isinstance(finding, dict)
            evidence = finding["evidence"]
            assert isinstance(evidence, dict)
            found.append(str(evidence.get("self_approved", "")))
    assert all(" ".join(f"self-approved: {note}".split()) in " ".join(text.split())
               for note in found if note)  # fmt: skip
    return found


def test_a_change_does_not_vouch_for_itself(branch: Scratch) -> None:
    branch.write("vetgate.toml", ALLOWED)
    branch.commit()

    assert branch.vetgate("check", "--from-ref", "main").code == 0
    assert branch.vetgate(*CI) == (1, BLOCK, "")


def test_what_was_allowed_before_is_allowed(branch: Scratch) -> None:
    changing(branch, ALLOWED, ALLOWED)

    ran = branch.vetgate(*CI)

    assert ran == (
        0,
        PASSED,
        "",
    )


def test_an_allowance_that_the_change_takes_back_still_stands(branch: Scratch) -> None:
    changing(branch, ALLOWED, "")

    assert branch.vetgate(*CI).code == 0
    assert branch.vetgate("check", "--from-ref", "main").code == 1


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("", "[rules.unpopular]\nlevel = 'off'\n", "vetgate.toml:2 sets rules.unpopular.level, "),
        (
            "",
            "[rules.unpopular]\ndownloads = 5\n",
            "vetgate.toml:2 sets rules.unpopular.downloads, ",
        ),
        (
            "[rules.unpopular]\ndownloads = 5000\n",
            "[rules.unpopular]\nlevel = 'warn'\n",
            "vetgate.toml:2 sets rules.unpopular.level, ",
        ),
        ("trust-rank = 1\n", "\nprivate = ['rare']\n", "vetgate.toml:2 calls it private, "),
        ("", "[rules.unpopular]\nexempted-by = ['private']\n", ""),
        ("", "[rules.unpopular]\nlevel = 'block'\n", ""),
    ],
)
def test_what_a_change_loosens_is_named(
    branch: Scratch, before: str, after: str, note: str
) -> None:
    changing(branch, before, after)

    assert branch.vetgate(*CI).code == 1
    assert set(notes(branch)) == {note + SINCE if note else ""}


@pytest.mark.parametrize(
    ("level", "code", "last"),
    [
        ("block", 1, "1 blocked, 0 warned, 0 passed"),
        ("warn", 0, "0 blocked, 1 warned, 0 passed"),
        ("off", 0, f"  rare: vetgate.toml:2 allows it, {SINCE}"),
    ],
)
def test_the_policy_before_says_what_approving_oneself_counts(
    branch: Scratch, level: str, code: int, last: str
) -> None:
    other = "block" if level == "off" else "off"
    changing(branch, f"self-approved = '{level}'\n", f"self-approved = '{other}'\n{ALLOWED}")

    ran = branch.vetgate(*CI)

    assert (ran.code, ran.err) == (code, "")
    assert ran.out.rstrip("\n").split("\n")[-1].replace("self-approved: ", "") == last


def test_what_a_policy_extends_is_that_of_the_same_commit(branch: Scratch) -> None:
    branch.git("switch", "--quiet", "main")
    branch.write("base/policy.toml", "")
    branch.write("vetgate.toml", "extends = 'base/policy.toml'\n")
    branch.commit()
    branch.git("switch", "--quiet", "branch")
    branch.git("rebase", "--quiet", "main")
    branch.write("base/policy.toml", ALLOWED)
    branch.commit()

    assert branch.vetgate("check", "--from-ref", "main").code == 0
    assert notes(branch) == [f"base/policy.toml:1 allows it, {SINCE}"]


@pytest.mark.parametrize("named", ["../repository/base.toml", "../way/base.toml"])
def test_no_way_round_leads_to_a_file_that_the_change_may_edit(branch: Scratch, named: str) -> None:
    (branch.folder.parent / "way").symlink_to(branch.folder)
    branch.git("switch", "--quiet", "main")
    branch.write("base.toml", "")
    branch.write("vetgate.toml", f"extends = '{named}'\n")
    branch.commit()
    branch.git("switch", "--quiet", "branch")
    branch.git("rebase", "--quiet", "main")
    branch.write("base.toml", ALLOWED)
    branch.commit()

    assert branch.vetgate("check", "--from-ref", "main").code == 0
    assert branch.vetgate(*CI).code == 1


def test_a_file_outside_of_the_repository_is_read_where_it_is(branch: Scratch) -> None:
    branch.write("../shared.toml", ALLOWED)
    changing(branch, "extends = '../shared.toml'\n", "extends = '../shared.toml'\n")

    assert "exempted by allowance ../shared.toml:1" in branch.vetgate(*CI).out


def test_a_table_of_a_project_file_counts_too(branch: Scratch) -> None:
    changing(branch, "", "")
    branch.git("rm", "--quiet", "vetgate.toml")
    branch.write("pyproject.toml", ALLOWED.replace("[[allow", "[[tool.vetgate.allow"))
    branch.commit()

    assert notes(branch) == [f"pyproject.toml:1 allows it, {SINCE}"]


def test_a_policy_further_down_vouches_for_nothing_above_it(project: Scratch) -> None:
    project.write("sub/vetgate.toml", ALLOWED)
    project.commit()
    project.stage("requirements.txt", "flask\nrare\n")
    judged = ("check", "--policy-from", "HEAD")

    assert project.vetgate(*judged, inside="sub").code == 1
    assert project.vetgate(*judged).code == 1


def test_a_ref_of_zeros_has_no_policy(branch: Scratch) -> None:
    branch.write("vetgate.toml", ALLOWED)
    branch.commit()

    ran = branch.vetgate("check", "--from-ref", "main", "--policy-from", "0" * 40)

    assert ran == (1, BLOCK, "")


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("", refused("--policy-from needs the name of a commit, and it is empty", code=2)),
        (
            "nowhere",
            refused(
                "no commit 'nowhere' in this repository",
                "the history may be shallow: fetch more of it (`git fetch --unshallow`)",
            ),
        ),
    ],
)
def test_a_ref_that_names_nothing_decides_nothing(
    branch: Scratch, ref: str, said: tuple[int, str, str]
) -> None:
    assert branch.vetgate("check", "--policy-from", ref) == said


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("unknow = 'warn'\n", "main:vetgate.toml:1: unknown key 'unknow'"),
        (
            "extends = 'absent.toml'\n",
            "main:vetgate.toml:1: extends 'absent.toml', which is not in that commit",
        ),
    ],
)
def test_a_policy_that_was_wrong_before_is_said_to_be(
    branch: Scratch, content: str, problem: str
) -> None:
    changing(branch, content, "")

    ran = branch.vetgate(*CI)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == f"error: {problem}"


def test_a_link_in_place_of_the_policy_is_not_followed(branch: Scratch) -> None:
    branch.git("switch", "--quiet", "main")
    branch.write("other.toml", ALLOWED)
    (branch.folder / "vetgate.toml").symlink_to("other.toml")
    branch.commit()
    (branch.folder / "vetgate.toml").unlink()

    ran = branch.vetgate("check", "--policy-from", "main")

    assert ran == refused("main:vetgate.toml: a symbolic link in place of a policy file", code=2)


EXPIRED = "[[allow]]\nname = 'rare'\nreason = 'read'\nexpires = 2020-01-01\n"
LINE = "{}:1: the allowance for rare expired on 2020-01-01\n"
END = "to remove them: vetgate allow --prune\n"
HOOK = ("allow", "--check", "--only-expired")


def test_the_hook_for_policies_minds_mistakes_and_ends_only(outside: Scratch) -> None:
    outside.write("vetgate.toml", EXPIRED.replace("2020", "2120"))
    outside.write("a/vetgate.toml", EXPIRED)
    outside.write("b/vetgate.toml", "x = 1\n")
    outside.write("c/pyproject.toml", "[project]\nname = 'x'\n")
    outside.write("d/pyproject.toml", EXPIRED.replace("[[allow", "[[tool.vetgate.allow"))
    outside.write("e/base.toml", EXPIRED)
    outside.write("e/vetgate.toml", "extends = 'base.toml'\n")
    unknown = "b/vetgate.toml:1: unknown key 'x'"

    ended = LINE.format("a/vetgate.toml") + LINE.format("d/pyproject.toml") + END
    assert outside.vetgate(*HOOK) == (0, "1 allowance, none expired\n", "")
    assert outside.vetgate(*HOOK, "vetgate.toml", "c/pyproject.toml").code == 0
    assert outside.vetgate(*HOOK, "a/vetgate.toml", "d/pyproject.toml") == (1, ended, "")
    assert outside.vetgate(*HOOK, "e/vetgate.toml") == (0, "0 allowances, none expired\n", "")
    assert outside.vetgate(*HOOK, "e/base.toml").code == 1
    wrong = outside.vetgate(*HOOK, "a/vetgate.toml", "b/vetgate.toml")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.splitlines()[0] == f"error: {unknown}"


def test_the_hook_for_policies_tells_programs_too(outside: Scratch) -> None:
    outside.write("vetgate.toml", EXPIRED)

    ran = outside.vetgate(*HOOK, "--format", "json")

    validator("allow").validate(ran.document())
    assert ran.code == 1


@pytest.mark.parametrize("arguments", [("--list",), ("--prune",), ("rare", "--reason", "x")])
def test_only_expired_goes_with_check_only(outside: Scratch, arguments: tuple[str, ...]) -> None:
    assert outside.vetgate("allow", *arguments, "--only-expired") == refused(
        "--only-expired goes with --check only", code=2
    )
