"""Two moments of a recording side by side, in state and in files."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.differences import Differences
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.marks import Moment
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.reading import ReadingDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.compare import compare_rows, heading
from wuhu_tui.tui.presentation.transcript_row import Row
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.row_view import RowView


class CompareDialog(ReadingDialog[None]):
    """Reads what differs beside the screen; the earlier moment is always the first."""

    CONTEXT = Context.COMPARE
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "RowView"

    def __init__(self, one: Moment, other: Moment) -> None:
        super().__init__()
        self._first, self._second = sorted((one, other))
        self._found: Differences | None = None
        self._problem = ""
        self._places: tuple[int, ...] = ()
        self._width = 0

    def compose(self) -> ComposeResult:
        """A box with everything."""
        with Vertical(classes="box -reading") as box:
            box.border_title = Content("Two moments")
            yield RowView()
            yield ActionFooter()

    def on_mount(self) -> None:
        """Read what differs."""
        replaying = self.wuhu.replaying
        if replaying is None:
            self.dismiss()
            return
        verb = replaying.door.compare(self._first.index, self._second.index)
        self.wuhu.verbs.run(verb, then=self._take, failed=self._fail, once="comparing two moments")

    def _take(self, found: Differences) -> None:
        if self.is_mounted:
            self._found, self._width = found, 0
            self.wuhu.repaint()

    def _fail(self, error: WuhuError) -> None:
        if self.is_mounted:
            self._problem, self._width = f"could not compare: {error}", 0
            self.wuhu.repaint()

    def paint(self, board: Board, now: datetime) -> None:
        """Lay it out once for each width."""
        shown = self.query_one(RowView)
        width = shown.size.width
        if not width or width == self._width:
            return
        self._width = width
        if self._found is None:
            shown.show([Row((("dim", f" {self._problem or 'reading both moments …'}"),))])
            return
        self.query_one(".box", Vertical).border_title = Content(heading(self._found))
        rows, self._places = compare_rows(self._found, width)
        shown.show(rows)

    def do_next_place(self) -> None:
        """The next session; behind the last one the first."""
        shown = self.query_one(RowView)
        later = [row for row in self._places if row > shown.cursor] or list(self._places)
        if later:
            shown.to_row(later[0])
