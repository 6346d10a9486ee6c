"""The edits of one run of `vetgate pin`: gathered, checked, and written all or none."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping

from vetgate.commands.pin_targets import Target, from_elsewhere
from vetgate.disk import Disk
from vetgate.errors import UsageError
from vetgate.manifests.closure import read
from vetgate.manifests.formats import is_toml, parse
from vetgate.manifests.lines import decoded
from vetgate.model.dependency import Dependency, FromIndex
from vetgate.model.record import Record
from vetgate.pinning.choosing import Chosen
from vetgate.pinning.editing import with_pin
from vetgate.render.pinned import Pinned
from vetgate.writing import Replacement, alone, replace_all

_NAMED = 3


class _Edit(Record):
    """A requirement as the disk has it, by its number in its file."""

    path: str
    number: int
    chosen: Chosen
    hashes: tuple[str, ...]
    notes: tuple[str, ...]


class Edits:
    """Pins to write into the files below a folder."""

    def __init__(self, root: str, environment: Mapping[str, str], *, hashes: bool) -> None:
        self._root, self._environment, self._hashes = root, environment, hashes
        self.state = Disk(root, limit=root)
        self._before: dict[str, bytes] = {}
        self._after: dict[str, bytes] = {}
        """By the path that the content is really at."""
        self._paths: dict[str, str] = {}
        self._edits: list[_Edit] = []
        self._plain: frozenset[str] | None = None

    def take(self, target: Target, chosen: Chosen) -> str | None:
        """Take a pin in; return why it cannot be, None if it can. Raises `ManifestError`."""
        path = target.dependency.location.file
        try:
            real = self.state.resolve(path)
            if real not in self._before:
                self._before[real] = self.state.read(path)
        except FileNotFoundError:
            return "its file is not in the work tree"
        self._paths.setdefault(real, path)
        there = parse(self._before[real], self._paths[real], self._environment).dependencies
        index = _place(target.dependency, there)
        if index is None:
            return "the work tree does not declare it as what is staged does"
        why = self._shared_with(there[index], there)
        if why is not None:
            return why
        notes = list(chosen.notes)
        line = there[index].location.line
        if line != target.dependency.location.line:
            staged = target.dependency.location.line
            notes.append(f"what is staged has it on line {staged}: the work tree differs there")
        hashes: tuple[str, ...] = ()
        if self._hashes and self._has_place_for_hashes(path, notes):
            if chosen.unhashed:
                return f"the index tells no sha256 of {chosen.unhashed[0]}"
            hashes = chosen.hashes
        if target.still:
            rules = " ".join(f"--rule {rule}" for rule in target.still)
            name = target.dependency.name
            notes.append(f'still blocked: vetgate allow {name} {rules} --reason "…"')
        edit = _Edit(real, index, chosen, hashes, tuple(notes))
        if all((one.path, one.number) != (real, index) for one in self._edits):
            self._edits.append(edit)
        return None

    def _shared_with(self, wanted: Dependency, there: tuple[Dependency, ...]) -> str | None:
        """Tell where another dependency comes from that the same string stands for.

        A pin would be one for that too, of a version that nobody looked up where it comes from.
        """
        for one in there:
            if _share(one, wanted):
                why = from_elsewhere(one, self._environment)
                if why is not None:
                    return why
        return None

    def made(self) -> tuple[list[Pinned], list[tuple[str, str, str]]]:
        """Edit the contents; return what was pinned, and path, old and new text of each file.

        Raises `UsageError` for a requirement that cannot be rewritten safely.
        """
        self._after = dict(self._before)
        # From the last to the first: the lines above an edit stay where they are.
        for edit in sorted(self._edits, key=lambda one: (one.path, -one.number)):
            path, content = self._paths[edit.path], self._after[edit.path]
            found = parse(content, path, self._environment).dependencies[edit.number]
            if isinstance(found.origin, FromIndex) and found.pinned:
                continue  # written with another, which stands in the same string
            self._after[edit.path] = with_pin(
                content, path, self._environment, edit.number, edit.chosen.version, edit.hashes
            )
        pinned = dict.fromkeys(self._pinned(edit) for edit in self._edits)
        return list(pinned), list(self._changed())

    def write(self) -> None:
        """Put every edited file in its place; raises `UsageError`, with all as they were."""
        wanted = [
            Replacement(real, self._before[real], after)
            for real, after in self._after.items()
            if after != self._before[real]
        ]
        try:
            with alone(self._root, UsageError):
                replace_all(wanted, UsageError)
        except UsageError as error:
            # Told as every other error about the file is.
            shown = self._paths.get(error.path or "", error.path)
            raise UsageError(error.problem, path=shown, hint=error.hint()) from error

    def to_stage(self, folder: str) -> list[str]:
        """Name the files that were edited, as seen from a folder."""
        # A link stays as it is: what changed is the file that it leads to.
        changed = (real for real, after in self._after.items() if after != self._before[real])
        return sorted(os.path.relpath(real, os.path.realpath(folder)) for real in changed)

    def notes(self) -> Iterator[str]:
        """Tell where pip would refuse a file for its hashes."""
        for real, after in sorted(self._after.items()):
            path = self._paths[real]
            if after == self._before[real] or is_toml(path):
                continue
            found = parse(after, path, self._environment).dependencies
            named = [one for one in found if isinstance(one.origin, FromIndex)]
            bare = [one.spelled for one in named if not one.hashes]
            if bare and len(bare) < len(named):
                shown = ", ".join(bare[:_NAMED]) + (", …" if len(bare) > _NAMED else "")
                yield (
                    f"note: {path}: pip wants hashes for every requirement of a run or for none, "
                    f"and {shown} {'has' if len(bare) == 1 else 'have'} none"
                )

    def _pinned(self, edit: _Edit) -> Pinned:
        path = self._paths[edit.path]
        before, after = (
            parse(content[edit.path], path, self._environment).dependencies[edit.number]
            for content in (self._before, self._after)
        )
        chosen = edit.chosen
        return Pinned(
            after.location,
            before.requirement,
            after.requirement,
            chosen.uploaded,
            chosen.releases,
            edit.notes,
        )

    def _changed(self) -> Iterator[tuple[str, str, str]]:
        for real, after in sorted(self._after.items()):
            before = self._before[real]
            if after != before:
                path = self._paths[real]
                yield path, decoded(before, path), decoded(after, path)

    def _has_place_for_hashes(self, path: str, notes: list[str]) -> bool:
        if is_toml(path):
            notes.append("without hashes: this file has no place for them")
            return False
        if path in self._files_without_options():
            notes.append("without hashes: its tool reads requirements only, and no options of pip")
            return False
        return True

    def _files_without_options(self) -> frozenset[str]:
        """Name the files that `pyproject.toml` tables have read as plain lists."""
        if self._plain is None:
            from vetgate.commands.states import whole_files

            forest = read(self.state, whole_files((), self._root), self._environment)
            self._plain = frozenset(
                posixpath.normpath(posixpath.join(posixpath.dirname(path), include.path))
                for path, manifest in forest.manifests.items()
                for include in manifest.includes
                if include.plain
            )
        return self._plain


def _share(one: Dependency, other: Dependency) -> bool:
    return (one.name, one.location, one.table) == (other.name, other.location, other.table)


def _place(wanted: Dependency, there: tuple[Dependency, ...]) -> int | None:
    """Return which of a file's dependencies is the one wanted: on its line, or the only one."""

    def key(one: Dependency) -> tuple[str | None, ...]:
        return one.name, one.table, one.requirement, one.marker

    alike = [index for index, one in enumerate(there) if key(one) == key(wanted)]
    here = [index for index in alike if there[index].location.line == wanted.location.line]
    if here:
        return here[0]
    return alike[0] if len(alike) == 1 else None
