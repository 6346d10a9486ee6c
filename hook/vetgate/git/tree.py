"""A commit or the index as a `State`: listed as far as needed, read only where asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping

from vetgate.errors import ManifestError
from vetgate.git.process import Blobs
from vetgate.git.twins import Twins
from vetgate.model.record import Record
from vetgate.model.typed import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # most repositories have no attributes
    from vetgate.git.attributes import Attributes

_LINK = "120000"
_SUBMODULE = "160000"
_MAX_LINKS = 20
_MAX_NESTED = 3
_ATTRIBUTES = ".gitattributes"


class Entry(Record):
    """One file of a tree: git's mode, and the id of its content."""

    mode: str
    oid: str


Entries: TypeAlias = "dict[str, Entry]"
"""Files by path."""


class Tree:
    """A commit or the index, as a `State`: nothing is read before it is asked for."""

    def __init__(
        self,
        blobs: Blobs,
        listed: Callable[[], Entries],
        changes: Mapping[str, Entry | None],
        matching: Entries | None = None,
        attributes: Callable[[Mapping[str, bytes]], Attributes] | None = None,
    ) -> None:
        """Take a lister of all files and lay `changes` over it (None: the file is absent).

        `matching` is the part of it that was listed beforehand, changes included. `attributes`
        makes who knows the attributes of its files, from the contents that say them, by path.
        """
        self._blobs, self._list_all, self._changes = blobs, listed, changes
        self._matching, self._make_attributes = matching, attributes
        self._all: Entries | None = None
        self._folders: frozenset[str] | None = None
        self._twins: dict[bool, Twins] = {}
        self._saying: tuple[str, ...] | None = None
        self._attributes: Attributes | None = None

    def matching(self) -> tuple[str, ...]:
        """Name the files that were listed beforehand, or else all, sorted."""
        return tuple(sorted(self._every() if self._matching is None else self._matching))

    def read(self, path: str) -> bytes:
        resolved = self.resolve(path)
        entry = self._entry(resolved)
        if entry is None:
            raise FileNotFoundError(path)
        content = self._blobs.read(entry.oid, path)
        if self._say_attributes() and self._make_attributes is not None:
            if self._attributes is None:
                self._attributes = self._make_attributes(
                    {each: self._content(each) for each in self._say_attributes()}
                )
            self._attributes.refuse_rewritten(resolved, content, path)
        return content

    def resolve(self, path: str) -> str:
        """Follow symbolic links to the path that has the content.

        Raises `FileNotFoundError` and `ManifestError` as `State.read` does.
        """
        return self._followed(path, set())

    def locate(self, path: str) -> str:
        return self._followed(path, set(), folders=True)

    def link(self, path: str) -> str | None:
        entry = self._entry(path)
        if entry is None or entry.mode != _LINK:
            return None
        return os.fsdecode(self._blobs.read(entry.oid, path))

    def behind(self, opens: Callable[[str], bool], wanted: Callable[[str], bool]) -> Iterator[str]:
        """Name the wanted files to which only a link to a folder gives that name.

        `opens` tells by a link's path whether to look behind it. A link that cannot be followed is
        named itself: reading it tells why.
        """
        listed = self._every() if self._matching is None else self._matching
        todo = [(path, frozenset[str]()) for path, one in listed.items() if one.mode == _LINK]
        while todo:
            path, chain = todo.pop()
            try:
                folder = self._opened(path) if opens(path) else None
            except ManifestError:
                yield path
                continue
            if folder is None or folder in chain:
                continue
            if len(chain) >= _MAX_NESTED:
                raise ManifestError("is a symbolic link within too many others", path=path)
            for below, entry in self._below(folder):
                through = f"{path}/{below}"
                if entry.mode == _LINK:
                    todo.append((through, chain | {folder}))
                if wanted(through):
                    yield through

    def _opened(self, link: str) -> str | None:
        """Return the folder that a link leads to; None for a file, and where there is nothing."""
        try:
            folder = self.locate(link)
        except FileNotFoundError:
            return None
        return folder if self._entry(folder) is None else None

    def _below(self, folder: str) -> Iterator[tuple[str, Entry]]:
        above = f"{folder}/" if folder else ""
        for path, entry in self._every().items():
            if path.startswith(above):
                yield path[len(above) :], entry

    def passed(self, path: str) -> frozenset[str]:
        steps = {path}
        self._walk(path, steps)
        # What says what a checkout makes of it is read with it.
        said = (each for each in self._say_attributes() if _rules(each, steps))
        return frozenset((*steps, *said))

    def _walk(self, path: str, steps: set[str]) -> str | None:
        """Write down the way to a path, as far as there is one."""
        try:
            return self._followed(path, steps)
        except (FileNotFoundError, ManifestError):
            # A change of what it came to may let it come further.
            return None

    def _followed(self, path: str, steps: set[str], *, folders: bool = False) -> str:
        """Follow links as an operating system does, and write down the way into `steps`."""
        known = self._listed(path)
        if known is not None and known.mode not in (_LINK, _SUBMODULE):
            # Where git lists a file, the folders above it are no links.
            self._refuse_twins(path, {path}, among_all=False)
            return path
        at, rest, links = "", _parts(path, path), 0
        while rest:
            part, *rest = rest
            if part == "..":
                at = _above(at, path)
                continue
            above, at = at, f"{at}/{part}" if at else part
            steps.add(at)
            entry = self._entry(at)
            if entry is None:
                continue
            if entry.mode != _LINK:
                _refuse_folder(entry, rest, path)
                self._refuse_twins(path, steps, among_all=self._listed(at) is None)
                return at
            links += 1
            if links > _MAX_LINKS:
                raise ManifestError("is a symbolic link that leads in a circle", path=path)
            target = os.fsdecode(self._blobs.read(entry.oid, path))
            at, rest = above, [*_parts(target, path), *rest]
        if folders and self._has_folder(at):
            return at
        raise FileNotFoundError(path)

    def _refuse_twins(self, path: str, steps: set[str], *, among_all: bool) -> None:
        """Refuse to read what may be another file where it is checked out.

        `among_all`: look at all files, and not only at those that were listed beforehand.
        """
        twins = self._twins.get(among_all)
        if twins is None:
            known = self._every() if among_all else self._matching or {}
            twins = self._twins[among_all] = Twins(known)
        for step in sorted(steps):
            if (twin := twins.of(step)) is not None:
                raise ManifestError(
                    f"has a twin that some disks cannot tell from it: {twin!r}",
                    path=path,
                    hint="rename one of them, or take it out",
                )

    def _has_folder(self, path: str) -> bool:
        if self._folders is None:
            self._folders = frozenset(
                path[:end]
                for path, entry in self._every().items()
                if entry.mode != _SUBMODULE
                for end in _ends(path)
            )
        return path in self._folders

    def _say_attributes(self) -> tuple[str, ...]:
        """Name the files that say what a checkout makes of others."""
        if self._saying is None:
            entries = self._every() if self._matching is None else self._matching
            self._saying = tuple(
                path for path in entries if path.rpartition("/")[2].lower() == _ATTRIBUTES
            )
        return self._saying

    def _content(self, path: str) -> bytes:
        # The text of a link too: a checkout takes that for the attributes themselves.
        entry = self._entry(path)
        return b"" if entry is None else self._blobs.read(entry.oid, path)

    def _entry(self, path: str) -> Entry | None:
        if path in self._changes:
            return self._changes[path]
        return self._listed(path) or self._every().get(path)

    def _listed(self, path: str) -> Entry | None:
        return None if self._matching is None else self._matching.get(path)

    def _every(self) -> Entries:
        if self._all is None:
            self._all = overlaid(self._list_all(), self._changes)
        return self._all


