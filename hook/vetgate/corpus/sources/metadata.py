"""What releases declare: a row for each project, release or file.

Columns: `name`, and where known `version`, `upload_time`, `home_page`, `download_url`,
`project_urls` (texts `Label, URL`: a list, or one a line), `description`, `author`, `author_email`,
`maintainer`, `maintainer_email`, `status` (PEP 792), `owners` (a list, or one a line), and
`first_upload`, `latest_upload` of the files that are *there today*, which distribution metadata
cannot tell: it keeps the rows of what was deleted.

Licence: the distribution metadata, CC BY 4.0.
"""

from __future__ import annotations

from vetgate.corpus import checks, reading
from vetgate.corpus.reading import Field
from vetgate.corpus.sources.told import CC_BY, Told, told
from vetgate.corpus.work import Work

KIND = "metadata"
_TIMES = ("upload_time", "first_upload", "latest_upload")
_CONTACTS = ("author", "author_email", "maintainer", "maintainer_email")
_FIELDS = (
    Field(("name", "project"), needed=True),
    *(
        Field((name,))
        for name in (
            "version", "home_page", "download_url", "project_urls", "description", "status",
            "owners", *_TIMES, *_CONTACTS,
        )
    ),
)  # fmt: skip
_HOLDER, _HELD_VERSION = "security_holding", "0.0.0.1"
_STATUSES = ("active", "archived", "quarantined", "deprecated")


def lay(path: str, work: Work) -> Told:
    """Lay metadata and URLs down; raise `SourceError`."""
    view = "raw_metadata"
    stated = reading.read(work, path, view, _FIELDS)
    notes = checks.names(work, view, path)
    checks.times(work, view, _TIMES, path)
    words = ", ".join(f"'{status}'" for status in _STATUSES)
    work.refuse_any(
        view, f"coalesce(status, '') NOT IN ('', {words})", "status", "is no status", path
    )
    held = (
        f"version = '{_HELD_VERSION}' AND starts_with(ltrim(lower(coalesce(description, '')), "
        f"'# '), 'security holding package') AND list_contains(string_split(owners, chr(10)), "
        f"'{_HOLDER}')"
    )
    contacts = ", ".join(_CONTACTS)
    work.lay(
        "metadata",
        f"SELECT row, canon(name) AS name, coalesce(version, '') AS version, "  # noqa: S608 - our own words
        f"{checks.pre_release('version')} AS pre, {checks.seconds('upload_time')} AS uploaded, "
        f"{checks.days('first_upload')} AS first_day, {checks.days('latest_upload')} AS latest_day,"
        f" coalesce(status, '') AS status, coalesce({held}, false) AS held, "
        f"replace(coalesce(description, ''), chr(0), ' ') AS description, "
        f"replace(concat_ws(' ', {contacts}), chr(0), ' ') AS contacts "
        f"FROM {view} WHERE is_name(name)",
    )
    work.lay("urls", _URLS)
    rows = work.count(f"SELECT count(*) FROM {view}")  # noqa: S608 - our own name
    return told(KIND, "metadata of releases on PyPI", CC_BY, rows, stated, notes)


# The old fields come after the labelled URLs, as the index itself puts them where they are new.
_URLS = """
WITH lines AS (
  SELECT row, canon(name) AS name, unnest(string_split(project_urls, chr(10))) AS line,
    generate_subscripts(string_split(project_urls, chr(10)), 1) AS place
  FROM raw_metadata WHERE is_name(name) AND coalesce(project_urls, '') <> ''
)
SELECT row, name, place, trim(string_split(line, ',')[1]) AS label,
  trim(substr(line, instr(line, ',') + 1)) AS url FROM lines WHERE contains(line, ',')
UNION ALL SELECT row, canon(name), 100000, 'Homepage', home_page FROM raw_metadata
  WHERE is_name(name) AND coalesce(home_page, '') <> ''
UNION ALL SELECT row, canon(name), 100001, 'Download', download_url FROM raw_metadata
  WHERE is_name(name) AND coalesce(download_url, '') <> ''
"""
