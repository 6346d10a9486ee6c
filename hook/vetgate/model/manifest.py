"""A dependency file as read, and the state of a project that it is read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vetgate.model.dependency import Dependency
from vetgate.model.record import Record
from vetgate.model.typed import Protocol, TypeAlias


class Include(Record):
    """Another manifest that a manifest brings in."""

    path: str
    """As written, relative to the folder of the file that names it (pip's rule)."""
    line: int
    constraint: bool = False
    """Named by `-c`: its entries only constrain."""
    plain: bool = False
    """A list of requirements without pip's options (`tool.setuptools.dynamic`)."""


class Manifest(Record):
    """What one dependency file declares."""

    path: str
    format: str
    dependencies: tuple[Dependency, ...] = ()
    """Dependencies, and the options that name places (`FromOption`), in the order of the file."""
    includes: tuple[Include, ...] = ()


Parse: TypeAlias = "Callable[[bytes, str, Mapping[str, str]], Manifest]"
"""bytes, the path as a label, and the environment variables; raises `ManifestError` only."""

Runs: TypeAlias = "Mapping[str, frozenset[str]]"
"""For each manifest, the files that are read with it in one run of pip, itself included."""


class State(Protocol):
    """One state of a project: a commit, the index, or the disk."""

    def resolve(self, path: str) -> str:
        """Follow symbolic links to the path that has the content.

        `path` has forward slashes and starts at the state's own root; `..` is followed as an
        operating system does, after the link that stands before it.
        Raises `FileNotFoundError` if the state has no such file, and `ManifestError` if it has but
        the content cannot be had (a submodule, a link that leaves the project).
        """

    def locate(self, path: str) -> str:
        """Do as `resolve` does, for a file or a folder.

        A folder is there if the state has a file below it.
        """

    def link(self, path: str) -> str | None:
        """Return where a symbolic link says that it leads; None where there is no link."""

    def passed(self, path: str) -> frozenset[str]:
        """Name the paths that a reading of `path` comes by: itself, links, where they lead.

        A change of any of them may change what is read. Raises nothing for a file that is not
        there or cannot be had: then it is how far the reading came.
        """

    def read(self, path: str) -> bytes:
        """Return a file's content, links followed; raises what `resolve` raises."""
