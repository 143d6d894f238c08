"""The dashboard's three lists: sessions, inbox, review queue."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.questions import Question
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.tui.presentation.attention import Alive, AnyNeed
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.inbox import inbox_entries, option_entries
from wuhu_tui.tui.presentation.joins import join_entries
from wuhu_tui.tui.presentation.lanes import message_entries
from wuhu_tui.tui.presentation.receipts import receipt_entries, settled
from wuhu_tui.tui.presentation.reviews import queue_entries
from wuhu_tui.tui.presentation.roster import Roster, roster_entries
from wuhu_tui.tui.widgets.line_list import LineList


class SessionList(LineList):
    """All sessions, grouped by what the lead must do."""

    BORDER_TITLE = "Sessions"
    _roster = Roster((), EPOCH_START)
    _alive: Alive = staticmethod(lambda session: True)

    def show(self, roster: Roster, alive: Alive) -> None:
        """Show these sessions."""
        self._roster, self._alive = roster, alive
        self.rebuild()

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        return roster_entries(self._roster, self._alive, width)


class InboxList(LineList):
    """What needs the lead."""

    BORDER_TITLE = "Needs you"
    WHOLE = False
    """Whether texts are shown in full."""
    MUST_SELECT = False

    def __init__(self) -> None:
        super().__init__(empty="nobody needs you just now")
        self._needs: tuple[AnyNeed, ...] = ()
        self._board = Board()
        self._now = EPOCH_START

    def show(self, needs: tuple[AnyNeed, ...], board: Board, now: datetime) -> None:
        """Show these needs."""
        self._needs, self._board, self._now = needs, board, now
        self.border_title = f"Needs you ({len(needs)})" if needs else "Needs you"
        self.rebuild()

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        return inbox_entries(self._needs, self._board, self._now, width, whole=self.WHOLE)


class WholeInboxList(InboxList):
    """What needs the lead, in full; one need is always under the cursor."""

    WHOLE = True
    MUST_SELECT = True


class QueueList(LineList):
    """Work that lies before the lead."""

    BORDER_TITLE = "Review"
    MUST_SELECT = False

    def __init__(self) -> None:
        super().__init__(empty="nothing to review")
        self._views: tuple[SessionView, ...] = ()
        self._now = EPOCH_START
        self._board = Board()

    def show(self, views: tuple[SessionView, ...], now: datetime, board: Board) -> None:
        """Show these sessions' reviews with what the board tells of them."""
        self._views, self._now, self._board = views, now, board
        self.border_title = f"Review ({len(views)})" if views else "Review"
        self.rebuild()

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        return queue_entries(self._views, self._now, width, self._board)


class MessageList(LineList):
    """What waits for a session, lane by lane, then the receipts of what was sent."""

    def __init__(self, *, empty: str = "nothing waits") -> None:
        super().__init__(empty=empty)
        self._view: SessionView | None = None
        self._now = EPOCH_START

    def show(self, view: SessionView, now: datetime) -> None:
        """Show what waits for a session, and what became of what was sent."""
        self._view, self._now = view, now
        count = len(view.waiting) + len(view.unsure)
        self.border_title = f"Waiting ({count})" if count else "Waiting"
        self.rebuild()

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        if self._view is None:
            return ()
        waiting = message_entries(self._view, self._now, width)
        return waiting + receipt_entries(settled(self._view), self._now, width)


class OptionList(LineList):
    """The options of a question, numbered as the keys that pick them."""

    def __init__(self) -> None:
        super().__init__(empty="no options: write an answer")
        self._question: Question | None = None

    def show(self, question: Question) -> None:
        """Show this question's options; the recommended one is under the cursor at first."""
        self._question = question
        self.rebuild()

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        if self._question is None:
            return ()
        return option_entries(self._question, width)


class JoinList(LineList):
    """Joins that still wait."""

    BORDER_TITLE = "Open joins"

    def __init__(self) -> None:
        super().__init__(empty="none")
        self._board = Board()
        self._now = EPOCH_START

    def show(self, board: Board, now: datetime) -> None:
        """Show the joins that are open on this board."""
        self._board, self._now = board, now
        self.rebuild()

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        return join_entries(self._board, self._now, width)
