"""From a block to a commit that passes, and every line that refuses an allowance."""

from __future__ import annotations

import json
import re
import shlex
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from commands.project import Project, Said, make
from render.schemas import validator

TODAY = datetime.now(timezone.utc).date()
EXPIRED = """\
[[allow]]
name = "evil"
rules = ["unpopular"]
reason = "then"
expires = 2020-01-01

# the rules
[rules.unpopular]
downloads = 1000
"""


@pytest.fixture
def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    return make(tmp_path, capsys, monkeypatch)


def advised(said: Said) -> list[str]:
    """Return the arguments of the command that a block prints, as a shell reads them."""
    found = re.search(r"^ *vetgate (allow .+)$", said.out, re.MULTILINE)
    assert found is not None, said
    return shlex.split(found[1])


MANIFESTS = [
    pytest.param("requirements.txt", "evil>=1\n", id="requirements"),
    pytest.param("pyproject.toml", '[project]\nname = "x"\ndependencies = ["evil>=1"]\n', id="pep"),
    pytest.param(
        "pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.10"\nevil = "^1"\n', id="poetry"
    ),
    pytest.param(
        "pyproject.toml",
        '# x\n[tool.vetgate]\nunknown = "warn"\n[dependency-groups]\ndev = ["evil"]\n',
        id="groups-beside-the-policy",
    ),
]


@pytest.mark.parametrize(("path", "text"), MANIFESTS)
def test_the_command_that_a_block_prints_lets_the_commit_pass(
    project: Project, path: str, text: str
) -> None:
    project.stage(path, text)
    blocked = project.vetgate("check")
    assert (blocked.code, advised(blocked)) == (
        1,
        ["allow", "evil", "--rule", "unpopular", "--reason", "…", "--expires", "180d"],
    )

    allowed = project.vetgate(*advised(blocked))
    assert allowed.code == 0

    assert project.vetgate("check").code == 0


@pytest.mark.parametrize("name", ["gone", "neverheard"])
def test_it_works_as_well_for_a_name_that_is_not_there(project: Project, name: str) -> None:
    project.stage("requirements.txt", f"{name}\n")
    blocked = project.vetgate("check")

    assert project.vetgate(*advised(blocked)).code == 0
    assert project.vetgate("check").code == 0


def test_it_works_as_well_where_the_index_is_not_what_matters(project: Project) -> None:
    project.stage("vetgate.toml", '[rules.off-index]\nlevel = "block"\n')
    project.stage("requirements.txt", "mine @ https://files.example/mine-1-py3-none-any.whl\n")
    blocked = project.vetgate("check")

    assert project.vetgate(*advised(blocked)).code == 0
    assert project.vetgate("check").code == 0


def test_an_entry_says_what_it_does_and_what_it_does_not(project: Project) -> None:
    said = project.vetgate(
        "allow", "Evil", "--versions", ">=1,<2", "--rule", "unpopular", "--reason", "read it",
        "--expires", "2999-01-02",
    )  # fmt: skip

    assert said == Said(
        0,
        "vetgate.toml:1: evil is allowed until 2999-01-02\n"
        "  exempts it from: unpopular\n"
        "  does not exempt it from: removed, unknown-package, rarely-used, no-repository, "
        "suspicious-tld,\n"
        "    quarantined, off-index\n"
        "  only where nothing outside of <2,>=1 is admitted\n",
        "",
    )
    assert project.policy == (
        '[[allow]]\nname = "evil"\nversions = ">=1,<2"\nrules = ["unpopular"]\n'
        f'reason = "read it"\nby = "dev@acme.example"\non = {TODAY}\nexpires = 2999-01-02\n'
    )


def test_without_a_rule_every_rule_that_yields_to_an_allowance_is_exempted(
    project: Project,
) -> None:
    project.stage("vetgate.toml", '[rules.rarely-used]\nlevel = "off"\n')

    said = project.vetgate("allow", "evil", "--reason", "…")

    assert said == Said(
        0,
        "vetgate.toml:4: evil is allowed\n"
        "  exempts it from: removed, unknown-package, unpopular, no-repository, suspicious-tld, "
        "off-index\n"
        "  does not exempt it from: quarantined\n",
        "warning: the reason says nothing yet; write one into the policy file\n",
    )


def test_from_a_folder_below_the_entry_goes_to_the_root(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.folder / "sub").mkdir()
    monkeypatch.chdir(project.folder / "sub")

    said = project.vetgate("allow", "evil", "--reason", "x", "--by", "me")

    assert said.out.startswith("../vetgate.toml:1: evil is allowed\n")
    assert 'by = "me"\n' in project.policy


