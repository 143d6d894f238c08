"""One row of a pane: pieces of text, each with the name of its style."""

from __future__ import annotations

from typing import NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from wuhu_tui.tui.presentation.transcript_palette import Palette
from wuhu_tui.tui.presentation.transcript_wrap import width_of

Span = tuple[str, str]
"""Style name and safe text."""


class Row(NamedTuple):
    """A row; `fill` is the style of the rest of its width."""

    spans: tuple[Span, ...]
    fill: str = "text"

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(text for _, text in self.spans)


BLANK = Row(())
"""An empty row."""


def plain(text: str, style: str = "text", fill: str = "text") -> Row:
    """A row of one style."""
    return Row(((style, text),), fill)


def strip_of(row: Row, width: int, palette: Palette) -> Strip:
    """A row as a strip of exactly `width` cells."""
    segments = [Segment(text, palette[style]) for style, text in row.spans if text]
    used = sum(width_of(segment.text) for segment in segments)
    if used < width:
        segments.append(Segment(" " * (width - used), palette[row.fill]))
    strip = Strip(segments, max(used, width))
    return strip if used <= width else strip.adjust_cell_length(width)
