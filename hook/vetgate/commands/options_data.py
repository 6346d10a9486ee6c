"""The options of the commands about the facts themselves: build, update, publish."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone

from vetgate.commands.option_shared import Commands, add_timeout

_YEAR, _LONG = 365, 6


def add(commands: Commands) -> None:
    _add_build(commands)
    _add_update(commands)
    _add_publish(commands)


def _add_update(commands: Commands) -> None:
    update = commands.add_parser(
        "update",
        help="fetch the snapshot of facts, or what is new in it",
        description="Fetch the published snapshot of facts, the cheapest way there is.",
        allow_abbrev=False,
    )
    origin = update.add_mutually_exclusive_group()
    origin.add_argument(
        "--from",
        dest="origin",
        metavar="URL|PATH",
        help="where it is published (default: VETGATE_UPDATE_URL, else where the last one is from)",
    )
    origin.add_argument(
        "--offline-bundle",
        metavar="FILE",
        help="take it from this file, which `vetgate publish --bundle` wrote",
    )
    update.add_argument(
        "--root",
        metavar="FILE",
        help="trust the publisher by this root of its keys (default: the first one that was seen)",
    )
    update.add_argument(
        "--check",
        action="store_true",
        help="tell how old the snapshot in use is and how far behind; end with 1 if it is, "
        "with 0 if it is not or nobody said where one is published",
    )
    add_timeout(update, 30)


def _add_publish(commands: Commands) -> None:
    publish = commands.add_parser(
        "publish",
        help="lay a built snapshot out for a web server, and sign it",
        description="Lay what `vetgate build` wrote out for a static web server or a bucket, with "
        "the deltas that lead to it, and sign it.",
        allow_abbrev=False,
    )
    publish.add_argument(
        "folder", metavar="DIR", help="what `vetgate build` wrote, and what is to be served"
    )
    publish.add_argument(
        "--previous",
        metavar="URL|PATH",
        help="what was published before: its signatures are carried on, its deltas too",
    )
    publish.add_argument("--keys", metavar="FOLDER", help="sign with the keys in this folder")
    publish.add_argument(
        "--new-keys", action="store_true", help="make the keys that the folder lacks"
    )
    publish.add_argument(
        "--valid",
        type=_days,
        default=7,
        metavar="DAYS",
        help="how long this may pass for the newest, if it is signed (default: 7)",
    )
    publish.add_argument(
        "--bundle",
        metavar="FILE",
        help="also write one file with all that a machine without a network needs",
    )
    add_timeout(publish, 30)


def _days(text: str) -> int:
    days = int(text) if text.isascii() and text.isdigit() and len(text) < _LONG else 0
    if not 0 < days <= _YEAR:
        raise argparse.ArgumentTypeError(f"not a number of days from 1 to {_YEAR}: {text!r}")
    return days


def _add_build(commands: Commands) -> None:
    build = commands.add_parser(
        "build",
        help="make a snapshot of facts from public sources",
        description="Make a snapshot of facts from public sources, with a manifest to publish it.",
        allow_abbrev=False,
    )
    build.add_argument(
        "--source",
        action="append",
        metavar="KIND=FILE|URL",
        help="a source, one of each kind at most; the README tells the kinds and their forms",
    )
    build.add_argument(
        "--engine",
        choices=("duckdb", "spark", "clickhouse", "bigquery"),
        default="duckdb",
        help="what computes the facts (default: duckdb)",
    )
    build.add_argument("--output", metavar="DIR", help="where the three files go")
    build.add_argument(
        "--built",
        type=_moment,
        metavar="DATE",
        help="the time of building (default: that of the newest source that has a date, else the "
        "day on which the newest file was written)",
    )
    build.add_argument(
        "--partial",
        action="store_true",
        help="the list of names is a part of the index: what it lacks may be there",
    )
    build.add_argument(
        "--downloads-floor",
        type=int,
        metavar="N",
        help="what every ranked package is downloaded at least, where only ranks are known",
    )
    build.add_argument(
        "--queries",
        choices=("clickpy", "bigquery"),
        help="print the queries that export the sources there, and build nothing",
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a date as in 2026-11-25: {text!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
