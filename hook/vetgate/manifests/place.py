"""The only judge of what lies inside the project, and the place that a refusal names."""

from __future__ import annotations

import posixpath

from vetgate.errors import ManifestError
from vetgate.model.dependency import Location
from vetgate.model.pattern import pattern
from vetgate.model.record import Record

WORKSPACE = "the workspace"
"""Stands for the path of whichever member of the workspace has the name."""

_DRIVE = pattern(r"[A-Za-z]:")


class Place(Record):
    """Where a requirement stands."""

    location: Location
    root: str
    """The folder of the manifest in the project; empty for the project's own folder."""

    def refusal(self, problem: str, hint: str = "") -> ManifestError:
        """Return the error that says so of this place."""
        return ManifestError(problem, path=self.location.file, line=self.location.line, hint=hint)

    def holds(self, path: str) -> bool:
        """Tell whether a path, relative to the manifest's folder, stays in the project.

        What is absolute does not, nor what begins with a drive letter or a tilde (which pip does
        not expand, but a shell does).
        """
        path = path.replace("\\", "/")
        if path.startswith(("/", "~")) or _DRIVE.match(path):
            return False
        whole = posixpath.normpath(posixpath.join(self.root, path))
        return whole != ".." and not whole.startswith("../")
