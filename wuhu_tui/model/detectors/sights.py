"""A session's records as detectors see them: one by one, with what the session was by then. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.detectors.calls import Call
from wuhu_tui.model.events import Event, ToolEnded, ToolStarted
from wuhu_tui.model.fold_session import fold_session
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value


class Sight(Value, frozen=True):
    """One record, the session `before` it and after, and the tool call that ended with it.

    A record of the project's journal about the session changes nothing of it here.
    """

    record: Record
    before: SessionView
    view: SessionView
    call: Call | None = None

    @property
    def event(self) -> Event:
        """What the record tells."""
        event: Event = self.record.event
        return event

    @property
    def cursor(self) -> Cursor:
        """The newest of the session's own records."""
        return self.view.cursor

    @property
    def at(self) -> datetime:
        """The record's time."""
        return self.record.ts


def sights(spec: SessionSpec, records: Iterable[Record]) -> Iterator[Sight]:
    """What the records show, in their order; a record that is repeated shows nothing."""
    view, running, newest = SessionView(spec=spec), _Running(), 0
    for record in records:
        if not record.session:
            yield Sight(record=record, before=view, view=view)
        elif record.seq > newest:
            newest = record.seq
            before, view = view, fold_session(view, record)
            call = running.ended_with(record, view.turn)
            yield Sight(record=record, before=before, view=view, call=call)


def tells_loss(event: Event) -> bool:
    """Whether the core found that the session's runner died."""
    return isinstance(event, SessionMoved) and event.after is SessionState.LOST


class _Running:
    """Tool calls that have begun; one that is told again keeps its beginning."""

    def __init__(self) -> None:
        self._calls: dict[str, tuple[ToolStarted, Cursor]] = {}

    def ended_with(self, record: Record, turn: int) -> Call | None:
        event = record.event
        if isinstance(event, ToolStarted):
            _, began = self._calls.get(event.call, (event, record.cursor))
            self._calls[event.call] = (event, began)
        if not isinstance(event, ToolEnded) or event.call not in self._calls:
            return None
        started, began = self._calls.pop(event.call)
        call = Call(
            started=started, ended=event, began=began, at=record.cursor, ts=record.ts, turn=turn
        )
        return None if call.is_cut else call
