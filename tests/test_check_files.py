"""Which files are judged: those named, those included, those in folders; with git and without."""

from __future__ import annotations

import pytest

from scratch import (
    NOTHING_TO_JUDGE,
    PASSED_QUIETLY,
    Ran,
    Scratch,
    new_repository,
    refused,
    unpopular,
)

NOT_TRACKED = "git add it, or judge the disk with --all"


def block(at: str, *, passed: tuple[str, ...] = ()) -> Ran:
    """Return the answer that blocks the unpopular package."""
    return Ran(1, unpopular(at=at, passed=passed), "")


class TestWithoutGit:
    """`--all` needs no git, and asks for none that is not there."""

    def test_every_manifest_of_a_folder_is_judged(self, outside: Scratch) -> None:
        outside.write("requirements.txt", "requests\n")
        outside.write("docs/notes.txt", "rare\n")
        outside.write("api/pyproject.toml", '[project]\nname = "x"\ndependencies = ["fine"]\n')
        outside.write("api/requirements/dev.in", "rare\n")
        outside.write("venv/pyvenv.cfg", "")
        outside.write("venv/requirements.txt", "gone\n")

        assert outside.vetgate("check", "--all", "--offline", PATH="/nonexistent") == block(
            "api/requirements/dev.in:1", passed=("fine", "requests")
        )

    def test_a_named_file_is_judged_whatever_its_name(self, outside: Scratch) -> None:
        outside.write("odd.name", "rare\n")

        assert outside.vetgate("check", "--all", "--offline", "odd.name") == block("odd.name:1")

    def test_nothing_there_is_nothing_to_judge(self, outside: Scratch) -> None:
        assert outside.vetgate("check", "--all") == NOTHING_TO_JUDGE

    def test_without_all_it_says_what_to_do(self, outside: Scratch) -> None:
        ran = outside.vetgate("check")

        assert ran == refused(
            "git: not a git repository (or any of the parent directories): .git",
            "without git, whole files can be judged: add --all",
        )

    @pytest.mark.parametrize(
        ("path", "problem"),
        [
            pytest.param("nope.txt", "nope.txt: no such file", id="missing"),
            pytest.param("folder", "folder: is not a file", id="folder"),
            pytest.param("", ": is not a file", id="empty"),
            pytest.param("queue", "queue: is not a file", id="pipe"),
            pytest.param("loop", "loop: cannot be read: Too many levels of symbolic links", id="l"),
        ],
    )
    def test_what_is_no_file_is_refused(self, outside: Scratch, path: str, problem: str) -> None:
        (outside.folder / "folder").mkdir()
        outside.run("mkfifo", "queue")
        (outside.folder / "loop").symlink_to("loop")

        assert outside.vetgate("check", "--all", path) == refused(problem)


class TestWithGit:
    """`--all` in a repository: what git tracks or would add, as the disk has it."""

    def test_manifests_are_judged_as_they_lie_on_the_disk(self, project: Scratch) -> None:
        project.write(".gitignore", "ignored/\n")
        project.write("ignored/requirements.txt", "gone\n")
        project.write("requirements.txt", "rare\n")

        assert project.vetgate("check", "--all", "--offline") == block("requirements.txt:1")

    def test_a_manifest_that_git_does_not_know_yet_is_judged(self, project: Scratch) -> None:
        project.write("requirements.txt", "")
        project.write("new/requirements.txt", "rare\n")

        assert project.vetgate("check", "--all", "--offline") == block("new/requirements.txt:1")

    def test_a_subdirectory_judges_the_project(self, project: Scratch) -> None:
        project.stage("sub/notes.txt", "")
        project.write("requirements.txt", "rare\n")

        assert project.vetgate("check", "--all", "--offline", inside="sub") == block(
            "../requirements.txt:1"
        )

    def test_a_file_that_is_named_may_lie_in_another_project(self, project: Scratch) -> None:
        (project.folder.parent / "other.txt").write_text("rare\n")

        ran = project.vetgate("check", "--all", "--offline", "../other.txt")

        assert ran == block("../other.txt:1")

    def test_what_a_file_includes_may_not_leave_its_project(self, project: Scratch) -> None:
        (project.folder.parent / "other.txt").write_text("requests\n")
        project.write("requirements.txt", "-r ../other.txt\n")

        ran = project.vetgate("check", "--all", "--offline")

        assert (ran.code, ran.err.splitlines()[0]) == (
            3,
            "error: requirements.txt:1: names '../other.txt', which leaves the project",
        )

    def test_a_file_that_was_deleted_is_not_judged(self, project: Scratch) -> None:
        (project.folder / "requirements.txt").unlink()

        assert project.vetgate("check", "--all") == NOTHING_TO_JUDGE


