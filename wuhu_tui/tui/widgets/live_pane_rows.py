"""The cheapest widget that shows rows: strips made once a row, painted only where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from wuhu_tui.tui.presentation.terminal import ScreenRow, screen_strip
from wuhu_tui.tui.presentation.transcript_palette import palette_of
from wuhu_tui.tui.presentation.transcript_row import BLANK, Row, strip_of

_KEPT_STRIPS = 4000


class RowPainter(Widget, inherit_bindings=False):
    """Paints the rows of `rows_now`, which a subclass makes for the widget's size.

    It bypasses Textual's line cache (see `render_lines`), so it must have neither border nor
    padding; put it into a container for that.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "RowPainter { background: $background; }"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._frame: list[Strip] = []
        self._strips: dict[Row | ScreenRow, Strip] = {}
        self._palette: dict[str, Style] = {}
        self._filters: list[LineFilter] = []
        self._behind = Color(0, 0, 0)

    def rows_now(self) -> Sequence[Row | ScreenRow]:
        """The rows from the top; missing ones are left empty."""
        raise NotImplementedError

    @property
    def is_seen(self) -> bool:
        """Whether there is anywhere to paint."""
        if not (self.is_mounted and self.size) or self._covered():
            return False
        return all(node.display for node in self.ancestors_with_self if isinstance(node, Widget))

    def _covered(self) -> bool:
        """Whether another screen hides this one; a dialog lets it shine through."""
        stack = self.app.screen_stack
        if self.screen not in stack:
            return True
        above = stack[stack.index(self.screen) + 1 :]
        return any(screen.styles.background.a == 1 for screen in above)

    def repaint(self) -> None:
        """Show what `rows_now` gives now; Textual paints only what differs."""
        if not self.is_seen:
            return
        before = self._frame
        self._frame = self._framed()
        if len(before) != len(self._frame):
            self.refresh()
            return
        changed = [y for y, strip in enumerate(self._frame) if strip is not before[y]]
        if changed:
            first, last = changed[0], changed[-1]
            self.refresh(Region(0, first, self.size.width, last - first + 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of a region, from strips made before."""
        if len(self._frame) < crop.bottom:
            self._frame = self._framed()
        lines = self._frame[crop.y : crop.bottom]
        if crop.x or crop.width != self.size.width:
            return [line.crop(crop.x, crop.right) for line in lines]
        return lines

    def forget_strips(self) -> None:
        """Make every strip anew: the width or the colours are others."""
        self._strips = {}
        self._frame = []

    def _framed(self) -> list[Strip]:
        width, height = self.size
        if not self._palette:
            self._take_colours()
        rows: list[Row | ScreenRow] = list(self.rows_now()[:height])
        rows += [BLANK] * (height - len(rows))
        return [self._strip(row, width) for row in rows]

    def _strip(self, row: Row | ScreenRow, width: int) -> Strip:
        strip = self._strips.get(row)
        if strip is None:
            if len(self._strips) >= _KEPT_STRIPS:
                self._strips = {}
            if isinstance(row, ScreenRow):
                strip = screen_strip(row, width, self._palette["text"])
            else:
                strip = strip_of(row, width, self._palette)
            for line_filter in self._filters:
                strip = strip.apply_filter(line_filter, self._behind)
            self._strips[row] = strip
        return strip

    def _take_colours(self) -> None:
        """Everything that only another theme can change."""
        self._palette = palette_of(self.app.theme_variables)
        self._filters = list(self.get_line_filters())
        self._behind = self.background_colors[1]

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

    def on_unmount(self) -> None:
        """Let go: the app would hold what it once showed, a whole recording with it."""
        self.app.theme_changed_signal.unsubscribe(self)

    def _theme_changed(self, _theme: object) -> None:
        self._palette = {}
        self.forget_strips()
        self.refresh()

    def on_resize(self) -> None:
        """Another size: lay out anew."""
        self.forget_strips()
        self.repaint()

    def on_show(self) -> None:
        """Seen again: what came meanwhile is laid out now."""
        self.repaint()
