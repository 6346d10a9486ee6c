"""Which two states are compared: index, commits, what pre-commit names; and what is new then."""

from __future__ import annotations

import pytest

from scratch import NOTHING_TO_JUDGE, PASSED_QUIETLY, Ran, Scratch, refused, unpopular

NO_COMMIT = "0" * 40
HASH, OTHER_HASH = (f"--hash=sha256:{letter * 64}" for letter in "ab")


BLOCKED_ALONE = Ran(1, unpopular(at="requirements.txt:1"), "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("rare==1.4.2", "rare>=1.4", id="pin-loosened"),
        pytest.param("rare<2", "rare", id="bound-dropped"),
        pytest.param("rare", "rare[x]", id="extra-added"),
    ],
)
def test_an_update_is_judged(fresh: Scratch, before: str, after: str) -> None:
    fresh.write("requirements.txt", f"{before}\n")
    fresh.commit()
    fresh.stage("requirements.txt", f"{after}\n")

    assert fresh.vetgate("check", "--offline") == Ran(
        1, unpopular(after, at="requirements.txt:1", was=before), ""
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(f"rare==1.4.2 {HASH}", "rare==1.4.2", id="hash-dropped"),
        pytest.param(f"rare==1.4.2 {HASH}", f"rare==1.4.2 {OTHER_HASH}", id="hash-swapped"),
        pytest.param("rare==1.4.2", "rare==1.4.3", id="another-version"),
    ],
)
def test_an_update_that_keeps_the_pin_is_judged_and_passes(
    fresh: Scratch, before: str, after: str
) -> None:
    fresh.write("requirements.txt", f"{before}\n")
    fresh.commit()
    fresh.stage("requirements.txt", f"{after}\n")
    version = after.split(maxsplit=1)[0].removeprefix("rare")

    assert fresh.vetgate("check", "--offline") == Ran(
        0,
        f"vetgate: 1 update passed\n  rare: unpopular, exempted by pin {version}\n",
        "",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("rare", "rare==1.4.2", id="pinned"),
        pytest.param("rare", "rare<2", id="bounded"),
        pytest.param("rare[x]", "rare", id="extra-dropped"),
        pytest.param("rare==1.4.2", f"rare==1.4.2 {HASH}", id="hash-added"),
        pytest.param("rare", "# why\n\nRARE  # because", id="written-otherwise"),
        pytest.param("rare", "rare\r", id="other-line-end"),
        # The gate judges for every platform: it was judged before.
        pytest.param("rare; python_version<'3'", "rare; python_version<'4'", id="other-marker"),
    ],
)
def test_what_only_gets_tighter_is_not_new(fresh: Scratch, before: str, after: str) -> None:
    fresh.write("requirements.txt", f"{before}\n")
    fresh.commit()
    fresh.stage("requirements.txt", f"{after}\n")

    assert fresh.vetgate("check", "--offline") == NOTHING_TO_JUDGE


def test_an_index_that_is_added_is_judged(fresh: Scratch) -> None:
    fresh.write("requirements.txt", "fine\n")
    fresh.commit()
    fresh.stage("requirements.txt", "--index-url https://packages.example/simple\nfine\n")

    ran = fresh.vetgate("check", "--offline")

    assert "--index-url names https://packages.example/simple, which the policy does not" in (
        " ".join(ran.out.split())
    )
    assert (ran.code, ran.err) == (0, "")


def test_what_moves_to_another_file_is_not_new(fresh: Scratch) -> None:
    fresh.write("requirements.txt", "flask\nrare\n")
    fresh.commit()
    fresh.write("requirements.txt", "flask\n")
    fresh.stage("dev/requirements.txt", "rare\n")
    fresh.git("add", "--all")

    assert fresh.vetgate("check") == NOTHING_TO_JUDGE


def test_what_moves_and_loses_its_pin_is_judged(fresh: Scratch) -> None:
    fresh.write("requirements.txt", "rare==1.4.2\n")
    fresh.commit()
    fresh.git("mv", "requirements.txt", "dev-requirements.txt")
    fresh.stage("dev-requirements.txt", "rare\n")

    ran = fresh.vetgate("check", "--offline")

    assert ran == Ran(
        1,
        unpopular(at="dev-requirements.txt:1", was="rare==1.4.2"),
        "",
    )


def test_everything_is_new_in_a_first_commit(fresh: Scratch) -> None:
    fresh.stage("requirements.txt", "rare\n")

    assert fresh.vetgate("check", "--offline") == BLOCKED_ALONE


