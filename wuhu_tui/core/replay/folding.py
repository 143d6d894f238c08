"""Folds a recording's lines into boards: what the board does not see is not even decoded."""

from __future__ import annotations

from typing import Any, NamedTuple

from wuhu_tui.core.replay.lines import Line, parse
from wuhu_tui.core.replay.state import State
from wuhu_tui.core.replay.strand import Reached
from wuhu_tui.model import events
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.records import Record
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.states import SessionState

MOST_TOOLS = 64
"""How many of a session's running tools are remembered, the newest."""

_COMING_AND_GOING = (
    events.RunnerStarted,
    events.RunnerEnded,
    events.AgentStarted,
    events.AgentExited,
)


class _Unseen(NamedTuple):
    """Of a run that the board need not see: the line with its greatest time, and its last one."""

    latest: Line
    last: Line


class Folding:
    """A state, taken on line by line.

    Of a run of streamed lines of one session only the first is folded, and the last: all others of
    its kind change nothing but the session's newest place and time. The last one is folded before
    any record of the project's own journal, and before the board is looked at.
    """

    def __init__(self, state: State) -> None:
        self._board = state.board
        self._screens = dict(state.screens)
        self._tools = dict(state.tools)
        self._waiting: list[Record] = []
        self._kinds: dict[str, tuple[type[Any], int]] = {}
        self._unseen: dict[str, _Unseen] = {}

    def state(self, reached: dict[str, Reached]) -> State:
        """The state now; `reached`: how far each journal was told."""
        self._settle()
        screens, tools = dict(self._screens), dict(self._tools)
        return State(board=self._board, screens=screens, tools=tools, reached=reached)

    def take(self, line: Line) -> None:
        """One more line."""
        name, kind = line.session, line.kind
        if line.record is None and self._is_unseen(line):
            before = self._unseen.get(name)
            latest = before.latest if before and before.latest.ts > line.ts else line
            self._unseen[name] = _Unseen(latest, line)
            return
        if name in self._unseen:
            self._see_run(self._unseen.pop(name))
        if not name:
            self._see()
            self._kinds.clear()
        elif kind is not events.ToolOutput or name not in self._kinds:
            self._kinds[name] = (kind, line.epoch)
        self._fold(line)

    def _is_unseen(self, line: Line) -> bool:
        kind, epoch = self._kinds.get(line.session, (None, 0))
        return epoch == line.epoch and (kind is line.kind or line.kind is events.ToolOutput)

    def _fold(self, line: Line) -> None:
        record = line.decoded()
        self._waiting.append(record)
        name = record.session
        match record.event:
            case ScreenChanged() as change:
                before = self._screens.get(name) or Screen()
                self._screens[name] = before.changed(change)
            case SessionMoved(session=session, after=SessionState.ARCHIVED):
                self._screens.pop(session, None)
            case events.ToolStarted(call=call):
                others = self._others(name, call)
                self._tools[name] = (*others, line.raw)[-MOST_TOOLS:]
            case events.ToolEnded(call=call) if name in self._tools:
                self._tools[name] = self._others(name, call)
            case _ if isinstance(record.event, _COMING_AND_GOING):
                self._tools.pop(name, None)

    def _others(self, session: str, call: str) -> tuple[bytes, ...]:
        """The session's running tools without this call."""
        lines = self._tools.get(session, ())
        return tuple(raw for raw in lines if call_of(raw, session) != call)

    def _see(self) -> None:
        """Fold what the board need not have seen until now."""
        for unseen in self._unseen.values():
            self._see_run(unseen)
        self._unseen = {}

    def _see_run(self, unseen: _Unseen) -> None:
        if unseen.latest is not unseen.last:
            self._waiting.append(unseen.latest.decoded())
        self._waiting.append(unseen.last.decoded())

    def _settle(self) -> None:
        self._see()
        if self._waiting:
            self._board = fold_all(self._board, self._waiting)
            self._waiting = []


def call_of(raw: bytes, session: str) -> str:
    """The call of a tool's first line."""
    line = parse(raw, session, 0)
    event = line.record.event if line and line.record else None
    return event.call if isinstance(event, events.ToolStarted) else ""
