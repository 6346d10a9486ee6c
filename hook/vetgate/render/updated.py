"""What an update found and did, and what a publication is, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from vetgate.model.record import Record
from vetgate.render.visible import counted, visible


class Found(Record):
    """What is published, beside what is in use."""

    place: str
    built: datetime
    packages: int
    signed: bool
    used: datetime | None
    """When the snapshot in use was built; None: there is none."""
    current: bool
    deltas: int
    """How many lead from the one to the other; 0: the whole is fetched."""
    cost: int
    """Bytes to fetch."""


def updated_text(found: Found) -> str:
    """Tell what an update did."""
    if found.current:
        return f"the snapshot in use is current: {_snapshot(found)}"
    how = f"{counted(found.deltas, 'delta', 'deltas')}" if found.deltas else "the whole"
    before = "" if found.used is None else f", in the place of that of {_moment(found.used)}"
    return f"fetched {_snapshot(found)}{before}\n({how}, {_size(found.cost)})"


def aged_text(built: datetime, now: datetime, *, fetched: bool) -> str:
    """Tell how old the snapshot in use is, where nobody said what it is to be compared with."""
    which = "" if fetched else "the snapshot that comes with vetgate, of "
    return (
        f"in use: {which}{_moment(built)}, {_ago(now - built)}\n"
        "whether it is behind is not known: nobody said where a snapshot is published\n"
        "(say it once with --from URL, or in VETGATE_UPDATE_URL)"
    )


def looked_text(found: Found, now: datetime) -> str:
    """Tell how old the snapshot in use is, and how far behind."""
    return "\n".join(_looked(found, now))


def _looked(found: Found, now: datetime) -> Iterator[str]:
    if found.used is None:
        yield "in use: the snapshot that comes with vetgate; none was fetched"
    else:
        yield f"in use: {_moment(found.used)}, {_ago(now - found.used)}"
    yield f"published: {_snapshot(found)}, {_ago(now - found.built)}"
    if found.current:
        yield "nothing newer is published"
        return
    way = counted(found.deltas, "delta", "deltas") if found.deltas else "the whole"
    if found.used is not None:
        yield f"behind: {_span(found.built - found.used)}"
    yield f"to fetch: {way}, {_size(found.cost)}"


def published_text(found: Found, *, bundle: str | None) -> str:
    """Tell what was laid out; `place` is where."""
    signature = "signed" if found.signed else "not signed"
    told = [f"{visible(found.place)}: {_moment(found.built)}, "]
    told[0] += f"{counted(found.packages, 'package', 'packages')}, {_size(found.cost)}, {signature}"
    led = counted(found.deltas, "delta leads", "deltas lead") if found.deltas else "no delta leads"
    told.append(f"{led} to it")
    if bundle is not None:
        told.append(f"{visible(bundle)}: all of it in one file")
    return "\n".join(told)


def _snapshot(found: Found) -> str:
    signature = ", signed" if found.signed else ""
    packages = counted(found.packages, "package", "packages")
    return f"{_moment(found.built)}, {packages}, from {visible(found.place)}{signature}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _ago(span: timedelta) -> str:
    return "just now" if span < timedelta(minutes=1) else f"{_span(span)} ago"


def _span(span: timedelta) -> str:
    hours = max(int(span.total_seconds()) // 3600, 0)
    if hours >= 48:  # noqa: PLR2004 - two days: from here on, hours tell nothing
        return counted(hours // 24, "day", "days")
    if hours:
        return counted(hours, "hour", "hours")
    return counted(max(int(span.total_seconds()) // 60, 0), "minute", "minutes")


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"  # noqa: PLR2004 - a million
