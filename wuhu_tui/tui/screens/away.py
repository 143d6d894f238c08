"""While the lead was away: what happened, by what it means; each line leads to its moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual import on
from textual.app import ComposeResult

from wuhu_tui.model.board import Board
from wuhu_tui.model.lookbacks import Away, AwayLine
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.screens.list_screen import ListScreen
from wuhu_tui.tui.widgets.away_list import AwayList
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.line_list import LineList

EARLIER = timedelta(days=1)


class AwayScreen(ListScreen):
    """Looks back when it is opened; stays as it was found, so that nothing moves while it is read."""

    CONTEXT = Context.AWAY
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "AwayList"

    def __init__(self, found: Away | None = None) -> None:
        """`found` is shown at once; without it the core is asked."""
        super().__init__()
        self._found = found

    def compose(self) -> ComposeResult:
        """The list."""
        yield HeaderBar()
        yield AwayList()
        yield ActionFooter()

    def on_mount(self) -> None:
        """Begin to look back."""
        if self._found is None:
            self._look(None)

    @property
    def list(self) -> AwayList:
        """The list."""
        return self.query_one(AwayList)

    def subject(self) -> str:
        """The session of the line under the cursor."""
        found = self.list.line if self.is_mounted else None
        return found.session if found and found.session else self.wuhu.selected

    def _look(self, since: datetime | None) -> None:
        verb = self.core.away(since=since)
        self.wuhu.verbs.run(verb, then=self._take, failed=self._fail, once="looking back")

    def _fail(self, error: Exception) -> None:
        """What went wrong was told; nothing more comes."""
        now = self.wuhu.clock()
        self._take(self._found or Away(since=now, until=now))

    def _take(self, found: Away) -> None:
        self._found = found
        self.wuhu.repaint()

    # frames

    def paint(self, board: Board, now: datetime) -> None:
        """Show what was found."""
        self.paint_header(board, now)
        self.list.show(self._found, board, self.keys.label(BY_ID["away.earlier"]))

    @on(LineList.Selected)
    def _selected(self) -> None:
        self.wuhu.repaint()

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.action_act("away.replay")

    # keys

    @property
    def _line(self) -> AwayLine | None:
        found = self.list.line
        if found is None:
            self.wuhu.verbs.tell("nothing is selected")
        return found

    def do_away_replay(self) -> None:
        """Show the moment it happened."""
        found = self._line
        if found is not None:
            self.show_moment(found.session, found.journal, found.cursor)

    def do_away_open(self) -> None:
        """Open the session as it is now."""
        found = self._line
        if found is not None:
            self.open_live(found.session)

    def do_away_earlier(self) -> None:
        """Look back a day further."""
        begin = self._found.since if self._found else self.wuhu.clock()
        self._look(begin - EARLIER)
