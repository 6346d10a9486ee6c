"""`vetgate build`: make a snapshot of facts from public sources."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from importlib.util import find_spec
from typing import TYPE_CHECKING

from vetgate.commands.answer import Answer
from vetgate.commands.asking import cache_folder, is_offline
from vetgate.errors import BuildError, UsageError
from vetgate.facts.index_settings import default_url, index_settings
from vetgate.facts.services import services
from vetgate.model.urls import host_of

if TYPE_CHECKING:
    from vetgate.corpus.building import Built, Given, Wanted
    from vetgate.facts.published import Manifest

_PACKAGES = ("duckdb", "ibis", "sqlglot")


def run(options: argparse.Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Build a snapshot, and answer what it is; or print the queries that export its sources."""
    _check_installed()
    if options.queries is not None:
        from vetgate.corpus.sources.queries import script

        return Answer(script(options.queries))
    if not options.source or not options.output:
        given = {"--source": options.source, "--output": options.output}
        raise UsageError(f"a build needs {' and '.join(one for one in given if not given[one])}")
    from vetgate.corpus.building import build
    from vetgate.corpus.counting import prevalence_page
    from vetgate.corpus.engines import engine
    from vetgate.corpus.output import publish, work_folder

    output = os.path.join(folder, options.output)
    with work_folder(output) as work:
        chosen = engine(options.engine, os.path.join(output, "bigquery"))
        wanted = _wanted(options, environment, work)
        made = os.path.join(work, "made.sqlite")
        built = build(wanted, chosen, work, made, page=prevalence_page, say=_say)
        _refuse_future(built.about.built, options.built)
        manifest = publish(built, made, output)
    return Answer(_told(built, manifest, options.output), talk=built.notes)


def _refuse_future(moment: datetime, given: datetime | None) -> None:
    if moment <= datetime.now(timezone.utc) + timedelta(days=1):
        return
    if given is not None:
        raise UsageError(f"--built is {given.date()}, which is yet to come")
    raise BuildError(
        f"a source is of {moment.date()}, which is yet to come",
        hint="look at this machine's clock and at the source, or give --built",
    )


def _check_installed() -> None:
    missing = [package for package in _PACKAGES if find_spec(package) is None]
    if missing:
        raise BuildError(
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed here",
            hint="install vetgate with its extra `build`",
        )


def _wanted(options: argparse.Namespace, environment: Mapping[str, str], work: str) -> Wanted:
    from vetgate.corpus.building import Wanted
    from vetgate.corpus.sources.index_names import KIND

    host = host_of(default_url())
    given = tuple(_given(options.source, environment, work))
    if KIND not in {one.kind for one in given}:
        raise UsageError(f"without a source {KIND}, nothing tells what the index has")
    return Wanted(
        given,
        options.built,
        partial=options.partial,
        floor=options.downloads_floor,
        own_hosts=frozenset({host} if host else ()),
    )


def _given(sources: list[str], environment: Mapping[str, str], work: str) -> Iterator[Given]:
    from vetgate.corpus.building import KINDS, Given
    from vetgate.corpus.fetching import Fetching

    fetching = Fetching(
        os.path.join(cache_folder(environment), "sources"),
        work,
        offline=is_offline(environment, asked=False),
        clickpy=services(environment).downloads,
        index=index_settings(environment).simple_url(),
        say=_say,
    )
    seen = set()
    for source in sources:
        kind, equals, place = source.partition("=")
        if not equals or not place:
            raise UsageError(f"{source!r} is no source: write KIND=FILE or KIND=URL")
        if kind not in KINDS:
            raise UsageError(f"{kind!r} is no kind of source; there are {', '.join(KINDS)}")
        if kind in seen:
            raise UsageError(f"there are two sources of the kind {kind}")
        seen.add(kind)
        yield Given(kind, fetching.path(kind, place), place)


def _told(built: Built, manifest: Manifest, output: str) -> str:
    lines = [f"{output}: {manifest.packages:,} packages, {built.about.built.isoformat()}"]
    lines += [f"  {form.file}: {form.size:,} bytes" for form in (manifest.plain, manifest.packed)]
    lines.append(f"  sha256 {manifest.plain.sha256}")
    lines += [
        f"  {source.kind}: {source.told}, {source.rows:,} rows, "
        f"{source.as_of.date()}{'' if source.serial is None else f', serial {source.serial}'}"
        f" ({source.licence})"
        for source in sorted(built.about.sources)
    ]
    return "\n".join(lines) + "\n"


def _say(text: str) -> None:
    """Tell what is done meanwhile, to whoever looks on."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{text}\n")