def test_what_is_not_staged_is_not_judged(project: Scratch) -> None:
    project.stage("requirements.txt", "flask\nfine\n")
    project.write("requirements.txt", "flask\nrare\n")

    assert project.vetgate("check") == PASSED_QUIETLY


def test_what_is_staged_is_judged_whatever_the_disk_says(fresh: Scratch) -> None:
    fresh.stage("requirements.txt", "rare\n")
    fresh.write("requirements.txt", "flask\n")

    assert fresh.vetgate("check", "--offline") == BLOCKED_ALONE


OF_A_FOLDER = """\
[[allow]]
name = "rare"
reason = "only this folder's"
"""


class TestPolicyOfAFolder:
    """Git states are the whole repository's, and so is the policy that judges them."""

    @pytest.fixture
    def vouched(self, project: Scratch) -> Scratch:
        """Return a repository that adds `rare` at its root; a folder's policy vouches for it."""
        project.write("sub/vetgate.toml", OF_A_FOLDER)
        project.commit()
        project.stage("requirements.txt", "flask\nrare\n")
        return project

    def test_it_does_not_vouch_for_what_stands_above(self, vouched: Scratch) -> None:
        assert vouched.vetgate("check", "--offline", inside="sub").code == 1
        vouched.commit()
        assert vouched.vetgate("check", "--offline", "--from-ref", "HEAD~1", inside="sub").code == 1

    def test_nor_for_what_is_named_with_it(self, vouched: Scratch) -> None:
        ran = vouched.vetgate("check", "--offline", "../requirements.txt", inside="sub")

        assert ran.code == 1

    def test_nor_as_it_stood_at_a_commit(self, vouched: Scratch) -> None:
        ran = vouched.vetgate("check", "--offline", "--policy-from", "HEAD", inside="sub")

        assert ran.code == 1

    def test_the_roots_policy_holds_in_it(self, vouched: Scratch) -> None:
        vouched.write("vetgate.toml", OF_A_FOLDER)

        assert vouched.vetgate("check", "--offline", inside="sub").code == 0

    def test_a_mistake_in_the_roots_policy_is_told_as_seen_from_it(self, vouched: Scratch) -> None:
        vouched.write("vetgate.toml", "unknown = \n")

        assert vouched.vetgate("check", inside="sub") == refused(
            "../vetgate.toml:1: not valid TOML: invalid value", code=2
        )

    def test_whole_files_are_judged_by_the_nearest(self, vouched: Scratch) -> None:
        assert vouched.vetgate("check", "--all", "--offline", inside="sub").code == 0


class TestCommits:
    """Between commits, as in CI: `flask`, then `rare` is added, then something else happens."""

    @pytest.fixture
    def commits(self, fresh: Scratch) -> tuple[str, str, str]:
        """Return three commits, of which the second adds a package to block."""
        fresh.write("notes.txt", "begin\n")
        first = fresh.commit()
        fresh.write("requirements.txt", "rare\n")
        second = fresh.commit()
        fresh.write("notes.txt", "go on\n")
        return first, second, fresh.commit()

    def test_a_range_is_judged(self, fresh: Scratch, commits: tuple[str, str, str]) -> None:
        first, second, third = commits

        assert fresh.vetgate("check", "--from-ref", first) == BLOCKED_ALONE
        assert fresh.vetgate("check", "--from-ref", first, "--to-ref", second) == BLOCKED_ALONE
        assert fresh.vetgate("check", "--from-ref", second) == NOTHING_TO_JUDGE
        assert fresh.vetgate("check", "--from-ref", second, "--to-ref", third) == NOTHING_TO_JUDGE

    def test_the_base_is_where_the_branches_part(
        self, fresh: Scratch, commits: tuple[str, str, str]
    ) -> None:
        first, _, _ = commits
        fresh.git("checkout", "--quiet", "-b", "side", first)
        fresh.write("requirements-side.txt", "fine\n")
        fresh.commit()

        # Against the tip of main, `rare` would be a removal, and then an addition the other way.
        assert fresh.vetgate("check", "--from-ref", "main", "--to-ref", "side") == PASSED_QUIETLY
        assert fresh.vetgate("check", "--from-ref", "side", "--to-ref", "main") == BLOCKED_ALONE

    def test_what_pre_commit_names_is_judged(
        self, fresh: Scratch, commits: tuple[str, str, str]
    ) -> None:
        first, second, third = commits

        def between(old: str, new: str) -> Ran:
            return fresh.vetgate("check", PRE_COMMIT_FROM_REF=old, PRE_COMMIT_TO_REF=new)

        assert between(first, third) == BLOCKED_ALONE
        assert between(second, third) == NOTHING_TO_JUDGE

    def test_everything_is_new_in_a_first_push(
        self, fresh: Scratch, commits: tuple[str, str, str]
    ) -> None:
        # pre-commit names no range then.
        pushed = {"PRE_COMMIT_LOCAL_BRANCH": "refs/heads/main", "PRE_COMMIT_REMOTE_NAME": "origin"}

        assert commits
        assert fresh.vetgate("check", **pushed) == BLOCKED_ALONE

    @pytest.mark.parametrize("nothing", ["0" * 40, "0" * 64], ids=["sha1", "sha256"])
    def test_a_zero_commit_stands_for_nothing(
        self, fresh: Scratch, commits: tuple[str, str, str], nothing: str
    ) -> None:
        first, _, _ = commits

        assert fresh.vetgate("check", "--from-ref", nothing) == BLOCKED_ALONE
        assert fresh.vetgate("check", "--from-ref", nothing, "--to-ref", first) == NOTHING_TO_JUDGE
        assert (
            fresh.vetgate("check", PRE_COMMIT_FROM_REF=nothing, PRE_COMMIT_TO_REF="HEAD")
            == BLOCKED_ALONE
        )

    def test_the_command_line_goes_before_pre_commit(
        self, fresh: Scratch, commits: tuple[str, str, str]
    ) -> None:
        first, second, _ = commits
        named = {"PRE_COMMIT_FROM_REF": first, "PRE_COMMIT_TO_REF": "HEAD"}

        assert fresh.vetgate("check", "--from-ref", second, **named) == NOTHING_TO_JUDGE


