"""What releases require: columns `name`, `requirement` (one a row, or a list, or one a line).

Where there is more than the latest release, also `version` and `upload_time`.

Licence: the distribution metadata, CC BY 4.0.
"""

from __future__ import annotations

from vetgate.corpus import checks, reading
from vetgate.corpus.reading import Field
from vetgate.corpus.sources.told import CC_BY, Told, told
from vetgate.corpus.work import Work

KIND = "requires"
_FIELDS = (
    Field(("name", "project"), needed=True),
    Field(("requirement", "requires_dist"), needed=True),
    Field(("version",)),
    Field(("upload_time", "uploaded")),
)


def lay(path: str, work: Work) -> Told:
    """Lay the requirements down, one a row; raise `SourceError`."""
    view = "raw_requires"
    stated = reading.read(work, path, view, _FIELDS)
    notes = checks.names(work, view, path)
    checks.times(work, view, ("upload_time",), path)
    # A release that requires nothing counts as a release: a newer one may have dropped something.
    requirement = "unnest(string_split(coalesce(requirement, ''), chr(10)))"
    work.lay(
        "requires",
        f"SELECT canon(name) AS name, coalesce(version, '') AS version, "  # noqa: S608 - our own words
        f"{checks.pre_release('version')} AS pre, {checks.seconds('upload_time')} AS uploaded, "
        f"{requirement} AS requirement FROM {view} WHERE is_name(name)",
    )
    rows = work.count(f"SELECT count(*) FROM {view}")  # noqa: S608 - our own name
    return told(KIND, "requirements of the latest releases on PyPI", CC_BY, rows, stated, notes)
