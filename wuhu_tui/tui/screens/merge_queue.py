"""The merge queue: what runs with its live checks, what waits and why, what landed and its undo."""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from wuhu_tui.model.board import Board
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.entries import Drawn
from wuhu_tui.tui.presentation.queue import Item, Line, queue_line
from wuhu_tui.tui.presentation.queue_facts import Sight, item_facts, nothing_facts
from wuhu_tui.tui.presentation.queue_state import remote_row, state_row
from wuhu_tui.tui.screens.queue_verbs import QueueVerbs
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.line_list import LineList
from wuhu_tui.tui.widgets.queue_list import MergeList
from wuhu_tui.tui.widgets.strip import TextStrip


class MergeQueueScreen(QueueVerbs):
    """The list, and beside it everything known of the entry under the cursor."""

    CONTEXT = Context.QUEUE
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "MergeList"

    def __init__(self, session: str = "") -> None:
        """`session` is where the cursor begins, if it is there."""
        super().__init__()
        self._wanted = session
        self._queue = Line()
        self._shown: tuple[str, Drawn] | None = None

    def compose(self) -> ComposeResult:
        """How the queue stands, the list, and one entry whole."""
        yield HeaderBar()
        yield TextStrip(id="queue-state")
        yield TextStrip(id="remote-state")
        with Horizontal(id="queue"):
            yield MergeList()
            with VerticalScroll(id="queue-column", can_focus=False):
                yield Static("", id="queue-item")
        yield ActionFooter()

    @property
    def list(self) -> MergeList:
        """The list of what is on its way."""
        return self.query_one(MergeList)

    @property
    def item(self) -> Item | None:
        """What is under the cursor."""
        return self._queue.item(self.list.selected)

    @property
    def queue(self) -> Line:
        """Everything shown."""
        return self._queue

    def subject(self) -> str:
        """The session under the cursor."""
        return self.list.selected if self.is_mounted else self._wanted

    def go_to(self, session: str) -> None:
        """Put the cursor on a session that is here; else leave for the screen below."""
        if session in self.list.keys:
            super().go_to(session)
            self.list.select(session)
        else:
            self.leave_for(session)

    def show_queue(self, session: str = "") -> None:
        """It is before the lead already."""

    # frames

    def paint(self, board: Board, now: datetime) -> None:
        """Show the queue, and the entry under the cursor whole."""
        self.paint_header(board, now)
        self._queue = queue_line(board)
        self.query_one("#queue-state", TextStrip).show(state_row(board, self._queue, now))
        self.query_one("#remote-state", TextStrip).show(remote_row(board.remote, now))
        self.list.show(self._queue, board, now)
        if self._wanted in self.list.keys:
            self.list.select(self._wanted)
        if self.list.keys:
            self._wanted = ""
        self._paint_item(board, now)

    def _paint_item(self, board: Board, now: datetime) -> None:
        column, shown = self.query_one("#queue-column"), self.query_one("#queue-item", Static)
        width = shown.size.width
        if not column.display or not width:
            return
        item = self.item
        sight = Sight(board, self._queue, now, width, self.core.check_output)
        told = item_facts(item, sight) if item else nothing_facts(sight)
        key = item.key if item else ""
        if self._shown and self._shown == (key, Drawn(told)):
            return
        if not self._shown or self._shown[0] != key:
            column.scroll_home(animate=False)
        self._shown = (key, Drawn(told))
        shown.update(told)

    @on(LineList.Selected)
    def _selected(self) -> None:
        self.wuhu.selected = self.list.selected
        self.wuhu.repaint()

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.action_act("queue.open")

    # moving

    def do_queue_whole(self) -> None:
        """Show everything of the entry, or the list again."""
        self.toggle_class("-turned")
        self.call_after_refresh(self.wuhu.repaint)

    def do_queue_scroll_on(self) -> None:
        """Read on."""
        self.query_one("#queue-column", VerticalScroll).scroll_page_down(animate=False)

    def do_queue_scroll_back(self) -> None:
        """Read back."""
        self.query_one("#queue-column", VerticalScroll).scroll_page_up(animate=False)
