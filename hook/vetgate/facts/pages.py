"""A SQLite file taken apart into its columns, so that it packs better, and put together again.

In a page the columns of each row stand beside each other, which no packer can tell apart. Here the
parts of all cells of many pages come one kind after the other: names by names, first bytes of
numbers by first bytes. What is put together is the same to the byte, whatever was in the file and
whichever SQLite wrote it: a page that is not as expected stays whole.

What is taken apart is `MAGIC`, then for some pages each time the length (4 bytes) of what follows
and the streams, each behind its length (4 bytes): those of `page_cells.Streams` in their order, the
heads of records by their length, and the values by column and type.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator
from io import BytesIO

from vetgate.facts.page_cells import (
    CHILD,
    HEADERS,
    INTERIOR,
    LARGEST,
    MORE,
    NUMBER,
    WIDTHS,
    Plan,
    Streams,
    joined,
    plan_of,
)

MAGIC = b"vetgate pages 1\n"
_SQLITE = b"SQLite format 3\0"
_PAGE_SIZE = slice(16, 18)
_SMALLEST = 512
_TOGETHER = 1 << 23
"""Bytes of pages that are taken apart together: it bounds the memory of both sides."""
_MOST = 2 * _TOGETHER
_PATCH = 3  # bytes: a place in the page, and the byte there
_MOST_PATCHES = 255
_WHOLE, _CELLS = 0, 1
_TYPE = 0  # the place of a page's type, and of its number of cells
_COUNT = slice(3, 5)


def apart(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Take the content of a file apart; what is no SQLite file stays as it is."""
    parts = _sized(blocks, _TOGETHER)
    first = next(parts, b"")
    size = int.from_bytes(first[_PAGE_SIZE], "big")
    size = LARGEST if size == 1 else size
    if not first.startswith(_SQLITE) or size < _SMALLEST or _TOGETHER % size:
        yield first
        yield from parts
        return
    yield MAGIC
    yield _taken(first, size)
    for part in parts:
        yield _taken(part, size)


