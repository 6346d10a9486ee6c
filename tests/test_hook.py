"""The hook as its users have it: through the real pre-commit, in an environment built by pip."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from index_double import indexing
from scratch import MACHINE, SOURCE_ROOT, Ran, Scratch, new_repository, unpopular
from test_pin import FLAVOURS, package
from vetgate.manifests.formats import PATTERN

pytestmark = pytest.mark.slow

ROOT = SOURCE_ROOT.parent
SHIPPED = ("hook", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
PRE_COMMIT = (sys.executable, "-m", "pre_commit")


class Hooked(Scratch):
    """A repository with vetgate in its `.pre-commit-config.yaml`, and the hooks installed."""

    upstream: Path

    def configure(self, upstream: Scratch) -> None:
        """Take the hook from a repository, for every stage that it has."""
        self.upstream = upstream.folder
        revision = upstream.git("rev-parse", "HEAD")
        self.write(
            ".pre-commit-config.yaml",
            f"repos:\n- repo: {upstream.folder}\n  rev: {revision}\n  hooks:\n  - id: vetgate\n",
        )

    def pre_commit(self, *arguments: str) -> Ran:
        """Run pre-commit itself."""
        return self.run(*PRE_COMMIT, *arguments)

    def tried(self, *command: str) -> Ran:
        """Run a git command that starts hooks; all that is said counts as said."""
        ran = self.run("git", *command)
        assert "Traceback" not in ran.out + ran.err
        return Ran(ran.code, ran.out + ran.err, "")


def blocks(ran: Ran, place: str = "requirements.txt:2", *, passed: tuple[str, ...] = ()) -> bool:
    """Whether a commit was stopped by vetgate, which said why in full."""
    return (
        ran.code == 1
        and "- hook id: vetgate\n- exit code: 1\n" in ran.out
        and unpopular(at=place, passed=passed) in ran.out
    )


def passes(ran: Ran) -> bool:
    """Whether vetgate was asked, and let a commit pass."""
    return ran.code == 0 and re.search(r"judge added dependencies\.+Passed", ran.out) is not None


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all processes of a test run have in common."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in MACHINE else base


@pytest.fixture(scope="session")
def built(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return a repository of vetgate as it stands here, and have pre-commit build it, once.

    The build alone sees the machine's own settings: it is pip that needs them.
    """
    machine = {
        **{name: value for name, value in MACHINE.items() if not name.startswith("GIT_DIR")},
        "PRE_COMMIT_HOME": str(shared / "pre-commit"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    for name in ("PYTHONPATH", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        machine.pop(name, None)
    for role in ("AUTHOR", "COMMITTER"):
        machine |= {f"GIT_{role}_NAME": "A Developer", f"GIT_{role}_EMAIL": "dev@acme.example"}
    mine = new_repository(tmp_path_factory.mktemp("upstream"), machine)
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            unwanted = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, mine.folder / name, ignore=unwanted)
        else:
            shutil.copy(ROOT / name, mine.folder / name)
    mine.commit()
    try:
        # Whoever comes first: all processes have to name the same commit.
        mine.folder.rename(shared / "vetgate")
    except OSError:
        assert (shared / "vetgate").is_dir()
    upstream = Scratch(shared / "vetgate", machine)
    user = Hooked(tmp_path_factory.mktemp("user"), machine)
    user.git("init", "--quiet")
    user.configure(upstream)
    ran = user.pre_commit("install-hooks")
    assert ran.code == 0, ran
    return upstream


@pytest.fixture
def hooked(built: Scratch, fresh: Scratch) -> Hooked:
    """Return a repository before its first commit, with the hook installed for every stage."""
    environment = {**fresh.environment, "PRE_COMMIT_HOME": built.environment["PRE_COMMIT_HOME"]}
    # What was installed is tried, not what lies here.
    del environment["PYTHONPATH"]
    repository = Hooked(fresh.folder, {**environment, "VETGATE_OFFLINE": "1"})
    repository.configure(built)
    stages = ("pre-commit", "pre-merge-commit", "pre-push")
    ran = repository.pre_commit("install", *(f"--hook-type={stage}" for stage in stages))
    assert ran.code == 0, ran
    repository.git("add", "--all")
    return repository


@pytest.fixture
def begun(hooked: Hooked) -> Hooked:
    """Return a repository whose one commit has a requirements file with a popular name."""
    hooked.write("requirements.txt", "flask\n")
    hooked.commit()
    return hooked


def test_the_files_pattern_is_that_of_the_parsers() -> None:
    definition = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")

    pattern = re.search(r"^  files: '(.*)'$", definition, re.MULTILINE)

    assert pattern is not None
    assert pattern[1].replace("''", "'") == PATTERN


class TestPolicy:
    """The second hook, which looks after policy files."""

    @pytest.mark.parametrize(
        ("path", "content", "code", "said"),
        [
            ("vetgate.toml", "x = 1\n", 2, "error: vetgate.toml:1: unknown key 'x'"),
            (
                "sub/vetgate.toml",
                "[[allow]]\nname = 'a'\nreason = 'r'\nexpires = 2020-01-01\n",
                1,
                "sub/vetgate.toml:1: the allowance for a expired on 2020-01-01",
            ),
        ],
    )
    def test_a_policy_that_is_wrong_or_over_stops_the_commit(
        self, begun: Hooked, path: str, content: str, code: int, said: str
    ) -> None:
        config = (begun.folder / ".pre-commit-config.yaml").read_text()
        begun.stage(
            ".pre-commit-config.yaml", config.replace("id: vetgate\n", "id: vetgate-policy\n")
        )
        begun.stage(path, content)
        begun.stage("pyproject.toml", "[project]\nname = 'x'\n")

        ran = begun.tried("commit", "-m", "edit")
        begun.stage(path, "# nothing yet\n")

        assert ran.code == 1
        assert f"- hook id: vetgate-policy\n- exit code: {code}\n" in ran.out
        assert said in ran.out
        assert begun.tried("commit", "-m", "edit").code == 0


class TestCommit:
    def test_an_addition_is_blocked_until_it_is_pinned(self, begun: Hooked) -> None:
        begun.stage("requirements.txt", "flask\nrare\n")
        assert blocks(begun.tried("commit", "-m", "add"))

        begun.stage("requirements.txt", "flask\nrare==1.4.2\n")
        assert passes(begun.tried("commit", "-m", "add"))

    def test_an_addition_is_blocked_until_it_is_allowed(self, begun: Hooked) -> None:
        begun.stage("requirements.txt", "flask\nrare\n")
        assert blocks(begun.tried("commit", "-m", "add"))

        begun.stage("vetgate.toml", '[[allow]]\nname = "rare"\nreason = "read it"\n')
        assert passes(begun.tried("commit", "-m", "add"))

    def test_the_first_commit_is_judged(self, hooked: Hooked) -> None:
        hooked.stage("requirements.txt", "requests\nrare\n")
        assert blocks(hooked.tried("commit", "-m", "begin"), passed=("requests",))

        hooked.stage("requirements.txt", "requests\n")
        assert passes(hooked.tried("commit", "-m", "begin"))

    def test_all_that_is_tracked(self, begun: Hooked) -> None:
        begun.write("requirements.txt", "flask\nrare\n")

        assert blocks(begun.tried("commit", "--all", "-m", "add"))

    def test_one_path(self, begun: Hooked) -> None:
        begun.stage("notes.txt", "one\n")
        begun.stage("requirements.txt", "flask\nrare\n")

        # A temporary index has this path alone.
        assert passes(begun.tried("commit", "-m", "notes", "notes.txt"))
        assert blocks(begun.tried("commit", "-m", "add", "requirements.txt"))

    def test_what_is_staged_counts_and_not_what_lies_there(self, begun: Hooked) -> None:
        begun.stage("requirements.txt", "flask\nfine\n")
        begun.write("requirements.txt", "flask\nfine\nrare\n")
        assert passes(begun.tried("commit", "-m", "fine"))

        begun.git("add", "requirements.txt")
        begun.write("requirements.txt", "flask\nfine\n")
        assert blocks(begun.tried("commit", "-m", "rare"), "requirements.txt:3")

    def test_a_name_outside_ascii(self, begun: Hooked) -> None:
        begun.stage("größe/requirements.txt", "rare\n")

        assert blocks(begun.tried("commit", "-m", "add"), "größe/requirements.txt:1")

    def test_an_included_file_of_any_name_that_changes_alone(self, begun: Hooked) -> None:
        begun.write("requirements.txt", "-r more.list\n")
        begun.write("more.list", "flask\n")
        begun.commit()

        begun.stage("more.list", "flask\nrare\n")

        assert blocks(begun.tried("commit", "-m", "add"), "more.list:2")

    def test_a_symbolic_link(self, begun: Hooked) -> None:
        begun.write("lists/some.file", "rare\n")
        (begun.folder / "dev-requirements.txt").symlink_to("lists/some.file")
        begun.git("add", "--all")

        assert blocks(begun.tried("commit", "-m", "add"), "dev-requirements.txt:1")

    def test_what_cannot_be_read_is_no_pass(self, begun: Hooked) -> None:
        begun.stage("requirements.txt", "flask\n--what\n")

        ran = begun.tried("commit", "-m", "add")

        assert ran.code == 1
        assert "- exit code: 3\n" in ran.out
        assert "nothing was decided\n" in ran.out

    def test_a_merge(self, begun: Hooked) -> None:
        begun.git("checkout", "--quiet", "-b", "side")
        begun.write("requirements.txt", "flask\nrare\n")
        begun.commit()
        begun.git("checkout", "--quiet", "main")
        begun.write("notes.txt", "so that the merge is one\n")
        begun.commit()

        assert blocks(begun.tried("merge", "--no-edit", "side"))

        begun.git("merge", "--abort")
        begun.git("checkout", "--quiet", "side")
        begun.write("requirements.txt", "flask\nrare==1.4.2\n")
        begun.commit()
        begun.git("checkout", "--quiet", "main")
        assert passes(begun.tried("merge", "--no-edit", "side"))

    def test_popular_names_need_no_network(self, begun: Hooked) -> None:
        del begun.environment["VETGATE_OFFLINE"], begun.environment["VETGATE_SNAPSHOT"]
        begun.stage("requirements.txt", "flask\nrequests\n")

        # By the snapshot that is installed with vetgate; whoever asked would find nobody there.
        assert passes(begun.tried("commit", "-m", "add"))


class TestAnswers:
    """From a block, by the command that it names, to a commit that passes."""

    @pytest.mark.allow_hosts(["127.0.0.1"])
    @pytest.mark.parametrize(("path", "content", "pin"), FLAVOURS)
    def test_a_blocked_commit_passes_once_it_is_allowed_or_pinned(
        self, begun: Hooked, path: str, content: str, pin: str
    ) -> None:
        begun.stage(path, content)
        blocked = begun.tried("commit", "-m", "add")
        assert blocked.code == 1
        commands = re.findall(r"^ {8}(vetgate (?:pin|allow) .*)$", blocked.out, re.MULTILINE)
        assert len(commands) == 2

        with indexing() as index:
            index.put(package("rare"))
            asked = {"VETGATE_OFFLINE": "", **index.environment}
            for command in commands:
                words = shlex.split(command.replace("…", "read it"))[1:]
                answered = begun.vetgate(*words, **asked)
                assert (answered.code, answered.err) == (0, "")
                begun.git("add", "--all")

                passed = begun.tried("commit", "-m", "add")

                assert passes(passed), passed
                changed = begun.git("show", "--format=", "--name-only").split()
                written = (begun.folder / path).read_bytes().decode()
                if words[0] == "pin":
                    assert changed == [path]
                    assert pin.rpartition(" ")[2] in written
                else:
                    assert changed == [path, "vetgate.toml"]
                    assert written == content
                begun.git("reset", "--quiet", "--hard", "HEAD~")
                begun.stage(path, content)


class TestOtherStages:
    def test_a_range_of_commits(self, begun: Hooked) -> None:
        first = begun.git("rev-parse", "HEAD")
        begun.write("requirements.txt", "flask\nrare\n")
        second = begun.commit()

        def between(old: str, new: str) -> Ran:
            return begun.pre_commit("run", "--from-ref", old, "--to-ref", new)

        assert blocks(between(first, second))
        assert passes(between(first, first))
        assert passes(between(second, second))

    def test_the_manual_stage(self, begun: Hooked) -> None:
        begun.stage("requirements.txt", "flask\nrare\n")

        assert blocks(begun.pre_commit("run", "--hook-stage", "manual", "vetgate"))

    def test_pushes(self, begun: Hooked, tmp_path: Path) -> None:
        begun.git("init", "--quiet", "--bare", str(tmp_path / "remote.git"))
        begun.git("remote", "add", "origin", str(tmp_path / "remote.git"))
        begun.write("requirements.txt", "flask\nrare\n")
        begun.commit()

        # The first push: there is nothing to compare with.
        assert blocks(begun.tried("push", "origin", "main"), passed=("flask",))

        begun.write("requirements.txt", "flask\n")
        begun.commit()
        assert passes(begun.tried("push", "origin", "main"))

        begun.write("requirements.txt", "flask\nrare\n")
        begun.commit()
        assert blocks(begun.tried("push", "origin", "main"))

        begun.write("requirements.txt", "flask\nrare==1.4.2\n")
        begun.commit()
        assert passes(begun.tried("push", "origin", "main"))

        begun.git("checkout", "--quiet", "-b", "topic")
        begun.write("requirements.txt", "flask\nrare\n")
        begun.commit()
        # The first push of a branch whose history the remote has in part.
        assert not passes(begun.tried("push", "origin", "topic"))

    def test_a_repository_that_is_only_tried(self, begun: Hooked) -> None:
        begun.stage("requirements.txt", "flask\nrare\n")

        # Builds its own environment, so pip needs the machine's settings once more.
        settings = {name: value for name, value in MACHINE.items() if _is_pips(name)}
        command = (*PRE_COMMIT, "try-repo", str(begun.upstream), "vetgate")
        assert blocks(begun.run(*command, **{"PIP_CONFIG_FILE": "", **settings}))


def _is_pips(name: str) -> bool:
    return name.startswith(("PIP_", "XDG_CONFIG", "HOME")) or name.lower().endswith("_proxy")
