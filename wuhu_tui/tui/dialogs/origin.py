"""Where a line comes from: commit, turn, prompt, what the agent said, the tool call."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.origins import Origin
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.reading import ReadingDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.origin import origin_rows
from wuhu_tui.tui.presentation.rows import line
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.row_view import RowView

NO_TURN = "no turn of a session is known for this line"


class OriginDialog(ReadingDialog[bool]):
    """Returns whether to go to the transcript there."""

    CONTEXT = Context.ORIGIN
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "RowView"

    def __init__(self, origin: Origin) -> None:
        super().__init__()
        self._origin = origin

    def subject(self) -> str:
        """The session that wrote it."""
        return self._origin.session

    def compose(self) -> ComposeResult:
        """A box with all that is known."""
        with Vertical(classes="box -reading") as box:
            place = f"{line(self._origin.path)}:{self._origin.line}"
            box.border_title = Content(f"Who wrote {place}?")
            yield RowView()
            yield ActionFooter()

    def paint(self, board: Board, now: datetime) -> None:
        """Lay it out for the box."""
        shown = self.query_one(RowView)
        shown.show(origin_rows(self._origin, now, shown.size.width))

    def do_confirm(self) -> None:
        """Go to the transcript there, if the session's journal knows it."""
        if self._origin.turn or self._origin.cursor.seq:
            self.dismiss(True)
        else:
            self.wuhu.verbs.tell(NO_TURN)

    def do_moment(self) -> None:
        """Show the replay right behind what wrote the line; live, this stays open beneath."""
        origin, app = self._origin, self.wuhu
        if not origin.session or not origin.cursor.seq:
            app.verbs.tell(NO_TURN)
            return
        if self.stage is not app.live:
            self.dismiss()
        app.show_replay(origin.session, origin.cursor)
