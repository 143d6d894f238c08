"""A core without processes or files: it shows a board, notes what was asked of it, and can refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tests.tui.boards import NOW
from tests.tui.fake_history import FakeHistory
from tests.tui.fake_merging import FakeMerging
from wuhu_tui.core.door import CommandResult, CoreDoor, NewSession
from wuhu_tui.model.board import SessionView, Standing
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import Conflict
from wuhu_tui.model.freshness import Freshness, FreshnessVerdict
from wuhu_tui.model.health import Observation
from wuhu_tui.model.jobs import Job
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil, Outcome, Wake, WakeReason
from wuhu_tui.model.messages import Lane, Message
from wuhu_tui.model.rescues import Rescue, Stake
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState


class FakeCore(FakeMerging, FakeHistory):
    """Implements `CoreDoor`; `calls` is what was asked, `refuse` makes a verb raise."""

    async def instantiate(self, wish: NewSession) -> SessionSpec:
        await self._note("instantiate", wish.title, wish=wish)
        number = len(self._board.sessions) + 1
        name = f"{self._board.project.name}-{wish.role}-{number:02}"
        spec = SessionSpec(id=name, project=self._board.project.name, role=wish.role)
        spec = replace(spec, title=wish.title, task=wish.task, created_at=NOW)
        given = Standing(state=SessionState.INSTANTIATED, since=NOW)
        await self.put(SessionView(spec=spec, given=given, last_event_at=NOW))
        return spec

    async def start(self, session: str) -> None:
        await self._note("start", session)

    async def resume(self, session: str) -> None:
        await self._note("resume", session)

    async def steer(self, session: str, text: str, *, by: str = "lead") -> str:
        await self._note("steer", session, text=text)
        return await self._queue(session, text, Lane.STEER)

    async def follow_up(self, session: str, text: str, *, by: str = "lead") -> str:
        await self._note("follow_up", session, text=text)
        return await self._queue(session, text, Lane.FOLLOW_UP)

    async def _queue(self, session: str, text: str, lane: Lane) -> str:
        view = self._board.sessions[session]
        name = f"m{len(self.calls)}"
        sequence = len(view.waiting) + 1
        message = Message(
            id=name, lane=lane, text=text, by="lead", sequence=sequence, queued_at=NOW
        )
        await self.change(session, waiting=(*view.waiting, message))
        return name

    async def type_keys(self, session: str, text: str, *, by: str = "lead") -> None:
        await self._note("type_keys", session, text=text)

    async def resize_screen(self, session: str, columns: int, rows: int) -> None:
        await self._note("resize_screen", session, columns=columns, rows=rows)

    async def interrupt(self, session: str, *, by: str = "lead") -> None:
        await self._note("interrupt", session)

    async def set_mode(self, session: str, mode: str, *, by: str = "lead") -> None:
        await self._note("set_mode", session, mode=mode)

    async def set_model(self, session: str, model: str, *, by: str = "lead") -> None:
        await self._note("set_model", session, model=model)

    async def stop(self, session: str, *, by: str = "lead") -> None:
        await self._note("stop", session)

    async def hibernate(self, session: str) -> None:
        await self._note("hibernate", session)

    async def archive(self, session: str, *, discard: bool = False, by: str = "lead") -> None:
        await self._note("archive", session, discard=discard)
        sessions = {name: view for name, view in self._board.sessions.items() if name != session}
        await self.show(replace(self._board, sessions=sessions))

    async def at_stake(self, session: str) -> Stake:
        await self._note("at_stake", session)
        spec = self._board.sessions[session].spec
        empty = Stake(session=session, worktree=spec.worktree, branch=spec.branch, head="", ref="")
        return self.stakes.get(session, empty)

    async def rescues(self) -> Sequence[Rescue]:
        await self._note("rescues", "")
        return tuple(reversed(self._board.rescues.values()))

    async def rescue_diff(self, ref: str) -> Diff:
        await self._note("rescue_diff", ref)
        return self.diffs.get(ref, Diff(base="", head=""))

    async def restore(self, ref: str, *, to: str = "", by: str = "lead") -> str:
        await self._note("restore", ref, to=to)
        if ref in self._board.sessions:
            await self.move(ref, SessionState.STOPPED, "brought back")
            return ref
        rescue = self._board.rescues[ref]
        back = replace(rescue, restored_to=to or rescue.session)
        await self.show(replace(self._board, rescues={**self._board.rescues, ref: back}))
        return back.restored_to

    async def forget_rescue(self, ref: str, *, by: str = "lead") -> None:
        await self._note("forget_rescue", ref)
        left = {name: rescue for name, rescue in self._board.rescues.items() if name != ref}
        await self.show(replace(self._board, rescues=left))

    async def sync_environment(self, session: str, *, by: str = "lead") -> Freshness:
        await self._note("sync_environment", session)
        return Freshness(
            verdict=FreshnessVerdict.PASSED, base_branch="main", base_commit="", tip="", at=NOW
        )

    async def answer(
        self,
        session: str,
        question: str,
        *,
        choice: str = "",
        text: str = "",
        note: str = "",
        by: str = "lead",
    ) -> None:
        await self._note("answer", session, question=question, choice=choice, text=text)
        view = self._board.sessions[session]
        left = tuple(open_ for open_ in view.questions if open_.id != question)
        if len(left) == len(view.questions):
            raise Conflict("somebody answered before")
        state = SessionState.ASKING if left else SessionState.WORKING
        own = Standing(state=state, since=NOW, cause="answered")
        await self.change(session, questions=left, own=own)

    async def cancel_message(self, session: str, message: str, *, by: str = "lead") -> None:
        await self._note("cancel_message", session, message=message)
        waiting = self._board.sessions[session].waiting
        await self.change(session, waiting=tuple(m for m in waiting if m.id != message))

    async def edit_message(
        self, session: str, message: str, text: str, *, by: str = "lead"
    ) -> None:
        await self._note("edit_message", session, message=message, text=text)
        await self._change_message(session, message, text=text)

    async def move_message(
        self, session: str, message: str, lane: Lane, *, before: str = "", by: str = "lead"
    ) -> None:
        place = {"before": before} if before else {}
        await self._note("move_message", session, message=message, lane=lane, **place)
        await self._change_message(session, message, lane=lane)

    async def promote_message(self, session: str, message: str, *, by: str = "lead") -> None:
        await self._note("promote_message", session, message=message)
        await self._change_message(session, message, lane=Lane.STEER)

    async def requeue_letter(self, letter: str, *, by: str = "lead", note: str = "") -> str:
        await self._note("requeue_letter", "", letter=letter, note=note)
        return letter

    async def edit_letter(self, letter: str, text: str, *, by: str = "lead") -> None:
        await self._note("edit_letter", "", letter=letter, text=text)

    async def discard_letter(self, letter: str, *, note: str = "", by: str = "lead") -> None:
        await self._note("discard_letter", "", letter=letter, note=note)

    async def acknowledge_letter(self, letter: str, *, by: str = "lead") -> None:
        await self._note("acknowledge_letter", "", letter=letter)

    async def _change_message(self, session: str, message: str, **changes: Any) -> None:
        waiting = tuple(
            replace(m, **changes) if m.id == message else m
            for m in self._board.sessions[session].waiting
        )
        await self.change(session, waiting=waiting)

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
        names = tuple(sessions)
        await self._note(
            "open_join", ",".join(names), sessions=names, mode=mode, until=until, timeout=timeout
        )
        join = Join(
            id=f"j{len(self._board.joins) + 1}",
            sessions=names,
            mode=mode,
            until=until,
            by=by,
            opened_at=NOW,
            deadline=None if timeout is None else NOW + timeout,
        )
        await self.show(replace(self._board, joins={**self._board.joins, join.id: join}))
        return join

    async def wait_join(self, join: str) -> Wake:
        async with self._news:
            await self._news.wait_for(lambda: self._board.joins[join].wake is not None)
        wake = self._board.joins[join].wake
        assert wake is not None
        return wake

    async def take_wake(self, join: str) -> None:
        await self._note("take_wake", join)

    async def cancel_join(self, join: str) -> None:
        await self._note("cancel_join", join)
        await self.wake(join, Wake(reason=WakeReason.CANCELLED))

    async def wake(self, join: str, wake: Wake | None = None) -> None:
        """End a join."""
        opened = self._board.joins[join]
        outcomes = dict.fromkeys(opened.sessions, Outcome.DONE)
        wake = wake or Wake(reason=WakeReason.REACHED, outcomes=outcomes)
        joins = {**self._board.joins, join: replace(opened, wake=wake)}
        await self.show(replace(self._board, joins=joins))

    async def run_in(
        self,
        place: str,
        command: str,
        *,
        by: str = "lead",
        timeout: timedelta | None = None,
        hear: Callable[[str], None] | None = None,
    ) -> CommandResult:
        await self._note("run_in", place, command=command)
        return self.command_result

    async def begin_job(
        self, place: str, command: str, *, by: str = "lead", timeout: timedelta | None = None
    ) -> Job:
        await self._note("begin_job", place, command=command)
        job = Job(id="job-1", command=command, place=place, by=by, begun_at=NOW, background=True)
        self._board = replace(self._board, jobs={**self._board.jobs, job.id: job})
        return job

    async def wait_job(self, job: str) -> Job:
        await self._note("wait_job", job)
        return self._board.jobs[job]

    async def stop_job(self, job: str, *, by: str = "lead") -> Job:
        await self._note("stop_job", job)
        return self._board.jobs[job]

    async def job_output(self, job: str) -> str:
        await self._note("job_output", job)
        return self.command_result.output

    async def follow_job(self, job: str) -> AsyncIterator[str]:
        yield await self.job_output(job)

    async def take_over(self, *, by: str) -> bool:
        await self._note("take_over", by)
        return True

    async def examine(self, *, deep: bool = False) -> Sequence[Observation]:
        await self._note("examine", "", deep=deep)
        return self.observations

    async def mend(self, observation: str, *, by: str = "lead") -> str:
        await self._note("mend", observation, by=by)
        return f"mended {observation}"

    async def idle(self) -> None:
        return None


def _implements_the_door(core: FakeCore) -> CoreDoor:
    """Checked by mypy: the fake is a door."""
    return core
