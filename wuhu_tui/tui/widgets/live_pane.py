"""A live pane: one session's transcript, or its agent's screen, under a title bar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from textual import events
from textual.message import Message

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.transcript import Transcript
from wuhu_tui.tui.presentation.terminal import ScreenRow, screen_rows
from wuhu_tui.tui.presentation.transcript_layout import Place, TranscriptLayout
from wuhu_tui.tui.presentation.transcript_row import BLANK, Row
from wuhu_tui.tui.presentation.transcript_title import title_row
from wuhu_tui.tui.widgets.live_pane_rows import RowPainter

_WHEEL_ROWS = 3


class LivePane(RowPainter, inherit_bindings=False):
    """Paints what `show` gave it; nothing is laid out while it is not on the screen."""

    DEFAULT_CSS = "LivePane { height: 1fr; width: 1fr; }"

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
        self._screen: Screen | None = None
        self._told = (0, 0, 0)
        self._title = BLANK
        self._body: list[Row] = []
        self._places: list[Place] = []

    # what screens use

    @property
    def session(self) -> str:
        """The session shown; empty when there is none."""
        return self._view.id if self._view else ""

    @property
    def following(self) -> bool:
        """Whether the newest row is followed."""
        return self._layout_of.following

    @property
    def shows_screen(self) -> bool:
        """Whether it shows the agent's screen; who reads back reads the transcript."""
        return self._screen is not None and self.following

    @property
    def room(self) -> tuple[int, int]:
        """Columns and rows there are under the title."""
        return (self.size.width, max(0, self.size.height - 1))

    def show(
        self,
        view: SessionView,
        transcript: Transcript,
        now: datetime,
        *,
        focused: bool,
        alive: bool,
        screen: Screen | None = None,
        collides: str = "",
    ) -> None:
        """Take the session as it is now; cheap when nothing changed, free when not seen.

        With a `screen` that is shown, and the transcript only to those who scroll back.
        """
        self._screen = screen
        if transcript is not self._transcript:
            self._transcript = transcript
            self._layout_of.show(transcript)
            self._told = (0, 0, 0)
        self._view = view
        if self.is_seen:
            width = self.size.width
            self._title = title_row(
                view, now, width, focused=focused, alive=alive, collides=collides
            )
            self.repaint()

    def scroll_rows(self, rows: int) -> None:
        """Read back (negative) or on; the view then stays where it is while new rows arrive."""
        if self._screen is not None:
            self._layout_of.resize(*self.room)
        self._layout_of.scroll(rows)
        self._again()

    def scroll_pages(self, pages: int) -> None:
        """Read back or on by whole pages, one row of which stays in sight."""
        self.scroll_rows(pages * max(1, self._layout_of.height - 1))

    def to_top(self) -> None:
        """Go to the first row."""
        if self._screen is not None:
            self._layout_of.resize(*self.room)
        self._layout_of.to_top()
        self._again()

    def to_record(self, at: Cursor) -> bool:
        """Go to what a record of the session told; False when it is not kept any more."""
        self._layout_of.resize(*self.room)
        found = self._layout_of.to_record(at)
        self._again()
        return found

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

    def rows_now(self) -> Sequence[Row | ScreenRow]:
        """The title bar, then as much of the screen or the transcript as fits."""
        if self._screen is not None and self.shows_screen:
            self._told, self._places = (0, 0, 0), []
            return [self._title, *screen_rows(self._screen, self.room[1], cursor=True)]
        revision = self._transcript.revision if self._transcript else 0
        state = (revision + 1, *self.size)
        if state != self._told:
            self._told = state
            self._lay_out()
        return [self._title, *self._body]

    def _again(self) -> None:
        self._told = (0, 0, 0)
        self.repaint()

    def _lay_out(self) -> None:
        width, height = self.size
        self._layout_of.resize(width, max(0, height - 1))
        seen = self._layout_of.visible()
        self._places = [place for place, _ in seen]
        self._body = [row for _, row in seen]
        if not self.following and self._body:
            self._body[-1] = self._marker(width)

    def _marker(self, width: int) -> Row:
        count = self._layout_of.unseen()
        new = f"↓ {count if count < 999 else '999+'} new" if count else "↓ newest"
        text = f" {new} · End "
        return Row((("dim", "─" * max(0, width - len(text) - 1)), ("marker", text)))

    # the mouse

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