def overlaid(entries: Entries, changes: Mapping[str, Entry | None]) -> Entries:
    """Return the entries with changes laid over them (None: absent)."""
    merged = {**entries, **{path: entry for path, entry in changes.items() if entry is not None}}
    return {path: entry for path, entry in merged.items() if changes.get(path, entry) is not None}


def _ends(path: str) -> Iterator[int]:
    """Yield where the folders above a path end, the top included."""
    end = len(path)
    while end > 0:
        end = max(path.rfind("/", 0, end), 0)
        yield end


def _rules(attributes: str, paths: Iterable[str]) -> bool:
    """Whether a file of attributes is for one of some paths: it lies in a folder above."""
    folder = attributes[: -len(_ATTRIBUTES)]
    return any(path.startswith(folder) for path in paths)


def _refuse_folder(entry: Entry, rest: list[str], path: str) -> None:
    """Refuse an entry that is no file, or that has no `rest` below it because it is one."""
    if entry.mode == _SUBMODULE:
        raise ManifestError(
            "lies in a submodule, whose files are not part of the commit",
            path=path,
            hint="judge the submodule's own repository",
        )
    if rest:
        raise FileNotFoundError(path)


def _parts(target: str, path: str) -> list[str]:
    if target.startswith("/"):
        raise ManifestError("leaves the repository", path=path)
    return [part for part in target.split("/") if part not in ("", ".")]


def _above(folder: str, path: str) -> str:
    if not folder:
        raise ManifestError("leaves the repository", path=path)
    return folder.rpartition("/")[0]
