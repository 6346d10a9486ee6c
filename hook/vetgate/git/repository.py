"""A work tree, and the comparisons that the gate asks of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping

from vetgate.errors import GitError, ManifestError
from vetgate.git.process import FETCH_MORE, Blobs, Process, finish, start
from vetgate.git.tree import Entries, Entry, Tree, overlaid
from vetgate.model.record import Record
from vetgate.model.typed import TYPE_CHECKING

if TYPE_CHECKING:  # most repositories have no attributes
    from vetgate.git.attributes import Attributes

_RAW = ("--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--ignore-submodules=dirty")
_ATTRIBUTES = ":(top,icase)*.gitattributes"


class Comparison(Record):
    """Two states of a repository, and the paths in which they differ."""

    before: Tree
    after: Tree
    changed: frozenset[str]
    tip: Tree | None = None
    """What the second will be merged into, where that is not the first."""


class _Begun(Record):
    """What a comparison of the index with HEAD asks git, under way."""

    patterns: tuple[str, ...]
    diff: Process
    listing: Process


class Repository:
    """A git work tree."""

    def __init__(self, top: str) -> None:
        self.top = top
        """The work tree's folder."""
        self.blobs = Blobs(top)
        self._begun: _Begun | None = None
        self._asked: dict[str | None, Attributes] = {}

    def staged(self, patterns: tuple[str, ...]) -> Comparison:
        """Compare the index with HEAD, or with nothing before the first commit."""
        begun, self._begun = self._begun, None
        if begun is None or begun.patterns != patterns:
            self._abandon(begun)
            begun = _begin(self.top, patterns)
        listing = begun.listing
        output, failure = finish(begun.diff)
        base = "HEAD"
        entries, unlisted = finish(listing)
        if unlisted is not None:
            raise unlisted
        if failure is not None:
            if not self._is_unborn():
                raise failure
            base = self._empty_tree()
            output = self._run("diff-index", "--cached", *_RAW, base, "--")
        changed = _changes(output)
        now = dict(_index_entries(entries))
        undone = {path: old for path, (old, _) in changed.items()}
        same = not any(path.lower().endswith(".gitattributes") for path in changed)
        said, said_before = self._attributes(None), self._attributes(None if same else base)
        gone = [path for path, (old, _) in changed.items() if old]
        came = [path for path, (_, new) in changed.items() if new]
        return Comparison(
            before=Tree(self.blobs, self._index, undone, overlaid(now, undone), said_before, gone),
            after=Tree(self.blobs, self._index, {}, now, said, came),
            changed=frozenset(changed),
        )

    def between(self, from_ref: str, to_ref: str) -> Comparison:
        """Compare a commit with the commit at which it left another one's history.

        Where there are several (each was merged into the other), with the other itself: no one of
        them tells what a merge will make of a line that another one lacks.
        Raises `GitError` if a name means nothing here, or the two have no common history.
        """
        old, new = self._commit(from_ref), self._commit(to_ref)
        output, failure = finish(start(self.top, "merge-base", "--all", old, new))
        bases = output.decode().split()
        if failure is not None or not bases:
            raise GitError(f"{from_ref} and {to_ref} have no common history here", hint=FETCH_MORE)
        base = bases[0] if len(bases) == 1 else old
        output = self._run("diff-tree", "-r", *_RAW, base, new, "--")
        changed = frozenset(_changes(output))
        tip = None if base == old else self._tree(old)
        return Comparison(self._tree(base), self._tree(new), changed, tip)

    def since_nothing(self, to_ref: str) -> Comparison:
        """Compare a commit with an empty state: everything in it is new."""
        after = self._tree(self._commit(to_ref))
        nothing = Tree(self.blobs, dict, {})
        return Comparison(nothing, after, frozenset(after.matching()))

    def at(self, ref: str) -> Tree:
        """Return a commit as it is; raises `GitError` if the name means nothing here."""
        return self._tree(self._commit(ref))

    def present(self) -> tuple[str, ...]:
        """Name the files of the work tree, sorted: those of the index, and new ones not ignored."""
        output = self._run(
            "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--full-name"
        )
        return tuple(sorted({os.fsdecode(path) for path in output.split(b"\0") if path}))

    def _index(self) -> Entries:
        return dict(_index_entries(self._run(*_listing(()))))

    def _tree(self, treeish: str) -> Tree:
        def listed() -> Entries:
            # All of it: `ls-tree` has no patterns.
            output = self._run("ls-tree", "-r", "-z", "--full-tree", treeish)
            return dict(_tree_entries(output))

        return Tree(self.blobs, listed, {}, attributes=self._attributes(treeish))

    def _attributes(self, treeish: str | None) -> Callable[[Mapping[str, bytes]], Attributes]:
        """Return what makes who knows the attributes of a commit's files, or of the index's."""

        def make(files: Mapping[str, bytes]) -> Attributes:
            from vetgate.git.attributes import Attributes

            if treeish not in self._asked:
                self._asked[treeish] = Attributes(self.top, treeish, files)
            return self._asked[treeish]

        return make

    def hooks_folder(self) -> str:
        """Return the folder of the repository's hooks, `core.hooksPath` included."""
        path = os.fsdecode(self._run("rev-parse", "--git-path", "hooks")).removesuffix("\n")
        return os.path.join(self.top, path)

    def close(self) -> None:
        """End what was started."""
        self._abandon(self._begun)
        self.blobs.close()
        for each in self._asked.values():
            each.close()

    def begin(self, patterns: tuple[str, ...]) -> None:
        """Start what `staged` will ask for these patterns: git works while others do."""
        self._abandon(self._begun)
        self._begun = _begin(self.top, patterns)
        # A manifest that changed is read in both of its states.
        self.blobs.begin()

    def _abandon(self, begun: _Begun | None) -> None:
        for process in (begun.diff, begun.listing) if begun else ():
            process.close()

    def _commit(self, name: str) -> str:
        # Late: what a commit would change is compared without any name.
        from vetgate.git.refs import commit

        return commit(self.top, name)

    def _is_unborn(self) -> bool:
        """Whether HEAD names a branch that has no commit yet (and is not merely broken)."""
        output, failure = finish(start(self.top, "symbolic-ref", "--quiet", "HEAD"))
        if failure is not None:
            return False
        branch = os.fsdecode(output).strip()
        # Not `show-ref`, which takes a branch whose commit is lost for one that is not there.
        _, failure = finish(start(self.top, "rev-parse", "--verify", "--quiet", branch))
        return failure is not None

    def _empty_tree(self) -> str:
        # Ask, since its name depends on the hash that the repository uses.
        process = start(self.top, "hash-object", "-t", "tree", "--stdin")
        output, failure = finish(process)
        if failure is not None:
            raise failure
        return output.decode().strip()

    def _run(self, *arguments: str) -> bytes:
        output, failure = finish(start(self.top, *arguments))
        if failure is not None:
            raise failure
        return output


