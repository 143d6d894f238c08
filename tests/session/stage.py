"""Lives of one session in this process, one after another, with agents that tests direct."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tests.session.fake_agent import FakeAgent, Habits, Turn
from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.hosts.local import place
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.journal.layout import ProjectFolder, SessionFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model import commands
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import Event, StateChanged
from wuhu_tui.model.fold_session import fold_session
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.questions import Answer
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import Exit, ReportKind
from wuhu_tui.model.sessions import AgentLaunch, Quirks, SessionSpec
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.session.branch import HeadOf
from wuhu_tui.session.ending import Patience
from wuhu_tui.session.life import Life
from wuhu_tui.session.log import SessionLog
from wuhu_tui.session.mailbox import Mailbox
from wuhu_tui.session.worktree_watch import Look

BASE = "0" * 40
QUICK = Patience(grace=0.3, close=0.3, death=0.2, word=0.1, look=0.05)
SomeEvent = TypeVar("SomeEvent", bound=Event)


def make_session(root: Path, **changes: Any) -> tuple[SessionFolder, SessionSpec]:
    """A placed session whose worktree is a plain folder."""
    worktree = root / "worktree"
    worktree.mkdir(exist_ok=True)
    spec = SessionSpec(
        id="shop-impl-01",
        project="shop",
        task="Hash the passwords.",
        agent=AgentLaunch(name="fake", protocol="fake", quirks=Quirks(resumes=True)),
        worktree=str(worktree),
        branch="wuhu/shop-impl-01",
        base_commit=BASE,
    )
    spec = msgspec.structs.replace(spec, **changes)
    folder = ProjectFolder(root).session(spec.id)
    place(folder, spec)
    return folder, spec


class Stage:
    """One session; `open` begins a life of it, `kill` ends that life as kill -9 would."""

    def __init__(self, root: Path, **changes: Any) -> None:
        self.folder, self.spec = make_session(root, **changes)
        self.mailbox = Mailbox(self.folder.mailbox)
        self.habits = Habits()
        self.head = (BASE, "")
        self.agents: list[FakeAgent] = []
        self.make_agent: Callable[[AgentSetting], FakeAgent] = self._agent
        self.head_of: HeadOf = self._head_of
        self.look: Look | None = None
        self.clock: Callable[[], datetime] = now
        self._life: asyncio.Task[Exit] | None = None
        self._log: SessionLog | None = None

    @property
    def agent(self) -> FakeAgent:
        return self.agents[-1]

    @property
    def log(self) -> SessionLog:
        assert self._log is not None
        return self._log

    @property
    def view(self) -> SessionView:
        return self.log.view

    def open(self, *, asked_at: datetime = EPOCH_START, patience: Patience = QUICK) -> None:
        self._log = SessionLog.open(self.folder, self.spec, environment={}, clock=self.clock)
        setting = AgentSetting(
            launch=self.spec.agent,
            worktree=Path(self.spec.worktree),
            environment={},
            log=self.folder.agent_log,
        )
        life = Life(
            self._log,
            setting,
            self.make_agent,
            clock=self.clock,
            asked_at=asked_at,
            patience=patience,
            head_of=self.head_of,
            judges=self.spec.judges,
            look=self.look,
        )
        self._life = asyncio.create_task(life.live())

    async def first_turn(self) -> Turn:
        """Open a life and give the agent's first turn to the test."""
        before = len(self.agents)
        self.open()
        await self.until(lambda: len(self.agents) > before)
        return await self.agent.next_turn()

    async def idle(self) -> None:
        """A life whose first turn is over."""
        turn = await self.first_turn()
        turn.end()
        await self.in_state(SessionState.IDLE)

    async def kill(self) -> None:
        """Nothing more of this life is written, as if its runner were gone."""
        assert self._life is not None
        self.log.broken = JournalError("killed")
        self._life.cancel()
        await asyncio.wait({self._life}, timeout=30)
        self._life = None

    async def ended(self) -> Exit:
        assert self._life is not None
        async with asyncio.timeout(30):
            exit_ = await self._life
        self._life = None
        return exit_

    async def close(self) -> None:
        if self._life is not None:
            self.stop()
            await self.ended()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not true():
                await asyncio.sleep(0.002)

    async def in_state(self, state: SessionState) -> None:
        await self.until(lambda: self.log.state is state and self._spoke())

    def _spoke(self) -> bool:
        """Whether the state is the present life's word, not an earlier one's."""
        return self.view.own is not None and self.view.own.at.epoch == self.log.epoch

    async def taken(self, command: commands.AnyCommand) -> None:
        await self.until(lambda: command.id in self.log.history.taken)

    def put(self, command: commands.AnyCommand) -> Any:
        self.mailbox.put(command)
        return command

    def steer(self, text: str, name: str = "") -> commands.Steer:
        command = commands.Steer(id=name or new_id(), by="lead", at=now(), text=text)
        self.put(command)
        return command

    def follow_up(self, text: str, name: str = "") -> commands.FollowUp:
        command = commands.FollowUp(id=name or new_id(), by="lead", at=now(), text=text)
        self.put(command)
        return command

    def answer(
        self, question: str, choice: str = "", text: str = "", by: str = "lead"
    ) -> commands.AnswerQuestion:
        at = now()
        answer = Answer(question=question, by=by, at=at, choice=choice, text=text)
        command = commands.AnswerQuestion(id=new_id(), by=by, at=at, answer=answer)
        self.put(command)
        return command

    def report(self, kind: ReportKind, summary: str) -> commands.MakeReport:
        command = commands.MakeReport(id=new_id(), by="agent", at=now(), kind=kind, summary=summary)
        self.put(command)
        return command

    def interrupt(self) -> commands.Interrupt:
        command = commands.Interrupt(id=new_id(), by="lead", at=now())
        self.put(command)
        return command

    def stop(self, at: datetime | None = None) -> commands.Stop:
        command = commands.Stop(id=new_id(), by="lead", at=at or now())
        self.put(command)
        return command

    def hibernate(self) -> commands.Hibernate:
        command = commands.Hibernate(id=new_id(), by="lead", at=now())
        self.put(command)
        return command

    def cancel(self, message: str) -> commands.CancelMessage:
        command = commands.CancelMessage(id=new_id(), by="lead", at=now(), message=message)
        self.put(command)
        return command

    def edit(self, message: str, text: str) -> commands.EditMessage:
        command = commands.EditMessage(id=new_id(), by="lead", at=now(), message=message, text=text)
        self.put(command)
        return command

    def move(self, message: str, lane: Lane) -> commands.MoveMessage:
        command = commands.MoveMessage(id=new_id(), by="lead", at=now(), message=message, lane=lane)
        self.put(command)
        return command

    @property
    def records(self) -> tuple[Record, ...]:
        """The journal as any reader finds it."""
        return read_from(self.folder.journal, self.spec.id).records

    def events(self, kind: type[SomeEvent]) -> list[SomeEvent]:
        return [record.event for record in self.records if isinstance(record.event, kind)]

    @property
    def states(self) -> list[str]:
        return [event.after.value for event in self.events(StateChanged)]

    def folded(self) -> SessionView:
        view = SessionView(spec=self.spec)
        for record in self.records:
            view = fold_session(view, record)
        return view

    def _agent(self, setting: AgentSetting) -> FakeAgent:
        self.agents.append(FakeAgent(setting, self.habits))
        return self.agents[-1]

    async def _head_of(self, worktree: Path) -> tuple[str, str]:
        return self.head