class TestNamedFiles:
    """`check FILE`: the changes of these files alone."""

    def test_only_the_named_files_are_judged(self, project: Scratch) -> None:
        project.stage("requirements.txt", "flask\nfine\n")
        project.stage("dev/requirements.txt", "rare\n")

        assert project.vetgate("check", "requirements.txt") == PASSED_QUIETLY
        assert project.vetgate("check", "--offline", "dev/requirements.txt") == block(
            "dev/requirements.txt:1"
        )

    def test_names_count_from_where_one_stands(self, project: Scratch) -> None:
        project.stage("dev/requirements.txt", "rare\n")

        def judged(path: str) -> Ran:
            return project.vetgate("check", "--offline", path, inside="dev")

        assert judged("requirements.txt") == block("dev/requirements.txt:1")
        assert judged("../requirements.txt") == NOTHING_TO_JUDGE
        assert judged(str(project.folder / "dev/requirements.txt")).code == 1

    def test_a_name_that_says_nothing_is_judged_when_it_is_named(self, project: Scratch) -> None:
        project.stage("odd.name", "rare\n")

        assert project.vetgate("check") == NOTHING_TO_JUDGE
        assert project.vetgate("check", "--offline", "odd.name") == block("odd.name:1")

    @pytest.mark.parametrize(
        ("path", "answer"),
        [
            pytest.param(
                "nope.txt", refused("nope.txt: git has no such file", NOT_TRACKED), id="missing"
            ),
            pytest.param(
                "untracked.txt",
                refused("untracked.txt: git has no such file", NOT_TRACKED),
                id="untracked",
            ),
            pytest.param("dev", refused("dev: git has no such file", NOT_TRACKED), id="folder"),
            pytest.param(
                "../other.txt", refused("../other.txt: is outside of the repository"), id="outside"
            ),
            pytest.param(
                "/other.txt", refused("/other.txt: is outside of the repository"), id="absolute"
            ),
            pytest.param(
                "a\nb.txt", refused(r"a\nb.txt: git has no such file", NOT_TRACKED), id="line-end"
            ),
        ],
    )
    def test_a_name_that_cannot_be_judged_is_refused(
        self, project: Scratch, path: str, answer: Ran
    ) -> None:
        project.write("untracked.txt", "rare\n")
        project.stage("dev/requirements.txt", "fine\n")

        assert project.vetgate("check", path) == answer


class TestIncludes:
    """A file that brings in others is judged with them, from the same state."""

    def test_a_new_include_brings_in_what_it_names(self, project: Scratch) -> None:
        project.stage("requirements.txt", "flask\n-r more/base.list\n")
        project.stage("more/base.list", "-r deeper/odd.name\nfine\n")
        project.stage("more/deeper/odd.name", "rare\n")

        assert project.vetgate("check", "--offline") == block(
            "more/deeper/odd.name:1", passed=("fine",)
        )

    def test_an_included_file_that_changes_alone_is_judged(self, fresh: Scratch) -> None:
        fresh.write("requirements.txt", "-r odd.name\n")
        fresh.write("odd.name", "-c deeper.name\n")
        fresh.write("deeper.name", "flask<9\n")
        fresh.commit()

        fresh.stage("odd.name", "rare\n")

        assert fresh.vetgate("check", "--offline") == block("odd.name:1")

    def test_dynamic_dependencies_of_a_project_are_judged(self, fresh: Scratch) -> None:
        fresh.write(
            "pyproject.toml",
            '[project]\nname = "x"\ndynamic = ["dependencies"]\n'
            '[tool.setuptools.dynamic]\ndependencies = {file = ["deps.list"]}\n',
        )
        fresh.write("deps.list", "flask\n")
        fresh.commit()

        fresh.stage("deps.list", "flask\nrare\n")

        assert fresh.vetgate("check", "--offline") == block("deps.list:2")

    def test_an_include_is_read_from_the_index_and_not_from_the_disk(self, fresh: Scratch) -> None:
        fresh.write("requirements.txt", "-r more.txt\n")
        fresh.write("more.txt", "flask\n")
        fresh.commit()
        fresh.stage("more.txt", "rare\n")
        fresh.write("more.txt", "flask\n")

        assert fresh.vetgate("check", "--offline") == block("more.txt:1")


