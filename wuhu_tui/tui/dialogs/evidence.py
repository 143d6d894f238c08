"""Everything that speaks for or against a session's work, whole; what names a place leads there."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.evidence import Evidence
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.reading import ReadingDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.diff_overview import overview
from wuhu_tui.tui.presentation.rows import line
from wuhu_tui.tui.presentation.sheet import Target
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.row_view import RowView


class EvidenceDialog(ReadingDialog[Target]):
    """Returns the place the lead wants to see."""

    CONTEXT = Context.EVIDENCE
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "RowView"

    def __init__(self, session: str, evidence: Evidence | None) -> None:
        super().__init__()
        self._session = session
        self._evidence = evidence
        self._targets: dict[int, Target] = {}

    def subject(self) -> str:
        """The session under review."""
        return self._session

    def compose(self) -> ComposeResult:
        """A box with everything."""
        with Vertical(classes="box -reading"):
            yield RowView()
            yield ActionFooter()

    def paint(self, board: Board, now: datetime) -> None:
        """Show it as it is now."""
        view = board.session(self._session)
        if view is None:
            self.dismiss()
            return
        name = line(view.spec.shown_name)
        self.query_one(".box", Vertical).border_title = Content(f"Evidence for {name}")
        shown = self.query_one(RowView)
        if shown.size.width:
            sheet = overview(board, view, self._evidence, now, shown.size.width, whole=True)
            self._targets = sheet.targets
            shown.show(sheet.rows)

    def do_confirm(self) -> None:
        """Go to the place that the row names."""
        target = self._targets.get(self.query_one(RowView).cursor)
        if target:
            self.dismiss(target)
        else:
            self.wuhu.verbs.tell("this row names no place to go to")

    def do_next_place(self) -> None:
        """The next row that names a place."""
        shown = self.query_one(RowView)
        later = sorted(row for row in self._targets if row > shown.cursor)
        if later:
            shown.to_row(later[0])
        else:
            self.wuhu.verbs.tell("no row after this one names a place")
