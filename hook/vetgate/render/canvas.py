"""The only user of rich: lines for a terminal, wrapped, coloured where wanted.

rich measures text as a terminal shows it (wide characters, combining marks) and writes the colour
codes. Everything that is put on the canvas is made `visible` here, so that no caller can forget;
rich's markup, emoji codes and highlighting are never applied.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from io import StringIO

from rich.console import Console
from rich.text import Text

from vetgate.render.visible import visible

NARROWEST = 24
"""Columns below which wrapping would only shred words."""

WIDEST = 120
"""Columns above which lines get hard to read."""

STEP = "  "


class Canvas:
    """Lines of text in the making."""

    def __init__(self, width: int, *, colour: bool) -> None:
        self._width = min(max(width, NARROWEST), WIDEST)
        self._written = StringIO()
        # With size and environment given, rich looks at nothing of the process.
        self._console = Console(
            file=self._written,
            width=self._width,
            height=25,
            color_system="standard" if colour else None,
            no_color=not colour,
            force_terminal=colour,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
            _environ={},
        )

    def paragraph(
        self,
        *pieces: str | tuple[str, str],
        depth: int = 0,
        bullet: str = "",
        hanging: bool = True,
    ) -> None:
        """Write pieces (text, or text and style) as one wrapped paragraph.

        Its further lines are indented below the bullet, or else by one step: otherwise a text
        from outside could choose its length so that a line starts with words like our own.
        `hanging` switches that off for text that is ours.
        """
        said = Text(end="")
        for piece in pieces:
            text, style = piece if isinstance(piece, tuple) else (piece, "")
            said.append(visible(text), style)
        first = STEP * depth + bullet
        rest = " " * len(first) if bullet or not hanging else first + STEP
        room = self._width - len(rest)
        for number, line in enumerate(said.wrap(self._console, room)):
            line.rstrip()
            self._put(Text.assemble(rest if number else first, line))

    def verbatim(self, text: str, *, depth: int = 0, style: str = "") -> None:
        """Write one line that is never broken: somebody will copy it."""
        self._put(Text.assemble(STEP * depth, (visible(text, limit=None), style)))

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str | tuple[str, str]]],
        *,
        numbers: Container[int] = (),
    ) -> None:
        """Write a table, its cells wrapped; `numbers` names the columns that are set to the right.

        A cell is a text, or a text and a style.
        """
        # Only here, since a block has none and commits wait for blocks.
        from rich.table import Table

        drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        texts = [[Text(visible(text), style) for text, style in map(_styled, row)] for row in rows]
        widths = [
            max(len(name), *(cells[at].cell_len for cells in texts)) for at, name in enumerate(head)
        ]
        kept = self._whole_columns(widths)
        for at, (name, wide) in enumerate(zip(head, widths, strict=True)):
            drawn.add_column(
                name,
                justify="right" if at in numbers else "left",
                overflow="fold",
                min_width=wide if at in kept else None,
            )
        for cells in texts:
            drawn.add_row(*cells)
        with self._console.capture() as drawing:
            self._console.print(drawn)
        for line in drawing.get().splitlines():
            self._written.write(f"{line.rstrip()}\n")

    def _whole_columns(self, widths: Sequence[int]) -> set[int]:
        """Choose the columns whose cells are not wrapped: all but the last and the widest.

        As many as leave `NARROWEST` to the last one and as much to each other that is wrapped.
        """
        kept = sorted(range(len(widths) - 1), key=lambda at: widths[at])
        while kept:
            wrapped = (len(widths) - len(kept)) * NARROWEST
            if sum(widths[at] for at in kept) + wrapped + 2 * len(widths) <= self._width:
                break
            kept.pop()
        return set(kept)

    def blank(self) -> None:
        """Write an empty line."""
        self._put(Text(""))

    def text(self) -> str:
        """Return what was written, without the final newline."""
        return self._written.getvalue().removesuffix("\n")

    def _put(self, line: Text) -> None:
        self._console.print(line, soft_wrap=True)


def _styled(cell: str | tuple[str, str]) -> tuple[str, str]:
    return cell if isinstance(cell, tuple) else (cell, "")
