"""A project on a real repository, with a journal in memory: what reviews and merges are tried on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from tests.repo.gitbox import Box, make_box
from wuhu_tui.core.ports import Decide, ProjectCheck
from wuhu_tui.core.reviews import check_review, give_verdict, open_review
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model import events
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.events import Event
from wuhu_tui.model.fold import fold
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.project_events import ProjectOpened, SessionInstantiated
from wuhu_tui.model.records import Record
from wuhu_tui.model.remotes import RemoteRules
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.repository import Repository, open_repository
from wuhu_tui.repo.worktrees import add_worktree

E = TypeVar("E", bound=Event)

START = datetime(2026, 1, 1, tzinfo=UTC)
NAME_OF_FIRST = "shop-impl-01"


class Crash(Exception):
    """The process died here."""


class MemoryPort:
    """A `ProjectPort` whose journals are lists; `trap` may raise before or after an append."""

    def __init__(self, repository: Repository, checks: Sequence[ProjectCheck] = ()) -> None:
        self._repository = repository
        self._folder = ProjectFolder(repository.root)
        self.checks: Sequence[ProjectCheck] = checks
        self.merge_rules = MergeRules()
        self.remote_rules = RemoteRules()
        self.looked: dict[str, datetime] = {}
        self.records: list[Record] = []
        self.trap: Callable[[Event, str], None] = lambda event, moment: None
        self.meanwhile: Callable[[], None] = lambda: None
        """What another process does between a look at the journals and a decision."""
        self.releases = True
        self.outputs: list[tuple[str, str, str]] = []
        self._ticks = count()
        self._ids = count(1)

    @property
    def folder(self) -> ProjectFolder:
        return self._folder

    @property
    def repository(self) -> Repository:
        return self._repository

    @property
    def clock(self) -> Callable[[], datetime]:
        return lambda: START + timedelta(seconds=next(self._ticks))

    @property
    def new_id(self) -> Callable[[], str]:
        return lambda: f"id{next(self._ids):03d}"

    @property
    def board(self) -> Board:
        board = Board()
        for record in self.records:
            board = fold(board, record)
        return board

    async def catch_up(self) -> Board:
        return self.board

    async def append(self, event: Event) -> Record:
        self.trap(event, "before")
        record = self.write("", event)
        self.trap(event, "after")
        return record

    async def decide(self, decide: Decide) -> None:
        self.meanwhile()
        for event in decide(self.board):
            await self.append(event)

    async def release(self, session: str) -> bool:
        return self.releases

    def check_output(self, session: str, check: str, text: str) -> None:
        self.outputs.append((session, check, text))

    def write(self, session: str, event: Event) -> Record:
        """Put an event into the project's journal, or into a session's as its runner would."""
        seq = 1 + sum(1 for record in self.records if record.session == session)
        record = Record(session=session, epoch=1, seq=seq, ts=self.clock(), event=event)
        self.records.append(record)
        return record

    def pass_time(self, seconds: int) -> None:
        """So much time goes by."""
        for _ in range(seconds):
            next(self._ticks)

    def view(self, name: str) -> SessionView:
        view = self.board.session(name)
        assert view is not None
        return view

    def told(self, kind: type[E]) -> list[E]:
        """All events of one type, in order."""
        return [record.event for record in self.records if isinstance(record.event, kind)]


class Project:
    """A repository under supervision, whose sessions are played by the test."""

    def __init__(self, box: Box, port: MemoryPort) -> None:
        self.box = box
        self.port = port

    async def session(self, name: str = "shop-impl-01", branch: str = "wuhu/one") -> Box:
        """Instantiate a session and let it run; returns its worktree."""
        place = self.port.folder.worktrees / name
        await add_worktree(self.port.repository, place, branch, "main")
        spec = SessionSpec(
            id=name,
            project="shop",
            title="Add a basket",
            worktree=str(place),
            branch=branch,
            base_branch="main",
            base_commit=self.box.head("main"),
        )
        self.port.write("", SessionInstantiated(spec=spec))
        self.runs(name, SessionState.STARTING, SessionState.WORKING)
        return self.box.at(place)

    def needs(self, view: SessionView, *names: str) -> None:
        """The session's work must land after that of others."""
        self.port.write("", SessionInstantiated(spec=replace(view.spec, after=names)))

    def runs(self, name: str, *states: SessionState) -> None:
        """The session's runner writes these states."""
        for state in states:
            own = self.port.view(name).own
            before = own.state if own else SessionState.INSTANTIATED
            self.port.write(name, events.StateChanged(before=before, after=state, cause="test"))

    def reports(self, name: str = "shop-impl-01", summary: str = "The basket works") -> None:
        """The session says that it is done."""
        head = self.box.head(self.port.view(name).spec.branch)
        report = Report(kind=ReportKind.DONE, summary=summary, head=head)
        self.port.write(name, events.ReportMade(report=report))
        self.runs(name, SessionState.REPORTED)

    async def reviewed(
        self, files: dict[str, str | bytes] | None = None, name: str = "shop-impl-01"
    ) -> SessionView:
        """A session that committed, reported and is in review, with its checks run."""
        worktree = await self.session(name, f"wuhu/{name}")
        worktree.commit(files or {"basket.txt": "basket\n"}, "Add the basket")
        self.reports(name)
        await open_review(self.port, self.port.view(name))
        await check_review(self.port, self.port.view(name))
        return self.port.view(name)

    async def approved(
        self, files: dict[str, str | bytes] | None = None, name: str = "shop-impl-01"
    ) -> SessionView:
        """The same, approved by the lead."""
        view = await self.reviewed(files, name)
        assert view.review is not None
        await give_verdict(self.port, view, VerdictKind.APPROVED, head=view.review.head)
        return self.port.view(name)


async def make_project(path: Path, checks: Sequence[ProjectCheck] = ()) -> Project:
    """A repository with one commit on `main`, opened as the project `shop`."""
    return await opened(make_box(path), checks)


async def opened(box: Box, checks: Sequence[ProjectCheck] = ()) -> Project:
    """A repository as the project `shop`, whose base is `main`."""
    port = MemoryPort(await open_repository(box.path), checks)
    port.folder.path.mkdir()
    port.write("", ProjectOpened(project="shop", root=str(box.path), base_branch="main"))
    return Project(box, port)