class TestSurroundings:
    """What git makes possible, and a gate must not be fooled by."""

    @pytest.mark.parametrize("folder", ["größe", "名前", "with space", 'quo"te', "new\nline"])
    def test_names_of_any_kind(self, project: Scratch, folder: str) -> None:
        project.stage(f"{folder}/requirements.txt", "rare\n")

        ran = project.vetgate("check", "--offline")

        assert ran == block(f"{folder}/requirements.txt:1".replace("\n", r"\n"))

    def test_a_name_that_is_no_text(self, project: Scratch) -> None:
        path = project.folder / "stra\udce9e"
        path.mkdir()
        (path / "requirements.txt").write_text("rare\n")
        project.git("add", "--all")

        ran = project.vetgate("check", "--offline")

        assert (ran.code, ran.err) == (1, "")
        assert ran.out.splitlines()[1] == r"  stra\udce9e/requirements.txt:1: rare"

    def test_a_symbolic_link_is_followed(self, fresh: Scratch) -> None:
        fresh.write("real/list.file", "flask\n")
        (fresh.folder / "requirements.txt").symlink_to("real/list.file")
        fresh.commit()

        fresh.stage("real/list.file", "flask\nrare\n")

        ran = fresh.vetgate("check", "--offline")
        assert (ran.code, ran.err) == (1, "")
        assert ran.out.splitlines()[:2] == ["BLOCKED rare", "  requirements.txt:2: rare"]

    @pytest.mark.parametrize(
        "arguments",
        [
            pytest.param(("--offline",), id="staged"),
            pytest.param(("--offline", "--all"), id="disk"),
            pytest.param(("--offline", "--from-ref", "main", "--to-ref", "linked"), id="commits"),
        ],
    )
    def test_a_linked_folder_makes_manifests_of_its_files(
        self, fresh: Scratch, arguments: tuple[str, ...]
    ) -> None:
        fresh.commit()
        fresh.stage("deps/base.txt", "rare\n")
        (fresh.folder / "requirements").symlink_to("deps")
        fresh.git("add", "--all")
        if "linked" in arguments:
            fresh.git("checkout", "--quiet", "-b", "linked")
            fresh.commit()

        assert fresh.vetgate("check", *arguments) == block("requirements/base.txt:1")

    def test_a_file_of_a_linked_folder_is_judged_when_it_changes(self, fresh: Scratch) -> None:
        fresh.write("deps/base.txt", "fine\n")
        (fresh.folder / "requirements").symlink_to("deps")
        fresh.commit()
        fresh.stage("deps/base.txt", "rare\n")

        assert fresh.vetgate("check", "--offline") == block("requirements/base.txt:1")

    def test_a_linked_folder_outside_of_the_repository_is_refused(self, fresh: Scratch) -> None:
        (fresh.folder / "requirements").symlink_to("..")
        fresh.git("add", "--all")

        assert fresh.vetgate("check") == refused("requirements: leaves the repository")

    def test_a_work_tree_beside_the_repository(self, project: Scratch) -> None:
        project.git("worktree", "add", "--quiet", "../beside")
        beside = Scratch(project.folder.parent / "beside", project.environment)
        beside.stage("requirements.txt", "rare\n")

        assert beside.vetgate("check", "--offline") == block("requirements.txt:1")
        assert project.vetgate("check") == NOTHING_TO_JUDGE

    def test_a_submodule_is_somebody_elses(self, project: Scratch) -> None:
        library = new_repository(project.folder.parent / "library", project.environment)
        library.write("requirements.txt", "rare\n")
        library.commit()

        project.git(
            "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../library", "lib"
        )

        assert project.vetgate("check") == NOTHING_TO_JUDGE

    def test_a_conflict_that_is_not_resolved_is_refused(self, project: Scratch) -> None:
        for branch, line in (("one", "fine"), ("two", "rare")):
            project.git("checkout", "--quiet", "-b", branch, "main")
            project.write("requirements.txt", f"{line}\n")
            project.commit()
        assert project.run("git", "merge", "one").code == 1

        assert project.vetgate("check") == refused(
            "requirements.txt: has conflicts that are not resolved", "git add it"
        )

    def test_settings_that_alter_gits_output_alter_nothing(self, project: Scratch) -> None:
        for setting in ("diff.noprefix=true", "core.quotePath=true", "color.ui=always"):
            project.git("config", *setting.split("="))
        project.git("config", "diff.renames", "copies")
        project.stage("é/requirements.txt", "rare\n")

        ran = project.vetgate("check", "--offline", GIT_LITERAL_PATHSPECS="1")

        assert ran == block("é/requirements.txt:1")
