"""A live pane: one session's transcript under a title bar, painted line by line from cached strips."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.transcript import Transcript
from wuhu_tui.tui.presentation.transcript_layout import Place, TranscriptLayout
from wuhu_tui.tui.presentation.transcript_palette import palette_of
from wuhu_tui.tui.presentation.transcript_row import BLANK, Row, strip_of
from wuhu_tui.tui.presentation.transcript_title import title_row

_KEPT_STRIPS = 4000
_WHEEL_ROWS = 3


class LivePane(Widget, inherit_bindings=False):
    """Paints what `show` gave it; nothing is laid out while it is not on the screen.

    The rows bypass Textual's own line cache (see `render_lines`), so the widget must have neither
    border nor padding.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "LivePane { height: 1fr; width: 1fr; background: $background; }"

    class Chosen(Message):
        """The lead clicked into the pane."""

        def __init__(self, pane: LivePane, session: str) -> None:
            super().__init__()
            self.pane = pane
            self.session = session

        @property
        def control(self) -> LivePane:
            """The pane it happened in."""
            return self.pane

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._layout_of = TranscriptLayout()
        self._transcript: Transcript | None = None
        self._view: SessionView | None = None
        self._seen_revision = -1
        self._title = BLANK
        self._rows: list[Row] = []
        self._places: list[Place] = []
        self._frame: list[Strip] = []
        self._strips: dict[Row, Strip] = {}
        self._palette: dict[str, Style] = {}

    # what screens use

    @property
    def session(self) -> str:
        """The session shown; empty when there is none."""
        return self._view.id if self._view else ""

    @property
    def following(self) -> bool:
        """Whether the newest row is followed."""
        return self._layout_of.following

    def show(
        self,
        view: SessionView,
        transcript: Transcript,
        now: datetime,
        *,
        focused: bool,
        alive: bool,
    ) -> None:
        """Take the session as it is now; cheap when nothing changed, free when not seen."""
        another = transcript is not self._transcript
        if another:
            self._transcript = transcript
            self._layout_of.show(transcript.items)
        self._view = view
        if not self._seen():
            self._seen_revision = -1
            return
        self._title = title_row(view, now, self.size.width, focused=focused, alive=alive)
        if another or transcript.revision != self._seen_revision:
            self._seen_revision = transcript.revision
            self._lay_out()
        self._repaint()

    def scroll_rows(self, rows: int) -> None:
        """Read back (negative) or on; the view then stays where it is while new rows arrive."""
        self._layout_of.scroll(rows)
        self._again()

    def scroll_pages(self, pages: int) -> None:
        """Read back or on by whole pages, one row of which stays in sight."""
        self.scroll_rows(pages * max(1, self._layout_of.height - 1))

    def to_top(self) -> None:
        """Go to the first row."""
        self._layout_of.to_top()
        self._again()

    def follow(self) -> None:
        """Go to the newest row and follow it."""
        self._layout_of.follow()
        self._again()

    def fold_newest(self) -> bool:
        """Fold or unfold the newest foldable item in view; False when there is none."""
        number = self._layout_of.newest_foldable()
        if number is not None:
            self._layout_of.fold(number)
            self._again()
        return number is not None

    def fold_all(self) -> None:
        """Unfold everything, or fold everything."""
        self._layout_of.fold_all()
        self._again()

    # painting

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of a region, from strips made before."""
        if len(self._frame) < crop.bottom:
            self._repaint(told=True)
        lines = self._frame[crop.y : crop.bottom]
        if crop.x or crop.width != self.size.width:
            return [line.crop(crop.x, crop.right) for line in lines]
        return lines

    def _seen(self) -> bool:
        return self.is_mounted and bool(self.size) and self.display and self.screen.is_current

    def _again(self) -> None:
        if self._seen():
            self._lay_out()
            self._repaint()

    def _lay_out(self) -> None:
        width, height = self.size
        self._layout_of.resize(width, max(0, height - 1))
        seen = self._layout_of.visible()
        self._places = [place for place, _ in seen]
        self._rows = [row for _, row in seen]
        if not self._layout_of.following and self._rows:
            self._rows[-1] = self._marker(width)

    def _marker(self, width: int) -> Row:
        count = self._layout_of.unseen()
        new = f"↓ {count if count < 999 else '999+'} new" if count else "↓ newest"
        text = f" {new} · End "
        return Row((("dim", "─" * max(0, width - len(text) - 1)), ("marker", text)))

    def _repaint(self, *, told: bool = False) -> None:
        """Make the frame of strips and have Textual paint the rows that differ."""
        width, height = self.size
        if not self._palette:
            self._palette = palette_of(self.app.theme_variables)
        rows = [self._title, *self._rows]
        rows += [BLANK] * (height - len(rows))
        frame = [self._strip(row, width) for row in rows[:height]]
        before, self._frame = self._frame, frame
        if not told and frame:
            self._refresh_changed(before)

    def _refresh_changed(self, before: list[Strip]) -> None:
        frame = self._frame
        if len(before) != len(frame):
            self.refresh()
            return
        changed = [y for y, strip in enumerate(frame) if strip is not before[y]]
        if changed:
            first, last = changed[0], changed[-1]
            self.refresh(Region(0, first, self.size.width, last - first + 1))

    def _strip(self, row: Row, width: int) -> Strip:
        strip = self._strips.get(row)
        if strip is None:
            if len(self._strips) >= _KEPT_STRIPS:
                self._strips.clear()
            strip = strip_of(row, width, self._palette)
            for line_filter in self.get_line_filters():
                strip = strip.apply_filter(line_filter, self.background_colors[1])
            self._strips[row] = strip
        return strip

    # what Textual tells

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

    def _theme_changed(self, _theme: object) -> None:
        self._palette = {}
        self._strips.clear()
        self._frame = []
        self.refresh()

    def on_resize(self) -> None:
        """Another size: lay out anew."""
        self._strips.clear()
        self._frame = []
        self._again()

    def on_show(self) -> None:
        """Seen again: what came meanwhile is laid out now."""
        self._again()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel reads back."""
        event.stop()
        self.scroll_rows(-_WHEEL_ROWS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel reads on."""
        event.stop()
        self.scroll_rows(_WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        """A click on a folded line unfolds it; anywhere, it chooses the pane."""
        place = event.get_content_offset(self)
        row = place.y - 1 if place else -1
        if 0 <= row < len(self._places):
            self._click_row(row)
        self.post_message(self.Chosen(self, self.session))

    def _click_row(self, row: int) -> None:
        if not self.following and row == len(self._places) - 1:
            self.follow()
        elif self._layout_of.folds_at(self._places[row]):
            self._layout_of.fold(self._places[row][0])
            self._again()
