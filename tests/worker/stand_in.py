"""Does what a runner does with a worker's words, and nothing else, in the test's own process."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from tests.session.stage import make_session
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model import commands, events
from wuhu_tui.model.events import Event
from wuhu_tui.model.questions import Answer, Question
from wuhu_tui.session.mailbox import Mailbox

PATIENCE = 20.0


class StandIn:
    """Owns mailbox and journal of one session; the test says what the lead does."""

    def __init__(self, root: Path, **changes: Any) -> None:
        self.folder, self.spec = make_session(root, **changes)
        self.mailbox = Mailbox(self.folder.mailbox)
        self.taken: list[commands.AnyCommand] = []
        self._writer = JournalWriter.open(
            self.folder.journal, kind="session", name=self.spec.id, clock=now, redact=_as_it_is
        )
        self._writer.claim_epoch()

    @property
    def environment(self) -> dict[str, str]:
        return {"WUHU_SESSION": self.folder.name, "WUHU_SESSION_FOLDER": str(self.folder.path)}

    def write(self, event: Event) -> None:
        self._writer.append(event)
        self._writer.flush()

    def look(self) -> list[commands.AnyCommand]:
        """What came since the last look."""
        came = []
        for command, path in self.mailbox.take_all():
            self.mailbox.done(path)
            came.append(command)
        self.taken.extend(came)
        return came

    def next_command(self) -> commands.AnyCommand:
        give_up = time.monotonic() + PATIENCE
        while True:
            came = self.look()
            if came:
                assert len(came) == 1, came
                return came[0]
            assert time.monotonic() < give_up, "no command came"
            time.sleep(0.01)

    def next_question(self) -> Question:
        """The question the worker asks, asked as a runner would."""
        command = self.next_command()
        assert isinstance(command, commands.Ask)
        self.ask(command.question)
        return command.question

    def ask(self, question: Question) -> None:
        self.write(events.QuestionAsked(question=question))

    def answer(self, question: Question, *, expired: bool = False, **words: str) -> None:
        by = "deadline" if expired else "lead"
        answer = Answer(question=question.id, by=by, at=now(), **words)
        self.write(events.QuestionAnswered(answer=answer, expired=expired))

    def close(self) -> None:
        self._writer.close()


def _as_it_is(line: bytes) -> tuple[bytes, int]:
    return line, 0
