"""One project, opened: everything its verbs and its automation share."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from wuhu_tui.core.config import ProjectConfig
from wuhu_tui.core.config_file import ConfigFile
from wuhu_tui.core.joins_due import DueJoins
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.memory import Probe, probe
from wuhu_tui.core.policy import write_policy
from wuhu_tui.core.ports import Decide, ProjectCheck
from wuhu_tui.core.project_journal import ProjectJournal
from wuhu_tui.core.pulses import Pulses
from wuhu_tui.core.resources import Meter
from wuhu_tui.hosts.host import Host
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.commands import Stop
from wuhu_tui.model.errors import NotFound
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.records import Record
from wuhu_tui.model.remotes import RemoteRules
from wuhu_tui.model.states import SessionState

if TYPE_CHECKING:
    from wuhu_tui.core.follower import Follower
    from wuhu_tui.core.trail_reading import TrailReader
    from wuhu_tui.repo.repository import Repository

BUSY = frozenset({SessionState.STARTING, SessionState.WORKING, SessionState.ASKING})
"""A runner's words for: a turn runs."""

END_PATIENCE = 15.0
"""Seconds in which a runner that was told to end must be gone."""

CHECKS_AT_ONCE = 2
"""Reviews whose checks run at one time: many test suites at once would all be late."""

_LOOK = 0.1


@dataclass
class Project:
    """What the core works with; reviews and merges see it as a `ProjectPort`."""

    folder: ProjectFolder
    repository: Repository
    config_file: ConfigFile
    host: Host
    ledger: Ledger
    journal: ProjectJournal
    follower: Follower
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    memory: Probe = probe
    meter: Meter = field(init=False)
    jobs: Pulses = field(init=False)
    """Tells when a job's keeper is gone."""
    waiters: Pulses = field(init=False)
    """Tells when a process that waits for a join is gone."""
    due_joins: DueJoins = field(default_factory=DueJoins)
    attending: dict[str, int] = field(default_factory=dict)
    """The joins that this process waits for, and how it holds their pulses."""
    begun: set[str] = field(default_factory=set)
    """Sessions that this process is starting right now."""
    checking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CHECKS_AT_ONCE))
    """Held while the checks of one review run."""
    looked: dict[str, datetime] = field(default_factory=dict)
    """When what lies elsewhere was looked at last in this process, by what it is."""
    trails: TrailReader | None = None
    """What looking back has read; made when somebody looks back first."""
    _starts: dict[str, asyncio.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.meter = Meter(self.host.measure, lambda: self.ledger.alive, self.ledger.warn)
        self.jobs = Pulses(lambda job: self.folder.job(job).pulse, self.ledger.touch)
        self.waiters = Pulses(self.folder.join_pulse, self.ledger.touch)

    @property
    def config(self) -> ProjectConfig:
        """The project's settings as last read."""
        return self.config_file.config

    @property
    def checks(self) -> Sequence[ProjectCheck]:
        """The project's checks, in the order they run."""
        return self.config.project_checks

    @property
    def remote_rules(self) -> RemoteRules:
        """Where base is published, and how."""
        return self.config.remote.rules

    @property
    def merge_rules(self) -> MergeRules:
        """How approved work gets onto base."""
        return self.config.merge.rules

    @property
    def board(self) -> Board:
        """The board as it is now; may lag a moment behind the journals."""
        return self.ledger.board

    async def reload(self) -> None:
        """Read `wuhu.toml` again if it changed, and tell the runners what it says.

        Raises:
            ConfigError: it is not valid; the settings stay as they were.
        JournalError: the runners cannot be told.
        """
        await asyncio.to_thread(self._look)

    def _look(self) -> None:
        write_policy(self.folder, self.config_file.look())

    def view(self, session: str) -> SessionView:
        """The session of this id.

        Raises:
            NotFound: there is none.
        """
        view = self.board.session(session)
        if view is None or not view.spec.project:
            raise NotFound(
                f"there is no session {session}",
                remedy="look at the sessions there are: wuhu sessions",
            )
        return view

    async def catch_up(self) -> Board:
        """Read every journal to its end as it is on disk now, and return that board."""
        await self.journal.refresh()
        await self.follower.catch_up()
        return self.board

    async def aclose(self) -> None:
        """Stop following the journals; what was begun to be written is on disk then."""
        await self.meter.aclose()
        self.jobs.close()
        self.waiters.close()
        for join in list(self.attending):
            os.close(self.attending.pop(join))
        await self.journal.settled()
        await self.follower.aclose()

    async def append(self, event: Event) -> Record:
        """Write to the project's journal; on disk when this returns."""
        return (await self.journal.append(event))[0]

    async def decide(self, decide: Decide) -> None:
        """Write what `decide` says of the board as the project's journal stands at that moment."""
        await self.journal.decide(decide)

    def check_output(self, session: str, check: str, text: str) -> None:
        """Take a piece of a running check's output."""
        self.ledger.check_output(session, check, text)

    async def alive(self, session: str) -> bool:
        """Whether a runner holds the session's lock now."""
        found = await asyncio.to_thread(self.host.alive, session)
        self.ledger.set_alive({session: found})
        return found

    def running_beside(self, session: str) -> set[str]:
        """The other sessions that run or are about to."""
        running = {name for name, alive in self.ledger.alive.items() if alive}
        return (running | self.begun) - {session}

    @asynccontextmanager
    async def starting(self, session: str) -> AsyncIterator[None]:
        """One start of a session at a time; it counts as running meanwhile."""
        async with self._starts.setdefault(session, asyncio.Lock()):
            self.begun.add(session)
            try:
                yield
            finally:
                self.begun.discard(session)

    async def release(self, session: str) -> bool:
        """End the session's own processes if it does not work; whether none of them runs now."""
        if not await self.alive(session):
            return True
        board = await self.catch_up()
        view = board.session(session)
        if view is not None and view.own is not None and view.own.state in BUSY:
            return False
        return await self.end_runner(session, by="core", reason="its worktree is removed")

    async def end_runner(self, session: str, *, by: str, reason: str) -> bool:
        """Tell the runner to end and wait until it is gone; whether it is."""
        command = Stop(id=self.new_id(), by=by, at=self.clock(), reason=reason)
        await self.host.send(session, command)
        gone = await self._is_gone(session)
        await self.catch_up()
        return gone

    async def _is_gone(self, session: str) -> bool:
        """Wait until nobody holds the session's lock: nothing but a look tells that."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + END_PATIENCE
        while await self.alive(session):
            if loop.time() > give_up:
                return False
            await asyncio.sleep(_LOOK)
        return True
