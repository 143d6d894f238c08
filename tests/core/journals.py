"""Session journals written as a runner would, for tests that need no runner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from wuhu_tui.journal.clock import now
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model import events
from wuhu_tui.model.events import Event
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState


class Runner:
    """A runner without an agent: holds the lock and writes what the test says."""

    def __init__(
        self, folder: ProjectFolder, session: str, clock: Callable[[], datetime] = now
    ) -> None:
        self.folder = folder.session(session)
        self.folder.path.mkdir(parents=True, exist_ok=True)
        self.lock = FileLock(self.folder.lock)
        assert self.lock.acquire()
        self.journal = JournalWriter.open(
            self.folder.journal, kind="session", name=session, clock=clock
        )
        self.journal.claim_epoch()
        self._clock = clock
        self.state = SessionState.INSTANTIATED
        self.turn = 0
        self.write(events.RunnerStarted(pid=1))
        self.become(SessionState.STARTING)

    def write(self, event: Event) -> Record:
        record = self.journal.append(event)
        self.journal.flush()
        return record

    def become(self, state: SessionState) -> None:
        self.write(events.StateChanged(before=self.state, after=state, cause="told"))
        self.state = state

    def works(self) -> None:
        """A (new) turn runs."""
        self.turn += 1
        self.become(SessionState.WORKING)
        self.write(events.TurnStarted(turn=self.turn))

    def rests(self, head: str = "", stop_reason: str = "end_turn") -> None:
        """The turn ends without a report."""
        self.write(events.TurnEnded(turn=self.turn, stop_reason=stop_reason, head=head))
        self.become(SessionState.IDLE)

    def dies(self) -> None:
        """The runner is gone without a word."""
        self.journal.close()
        self.lock.release()
