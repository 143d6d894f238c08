"""The timeline: every session's states over time; a cursor in time leads to any moment of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual import on
from textual.app import ComposeResult

from wuhu_tui.model.board import Board
from wuhu_tui.model.lookbacks import Timeline
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.timeline import (
    TimelineView,
    Window,
    axis,
    cursor_words,
    legend,
    next_wait,
    presence_row,
    whole_window,
)
from wuhu_tui.tui.screens.list_screen import ListScreen
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.line_list import LineList
from wuhu_tui.tui.widgets.strip import TextStrip
from wuhu_tui.tui.widgets.timeline_lists import TimelineList

AGAIN = timedelta(seconds=5)
"""How old what is shown may be while sessions go on."""


class TimelineScreen(ListScreen):
    """Bars, when the lead was there, what the symbols mean, and what is under the cursor."""

    CONTEXT = Context.TIMELINE
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "TimelineList"

    def __init__(self, session: str = "", at: datetime | None = None) -> None:
        """`session` and `at` are where the cursor begins."""
        super().__init__()
        self._wanted = session
        self._at = at
        self._timeline: Timeline | None = None
        self._window: Window | None = None
        self._asked_at = EPOCH_START
        self._asking = False
        self._board: Board | None = None

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield HeaderBar()
        yield TextStrip(id="timeline-axis")
        yield TimelineList()
        yield TextStrip(id="timeline-present")
        yield TextStrip(id="timeline-cursor")
        yield TextStrip(id="timeline-legend")
        yield ActionFooter()

    @property
    def list(self) -> TimelineList:
        """The rows."""
        return self.query_one(TimelineList)

    @property
    def view(self) -> TimelineView | None:
        """What is shown; None: nothing was read yet."""
        if self._timeline is None or self._window is None:
            return None
        return TimelineView(self._timeline, self._window, self.list.selected)

    def subject(self) -> str:
        """The session of the row."""
        return (self.list.selected if self.is_mounted else "") or self._wanted

    # what is shown

    def _look(self, board: Board, now: datetime) -> None:
        """Read on when something happened, and not all the time."""
        fresh = board is self._board or abs(now - self._asked_at) < AGAIN
        if self._asking or (self._timeline is not None and fresh):
            return
        self._asking, self._asked_at, self._board = True, now, board
        self.wuhu.verbs.run(self.core.timeline(), then=self._take, failed=self._fail)

    def _fail(self, error: Exception) -> None:
        self._asking = False
        self._timeline = self._timeline or Timeline(since=self._asked_at, until=self._asked_at)
        self._window = self._window or whole_window(self._timeline)

    def _take(self, found: Timeline) -> None:
        self._asking = False
        before, window = self._timeline, self._window
        self._timeline = found
        if before is None or window is None:
            window = whole_window(found)
            if self._at is not None:
                window = window.to(self._at, found)
        elif (window.since, window.until) == (before.since, before.until):
            at = found.until if window.at == before.until else window.at
            window = Window(since=found.since, until=found.until, at=at)
        self._window = window
        if before is None and self.is_mounted:
            self.call_after_refresh(self._begin_at)
        self.wuhu.repaint()

    def _begin_at(self) -> None:
        """The cursor begins on the session the lead came from."""
        if self._wanted in self.list.keys:
            self.list.select(self._wanted)
            self.wuhu.repaint()

    # frames

    def paint(self, board: Board, now: datetime) -> None:
        """Show what was read."""
        self.paint_header(board, now)
        self._look(board, now)
        view = self.view
        self.list.show(view)
        width = self.list.width
        strips = {
            "axis": axis(view, width) if view else None,
            "present": presence_row(view, width) if view else None,
            "cursor": cursor_words(view, width) if view else None,
            "legend": legend(width) if view else None,
        }
        for name, text in strips.items():
            self.query_one(f"#timeline-{name}", TextStrip).show(text)

    def paint_live(self, board: Board, now: datetime) -> None:
        """Nothing of it streams."""

    @on(LineList.Selected)
    def _selected(self) -> None:
        if self.list.selected:
            self.wuhu.selected = self.list.selected
        self.wuhu.repaint()

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.action_act("timeline.replay")

    # keys

    def do_timeline_replay(self) -> None:
        """Show the time under the cursor."""
        if self._window is not None:
            self.show_time(self.subject(), self._window.at)

    def do_timeline_open(self) -> None:
        """Open the session as it is now."""
        self.open_live(self.subject())

    def do_timeline_accounts(self) -> None:
        """Who waited for whom."""
        from wuhu_tui.tui.screens.timeline_accounts import AccountsScreen

        self.wuhu.switch_screen(AccountsScreen(self.subject()))

    def do_timeline_right(self) -> None:
        """One cell later."""
        self._move(+1)

    def do_timeline_left(self) -> None:
        """One cell earlier."""
        self._move(-1)

    def _move(self, cells: int) -> None:
        if self._timeline is not None and self._window is not None:
            self._window = self._window.moved(cells, self.list.bars, self._timeline)

    def do_timeline_zoom_in(self) -> None:
        """Half the time."""
        self._zoom(0.5)

    def do_timeline_zoom_out(self) -> None:
        """Twice the time."""
        self._zoom(2.0)

    def _zoom(self, factor: float) -> None:
        if self._timeline is not None and self._window is not None:
            self._window = self._window.zoomed(factor, self._timeline)

    def do_timeline_whole(self) -> None:
        """All of the time."""
        if self._timeline is not None and self._window is not None:
            self._window = Window(
                since=self._timeline.since, until=self._timeline.until, at=self._window.at
            )

    def do_timeline_later(self) -> None:
        """Half a window on."""
        self._scroll(+0.5)

    def do_timeline_earlier(self) -> None:
        """Half a window back."""
        self._scroll(-0.5)

    def _scroll(self, share: float) -> None:
        if self._timeline is not None and self._window is not None:
            self._window = self._window.scrolled(share, self._timeline)

    def do_timeline_next_wait(self) -> None:
        """Where it next waited for the lead."""
        self._to_wait(+1)

    def do_timeline_previous_wait(self) -> None:
        """Where it waited before."""
        self._to_wait(-1)

    def _to_wait(self, step: int) -> None:
        view = self.view
        one = view.row(view.selected) if view else None
        if view is None or one is None:
            return
        at = next_wait(one, view.window.at, step)
        if at is None:
            way = "after this" if step > 0 else "before this"
            self.wuhu.verbs.tell(f"it did not wait for you {way}")
        else:
            self._window = view.window.to(at, view.timeline)
