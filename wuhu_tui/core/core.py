"""Core: the one door of every front end to a project."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from wuhu_tui.core import (
    lives,
    stakes,
    sync,
    trash,
    waiting,
)
from wuhu_tui.core.conductor import Conductor
from wuhu_tui.core.core_history import HistoryVerbs
from wuhu_tui.core.core_jobs import JobVerbs
from wuhu_tui.core.core_merges import MergeVerbs
from wuhu_tui.core.core_reviews import ReviewVerbs
from wuhu_tui.core.core_words import WordVerbs
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.instantiate import instantiate
from wuhu_tui.core.opening import open_project
from wuhu_tui.core.project import Project
from wuhu_tui.core.provenance import Provenance
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model.board import Board
from wuhu_tui.model.budgets import Resources
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.freshness import Freshness
from wuhu_tui.model.health import Observation
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil, Wake
from wuhu_tui.model.rescues import Rescue, Stake
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.transcript import Transcript


class Core(WordVerbs, JobVerbs, ReviewVerbs, MergeVerbs, HistoryVerbs):
    """Implements `CoreDoor` for the project on this machine; see there for what each verb promises."""

    def __init__(self, project: Project, conductor: Conductor | None) -> None:
        self._project = project
        self._conductor = conductor

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        clock: Callable[[], datetime] = now,
        new_id: Callable[[], str] = new_id,
        conduct: bool = True,
        lands: bool = True,
        by: str = "",
    ) -> Self:
        """Open the project around `path`; `conduct`: do its automation whenever nobody else does.

        `lands`: that also works the merge queue; who is gone in a moment had better not begin.

        `by` is the word by which others are told who conducts.

        Raises:
            NotFound: there is no project here; says how to make one.
            ConfigError: `wuhu.toml` is not valid.
            GitError: the repository is not fit for supervision.
            JournalError: the project's journal cannot be read.
        """
        project = await open_project(path, clock=clock, new_id=new_id)
        conductor = Conductor(project, by=by, lands=lands) if conduct else None
        if conductor is not None:
            await conductor.start()
        return cls(project, conductor)

    async def aclose(self) -> None:
        """Let go of everything; sessions go on running, another process may conduct."""
        if self._conductor is not None:
            await self._conductor.aclose()
        await self._project.aclose()

    @property
    def project(self) -> Project:
        """What this core works with."""
        return self._project

    @property
    def board(self) -> Board:
        """The board as it is now; a new object after every change."""
        return self._project.board

    @property
    def revision(self) -> int:
        """Rises with every change of the board or of a transcript."""
        return self._project.ledger.revision

    @property
    def conducting(self) -> bool:
        """Whether this process does the project's automation."""
        return self._conductor is not None and self._conductor.conducting

    def runner_alive(self, session: str) -> bool:
        """Whether a runner holds the session's lock, as last looked."""
        return self._project.ledger.alive.get(session, False)

    def transcript(self, session: str) -> Transcript:
        """The session's transcript, growing in place."""
        return self._project.ledger.transcript(session)

    def screen(self, session: str) -> Screen | None:
        """The terminal screen of a session whose agent has one."""
        return self._project.ledger.screen(session)

    def check_output(self, session: str, check: str) -> str:
        """The end of what a check printed so far, if this process runs it."""
        return self._project.ledger.output_of(session, check)

    def resources(self, session: str) -> Resources | None:
        """What the session's processes use, as last measured."""
        return self._project.meter.resources(session)

    async def provenance(self, session: str) -> Provenance:
        """Why the session is in its state."""
        from wuhu_tui.core.evidence import look_why

        return await look_why(self._project, session)

    async def changed(self, since: int) -> int:
        """Wait until `revision > since`; returns the new revision."""
        return await self._project.ledger.changed(since)

    async def instantiate(self, wish: NewSession) -> SessionSpec:
        """Make branch, worktree and session folder; nothing runs."""
        return await instantiate(self._project, wish)

    async def start(self, session: str) -> None:
        """Spawn the runner; adopts one that runs."""
        await lives.begin_life(self._project, session)

    async def resume(self, session: str) -> None:
        """Start a new life of a session that is lost, stopped, failed or hibernated."""
        await lives.begin_life(self._project, session)

    async def stop(self, session: str, *, by: str = "lead") -> None:
        """End agent and runner; nothing of the work is removed."""
        await lives.stop(self._project, session, by=by)

    async def hibernate(self, session: str) -> None:
        """Release the processes of an idle session."""
        await lives.hibernate(self._project, session)

    async def archive(self, session: str, *, discard: bool = False, by: str = "lead") -> None:
        """Take a session off the board and its worktree off the disk."""
        await lives.archive(self._project, session, discard=discard, by=by)

    async def at_stake(self, session: str) -> Stake:
        """What the session's place holds that a removal would take from the disk."""
        return await stakes.at_stake(self._project, session)

    async def rescues(self) -> Sequence[Rescue]:
        """Work that was kept before something was removed, newest first."""
        return await trash.rescues(self._project)

    async def rescue_diff(self, ref: str) -> Diff:
        """What a rescue holds beyond the commit its worktree stood on."""
        return await trash.rescue_diff(self._project, ref)

    async def restore(self, ref: str, *, to: str = "", by: str = "lead") -> str:
        """Bring a rescue back; returns the session or branch that has it now."""
        return await trash.restore(self._project, ref, to=to, by=by)

    async def forget_rescue(self, ref: str, *, by: str = "lead") -> None:
        """Delete a rescue's ref for good."""
        await trash.forget(self._project, ref, by=by)

    async def sync_environment(self, session: str, *, by: str = "lead") -> Freshness:
        """Hold the session's branch against its base, and record it."""
        return await sync.sync_environment(self._project, session, by=by)

    async def open_join(
        self,
        sessions: Sequence[str],
        *,
        mode: JoinMode = JoinMode.ANY,
        until: JoinUntil = JoinUntil.REPORTED,
        timeout: timedelta | None = timedelta(hours=1),
        by: str = "lead",
        attended: bool = False,
    ) -> Join:
        """Persist a join and return at once."""
        return await waiting.open_join(
            self._project,
            sessions,
            mode=mode,
            until=until,
            timeout=timeout,
            by=by,
            attended=attended,
        )

    async def wait_join(self, join: str) -> Wake:
        """Wait until the join wakes."""
        return await waiting.wait_join(self._project, join)

    async def take_wake(self, join: str) -> None:
        """Say that whoever waited has read how a join ended."""
        await waiting.take_wake(self._project, join)

    async def cancel_join(self, join: str) -> None:
        """End a join; its waiter wakes with `cancelled`."""
        await waiting.cancel_join(self._project, join)

    async def take_over(self, *, by: str) -> bool:
        """Become the conductor, asking the one that is to let go."""
        if self._conductor is None:
            self._conductor = Conductor(self._project, by=by)
            await self._conductor.start()
        return await self._conductor.take_over(by)

    async def examine(self, *, deep: bool = False) -> Sequence[Observation]:
        """Look at everything that can go wrong."""
        from wuhu_tui.core.doctor.visit import examine_project

        return await examine_project(self._project, deep=deep)

    async def mend(self, observation: str, *, by: str = "lead") -> str:
        """Look again, and mend what is safe to mend."""
        from wuhu_tui.core.doctor.visit import mend_project

        return await mend_project(self._project, observation, by=by)

    async def look_around(self) -> bool:
        """Let the radar look now at whatever changed; False: it is off, or another process's."""
        return self._conductor is not None and await self._conductor.look_around()

    async def idle(self) -> None:
        """Wait until everything this core has begun by itself is done."""
        await self._project.catch_up()
        if self._conductor is not None:
            await self._conductor.settled()
        await asyncio.sleep(0)
