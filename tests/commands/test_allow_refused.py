"""Every line that refuses an allowance, with the policy as it was."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from commands.project import Project, Said, make


@pytest.fixture
def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    return make(tmp_path, capsys, monkeypatch)


MISSING = 'error: an allowance needs a reason\nhint: say why: --reason "…"\n'
UNSEEN = "; vouch for it all the same with --unlisted\n"
REFUSED = [
    ("evil", MISSING),
    ("evil --reason ' '", "error: --reason is blank\nhint: say why the package can be trusted\n"),
    (
        "gone --reason x",
        ("error: the index no longer has gone\n"
        f"hint: the allowance would be for whoever takes the name{UNSEEN}"),
    ),
    (
        "neverheard --reason x",
        ("error: whether the index has neverheard could not be learned: offline: not asked\n"
        "hint: try again later, or vouch for the name unseen with --unlisted\n"),
    ),
    (
        "evil --reason x --rule quarantined",
        "error: an allowance does not exempt from quarantined\nhint: what does: nothing\n",
    ),
    (
        "evil --reason x --rule unpoplar",
        ("error: unknown rule 'unpoplar'\nhint: did you mean unpopular? known: lookalike, malware, "
        "no-repository, off-index, quarantined, rarely-used, removed, suspicious-tld, too-new, "
        "unknown-package, unpopular, vulnerable\n")
    ),
    (
        "evil --reason x --versions '>>1'",
        "error: not a version specifier: '>>1'\nhint: write it as in `>=1.2,<2` (PEP 440)\n",
    ),
    (
        "evil --reason x --expires 2020-01-01",
        ("error: --expires: 2020-01-01 is past\n"
        "hint: write a date as in 2027-05-23, or a time from today as in 90d, 12w or 6m\n"),
    ),
    (
        "",
        ("error: nothing to allow: name a package\n"
        "hint: vetgate allow --list shows what is allowed\n"),
    ),
    ("evil --list", "error: --list does not go with a name\n"),
    ("--prune --reason x", "error: --prune does not go with --reason\n"),
    ("evil --reason x --yes", "error: --yes goes with --list, --check or --prune only\n"),
    ("--list --yes", "error: --yes goes with --prune only\n"),
    ("--prune --format json", "error: --format goes with --list and --check only\n"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), REFUSED)
@pytest.mark.parametrize("content", [None, "# ours\r\nunknown = 'block'"])
def test_what_cannot_be_done_is_refused_and_nothing_is_written(
    project: Project, line: str, said: str, content: str | None
) -> None:
    if content is not None:
        (project.folder / "vetgate.toml").write_bytes(content.encode())

    assert project.vetgate("allow", *shlex.split(line)) == Said(2, "", said)

    left = {path.name for path in project.folder.iterdir()} - {".git"}
    assert left == (set() if content is None else {"vetgate.toml"})
    assert content is None or project.policy == content


def test_the_same_a_second_time_is_refused(project: Project) -> None:
    project.vetgate("allow", "evil", "--reason", "x")
    before = project.policy

    assert project.vetgate("allow", "evil", "--reason", "y") == Said(
        2,
        "",
        "error: vetgate.toml:1: evil is allowed already for the same versions and rules\n"
        "hint: to say it anew, take it back first: vetgate disallow evil\n",
    )
    assert project.policy == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("allow = []\n", "error: vetgate.toml:1: the allow-list is written inline, and such a"),
        (
            "a = 1\na = 2\n",
            "error: vetgate.toml:2: not valid TOML: cannot overwrite a value: a is set already",
        ),
        ("nonsense = 'x'\n", "error: vetgate.toml:1: unknown key 'nonsense'"),
    ],
)
def test_a_policy_that_cannot_be_edited_stays_as_it_is(
    project: Project, content: str, said: str
) -> None:
    project.stage("vetgate.toml", content)

    refused = project.vetgate("allow", "evil", "--reason", "x")

    assert (refused.code, refused.out, refused.err.startswith(said)) == (2, "", True), refused
    assert project.policy == content


def test_a_read_only_policy_stays_as_it_is(project: Project) -> None:
    project.stage("vetgate.toml", "# ours\n")
    (project.folder / "vetgate.toml").chmod(0o444)

    refused = project.vetgate("allow", "evil", "--reason", "x")

    assert refused == Said(2, "", "error: vetgate.toml: is read-only\nhint: nothing was written\n")
    assert project.policy == "# ours\n"
