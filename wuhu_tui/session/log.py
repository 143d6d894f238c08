"""The session's journal in the hands of one life: written, folded and shown as state.json."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from wuhu_tui.journal.clock import now
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.journal.reader import JournalReader, Problem, quarantine
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.journal.views import write_atomic
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import Event, RunnerEnded, StateChanged
from wuhu_tui.model.fold_session import fold_session
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.session_events import STREAMED
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState, transition
from wuhu_tui.model.value import Value
from wuhu_tui.session.history import History
from wuhu_tui.session.stream import INTERVAL, Stream

_PAGE = 4 << 20


class SessionLog:
    """What this life writes; `view` and `history` are folded from it, as any reader would.

    When the disk refuses, the first write raises and later ones are dropped (`broken` says why): a
    life that cannot record must end, and its ending may not trip over the same stone.
    """

    def __init__(
        self,
        folder: SessionFolder,
        writer: JournalWriter,
        spec: SessionSpec,
        interval: float,
        unsure: Callable[[str], int],
    ) -> None:
        self.folder = folder
        self.view = SessionView(spec=spec)
        self.history = History()
        self.problems: tuple[Problem, ...] = ()
        self.lost_epoch = 0
        """The epoch of the life before, of which the journal has nothing left; 0: it is whole."""
        self.broken: JournalError | None = None
        self.raises = True
        """False while a life ends: whatever the disk says, it must end."""
        self._writer = writer
        self._stream = Stream(self._write_streamed, interval, unsure)

    @classmethod
    def open(
        cls,
        folder: SessionFolder,
        spec: SessionSpec,
        *,
        environment: Mapping[str, str],
        clock: Callable[[], datetime] = now,
        interval: float = INTERVAL,
    ) -> SessionLog:
        """Read the session's past and claim the next epoch; the caller holds the runner's lock."""
        redactor = Redactor(environment)
        writer = JournalWriter.open(
            folder.journal,
            kind="session",
            name=spec.id,
            clock=clock,
            redact=redactor.line,
        )
        log = cls(folder, writer, spec, interval, redactor.unsure)
        log._read_past()
        log.lost_epoch = _epoch_shown(folder) if writer.last.epoch == 0 else 0
        writer.claim_epoch(log.lost_epoch)
        return log

    @property
    def epoch(self) -> int:
        """The epoch of this life."""
        return self._writer.epoch

    @property
    def cut(self) -> int:
        """Bytes of a torn last line that were cut off at the opening."""
        return self._writer.cut

    @property
    def state(self) -> SessionState:
        """The state this runner, or the one before it, wrote last."""
        return self.view.own.state if self.view.own else SessionState.INSTANTIATED

    def write(self, event: Event) -> None:
        """Put an event on disk, behind everything streamed before it, and fold it.

        Raises:
            JournalError: the disk refused, for the first time.
        """
        self._stream.drain()
        self._append(event)
        if isinstance(event, StateChanged | RunnerEnded):
            self._show()

    def stream(self, event: Event) -> None:
        """Take streamed output; readers see it within one interval."""
        assert type(event) in STREAMED
        self._stream.add(event)

    def enter(self, after: SessionState, cause: str, *, before: SessionState | None = None) -> None:
        """Change the session's state; on disk before it takes effect.

        Raises:
            IllegalTransition: the table does not allow it.
        """
        if self.broken:
            return
        before = before or self.state
        transition(before, after, cause)
        self.write(StateChanged(before=before, after=after, cause=cause))

    def close(self) -> None:
        """Write what is held and let the file go."""
        self._stream.drain()
        try:
            self._writer.close()
        except JournalError as error:
            self._break(error)

    def _read_past(self) -> None:
        reader = JournalReader(self.folder.journal, self.view.spec.id)
        more = True
        while more:
            page = reader.read(_PAGE)
            self.problems += page.problems
            for record in page.records:
                self._fold(record)
            more = page.more
        if self.problems:
            quarantine(self.folder.journal, self.problems)

    def _write_streamed(self, events: list[Event]) -> None:
        for event in events:
            self._append(event)
        if self.broken is None:
            self._writer.flush()

    def _append(self, event: Event) -> None:
        if self.broken:
            return
        try:
            self._fold(self._writer.append(event))
        except JournalError as error:
            self._break(error)
            if self.raises:
                raise

    def _fold(self, record: Record) -> None:
        self.view = fold_session(self.view, record)
        self.history.apply(record)

    def _show(self) -> None:
        if self.broken:
            return
        try:
            write_atomic(self.folder.state, msgspec.json.encode(_told(self.view)))
        except JournalError as error:
            sys.stderr.write(f"state.json is not up to date: {error}\n")

    def _break(self, error: JournalError) -> None:
        self.broken = error
        sys.stderr.write(f"{error}\n")


class _Shown(Value, frozen=True):
    """What is read of a state.json."""

    cursor: Cursor = Cursor()


def _epoch_shown(folder: SessionFolder) -> int:
    """The epoch that the last life showed; a new one must come after it to count."""
    try:
        return msgspec.json.decode(folder.state.read_bytes(), type=_Shown).cursor.epoch
    except (OSError, msgspec.DecodeError):
        return 0


def _told(view: SessionView) -> dict[str, Any]:
    """The view for humans and scripts: the runner's own word first, then everything."""
    return {"session": view.id, "state": view.state, **msgspec.structs.asdict(view)}
