"""What a manifest declares: dependencies, where each comes from, and where it stands."""

from __future__ import annotations

from vetgate.model.pattern import pattern
from vetgate.model.record import Record
from vetgate.model.typed import Literal, NewType, TypeAlias

NormalizedName = NewType("NormalizedName", str)
"""A project name as PEP 503 normalises it."""

_SEPARATORS = pattern(r"--+")
_COMMIT_ID = pattern(r"[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?\Z")
# Of pip's hashes those of which nobody can make two files to one hash.
_STRONG = ("sha224:", "sha256:", "sha384:", "sha512:")


def normalize(name: str) -> NormalizedName:
    """Normalise a project name by PEP 503.

    The same as `packaging.utils.canonicalize_name`, whose import alone would cost the hook more
    than all of its own work; a test holds the two to the same answers.
    """
    # A pattern takes ten times as long, and is needed for few names only.
    plain = name.lower().replace("_", "-").replace(".", "-")
    return NormalizedName(_SEPARATORS.sub("-", plain) if "--" in plain else plain)


def _is_exact(specifier: str) -> bool:
    """Whether a specifier is one `==` or `===` with a version (PEP 440), and no wildcard."""
    written = specifier.strip()
    if written.startswith("==="):
        version = written[3:].strip()
        return bool(version) and not any(mark in version for mark in ", \t")
    version = written[2:].strip()
    return (
        written.startswith("==") and bool(version) and not any(mark in version for mark in ",*= \t")
    )


class Location(Record):
    """A place in a manifest: its path in the project (forward slashes), and a line from 1."""

    file: str
    line: int


class FromIndex(Record):
    """From a package index, within a specifier (PEP 440; empty: any version)."""

    specifier: str
    only_index: str | None = None
    """The one index that this dependency names for itself (uv, Poetry and PDM can), by URL."""
    indexes: tuple[str, ...] = ()
    """URLs of indexes and link pages that the manifest adds for all its dependencies."""
    kind: Literal["index"] = "index"
    instead: tuple[str, ...] = ()
    """Those of `indexes` that stand in for the default one; empty: the default one is asked."""


class FromUrl(Record):
    """From a file at a URL. Credentials are not kept."""

    url: str
    hashes: tuple[str, ...] = ()
    """Hashes in the URL's own fragment, as `algorithm:hex`."""
    kind: Literal["url"] = "url"


class FromVcs(Record):
    """From a version control system; `url` is written `git+https://...`, without reference."""

    url: str
    reference: str | None = None
    kind: Literal["vcs"] = "vcs"


class FromPath(Record):
    """From a path; `path` as written. `inside`: it lies in the project that is judged."""

    path: str
    inside: bool
    kind: Literal["path"] = "path"


class FromOption(Record):
    """Not a package: an option that names a place where packages may come from.

    `option` is the long spelling (`--extra-index-url`), or the table for other manifests.
    """

    option: str
    url: str
    kind: Literal["option"] = "option"


Origin: TypeAlias = "FromIndex | FromUrl | FromVcs | FromPath | FromOption"


class Dependency(Record):
    """One requirement in one manifest."""

    name: NormalizedName | None
    """None where nothing in the manifest tells it (a bare URL, a path, an option)."""
    spelled: str
    """The name as written, or what stands for it: the URL, the path, the option."""
    requirement: str
    """The requirement as written, without comment and hashes, and without credentials."""
    origin: Origin
    location: Location
    extras: tuple[str, ...] = ()
    """Normalised, sorted."""
    marker: str | None = None
    hashes: tuple[str, ...] = ()
    """As `algorithm:hex`, sorted: those beside the requirement (`--hash`)."""
    table: str | None = None
    """The table of a TOML manifest (`project.dependencies`), None in a requirements file."""
    locked: bool = False
    """Chosen by a resolver, in a lock file."""
    constraint: bool = False
    """Only constrains (`-c`, constraint tables): brings nothing in by itself."""
    moved_by: str | None = None
    """The table by which one tool always takes it from elsewhere; pip does not read that table."""
    installed: bool = False
    """Found in an environment: exactly this came in, whoever or whatever chose it."""
    needed_by: tuple[str, ...] = ()
    """What stands in no file: the package whose metadata asks for it, whose asks for that, …"""

    @property
    def pinned(self) -> bool:
        """Whether a person chose one exact version (a `pin` of the design, section 1)."""
        if self.locked or self.installed:
            return False
        origin = self.origin
        if isinstance(origin, FromIndex):
            return _is_exact(origin.specifier)
        if isinstance(origin, FromUrl):
            # pip is content with any one of them.
            hashes = (*origin.hashes, *self.hashes)
            return bool(hashes) and all(one.startswith(_STRONG) for one in hashes)
        if isinstance(origin, FromVcs):
            return origin.reference is not None and bool(_COMMIT_ID.match(origin.reference))
        return False
