"""A path in the project is one that the state has, and not one that only looks like it."""

from __future__ import annotations

import pytest

from git_fixture import Git, link, new_repository
from vetgate.git.repository import find_repository
from vetgate.git.tree import Entries, Entry, Tree
from vetgate.manifests.closure import Forest, read
from vetgate.manifests.pathspecs import PATHSPECS
from vetgate.model.dependency import FromPath

WHEEL = "acme-1.0-py3-none-any.whl"


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Git:
    """Make a project with folders, links that lead here and there, and submodules."""
    made = new_repository(tmp_path_factory.mktemp("work"))
    for path in ("libs/a/setup.py", f"wheels/{WHEEL}", "sub/own/setup.py", "requirements/b/x.py"):
        made.add(path, "")
    link(made, "out", "../elsewhere")
    link(made, "etc", "/etc")
    link(made, "linked", "libs/a")
    link(made, "libs/up", "../sub/own")
    for path in ("vendor/evil", "requirements/libs/a", "both"):
        made("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{path}")
    made.add("requirements/both/setup.py", "")
    return made


def forest(git: Git, path: str, content: str) -> Forest:
    git.add(path, content)
    repository = find_repository(str(git.top))
    try:
        return read(repository.staged(PATHSPECS).after, [path], {"NAME": "a"})
    finally:
        repository.close()


def insides(git: Git, path: str, content: str) -> list[bool]:
    found = forest(git, path, content)
    assert found.errors == ()
    return [one.origin.inside for one in found.dependencies() if isinstance(one.origin, FromPath)]


def test_what_the_state_has_is_inside(git: Git) -> None:
    lines = [
        f"-e {one}" for one in (".", "./", "./libs/a", "linked", "file:libs/a", "libs/../libs")
    ]
    lines += [f"./wheels/{WHEEL}", "a @ file:./libs/%61", r".\libs\a"]

    assert insides(git, "requirements.txt", "\n".join(lines)) == [True] * len(lines)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("-e ./vendor/evil", id="submodule"),
        pytest.param("-e ./vendor/evil/sub", id="in-a-submodule"),
        pytest.param("-e ./vendor", id="nothing-but-a-submodule"),
        pytest.param("-e ./out", id="link-that-leads-out"),
        pytest.param("./out/sub", id="behind-a-link-that-leads-out"),
        pytest.param("./etc", id="link-to-an-absolute-path"),
        pytest.param(f"./{WHEEL}", id="wheel-that-is-not-there"),
        pytest.param("evil.zip", id="archive-that-is-not-there"),
        pytest.param("-e ./missing", id="folder-that-is-not-there"),
        pytest.param("evil @ file:missing", id="url"),
        pytest.param("-e ./libs/up/../a", id="back-out-of-a-link"),
        pytest.param("-e ./libs/${NAME}", id="by-a-variable"),
    ],
)
def test_what_the_state_lacks_is_not_inside(git: Git, line: str) -> None:
    assert insides(git, "requirements.txt", f"{line}\n") == [False]


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        pytest.param("./libs/a", False, id="one-of-them-a-submodule"),
        pytest.param("./both", False, id="the-upper-one-a-submodule"),
        pytest.param("./wheels/" + WHEEL, True, id="from-the-top"),
        pytest.param("./b", True, id="from-the-files-folder"),
        pytest.param("../sub/own", True, id="upwards"),
        pytest.param(".", True, id="where-pip-is-run"),
        pytest.param("./none", False, id="nowhere"),
    ],
)
def test_a_path_in_a_requirements_file_may_start_where_pip_is_run(
    git: Git,
    path: str,
    inside: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    assert insides(git, "requirements/dev.txt", f"{path}\n") == [inside]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ('tool.uv.sources.a = {{ path = "{}" }}', ("own", "libs/a")),
        ('tool.poetry.dependencies.a = {{ path = "{}" }}', ("own", "libs/a")),
        ('tool.hatch.envs.x.dependencies = ["a @ {{root:uri}}/{}"]', ("own", "libs/a")),
        ('project.dependencies = ["a @ file:///${{PROJECT_ROOT}}/{}"]', ("own", "libs/a")),
    ],
)
def test_a_path_in_a_table_starts_at_the_manifest(
    git: Git, text: str, inside: tuple[str, str]
) -> None:
    there, not_there = inside

    assert insides(git, "sub/pyproject.toml", text.format(there)) == [True]
    assert insides(git, "sub/pyproject.toml", text.format(not_there)) == [False]


def test_a_member_of_the_workspace_and_the_project_itself_are_inside(git: Git) -> None:
    text = """\
[project]
name = "acme"
optional-dependencies.all = ["acme[x]"]
[tool.uv.sources]
b = { workspace = true }
"""

    assert insides(git, "sub/pyproject.toml", text) == [True, True]


def test_where_a_path_leads_is_touched(git: Git) -> None:
    touched = forest(git, "requirements.txt", "-e ./vendor/evil\n-e ./linked\n").touched

    assert touched["requirements.txt"] >= {"vendor/evil", "linked", "libs/a"}


def test_only_a_path_asks_for_a_list_of_all_files(git: Git) -> None:
    """To start git once more is most of what a plain commit costs."""
    git.add("requirements.txt", "requests\n-e .\n")
    git.add("dev-requirements.txt", "-e ./libs/a\n")
    repository = find_repository(str(git.top))
    listed = []

    def list_all() -> Entries:
        listed.append("all")
        return {}

    beforehand = {
        path: Entry("100644", git("rev-parse", f":{path}").strip())
        for path in ("requirements.txt", "dev-requirements.txt")
    }
    state = Tree(repository.blobs, list_all, {}, beforehand)
    read(state, ["requirements.txt"], {})
    assert listed == []

    read(state, ["dev-requirements.txt"], {})
    assert listed == ["all"]
    repository.close()
