"""Join: what to wait for, of whom, and how long; and the joins that are open already."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.core.waits import open_joins
from wuhu_tui.model.board import Board
from wuhu_tui.model.joins import JoinMode, JoinUntil
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.ages import span
from wuhu_tui.tui.presentation.rows import MUTED, line
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.lists import JoinList

TIMEOUTS = (
    timedelta(hours=1),
    timedelta(hours=4),
    None,
    timedelta(minutes=10),
    timedelta(minutes=30),
)
"""The limits `t` goes through; None waits for ever."""


class JoinDialog(WuhuDialog[None]):
    """Opens a join over the chosen sessions; waiting costs no agent a turn."""

    CONTEXT = Context.JOIN
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "JoinList"

    def __init__(self, sessions: tuple[str, ...]) -> None:
        super().__init__()
        self._sessions = sessions
        self._mode = JoinMode.ANY
        self._until = JoinUntil.REPORTED
        self._timeout = 0

    def compose(self) -> ComposeResult:
        """What would be opened, and what is open."""
        with Vertical(classes="box") as box:
            box.border_title = Content("Join: wait without polling")
            yield Static("", id="wish")
            yield JoinList()
            yield ActionFooter()

    def paint(self, board: Board, now: datetime) -> None:
        """Show the wish and the open joins."""
        self.query_one("#wish", Static).update(self._wish(board))
        waiting = open_joins(board)
        joins = self.query_one(JoinList)
        joins.display = bool(waiting)
        joins.show(board, now)
        joins.styles.height = min(9, sum(len(entry.rows) for entry in joins.entries) or 3) + 2

    def _wish(self, board: Board) -> Content:
        views = [board.session(name) for name in self._sessions]
        names = ", ".join(line(view.spec.shown_name) for view in views if view)
        limit = TIMEOUTS[self._timeout]
        rows = (
            ("sessions", "", names),
            ("mode", "m", f"{self._mode.value} of them"),
            ("until", "u", self._until.value),
            ("at most", "t", span(limit) if limit else "as long as it takes"),
            ("wakes early", "", "a question, a failure, a review ready"),
        )
        return Content("\n").join(
            Content.assemble(
                (f"{name:>11}  ", MUTED),
                (f"{key:1} ", "bold $accent"),
                (value, "bold" if key else ""),
            )
            for name, key, value in rows
        )

    def do_mode(self) -> None:
        """Any or all."""
        self._mode = JoinMode.ALL if self._mode is JoinMode.ANY else JoinMode.ANY

    def do_until(self) -> None:
        """The next state to wait for."""
        states = list(JoinUntil)
        self._until = states[(states.index(self._until) + 1) % len(states)]

    def do_timeout(self) -> None:
        """The next limit."""
        self._timeout = (self._timeout + 1) % len(TIMEOUTS)

    def do_down(self) -> None:
        """Next open join."""
        self.query_one(JoinList).move(+1)

    def do_up(self) -> None:
        """Open join before."""
        self.query_one(JoinList).move(-1)

    def do_open(self) -> None:
        """Open the join."""
        verb = self.core.open_join(
            self._sessions,
            mode=self._mode,
            until=self._until,
            timeout=TIMEOUTS[self._timeout],
        )
        self.wuhu.verbs.run(
            verb, done="joined: a toast tells when it wakes", then=self._opened, once="join"
        )

    def _opened(self, _: object) -> None:
        self.wuhu.marked = ()
        if self.is_current:
            self.dismiss()

    def do_cancel(self) -> None:
        """End the join under the cursor."""
        name = self.query_one(JoinList).selected
        if name:
            verb = self.core.cancel_join(name)
            self.wuhu.verbs.run(verb, done="join cancelled", once=f"cancel {name}")
        else:
            self.wuhu.verbs.tell("no join is open")
