"""Why a session stood as it did at a moment, by both journals up to there."""

from __future__ import annotations

import asyncio

from wuhu_tui.core.provenance import Provenance, provenance
from wuhu_tui.core.replay.ground import Ground, journals_of
from wuhu_tui.core.replay.still import Still
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.budgets import Budget, Resources, limit_of
from wuhu_tui.model.errors import NotFound, NotPossible
from wuhu_tui.model.health import Level, Observation
from wuhu_tui.model.jobs import Job, JobOutcome
from wuhu_tui.model.joins import Wake
from wuhu_tui.model.records import Record

NOT_LOOKED = "the doctor looks at what is now: nothing of this machine is in a recording"


def lives(view: SessionView) -> bool:
    """Whether its runner lived: it had begun, had not ended, and nobody had found it dead."""
    return view.runner_pid != 0 and view.exit is None and not view.is_lost


class PastReasons:
    """A part of `ReplayCore`; see `CoreDoor` for what each verb promises."""

    _ground: Ground

    def runner_alive(self, session: str) -> bool:
        """Whether its runner lived at the moment, as the journals tell."""
        view = self._ground.board.session(session)
        return view is not None and lives(view)

    def resources(self, session: str) -> Resources | None:
        """Never measured: no journal tells it."""
        return None

    def check_output(self, session: str, check: str) -> str:
        """Nothing: what a check prints while it runs is in no journal."""
        return ""

    async def provenance(self, session: str) -> Provenance:
        """Why the session was in its state."""
        still, view = self._ground.still, self._ground.view(session)
        records = await asyncio.to_thread(_records, self._ground.folder, still, view)
        return provenance(
            view,
            records,
            alive=lives(view),
            budget=limit_of(Budget(), view.spec.budget, view.raised_budget),
            looked_at=still.moment.at,
        )

    async def examine(self, *, deep: bool = False) -> list[Observation]:
        """One word: nobody can look into the past."""
        return [Observation(id="replay", check="replay", level=Level.UNKNOWN, text=NOT_LOOKED)]

    async def wait_join(self, join: str) -> Wake:
        """How it woke, if it had woken by then."""
        known = self._ground.board.joins.get(join)
        if known is None:
            raise NotFound(f"there was no join {join} at this moment")
        if known.wake is None:
            raise NotPossible(
                "this is a replay: it had not woken by then", where=join, remedy="play on"
            )
        return known.wake

    async def wait_job(self, job: str) -> Job:
        """How it ended, if it had ended by then."""
        known = self._job(job)
        if known.outcome is JobOutcome.RUNNING:
            raise NotPossible(
                "this is a replay: it had not ended by then", where=job, remedy="play on"
            )
        return known

    async def job_output(self, job: str) -> str:
        """The end of what it had printed, which is told when it ends."""
        return self._job(job).output

    def _job(self, job: str) -> Job:
        known = self._ground.board.jobs.get(job)
        if known is None:
            raise NotFound(f"there was no job {job} at this moment")
        return known


def _records(folder: ProjectFolder, still: Still, view: SessionView) -> list[Record]:
    journals, own = journals_of(still), folder.session(view.id).journal
    records = journals.last(own, view.id)
    wanted = view.standing.at.seq if view.standing is view.own else 0
    if records and 0 < wanted < records[0].seq:
        around = journals.around(own, view.id, wanted)
        records = [*around, *(one for one in records if one.seq > around[-1].seq)]
    return [*records, *journals.last(folder.journal, "")]