class TestMergeBase:
    """Branches that part at a commit which nobody ever judged as a whole."""

    @pytest.fixture
    def parted(self, project: Scratch) -> Scratch:
        """Return a branch whose first commit adds `rare`, and whose merge into main adds nothing.

        A second branch, checked out, begins at that first commit.
        """
        project.git("checkout", "--quiet", "-b", "first")
        project.write("requirements.txt", "flask\nrare\n")
        middle = project.commit()
        project.write("requirements.txt", "flask\n")
        project.commit()
        project.git("checkout", "--quiet", "main")
        project.git("merge", "--quiet", "--no-ff", "first")
        project.git("checkout", "--quiet", "-b", "second", middle)
        return project

    def test_what_moves_is_news_to_a_tip_that_does_not_have_it(self, parted: Scratch) -> None:
        parted.write("requirements.txt", "flask\n")
        parted.write("requirements-dev.txt", "rare\n")
        parted.commit()
        parted.git("checkout", "--quiet", "main")

        ran = parted.vetgate("check", "--offline", "--from-ref", "main", "--to-ref", "second")

        # It would be there, had nobody looked.
        parted.git("merge", "--quiet", "second")
        assert (parted.folder / "requirements-dev.txt").read_text() == "rare\n"
        assert ran == Ran(1, unpopular("rare", at="requirements-dev.txt:1"), "")

    def test_what_another_file_declares_is_news_too(self, parted: Scratch) -> None:
        parted.write("requirements-dev.txt", "rare\n")
        parted.commit()

        assert parted.vetgate("check", "--offline", "--from-ref", "main").code == 1

    def test_what_stays_in_a_file_that_nobody_edits_is_none(self, parted: Scratch) -> None:
        parted.write("requirements-dev.txt", "-r requirements.txt\nrequests\n")
        parted.commit()

        assert parted.vetgate("check", "--from-ref", "main") == PASSED_QUIETLY

    def test_what_moves_within_its_file_is_news_to_a_tip_that_dropped_it(
        self, project: Scratch
    ) -> None:
        project.write("requirements.txt", "rare\nflask\nrequests\nfine\nfine-too\n")
        project.commit()
        project.git("checkout", "--quiet", "-b", "side")
        project.write("requirements.txt", "flask\nrequests\nfine\nfine-too\nrare\n")
        project.commit()
        project.git("checkout", "--quiet", "main")
        project.write("requirements.txt", "flask\nrequests\nfine\nfine-too\n")
        project.commit()

        ran = project.vetgate("check", "--offline", "--from-ref", "main", "--to-ref", "side")

        # It would be there, had nobody looked.
        project.git("merge", "--quiet", "side")
        assert (project.folder / "requirements.txt").read_text().endswith("rare\n")
        assert ran == Ran(1, unpopular("rare", at="requirements.txt:5"), "")

    def test_what_moves_and_main_still_has_is_none(self, project: Scratch) -> None:
        project.write("requirements.txt", "flask\nrare\n")
        project.commit()
        project.git("checkout", "--quiet", "-b", "side")
        project.write("requirements.txt", "flask\n")
        project.write("requirements-dev.txt", "rare\n")
        project.commit()
        project.git("checkout", "--quiet", "main")
        project.write("notes.txt", "go on\n")
        project.commit()

        ran = project.vetgate("check", "--from-ref", "main", "--to-ref", "side")

        assert ran == NOTHING_TO_JUDGE