def test_where_git_knows_nobody_the_entry_names_nobody_and_says_so(project: Project) -> None:
    project.git("config", "--unset", "user.name")
    project.git("config", "--unset", "user.email")

    said = project.vetgate("allow", "evil", "--reason", "x")

    assert (said.code, said.err) == (
        0,
        "note: nobody is named as vouching: git knows no user.email; --by says who\n",
    )
    assert "by = " not in project.policy


def test_an_entry_that_is_over_makes_room_for_a_new_one(project: Project) -> None:
    project.stage("vetgate.toml", EXPIRED)

    said = project.vetgate("allow", "evil", "--rule", "unpopular", "--reason", "now", "--by", "me")

    assert said.err == "note: replaces the entry that expired on 2020-01-01\n"
    assert project.policy == (
        "# the rules\n[rules.unpopular]\ndownloads = 1000\n\n"
        '[[allow]]\nname = "evil"\nrules = ["unpopular"]\nreason = "now"\nby = "me"\n'
        f"on = {TODAY}\n"
    )


def test_an_entry_that_adds_nothing_is_written_with_a_note(project: Project) -> None:
    project.vetgate("allow", "evil", "--reason", "x")

    said = project.vetgate("allow", "evil", "--reason", "y", "--rule", "unpopular")

    assert (said.code, said.err) == (0, "note: vetgate.toml:1 allowed as much already\n")


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
        ("error: unknown rule 'unpoplar'\nhint: did you mean unpopular? known: no-repository, "
        "off-index, quarantined, rarely-used, removed, suspicious-tld, unknown-package, "
        "unpopular\n")
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


def test_one_may_vouch_for_a_name_unseen(project: Project) -> None:
    assert project.vetgate("allow", "neverheard", "--reason", "x", "--unlisted").code == 0


def test_a_private_name_is_not_looked_for(project: Project) -> None:
    project.stage("vetgate.toml", 'private = ["acme-*"]\n')

    assert project.vetgate("allow", "acme-x", "--reason", "x").code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("allow = []\n", "error: vetgate.toml:1: the allow-list is written inline, and such a"),
        ("a = 1\na = 2\n", "error: vetgate.toml:2: not valid TOML: cannot overwrite a value"),
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


def test_what_was_allowed_is_taken_back_byte_by_byte(project: Project) -> None:
    project.stage("vetgate.toml", "# ours\n[rules.unpopular]\ndownloads = 5")
    before = project.policy
    project.vetgate("allow", "evil", "--reason", "x", "--versions", ">=1,<2")
    project.vetgate("allow", "evil", "--reason", "y", "--rule", "unpopular")
    both = project.policy

    one = project.vetgate("disallow", "Evil", "--versions", "<2, >=1")
    assert one.out == (
        "vetgate.toml:5: evil is no longer allowed: <2,>=1, every rule but malware\n"
    )
    assert project.policy == both.replace(
        f'[[allow]]\nname = "evil"\nversions = ">=1,<2"\nreason = "x"\n'
        f'by = "dev@acme.example"\non = {TODAY}\n\n',
        "",
    )

    rest = project.vetgate("disallow", "evil")
    assert (rest.code, rest.out) == (
        0,
        "vetgate.toml:5: evil is no longer allowed: every version, unpopular\n",
    )
    assert project.policy == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "evill",
            "error: vetgate.toml: evill is not on the allow-list\nhint: did you mean evil?\n",
        ),
        (
            "zzz",
            (
                "error: vetgate.toml: zzz is not on the allow-list\n"
                "hint: vetgate allow --list shows what is\n"
            ),
        ),
        (
            "evil --versions ==1",
            (
                "error: vetgate.toml: evil is not allowed for the versions ==1\n"
                "hint: it is for: every version\n"
            ),
        ),
        (
            "evil --versions ==",
            "error: not a version specifier: '=='\nhint: write it as in `>=1.2,<2` (PEP 440)\n",
        ),
    ],
)
def test_what_is_not_allowed_cannot_be_taken_back(project: Project, line: str, said: str) -> None:
    project.vetgate("allow", "evil", "--reason", "x")

    assert project.vetgate("disallow", *shlex.split(line)) == Said(2, "", said)


LISTED = """\
[[allow]]
name = "evil"
reason = "used"

[[allow]]
name = "gone"
reason = "over"
expires = 2020-01-01

[[allow]]
name = "other"
rules = ["removed", "unpopular"]
versions = "==1"
reason = "needed by nobody"
by = "dev"
on = 2020-01-01

[[allow]]
name = "evil"
rules = ["unpopular"]
reason = "twice"
"""


