"""The shape of a snapshot file: what its writer lays down and its reader relies on.

Why it looks so: a look-up of one name is one descent of one b-tree; what few packages have (long
texts) stands in a table of its own, so that a row costs a name and a few bytes and all names of the
index fit into some tens of megabytes; no feature is younger than SQLite 3.8.2, since Python 3.10
runs on old ones.
"""

from __future__ import annotations

APPLICATION_ID = 0x76657467
"""`vetg`: tells a snapshot from any other SQLite file."""

SCHEMA = 2
"""Kept in `user_version`. Another number is refused: nothing in a file of facts is guessed."""

TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source(kind TEXT PRIMARY KEY, told TEXT NOT NULL, licence TEXT NOT NULL,
  as_of INTEGER NOT NULL, serial INTEGER, rows INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE origin(fact TEXT PRIMARY KEY, source TEXT NOT NULL, as_of INTEGER NOT NULL)
  WITHOUT ROWID;
CREATE TABLE page(key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE package(name TEXT PRIMARY KEY, presence INTEGER, rank INTEGER, since INTEGER,
  again INTEGER, downloads INTEGER, dependents INTEGER, repository TEXT, first_upload INTEGER,
  latest_upload INTEGER, status TEXT) WITHOUT ROWID;
CREATE TABLE detail(name TEXT PRIMARY KEY, urls TEXT, releases TEXT, owners TEXT) WITHOUT ROWID;
CREATE TABLE advisory(name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
"""
"""NULL: not recorded. Days, also those of uploads, are counted from 1970-01-01, and the moments of
`origin` and `source` are seconds since then, in UTC.

`first_upload`: with a `latest_upload`, in days before that: half of all packages have but one day.
`downloads`: rounded down to three digits, since more are noise that changes every day.
`rank`: only the most downloaded have one; that of every name would change every day.
`repository`: empty where the package declares none, else as `short_url` writes it.
`detail` and `advisory` are written as `codec` writes them. A name without a row in `advisory` has
none, if `origin` tells where advisories come from. With `urls` = `suspicious` in `meta`, `detail`
holds but the URLs that may be suspicious, and a name whose metadata is known (its `repository` is
not NULL) and that has no row there has none.
`page` holds texts: `ranked`, the ranked names, the most downloaded first, one a line; `prevalence`,
how often each rule fires; `newest`, the newest release of ranked packages with reports of malice,
name and version on a line.
"""

PACKAGE = (
    "name",
    "presence",
    "rank",
    "since",
    "again",
    "downloads",
    "dependents",
    "repository",
    "first_upload",
    "latest_upload",
    "status",
)
ADVISORY = ("name", "body")
DETAIL = ("name", "urls", "releases", "owners")

PRESENCES = ("never-seen", "listed", "removed", "reborn", "held", "quarantined")
"""`presence` holds the place of the word in this tuple."""
