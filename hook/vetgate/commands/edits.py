"""Edits of requirements in many files: gathered, made, and written all or none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from vetgate.disk import Disk
from vetgate.errors import UsageError
from vetgate.manifests.formats import parse
from vetgate.manifests.lines import decoded
from vetgate.model.dependency import Dependency
from vetgate.model.record import Record
from vetgate.pinning.editing import Edit, Pin, edited
from vetgate.writing import Replacement, alone, replace_all


class Spot(Record):
    """A requirement as the disk has it: its file, links followed, and its number in there."""

    path: str
    number: int


class Edits:
    """Requirements to edit in the files below a folder."""

    def __init__(self, root: str, environment: Mapping[str, str]) -> None:
        self._root, self._environment = root, environment
        self.state = Disk(root, limit=root)
        self._before: dict[str, bytes] = {}
        self._after: dict[str, bytes] = {}
        """By the path that the content is really at."""
        self._paths: dict[str, str] = {}
        self._taken: list[tuple[Spot, Edit]] = []
        self._left: dict[str, list[int]] = {}
        """The numbers of the dependencies that an edited file still has, in its order."""

    def look(self, dependency: Dependency) -> Spot | str:
        """Return where the disk has a dependency, or why it has not; raises `ManifestError`."""
        path = dependency.location.file
        try:
            real = self.state.resolve(path)
            if real not in self._before:
                self._before[real] = self._after[real] = self.state.read(path)
        except FileNotFoundError:
            return "its file is not in the work tree"
        self._paths.setdefault(real, path)
        number = _place(dependency, self.declared(real))
        if number is None:
            return "the work tree does not declare it as what is staged does"
        return Spot(real, number)

    def declared(self, path: str) -> tuple[Dependency, ...]:
        """Return what a file that was looked at declares, before any edit."""
        return parse(self._before[path], self._paths[path], self._environment).dependencies

    def take(self, spot: Spot, edit: Edit) -> None:
        """Take an edit in; a requirement that has one already keeps that."""
        if all(one != spot for one, _ in self._taken):
            self._taken.append((spot, edit))

    @property
    def taken(self) -> tuple[tuple[Spot, Edit], ...]:
        """What was taken in, in its order."""
        return tuple(self._taken)

    def back_to(self, taken: Iterable[tuple[Spot, Edit]]) -> None:
        """Let these be all the edits that were taken in, and make them."""
        self._taken = list(taken)
        self.make()

    def make(self) -> None:
        """Edit the contents; raises `UsageError` for what cannot be edited safely."""
        self._after, self._left = dict(self._before), {}
        # From the last to the first: the lines above an edit stay where they are.
        for spot, edit in sorted(self._taken, key=lambda one: (one[0].path, -one[0].number)):
            path, content = self._paths[spot.path], self._after[spot.path]
            found = parse(content, path, self._environment).dependencies
            left = self._left.setdefault(spot.path, list(range(len(found))))
            if spot.number not in left:
                continue  # taken out with another, which stood in the same string
            at = left.index(spot.number)
            if isinstance(edit, Pin) and found[at].pinned:
                continue  # written with another, which stands in the same string
            done = edited(content, path, self._environment, at, edit)
            self._after[spot.path] = done.content
            self._left[spot.path] = [one for at, one in enumerate(left) if at not in done.gone]

    def now(self, spot: Spot) -> Dependency | None:
        """Return a requirement as the edits leave it, None if it is gone."""
        found = parse(self._after[spot.path], self._paths[spot.path], self._environment)
        left = self._left.get(spot.path)
        if left is None:
            return found.dependencies[spot.number]
        return found.dependencies[left.index(spot.number)] if spot.number in left else None

    def content(self, path: str) -> bytes | None:
        """Return what the edits make of a file, by its real path; None if they know it not."""
        return self._after.get(path)

    def changed(self) -> Iterator[Replacement]:
        """Yield the files that the edits change, sorted."""
        for real, after in sorted(self._after.items()):
            if after != self._before[real]:
                yield Replacement(real, self._before[real], after)

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Yield path, old and new text of each file that the edits change."""
        for real, before, after in self.changed():
            path = self._paths[real]
            yield path, decoded(before or b"", path), decoded(after, path)

    @property
    def shown(self) -> Mapping[str, str]:
        """The paths that files are told by, by those that they are really at."""
        return self._paths

    def write(self) -> None:
        """Put every edited file in its place; raises `UsageError`, with all as they were."""
        write(self._root, list(self.changed()), self.shown)

    def to_stage(self, folder: str) -> list[str]:
        """Name the files that were edited, as seen from a folder."""
        # A link stays as it is: what changed is the file that it leads to.
        at = os.path.realpath(folder)
        return sorted(os.path.relpath(one.path, at) for one in self.changed())


def write(root: str, wanted: Sequence[Replacement], shown: Mapping[str, str]) -> None:
    """Put files in their places, all or none, while no other edit of the project runs.

    `shown` has the paths that errors tell. Raises `UsageError`, with all as they were.
    """
    try:
        with alone(root, UsageError):
            replace_all(wanted, UsageError)
    except UsageError as error:
        # Told as every other error about the file is.
        path = error.path or ""
        raise UsageError(
            error.problem, path=shown.get(path, error.path), hint=error.hint()
        ) from error


def _place(wanted: Dependency, there: tuple[Dependency, ...]) -> int | None:
    """Return which of a file's dependencies is the one wanted: on its line, or the only one."""

    def key(one: Dependency) -> tuple[str | None, ...]:
        return one.name, one.table, one.requirement, one.marker

    alike = [index for index, one in enumerate(there) if key(one) == key(wanted)]
    here = [index for index in alike if there[index].location.line == wanted.location.line]
    if here:
        return here[0]
    return alike[0] if len(alike) == 1 else None