def find_repository(folder: str, begin: tuple[str, ...] = ()) -> Repository:
    """Return the work tree that a folder lies in; raises `GitError` if there is none.

    `begin`: the patterns for which the index will be compared with HEAD, as `Repository.begin` has
    it. Where the folder looks like the top of a work tree, as it is for every hook, all that is
    asked of git is then under way at once: git's own start is most of what it costs.
    """
    asked = start(folder, "rev-parse", "--show-toplevel")
    likely = None
    if begin and os.path.lexists(os.path.join(folder, ".git")):
        likely = Repository(folder)
        likely.begin(begin)
    output, failure = finish(asked)
    top = os.fsdecode(output).removesuffix("\n")
    if likely is not None and failure is None and os.path.realpath(folder) == top:
        likely.top = top
        return likely
    if likely is not None:
        likely.close()
    if failure is not None or not top:
        raise GitError(
            "not in a git work tree" if failure is None else str(failure),
            hint="without git, whole files can be judged: add --all",
        )
    _refuse_another(folder, top)
    return Repository(top)


def _refuse_another(folder: str, top: str) -> None:
    """Refuse a work tree (`core.worktree`) in which git finds another repository, or none.

    From here on git is asked there: it would speak of what is committed somewhere else.
    """
    both = [start(each, "rev-parse", "--absolute-git-dir") for each in (folder, top)]
    (here, failure), (there, _) = (finish(each) for each in both)
    if failure is not None:
        raise failure
    if here != there:
        raise GitError(
            f"the work tree {top} of this repository lies in another one, or in none",
            hint="let git say which one is meant: set GIT_DIR and GIT_WORK_TREE",
        )


def _begin(top: str, patterns: tuple[str, ...]) -> _Begun:
    # Both at once: git's own start is most of what they cost.
    diff = start(top, "diff-index", "--cached", *_RAW, "HEAD", "--")
    return _Begun(patterns, diff, start(top, *_listing(patterns)))


def _listing(patterns: tuple[str, ...]) -> tuple[str, ...]:
    wanted = (*patterns, _ATTRIBUTES) if patterns else (":(top)",)
    return ("ls-files", "--stage", "-z", "--full-name", "--", *wanted)


def _tree_entries(output: bytes) -> Iterator[tuple[str, Entry]]:
    for record in output.split(b"\0"):
        if record:
            meta, _, path = record.partition(b"\t")
            mode, _, oid = meta.split()
            yield os.fsdecode(path), Entry(mode.decode(), oid.decode())


def _index_entries(output: bytes) -> Iterator[tuple[str, Entry]]:
    for record in output.split(b"\0"):
        if not record:
            continue
        meta, _, path = record.partition(b"\t")
        mode, oid, stage = meta.split()
        if stage != b"0":
            raise ManifestError(
                "has conflicts that are not resolved", path=os.fsdecode(path), hint="git add it"
            )
        yield os.fsdecode(path), Entry(mode.decode(), oid.decode())


def _changes(output: bytes) -> dict[str, tuple[Entry | None, Entry | None]]:
    """Read git's raw diff: `:old-mode new-mode old-id new-id status NUL path NUL`."""
    changes: dict[str, tuple[Entry | None, Entry | None]] = {}
    fields = iter(output.split(b"\0"))
    for meta in fields:
        if not meta:
            continue
        path = os.fsdecode(next(fields))
        old_mode, new_mode, old, new, _ = meta.lstrip(b":").decode().split()
        changes[path] = (
            Entry(old_mode, old) if old_mode != "000000" else None,
            Entry(new_mode, new) if new_mode != "000000" else None,
        )
    return changes