def together(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Put together what `apart` gave; raise `ValueError` on anything else.

    What does not begin as that does stays as it is.
    """
    held = bytearray()
    rest = iter(blocks)
    for block in rest:
        held += block
        if len(held) >= len(MAGIC):
            break
    if not held.startswith(MAGIC):
        yield bytes(held)
        yield from rest
        return
    del held[: len(MAGIC)]
    while True:
        while len(held) >= NUMBER:
            length = int.from_bytes(held[:NUMBER], "big")
            if length > _MOST:
                raise ValueError("its pages are too long")
            if len(held) < NUMBER + length:
                break
            yield _put(bytes(held[NUMBER : NUMBER + length]))
            del held[: NUMBER + length]
        if (more := next(rest, None)) is None:
            break
        held += more
    if held:
        raise ValueError("it breaks off within its pages")


def _sized(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    held = bytearray()
    for block in blocks:
        held += block
        while len(held) >= size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)


def _taken(part: bytes, size: int) -> bytes:
    streams = Streams()
    plans: dict[bytes, Plan | None] = {}
    for begin in range(0, len(part), size):
        page = part[begin : begin + size]
        found = _cells(page, plans) if len(page) == size and page[_TYPE] in HEADERS else None
        streams.kinds.append(_WHOLE if found is None else _CELLS)
        if found is None:
            streams.whole += page
        else:
            _lay_out(streams, page, *found)
    return streams.written(size)


def _cells(
    page: bytes, plans: dict[bytes, Plan | None]
) -> tuple[list[int], list[Plan], bytes] | None:
    """Find the cells of a page, what each is, and where a page of these alone differs from it.

    None: it is not as expected.
    """
    header, child, count = _shape(page)
    begin = header + 2 * count
    if begin > len(page):
        return None
    places = [int.from_bytes(page[at : at + 2], "big") for at in range(header, begin, 2)]
    made = bytearray(len(page))
    made[:begin] = page[:begin]
    found = []
    for place in places:
        # The head is behind the record's length, which takes a byte or two.
        head = place + child
        head += 1 if page[head : head + 1] < bytes((MORE,)) else 2
        text = page[head : head + page[head]] if head < len(page) else b""
        if text not in plans:
            plans[text] = plan_of(text)
        plan = plans[text]
        end = 0 if plan is None else place + child + plan.size
        if plan is None or end > len(page) or not page.startswith(plan.start, place + child):
            return None
        made[place:end] = page[place:end]
        found.append(plan)
    patches = _patches(made, page)
    return None if len(patches) > _PATCH * _MOST_PATCHES else (places, found, patches)


def _shape(page: bytes) -> tuple[int, int, int]:
    """Tell the bytes of a page's header, those before each cell, and the number of cells."""
    kind = page[_TYPE]
    return HEADERS[kind], CHILD if kind == INTERIOR else 0, int.from_bytes(page[_COUNT], "big")


def _patches(made: bytearray, page: bytes) -> bytes:
    if made == page:
        return b""
    differing = (at for at, (one, other) in enumerate(zip(made, page, strict=True)) if one != other)
    return b"".join(at.to_bytes(2, "big") + page[at : at + 1] for at in differing)


def _lay_out(
    streams: Streams, page: bytes, places: list[int], plans: list[Plan], patches: bytes
) -> None:
    header, child, _ = _shape(page)
    streams.headers += page[:header]
    streams.patches.append(len(patches) // _PATCH)
    streams.patches += patches
    before = len(page)
    values = streams.values
    for place, plan in zip(places, plans, strict=True):
        # Cells are laid down from the end of a page on, each before the last: mostly 0.
        streams.gaps.append((before - child - plan.size - place) % LARGEST)
        before = place
        streams.children += page[place : place + child]
        at = place + child + len(plan.start)
        head = plan.start[plan.head :]
        streams.widths.append(len(head))
        streams.heads.setdefault(len(head), []).append(head)
        for key, length in plan.values:
            values.setdefault(key, []).append(page[at : at + length])
            at += length


class _Parts:
    """The streams of some pages, each read from its beginning on."""

    def __init__(self, content: bytes) -> None:
        streams = _split(content)
        self.size = int.from_bytes(next(streams), "big")
        self.kinds = next(streams)
        self.whole, self.headers = BytesIO(next(streams)), BytesIO(next(streams))
        gaps = array("H", joined(next(streams), 2))
        if sys.byteorder == "little":
            gaps.byteswap()
        self._gaps = iter(gaps)
        self.patches, self._children = BytesIO(next(streams)), BytesIO(next(streams))
        widths = next(streams)
        self._widths = iter(widths)
        heads = {width: joined(next(streams), width) for width in sorted(set(widths))}
        self._heads = {width: BytesIO(text).read for width, text in heads.items()}
        every = {
            text[at : at + width]
            for width, text in heads.items()
            for at in range(0, len(text), width)
        }
        plans = {head: plan_of(head) for head in every}
        keys = sorted({key for plan in plans.values() if plan for key, _ in plan.values})
        reads = {key: BytesIO(joined(next(streams), WIDTHS.get(key[1], 1))).read for key in keys}
        self._plans = {
            head: (
                plan.start,
                plan.size,
                tuple((reads[key], length) for key, length in plan.values),
            )
            for head, plan in plans.items()
            if plan
        }

    def page(self) -> bytes:
        """Put the next page with cells together."""
        kind = self.headers.read(1)
        header = HEADERS[kind[0]]
        child = CHILD if kind[0] == INTERIOR else 0
        page = bytearray(self.size)
        page[:header] = kind + self.headers.read(header - 1)
        widths, heads, gaps, plans = self._widths, self._heads, self._gaps, self._plans
        place = self.size
        pointers = bytearray()
        for _ in range(int.from_bytes(page[_COUNT], "big")):
            width = next(widths)
            start, size, values = plans[heads[width](width)]
            place = (place - child - size - next(gaps)) % LARGEST
            pointers += place.to_bytes(2, "big")
            cell = b"".join([start, *[read(length) for read, length in values]])
            if child:
                cell = self._children.read(child) + cell
            page[place : place + child + size] = cell
        page[header : header + len(pointers)] = pointers
        for _ in range(self.patches.read(1)[0]):
            patch = self.patches.read(_PATCH)
            page[int.from_bytes(patch[:2], "big")] = patch[2]
        return bytes(page)


def _put(content: bytes) -> bytes:
    """Put some pages together; raise `ValueError` if their streams do not agree."""
    try:
        parts = _Parts(content)
        size = parts.size
        if not _SMALLEST <= size <= LARGEST or len(parts.kinds) * size > _TOGETHER:
            raise ValueError("its pages are of a size that no page has")
        made = [parts.whole.read(size) if kind == _WHOLE else parts.page() for kind in parts.kinds]
    except (IndexError, KeyError, StopIteration) as error:
        raise ValueError("its pages make no sense") from error
    return b"".join(made)


def _split(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        end = at + NUMBER + int.from_bytes(content[at : at + NUMBER], "big")
        yield content[at + NUMBER : end]
        at = end
