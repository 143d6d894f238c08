"""Folds a recording's lines into boards: what the board does not see is not even decoded."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from msgspec.structs import replace

from wuhu_tui.core.replay.lines import Line
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.board import Board
from wuhu_tui.model.events import ToolOutput
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.states import SessionState


class _Unseen(NamedTuple):
    """The newest place of a run that the board need not see, and its greatest time."""

    epoch: int
    seq: int
    ts: datetime


class Folding:
    """A board and the sessions' screens, taken on line by line.

    Of a run of streamed lines of one session only the first is folded: all others of its kind
    change nothing but the session's newest place and time, which are put in at once, before any
    record of the project's own journal and before the board is looked at.
    """

    def __init__(self, board: Board, screens: dict[str, Screen]) -> None:
        self._board = board
        self._screens = dict(screens)
        self._waiting: list[Record] = []
        self._kinds: dict[str, tuple[type[Any], int]] = {}
        self._unseen: dict[str, _Unseen] = {}

    @property
    def board(self) -> Board:
        """The board now."""
        self._settle()
        return self._board

    @property
    def screens(self) -> dict[str, Screen]:
        """Every session's screen as it is now."""
        return dict(self._screens)

    def take(self, line: Line) -> None:
        """One more line."""
        name, kind = line.session, line.kind
        if line.record is None and self._is_unseen(line):
            before = self._unseen.get(name)
            newest = max(before.ts, line.ts) if before else line.ts
            self._unseen[name] = _Unseen(line.epoch, line.seq, newest)
            return
        if not name:
            self._settle()
            self._kinds.clear()
        elif kind is not ToolOutput or name not in self._kinds:
            self._kinds[name] = (kind, line.epoch)
        self._fold(line.decoded())

    def _is_unseen(self, line: Line) -> bool:
        kind, epoch = self._kinds.get(line.session, (None, 0))
        return epoch == line.epoch and (kind is line.kind or line.kind is ToolOutput)

    def _fold(self, record: Record) -> None:
        self._waiting.append(record)
        match record.event:
            case ScreenChanged() as change:
                before = self._screens.get(record.session) or Screen()
                self._screens[record.session] = before.changed(change)
            case SessionMoved(session=session, after=SessionState.ARCHIVED):
                self._screens.pop(session, None)

    def _settle(self) -> None:
        if self._waiting:
            self._board = fold_all(self._board, self._waiting)
            self._waiting = []
        if not self._unseen:
            return
        sessions = dict(self._board.sessions)
        for name, unseen in self._unseen.items():
            view = sessions[name]
            newest = Cursor(epoch=unseen.epoch, seq=unseen.seq)
            if newest.seq < view.cursor.seq:
                newest = view.cursor
            last = max(view.last_event_at, unseen.ts)
            sessions[name] = replace(view, cursor=newest, last_event_at=last)
        self._unseen = {}
        self._board = replace(self._board, sessions=sessions)
