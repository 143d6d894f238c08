"""Brings a project to rest: resumes what died, answers what is asked, waits for what is on its way."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from wuhu_tui.core.core import Core
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.states import SessionState as S

CALM = 1.0
"""Seconds without anything left to do that count as rest."""

_GONE = {S.LOST, S.FAILED, S.STOPPED, S.HIBERNATED, S.INSTANTIATED}
_BUSY = {S.STARTING, S.WORKING, S.ASKING}


class Rest:
    """A patient lead; what is still restless stands in a file for whoever wants to know."""

    def __init__(self, core: Core, told: Path) -> None:
        self._core = core
        self._told = told
        self._calm_since: float | None = None

    async def reach(self) -> None:
        """Until nothing is on its way; then end every session in order."""
        loop = asyncio.get_running_loop()
        while self._calm_since is None or loop.time() - self._calm_since < CALM:
            await self._core.project.catch_up()
            restless = self._restless()
            self._told.write_text("\n".join(restless), encoding="utf-8")
            if restless:
                self._calm_since = None
                for view in self._core.board.sessions.values():
                    await self._serve(view)
                await self._end_joins()
            elif self._calm_since is None:
                self._calm_since = loop.time()
            await asyncio.sleep(0.2)
        for name in self._core.board.sessions:
            await self._try(self._core.stop(name))

    def _restless(self) -> list[str]:
        board, found = self._core.board, []
        for view in board.sessions.values():
            if view.state in _GONE | _BUSY:
                found.append(f"{view.id} is {view.state}")
            found += [f"{view.id} asks {question.id}" for question in view.questions]
            found += [f"{message.id} waits for {view.id}" for message in view.waiting]
            spool = self._core.project.folder.session(view.id).mailbox / "new"
            found += [f"{path.name} lies before {view.id}" for path in spool.glob("*.json")]
        for letter in board.letters.values():
            if not letter.is_ended and not letter.is_loud and letter.recipient in board.sessions:
                found.append(f"letter {letter.id} to {letter.recipient} is {letter.state}")
        found += [f"join {join.id} is open" for join in board.joins.values() if join.wake is None]
        found += [f"job {job.id} runs" for job in board.jobs.values() if job.is_running]
        return found

    async def _serve(self, view: SessionView) -> None:
        if view.questions:
            question = view.questions[0]
            choice = question.options[0].key if question.options else ""
            text = "" if choice else "as you like"
            await self._try(self._core.answer(view.id, question.id, choice=choice, text=text))
        elif view.state in _GONE:
            await self._try(self._core.resume(view.id))

    async def _end_joins(self) -> None:
        """Nobody waits any more once all sessions are at rest."""
        if any(view.state in _GONE | _BUSY for view in self._core.board.sessions.values()):
            return
        for join in self._core.board.joins.values():
            if join.wake is None:
                await self._try(self._core.cancel_join(join.id))

    async def _try(self, verb: object) -> None:
        try:
            async with asyncio.timeout(20):
                await verb  # type: ignore[misc]
        except (WuhuError, TimeoutError) as refusal:
            sys.stderr.write(f"settling: {type(refusal).__name__}: {refusal}\n")
