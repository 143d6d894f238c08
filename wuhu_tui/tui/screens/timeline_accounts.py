"""Attention accounting: who waited for whom how long, what merged work cost, plotted over time."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual import on
from textual.app import ComposeResult

from wuhu_tui.model.board import Board
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.lookbacks import Accounting, Wait
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.screens.list_screen import ListScreen
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.line_list import LineList
from wuhu_tui.tui.widgets.timeline_lists import AccountList

SHORTEST = timedelta(minutes=1)


class AccountsScreen(ListScreen):
    """Reads when it is opened and when another length of time is wanted."""

    CONTEXT = Context.ACCOUNTS
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "AccountList"

    def __init__(self, session: str = "") -> None:
        """`session` is where the timeline's cursor was."""
        super().__init__()
        self._wanted = session
        self._found: Accounting | None = None

    def compose(self) -> ComposeResult:
        """One list."""
        yield HeaderBar()
        yield AccountList()
        yield ActionFooter()

    def on_mount(self) -> None:
        """Begin to read."""
        self._look(None)

    @property
    def list(self) -> AccountList:
        """The rows."""
        return self.query_one(AccountList)

    def subject(self) -> str:
        """The session that waited."""
        wait = self.list.wait if self.is_mounted else None
        if wait is not None and wait.who != LEAD:
            return wait.who
        return self._wanted or self.wuhu.selected

    def _look(self, since: datetime | None) -> None:
        verb = self.core.accounting(since=since)
        self.wuhu.verbs.run(verb, then=self._take, failed=self._fail, once="looking back")

    def _fail(self, error: Exception) -> None:
        """What went wrong was told; nothing more comes."""
        now = self.wuhu.clock()
        self._take(self._found or Accounting(since=now, until=now))

    def _take(self, found: Accounting) -> None:
        self._found = found
        self.wuhu.repaint()

    def paint(self, board: Board, now: datetime) -> None:
        """Show what was read."""
        self.paint_header(board, now)
        self.list.show(self._found, board)

    @on(LineList.Selected)
    def _selected(self) -> None:
        self.wuhu.repaint()

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.action_act("accounts.replay")

    # keys

    @property
    def _wait(self) -> Wait | None:
        wait = self.list.wait
        if wait is None:
            self.wuhu.verbs.tell("no wait is selected")
        return wait

    def do_accounts_replay(self) -> None:
        """Show where it began to wait."""
        wait = self._wait
        if wait is not None:
            self.show_moment(wait.who, wait.session, wait.cursor)

    def do_accounts_open(self) -> None:
        """Open the session as it is now."""
        wait = self._wait
        if wait is not None:
            self.open_live(wait.who)

    def do_accounts_shorter(self) -> None:
        """Half the time."""
        self._stretch(0.5)

    def do_accounts_longer(self) -> None:
        """Twice the time."""
        self._stretch(2.0)

    def _stretch(self, factor: float) -> None:
        found = self._found
        if found is not None:
            self._look(found.until - max(SHORTEST, (found.until - found.since) * factor))

    def do_accounts_whole(self) -> None:
        """All of the time."""
        self._look(None)

    def do_accounts_timeline(self) -> None:
        """Back to the bars."""
        from wuhu_tui.tui.screens.timeline import TimelineScreen

        self.wuhu.switch_screen(TimelineScreen(self.subject()))
