"""The pins of one run of `vetgate pin`, what is told of each, and where hashes have no place."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from vetgate.commands.edits import Edits, Spot
from vetgate.commands.pin_targets import Target, from_elsewhere
from vetgate.manifests.closure import read
from vetgate.manifests.formats import is_toml, parse
from vetgate.model.dependency import Dependency, FromIndex
from vetgate.pinning.choosing import Chosen
from vetgate.pinning.editing import Pin
from vetgate.pinning.outcome import share_place
from vetgate.render.pinned import Pinned

_NAMED = 3


class PinEdits(Edits):
    """Pins to write into the files below a folder."""

    def __init__(self, root: str, environment: Mapping[str, str], *, hashes: bool) -> None:
        super().__init__(root, environment)
        self._hashes = hashes
        self._pins: dict[Spot, tuple[Chosen, tuple[str, ...]]] = {}
        self._plain: frozenset[str] | None = None

    def pin(self, target: Target, chosen: Chosen) -> str | None:
        """Take a pin in; return why it cannot be, None if it can. Raises `ManifestError`."""
        path = target.dependency.location.file
        spot = self.look(target.dependency)
        if isinstance(spot, str):
            return spot
        there = self.declared(spot.path)
        why = self._shared_with(there[spot.number], there)
        if why is not None:
            return why
        notes = list(chosen.notes)
        line = there[spot.number].location.line
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
        self._pins.setdefault(spot, (chosen, tuple(notes)))
        self.take(spot, Pin(chosen.version, hashes))
        return None

    def _shared_with(self, wanted: Dependency, there: tuple[Dependency, ...]) -> str | None:
        """Tell where another dependency comes from that the same string stands for.

        A pin would be one for that too, of a version that nobody looked up where it comes from.
        """
        for one in there:
            if share_place(one, wanted):
                why = from_elsewhere(one, self._environment)
                if why is not None:
                    return why
        return None

    def pinned(self) -> list[Pinned]:
        """Tell what the pins that were made did, once each."""
        return list(dict.fromkeys(map(self.pinned_at, self._pins)))

    def pinned_at(self, spot: Spot) -> Pinned:
        """Tell what the pin of one requirement did."""
        chosen, notes = self._pins[spot]
        before = self.declared(spot.path)[spot.number]
        after = self.now(spot) or before
        return Pinned(
            after.location,
            before.requirement,
            after.requirement,
            chosen.uploaded,
            chosen.releases,
            notes,
        )

    def notes(self) -> Iterator[str]:
        """Tell where pip would refuse a file for its hashes."""
        for real, _, after in self.changed():
            path = self.shown[real]
            if is_toml(path):
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
