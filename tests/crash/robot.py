"""A dashboard without a screen and a lead who never sleeps: does at once what each session needs.

Run as its own process, so that it can be killed: `python -m tests.crash.robot ROOT LEDGER`.
Every verb that was confirmed is written to the ledger, fsynced, before anything else is done.
Exits with 0 when every session is merged.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from wuhu_tui.core.core import Core
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState as S

_RESUMABLE = {S.LOST, S.FAILED, S.STOPPED, S.HIBERNATED}


class Robot:
    """Looks at the board after every change and does the next thing for each session."""

    def __init__(self, core: Core, ledger: Path) -> None:
        self._core = core
        self._ledger = ledger
        self._steered: set[str] = _known(ledger, "message")
        self._sent_back: set[str] = set()

    async def run(self) -> None:
        """Work until every session is merged."""
        while not self._finished():
            seen = self._core.revision
            for session in list(self._core.board.sessions):
                await self._try(session)
            await self._wait(seen)

    def _finished(self) -> bool:
        views = self._core.board.sessions.values()
        return all(view.state in {S.MERGED, S.ARCHIVED} for view in views)

    async def _wait(self, seen: int) -> None:
        try:
            async with asyncio.timeout(1):
                await self._core.changed(seen)
        except TimeoutError:
            pass

    async def _try(self, session: str) -> None:
        try:
            await self._serve(self._core.board.sessions[session])
        except WuhuError as refusal:
            sys.stderr.write(f"{session}: {refusal}\n")

    async def _serve(self, view: SessionView) -> None:
        if view.questions:
            await self._answer(view)
        elif view.state is S.INSTANTIATED:
            await self._core.start(view.id)
        elif view.state in _RESUMABLE:
            await self._core.resume(view.id)
        elif view.state is S.WORKING and view.id not in self._steered:
            self._steered.add(view.id)
            message = await self._core.steer(view.id, f"keep it small, {view.id}")
            self._note("message", id=message, session=view.id)
        elif view.state is S.IN_REVIEW and view.review and view.review.checks_green:
            await self._approve(view)
        elif view.state is S.APPROVED:
            await self._merge(view)
        elif view.state is S.CONFLICT and view.merge and view.merge.id not in self._sent_back:
            self._sent_back.add(view.merge.id)
            message = await self._core.follow_up(view.id, "merge main and resolve the conflict")
            self._note("message", id=message, session=view.id)

    async def _answer(self, view: SessionView) -> None:
        question = view.questions[0]
        best = next((o for o in question.options if o.recommended), None)
        choice = best or (question.options[0] if question.options else None)
        text = "" if choice else "yes"
        key = choice.key if choice else ""
        await self._core.answer(view.id, question.id, choice=key, text=text)
        self._note("answer", session=view.id, question=question.id)

    async def _approve(self, view: SessionView) -> None:
        assert view.review is not None
        head = view.review.head
        await self._core.verdict(view.id, VerdictKind.APPROVED, head=head)
        self._note("verdict", session=view.id, head=head)

    async def _merge(self, view: SessionView) -> None:
        merge = await self._core.merge(view.id)
        if merge.outcome == "merged":
            self._note("merged", session=view.id)

    def _note(self, kind: str, **facts: Any) -> None:
        with self._ledger.open("a", encoding="utf-8") as ledger:
            ledger.write(json.dumps({"kind": kind, **facts}) + "\n")
            ledger.flush()
            os.fsync(ledger.fileno())


def _known(ledger: Path, kind: str) -> set[str]:
    if not ledger.exists():
        return set()
    rows = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    return {row["session"] for row in rows if row["kind"] == kind}


async def _main(root: Path, ledger: Path) -> None:
    core = await Core.open(root)
    try:
        await Robot(core, ledger).run()
    finally:
        await core.aclose()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), Path(sys.argv[2])))