def test_the_list_tells_how_every_entry_stands(project: Project) -> None:
    project.stage("vetgate.toml", LISTED)
    project.stage("sub/requirements.txt", "requests\nEvil\ngone\n")

    assert project.vetgate("allow", "--list") == Said(
        0,
        "name   versions  rules               reason            by   since       expires"
        "     used by\n"
        "evil   any       all but malware     used              -    -           never"
        "       sub/requirements.txt:2\n"
        "gone   any       all but malware     over              -    -           2020-01-01"
        "  sub/requirements.txt:3  expired\n"
        "other  ==1       removed, unpopular  needed by nobody  dev  2020-01-01  never"
        "       nothing                 unused\n"
        "evil   any       unpopular           twice             -    -           never"
        "       sub/requirements.txt:2  redundant\n",
        "",
    )
    told = json.loads(project.vetgate("allow", "--list", "--format", "json").out)
    validator("allow").validate(told)
    assert [one["standing"] for one in told["allowances"]] == [
        "in-force", "expired", "unused", "redundant",
    ]  # fmt: skip


BAD = (
    "vetgate.toml:5: the allowance for gone expired on 2020-01-01",
    "vetgate.toml:10: the allowance for other is unused: no manifest declares it",
    "vetgate.toml:18: the allowance for evil is redundant: vetgate.toml:1 allows as much",
)


def test_the_check_ends_with_1_until_the_list_is_pruned(project: Project) -> None:
    project.stage("vetgate.toml", LISTED)
    project.stage("requirements.txt", "Evil\n")

    assert project.vetgate("allow", "--check") == Said(
        1, "\n".join((*BAD, "to remove them: vetgate allow --prune\n")), ""
    )
    refused = project.vetgate("allow", "--prune")
    assert (refused.code, refused.err) == (
        2,
        "error: nobody can be asked here\nhint: to prune these, say --yes\n",
    )
    assert project.policy == LISTED

    pruned = project.vetgate("allow", "--prune", "--yes")
    assert pruned == Said(0, "\n  ".join(("removed:", *BAD)) + "\n", "")
    assert project.policy == LISTED[: LISTED.index("\n\n") + 1]
    assert project.vetgate("allow", "--check") == Said(
        0, "1 allowance, all in force and used\n", ""
    )
    assert project.vetgate("allow", "--prune") == Said(
        0, "nothing to prune: every entry is in force, and used\n", ""
    )


def test_where_a_manifest_cannot_be_read_nothing_is_pruned(project: Project) -> None:
    project.stage("vetgate.toml", LISTED)
    project.stage("requirements.txt", "Evil\n-r nowhere.txt\n")

    for mode in ("--check", "--prune"):
        said = project.vetgate("allow", mode, *(["--yes"] if mode == "--prune" else []))
        assert (said.code, said.out) == (3, "")
        assert "nowhere.txt" in said.err
        assert said.err.endswith("nothing was decided\n")
    shown = project.vetgate("allow", "--list")
    assert (shown.code, shown.out.count("could not be told")) == (3, 4)
    assert project.policy == LISTED


def test_without_an_allow_list_there_is_nothing_to_show(project: Project) -> None:
    assert project.vetgate("allow", "--list").out == "nothing is on the allow-list\n"
    assert project.vetgate("allow", "--check") == Said(
        0, "0 allowances, all in force and used\n", ""
    )


def test_an_entry_that_ends_today_still_counts(project: Project) -> None:
    project.stage("requirements.txt", "evil\n")

    assert project.vetgate("allow", "evil", "--reason", "x", "--expires", str(TODAY)).code == 0
    assert project.vetgate("check").code == 0
    yesterday = TODAY - timedelta(days=1)
    text = project.policy.replace(f"expires = {TODAY}", f"expires = {yesterday}")
    project.stage("vetgate.toml", text.replace(f"on = {TODAY}\n", ""))
    assert project.vetgate("check").code == 1


ALONE = """\
[project]
name = "x"

[[tool.vetgate.allow]]
name = "evil"
reason = "then"
expires = 2020-01-01
"""


def test_a_policy_that_is_one_entry_may_end_with_it(project: Project) -> None:
    project.stage("pyproject.toml", ALONE)

    assert project.vetgate("disallow", "evil").code == 0

    assert (project.folder / "pyproject.toml").read_text() == '[project]\nname = "x"\n'
    assert project.vetgate("allow", "--list").out == "nothing is on the allow-list\n"


def test_a_policy_that_is_one_entry_may_have_it_renewed(project: Project) -> None:
    project.stage("pyproject.toml", ALONE)

    assert project.vetgate("allow", "evil", "--reason", "now", "--by", "me").code == 0

    assert (project.folder / "pyproject.toml").read_text() == ALONE.replace(
        '"then"\nexpires = 2020-01-01', f'"now"\nby = "me"\non = {TODAY}'
    )
