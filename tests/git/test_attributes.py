"""Attributes of the repository that make a checkout write something else than what is committed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from git_fixture import Git, content_of, link
from scratch import Scratch, refused
from vetgate.errors import ManifestError
from vetgate.git.repository import Comparison, Repository
from vetgate.manifests.pathspecs import PATHSPECS

REQ = "requirements.txt"
ATTRIBUTES = ".gitattributes"
RECODED = "*.txt working-tree-encoding=IBM284\n"
UTF_16 = "requests\n".encode("utf-16")

Compare = Callable[[], Comparison]


@pytest.fixture(params=["index", "commits"])
def compare(request: pytest.FixtureRequest, git: Git, repository: Repository) -> Compare:
    """Return what compares the staged change with HEAD: as it is staged, or once committed."""

    def compared() -> Comparison:
        if request.param == "index":
            return repository.staged(PATHSPECS)
        git("commit", "--quiet", "--no-verify", "-m", "change")
        return repository.between("HEAD~1", "HEAD")

    return compared


def stage_as_is(git: Git, path: str, content: bytes) -> None:
    """Stage a content that git has not looked at: an enemy has ways to commit anything."""
    git.write("blob", content)
    oid = git("hash-object", "-w", "--no-filters", "blob").strip()
    git("update-index", "--add", "--cacheinfo", f"100644,{oid},{path}")


@pytest.mark.parametrize(
    ("attributes", "content"),
    [
        pytest.param("* text=auto eol=lf", b"a\n", id="line-ends"),
        pytest.param("*.txt text", b"a\n", id="text"),
        pytest.param("* text=auto eol=crlf", UTF_16, id="line-ends-where-there-are-characters"),
        pytest.param("*.txt text eol=lf", UTF_16, id="no-carriage-returns"),
        pytest.param("*.bin filter=lfs diff=lfs merge=lfs -text", b"a\n", id="filter-elsewhere"),
        pytest.param("* filter=lfs\n*.txt -filter", b"a\n", id="filter-taken-off"),
        pytest.param("* filter=lfs\n*.txt !filter", b"a\n", id="filter-taken-back"),
        pytest.param("* working-tree-encoding=UTF-8", b"a\n", id="utf-8"),
        pytest.param("*.ps1 working-tree-encoding=UTF-16", b"a\n", id="encoding-elsewhere"),
        pytest.param("* ident", b"a  # costs $1\n", id="ident-of-nothing"),
        pytest.param("", UTF_16, id="utf-16-without-attributes"),
    ],
)
def test_is_read(git: Git, compare: Compare, attributes: str, content: bytes) -> None:
    git.commit(**{ATTRIBUTES: f"{attributes}\n"})
    stage_as_is(git, REQ, content)

    assert content_of(compare().after, REQ) == content


@pytest.mark.parametrize(
    ("attributes", "content", "done"),
    [
        pytest.param(RECODED, b"# a\n", "working-tree-encoding=IBM284", id="encoding"),
        pytest.param(
            "[attr]odd working-tree-encoding=UTF-16\n*.txt odd",
            b"a\n",
            "working-tree-encoding=UTF-16",
            id="encoding-by-a-macro",
        ),
        pytest.param("* filter=smudge", b"a\n", "filter=smudge", id="filter"),
        pytest.param("* filter", b"a\n", "filter=set", id="filter-without-a-name"),
        pytest.param("* ident", b"a; extra=='$Id: '\" #$'\n", "ident", id="ident"),
        pytest.param("* ident", b"a  # $Id$\n", "ident", id="ident-in-a-comment"),
        pytest.param("* text", UTF_16, "text", id="line-ends-of-two-bytes"),
        pytest.param("* eol=crlf", UTF_16, "eol=crlf", id="line-ends-of-two-bytes-by-eol"),
        pytest.param("* crlf", UTF_16, "crlf", id="line-ends-of-two-bytes-as-once-spelled"),
    ],
)
def test_is_refused(git: Git, compare: Compare, attributes: str, content: bytes, done: str) -> None:
    git.commit(**{ATTRIBUTES: f"{attributes}\n"})
    stage_as_is(git, REQ, content)

    with pytest.raises(ManifestError) as caught:
        compare().after.read(REQ)
    assert str(caught.value) == f"{REQ}: is rewritten by git when it is checked out ({done})"


@pytest.mark.parametrize("folder", ["", "deps/", "deps/more/"])
def test_the_attributes_of_every_folder_above_count(
    git: Git, compare: Compare, folder: str
) -> None:
    git.commit(begin="")
    stage_as_is(git, f"deps/more/{REQ}", b"a\n")
    stage_as_is(git, f"other/{REQ}", b"b\n")
    git.add(f"{folder}{ATTRIBUTES}", "deps/** filter=x\nmore/** filter=x\n*.txt filter=x\n")
    after = compare().after

    with pytest.raises(ManifestError, match="filter=x"):
        after.read(f"deps/more/{REQ}")
    if folder:
        assert after.read(f"other/{REQ}") == b"b\n"


def test_what_a_link_leads_to_is_what_counts(git: Git, compare: Compare) -> None:
    git.commit(begin="")
    git.add(ATTRIBUTES, "base.list filter=x\nlinked.list filter=x\n")
    stage_as_is(git, "base.list", b"a\n")
    git.add("plain.list", "b\n")
    link(git, REQ, "base.list")
    link(git, "linked.list", "plain.list")
    after = compare().after

    with pytest.raises(ManifestError, match="filter=x"):
        after.read(REQ)
    assert after.read("linked.list") == b"b\n"


def test_the_text_of_a_link_counts_as_attributes(git: Git, compare: Compare) -> None:
    # So it does for git, where it reads them from the index: at every checkout.
    git.commit(begin="")
    link(git, ATTRIBUTES, "* filter=x")
    stage_as_is(git, REQ, b"a\n")

    with pytest.raises(ManifestError, match="filter=x"):
        compare().after.read(REQ)


def test_a_spelling_that_only_some_disks_take_for_attributes_is_refused(
    git: Git, compare: Compare
) -> None:
    git.commit(begin="")
    stage_as_is(git, ".GitAttributes", RECODED.encode())
    stage_as_is(git, REQ, b"a\n")

    with pytest.raises(ManifestError) as caught:
        compare().after.read(REQ)
    assert str(caught.value) == (
        ".GitAttributes: is a file of attributes only on disks that do not tell upper from "
        "lower case"
    )


def test_each_side_has_its_own_attributes(git: Git, compare: Compare) -> None:
    stage_as_is(git, REQ, b"a\n")
    git.commit(**{ATTRIBUTES: RECODED})
    git("rm", "--quiet", "--cached", ATTRIBUTES)
    stage_as_is(git, REQ, b"b\n")
    comparison = compare()

    with pytest.raises(ManifestError, match="is rewritten"):
        comparison.before.read(REQ)
    assert comparison.after.read(REQ) == b"b\n"


def test_what_is_not_checked_out_here_has_its_attributes_too(git: Git, compare: Compare) -> None:
    git.commit(**{"kept/begin": "", f"left/{ATTRIBUTES}": RECODED})
    stage_as_is(git, f"left/{REQ}", b"a\n")
    git("sparse-checkout", "set", "--cone", "kept")

    with pytest.raises(ManifestError, match="is rewritten"):
        compare().after.read(f"left/{REQ}")


def test_nothing_is_left_behind(
    git: Git, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    git("config", "core.splitIndex", "true")
    git.commit(**{ATTRIBUTES: "*.bin filter=lfs\n", REQ: "a\n"})
    before = sorted(os.listdir(git.top / ".git"))
    tree = repository.since_nothing("HEAD").after
    monkeypatch.setenv("GIT_FLUSH", "0")

    assert tree.read(REQ) == b"a\n"
    assert len(os.listdir(temporary)) == 1
    repository.close()
    assert os.listdir(temporary) == []
    assert sorted(os.listdir(git.top / ".git")) == before


class TestCheck:
    """The program as a whole."""

    PROBLEM = "is rewritten by git when it is checked out (working-tree-encoding=IBM284)"
    HINT = (
        "take that attribute from it in .gitattributes: what is judged has to be what is installed"
    )

    @pytest.fixture
    def hidden(self, project: Scratch) -> Scratch:
        """Return a repository whose commit hides a package in the attributes of its list."""
        project.write(ATTRIBUTES, RECODED)
        project.git("-c", "core.attributesFile=", "add", ATTRIBUTES)
        project.write("blob", "# nothing to see\n")
        oid = project.git("hash-object", "-w", "--no-filters", "blob")
        project.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{REQ}")
        return project

    def test_what_is_staged_is_not_decided(self, hidden: Scratch) -> None:
        assert hidden.vetgate("check") == refused(f"{REQ}: {self.PROBLEM}", self.HINT)

    def test_what_is_committed_is_not_decided(self, hidden: Scratch) -> None:
        hidden.git("commit", "--quiet", "-m", "hidden")

        ran = hidden.vetgate("check", "--from-ref", "HEAD~1")

        assert ran == refused(f"{REQ}: {self.PROBLEM}", self.HINT)

    def test_attributes_that_come_after_the_file_are_news_to_it(self, project: Scratch) -> None:
        project.stage(ATTRIBUTES, RECODED)

        assert project.vetgate("check") == refused(f"{REQ}: {self.PROBLEM}", self.HINT)

    def test_attributes_that_come_after_an_included_file_are_news_to_it(
        self, project: Scratch
    ) -> None:
        project.write("deps/base.list", "fine\n")
        project.write(REQ, "-r deps/base.list\n")
        project.commit()
        project.stage("deps/.gitattributes", "*.list working-tree-encoding=IBM284\n")

        assert project.vetgate("check") == refused(f"deps/base.list: {self.PROBLEM}", self.HINT)

    def test_attributes_that_go_uncover_what_they_hid(self, hidden: Scratch) -> None:
        hidden.git("update-index", "--force-remove", REQ)
        hidden.write("blob", "rare\n")
        oid = hidden.git("hash-object", "-w", "--no-filters", "blob")
        hidden.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{REQ}")
        hidden.git("commit", "--quiet", "-m", "hidden")
        hidden.git("rm", "--quiet", "--cached", ATTRIBUTES)

        assert hidden.vetgate("check", "--offline").code == 1

    def test_attributes_of_other_files_are_no_news(self, project: Scratch) -> None:
        project.write(REQ, "-r flask.list\n")
        project.write("flask.list", "flask\n")
        project.commit()
        project.stage(ATTRIBUTES, "*.bin filter=lfs diff=lfs merge=lfs -text\n")

        assert project.vetgate("check").code == 0
