"""A host whose runners live in the test's own process and do what the test says."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from tests.core.journals import Runner
from wuhu_tui.hosts.local import LocalHost
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model import commands, events
from wuhu_tui.model.agent_events import ModelChanged
from wuhu_tui.model.commands import AnyCommand
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.messages import Boundary, Lane, Message
from wuhu_tui.model.questions import Answer, Option, Question, QuestionKind
from wuhu_tui.model.reports import Criterion, Exit, ExitReason, Report, ReportKind
from wuhu_tui.model.reviews import Finding, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.mailbox import Mailbox

LANES: dict[type[AnyCommand], Lane] = {
    commands.Steer: Lane.STEER,
    commands.FollowUp: Lane.FOLLOW_UP,
    commands.SystemNote: Lane.SYSTEM,
}
ENDS = {SessionState.STOPPED: ExitReason.STOPPED, SessionState.HIBERNATED: ExitReason.HIBERNATED}


class Worker(Runner):
    """A runner and its agent: takes commands when told to, works when told to."""

    def __init__(self, folder: ProjectFolder, spec: SessionSpec) -> None:
        self.spec = spec
        super().__init__(folder, spec.id)
        self.mailbox = Mailbox(self.folder.mailbox)
        self.heard: list[str] = []
        self.taken: set[str] = set()
        self.open: dict[str, Question] = {}
        self.answers: dict[str, Answer] = {}
        self.deaf = False

    def listen(self) -> None:
        """Carry out what lies in the mailbox, as a runner does."""
        if self.deaf:
            return
        for command, path in self.mailbox.take_all():
            self._take(command)
            self.mailbox.done(path)

    def _take(self, command: AnyCommand) -> None:
        repeated = command.id in self.taken
        refusal = "" if repeated else self._carry_out(command)
        if refusal:
            self.write(events.CommandRefused(command=command.id, reason=refusal))
        kind = str(command.__struct_config__.tag)
        self.write(
            events.CommandTaken(command=command.id, kind=kind, by=command.by, repeated=repeated)
        )
        self.taken.add(command.id)
        if isinstance(command, commands.Stop):
            self.ends(SessionState.STOPPED)
        if isinstance(command, commands.Hibernate):
            self.ends(SessionState.HIBERNATED)

    def _carry_out(self, command: AnyCommand) -> str:
        if isinstance(command, commands.Steer | commands.FollowUp | commands.SystemNote):
            self._hear(command, LANES[type(command)], command.text)
        elif isinstance(command, commands.AnswerQuestion):
            self._answer(command.answer)
        elif isinstance(command, commands.Ask | commands.AnswerTaken | commands.WithdrawQuestion):
            self._worker_asks(command)
        elif isinstance(command, commands.Interrupt):
            self.rests(stop_reason="cancelled")
        elif isinstance(command, commands.SetMode) and command.mode == "loud":
            return "the agent offers no mode “loud”"
        elif isinstance(command, commands.SetModel):
            self.write(ModelChanged(model=command.model, by=command.by))
        elif isinstance(command, commands.CancelMessage):
            self.write(events.MessageCancelled(id=command.message))
        elif isinstance(command, commands.EditMessage):
            self.write(events.MessageEdited(id=command.message, text=command.text))
        elif isinstance(command, commands.MoveMessage):
            return "it is being handed to the agent"
        return ""

    def _hear(self, command: AnyCommand, lane: Lane, text: str) -> None:
        message = Message(
            id=command.id, lane=lane, text=text, by=command.by, sequence=1, queued_at=command.at
        )
        self.write(events.MessageQueued(message=message))
        if self.state is SessionState.WORKING:
            return
        self.heard.append(text)
        self.works()
        self.write(events.MessageLanded(id=command.id, boundary=Boundary.AWAITING_INPUT))

    def _worker_asks(
        self, command: commands.Ask | commands.AnswerTaken | commands.WithdrawQuestion
    ) -> None:
        if isinstance(command, commands.AnswerTaken):
            self.write(events.AnswerDelivered(question=command.question))
        elif isinstance(command, commands.WithdrawQuestion):
            self.write(events.QuestionWithdrawn(id=command.question, reason=command.reason))
        else:
            self.write(events.QuestionAsked(question=command.question))

    def _answer(self, answer: Answer) -> None:
        won = self.answers.setdefault(answer.question, answer)
        if won is not answer:
            refused = events.AnswerRefused(
                question=answer.question, by=answer.by, won_by=won.by, reason=f"{won.by} was first"
            )
            self.write(refused)
            return
        self.write(events.QuestionAnswered(answer=answer))
        if self.state is SessionState.ASKING:
            self.become(SessionState.WORKING)

    def asks(self, name: str = "q1", *options: str) -> None:
        """Ask the lead."""
        question = Question(
            id=name,
            kind=QuestionKind.CHOICE if options else QuestionKind.OPEN,
            text="How?",
            asked_at=self._clock(),
            options=tuple(Option(key=key, label=key) for key in options),
        )
        self.write(events.QuestionAsked(question=question))
        self.become(SessionState.ASKING)

    def commits(self, file: str = "work.txt", content: str = "done\n") -> str:
        """Commit a file in the worktree for real; returns the commit."""
        place = Path(self.spec.worktree)
        (place / file).write_text(content)
        git(place, "add", "-A")
        git(place, "commit", "-q", "-m", f"change {file}")
        head = git(place, "rev-parse", "HEAD")
        self.write(events.CommitSeen(sha=head))
        return head

    def reports(self, kind: ReportKind = ReportKind.DONE) -> None:
        """Say what became of the work, and end the turn."""
        head = git(Path(self.spec.worktree), "rev-parse", "HEAD")
        report = Report(kind=kind, summary="so it is", head=head, at=self._clock())
        self.write(events.ReportMade(report=report))
        self.write(events.TurnEnded(turn=self.turn, stop_reason="end_turn", head=head))
        self.become(SessionState.REPORTED)

    def judges(
        self,
        kind: VerdictKind = VerdictKind.APPROVED,
        *findings: Finding,
        note: str = "so it is",
        criteria: tuple[Criterion, ...] = (),
    ) -> Verdict:
        """Say a verdict on what it was made to judge, and end the turn."""
        assignment = self.spec.judges
        assert assignment is not None
        verdict = Verdict(
            kind=kind,
            head=assignment.head,
            by=self.spec.id,
            at=self._clock(),
            note=note,
            findings=findings,
            judge=assignment.judge,
            criteria=criteria,
            round=assignment.round,
        )
        self.write(events.JudgementMade(verdict=verdict))
        self.reports(ReportKind.DONE)
        return verdict

    def ends(self, state: SessionState) -> None:
        """Say the last word and go."""
        self.become(state)
        reason = ENDS.get(state, ExitReason.FAILED)
        self.write(events.RunnerEnded(exit=Exit(reason=reason)))
        self.dies()


class FakeHost(LocalHost):
    """Places and sends like the real one; its runners are `workers`."""

    def __init__(self, folder: ProjectFolder, clock: Callable[[], datetime] = now) -> None:
        super().__init__(folder)
        self.folder = folder
        self.workers: dict[str, Worker] = {}
        self.resumed: list[str] = []
        self.swept: list[str] = []
        self.broken = False

    async def send(self, session: str, command: AnyCommand) -> None:
        await super().send(session, command)
        worker = self.workers.get(session)
        if worker is not None and worker.lock.held:
            worker.listen()

    async def resume(self, session: str) -> None:
        if self.alive(session):
            return
        if self.broken:
            raise AgentError("the runner did not start", remedy="mend it")
        self.resumed.append(session)
        spec = msgspec.json.decode(self.folder.session(session).spec.read_bytes(), type=SessionSpec)
        before = self.workers.get(session)
        worker = self.workers[session] = Worker(self.folder, spec)
        if before is not None:
            worker.turn, worker.taken = before.turn, before.taken
            worker.answers = before.answers
        worker.works()
        worker.listen()

    async def sweep(self, session: str) -> tuple[int, ...]:
        self.swept.append(session)
        return ()

    def end_all(self) -> None:
        for worker in self.workers.values():
            if worker.lock.held:
                worker.dies()


def git(folder: Path, *arguments: str) -> str:
    """Run git for a test; its output without the last newline."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