class TestConstraints:
    """A constraint holds back what is read with it, and nothing else."""

    @pytest.fixture
    def held(self, fresh: Scratch) -> Scratch:
        """Return a repository in which a constraint holds `rare` back."""
        fresh.write("constraints.txt", "rare==1.4.2\n")
        fresh.write("requirements.txt", "-c constraints.txt\nrare\n")
        fresh.commit()
        return fresh

    def test_it_is_no_longer_named(self, held: Scratch) -> None:
        held.stage("requirements.txt", "rare\n")

        assert held.vetgate("check", "--offline") == Ran(
            1, unpopular("rare", at="requirements.txt:1", was="rare==1.4.2"), ""
        )

    def test_another_manifest_names_it_now(self, held: Scratch) -> None:
        held.stage("requirements.txt", "rare\n")
        held.stage("requirements-dev.txt", "-c constraints.txt\nflask\n")

        assert held.vetgate("check", "--offline").code == 1

    def test_a_looser_one_is_named_in_its_place(self, held: Scratch) -> None:
        held.stage("constraints-dev.txt", "rare\n")
        held.commit()
        held.stage("requirements.txt", "-c constraints-dev.txt\nrare\n")

        assert held.vetgate("check", "--offline").code == 1

    @pytest.mark.parametrize(
        ("path", "content"),
        [
            pytest.param("requirements.txt", "-c constraints.txt\nrare\nflask\n", id="stays"),
            pytest.param("requirements.txt", "--constraint=constraints.txt\nrare", id="respelled"),
            pytest.param("requirements.txt", "rare==1.4.2\n", id="into-the-line"),
            pytest.param("requirements-dev.txt", "-r requirements.txt\n", id="further"),
            pytest.param("constraints.txt", "rare==1.4.2\nflask<9\n", id="with-more"),
        ],
    )
    def test_it_holds_as_before(self, held: Scratch, path: str, content: str) -> None:
        held.stage(path, content)

        assert held.vetgate("check", "--offline").code == 0


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        pytest.param(
            ("--from-ref", "no-such"),
            refused(
                "no commit 'no-such' in this repository",
                "the history may be shallow: fetch more of it (`git fetch --unshallow`)",
            ),
            id="unknown",
        ),
        pytest.param(
            ("--from-ref=--help",),
            refused("'--help' is not the name of a commit"),
            id="option",
        ),
        pytest.param(
            ("--from-ref", ""),
            refused("--from-ref and --to-ref need the name of a commit, and one is empty", code=2),
            id="empty-as-an-unset-variable-is",
        ),
        pytest.param(
            ("--from-ref", "HEAD", "--to-ref", ""),
            refused("--from-ref and --to-ref need the name of a commit, and one is empty", code=2),
            id="empty-end",
        ),
        pytest.param(
            ("--to-ref", "HEAD"), refused("--to-ref needs --from-ref", code=2), id="no-beginning"
        ),
        pytest.param(
            ("--all", "--from-ref", "HEAD"),
            refused(
                "--all judges whole files: it does not go with --from-ref and --to-ref", code=2
            ),
            id="both",
        ),
    ],
)
def test_a_range_that_means_nothing_is_refused(
    project: Scratch, arguments: tuple[str, ...], answer: Ran
) -> None:
    assert project.vetgate("check", *arguments) == answer


def test_histories_without_a_common_commit_are_refused(project: Scratch) -> None:
    project.git("checkout", "--quiet", "--orphan", "other")
    project.commit()

    assert project.vetgate("check", "--from-ref", "main") == refused(
        "main and HEAD have no common history here",
        "the history may be shallow: fetch more of it (`git fetch --unshallow`)",
    )
