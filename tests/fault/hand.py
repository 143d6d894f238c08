"""A pair of hands at a project, as a process of its own, so that it can be killed.

`python -m tests.fault.hand ROOT LEDGER STOP NAME SEED conduct|watch` does one random thing after the
other until the file STOP exists. `… settle` brings everything to rest instead, and exits with 0.
Every verb that was confirmed is in LEDGER, on disk, before the next one is begun.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.fault.rest import Rest
from wuhu_tui.core.core import Core
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.joins import JoinMode, JoinUntil
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.states import SessionState as S

VERB_LIMIT = 20.0
PAUSE = (0.05, 0.5)
"""Seconds between two things."""

WISHES = ("", "", "please-ask", "please-report", "please-note", "please-work", "please-block")
"""What a message asks for; the agents' script knows these words."""

_RESTING = {S.LOST, S.FAILED, S.STOPPED, S.HIBERNATED, S.INSTANTIATED}


class Ledger:
    """What was confirmed to this hand."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, kind: str, **facts: Any) -> None:
        """On disk when this returns."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, **facts}) + "\n")
            file.flush()
            os.fsync(file.fileno())


class Hand:
    """Does random things, and remembers which of them were confirmed."""

    def __init__(self, core: Core, ledger: Ledger, name: str, seed: int) -> None:
        self._core = core
        self._ledger = ledger
        self._name = name
        self._chance = random.Random(seed)
        self._waiting: set[asyncio.Task[None]] = set()
        self._said = 0

    async def work(self, stop: Path) -> None:
        """Until told to stop; a hand that is new at the desk sets everybody to work."""
        for name in list(self._core.board.sessions):
            await self._confirmed(lambda name=name: self._core.resume(name))  # type: ignore[misc]
        while not stop.exists():
            await asyncio.sleep(self._chance.uniform(*PAUSE))
            view = self._chance.choice(list(self._core.board.sessions.values()))
            verb = self._chance.choices([v for v, _ in _VERBS], [w for _, w in _VERBS])[0]
            await self._confirmed(lambda verb=verb, view=view: verb(self, view))  # type: ignore[misc]
        for task in self._waiting:
            task.cancel()
        await asyncio.gather(*self._waiting, return_exceptions=True)

    async def _confirmed(self, verb: Callable[[], Awaitable[None]]) -> None:
        """A verb that is refused, or that does not come back, has confirmed nothing."""
        try:
            async with asyncio.timeout(VERB_LIMIT):
                await verb()
        except (WuhuError, TimeoutError) as refusal:
            sys.stderr.write(f"{self._name}: {type(refusal).__name__}: {refusal}\n")

    def _words(self) -> str:
        self._said += 1
        wish = self._chance.choice(WISHES)
        return f"{self._name}-{os.getpid()}-{self._said} {wish}"

    async def _steer(self, view: SessionView) -> None:
        name = await self._core.steer(view.id, self._words(), by=self._name)
        self._ledger.note("message", id=name, session=view.id)

    async def _follow_up(self, view: SessionView) -> None:
        name = await self._core.follow_up(view.id, self._words(), by=self._name)
        self._ledger.note("message", id=name, session=view.id)

    async def _answer(self, view: SessionView) -> None:
        asking = [one for one in self._core.board.sessions.values() if one.questions]
        if not asking:
            return
        view = self._chance.choice(asking)
        question = self._chance.choice(view.questions)
        keys = [option.key for option in question.options]
        choice = self._chance.choice(keys) if keys else ""
        text = "" if choice else self._words()
        await self._core.answer(view.id, question.id, choice=choice, text=text, by=self._name)
        self._ledger.note("answer", session=view.id, question=question.id, by=self._name)

    async def _begin(self, view: SessionView) -> None:
        for one in self._core.board.sessions.values():
            if one.state in _RESTING:
                await self._core.resume(one.id)
                return

    async def _stop(self, view: SessionView) -> None:
        await self._core.stop(view.id, by=self._name)

    async def _interrupt(self, view: SessionView) -> None:
        await self._core.interrupt(view.id, by=self._name)

    async def _cancel(self, view: SessionView) -> None:
        if view.waiting:
            await self._core.cancel_message(view.id, self._chance.choice(view.waiting).id)

    async def _edit(self, view: SessionView) -> None:
        if view.waiting:
            message = self._chance.choice(view.waiting)
            await self._core.edit_message(view.id, message.id, self._words())

    async def _move(self, view: SessionView) -> None:
        if view.waiting:
            message = self._chance.choice(view.waiting)
            lane = self._chance.choice((Lane.STEER, Lane.FOLLOW_UP))
            await self._core.move_message(view.id, message.id, lane)

    async def _join(self, view: SessionView) -> None:
        everyone = list(self._core.board.sessions)
        join = await self._core.open_join(
            self._chance.sample(everyone, self._chance.randint(1, len(everyone))),
            mode=self._chance.choice((JoinMode.ANY, JoinMode.ALL)),
            until=self._chance.choice((JoinUntil.IDLE, JoinUntil.REPORTED)),
            timeout=timedelta(seconds=self._chance.uniform(1, 20)),
            by=self._chance.choice((self._name, view.id)),
        )
        self._ledger.note("join", id=join.id)
        self._keep(self._wait_for(join.id))

    async def _wait_for(self, join: str) -> None:
        with contextlib.suppress(WuhuError):
            wake = await self._core.wait_join(join)
            self._ledger.note("wake", id=join, reason=wake.reason.value)

    async def _job(self, view: SessionView) -> None:
        command = self._chance.choice(("true", "sleep 0.3", "echo done; exit 3", "sleep 2"))
        by = self._chance.choice((self._name, view.id))
        job = await self._core.begin_job(view.id, command, by=by)
        self._ledger.note("job", id=job.id)

    async def _letter(self, view: SessionView) -> None:
        """Whatever is loud is sent again, or let go."""
        loud = [letter for letter in self._core.board.letters.values() if letter.is_loud]
        if not loud:
            return
        letter = self._chance.choice(loud)
        if self._chance.random() < 0.5:
            await self._core.requeue_letter(letter.id, by=self._name)
        else:
            await self._core.acknowledge_letter(letter.id, by=self._name)

    def _keep(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)


_VERBS: tuple[tuple[Callable[[Hand, SessionView], Awaitable[None]], int], ...] = (
    (Hand._steer, 6),
    (Hand._follow_up, 6),
    (Hand._answer, 8),
    (Hand._begin, 6),
    (Hand._join, 2),
    (Hand._job, 2),
    (Hand._cancel, 1),
    (Hand._edit, 1),
    (Hand._move, 1),
    (Hand._stop, 1),
    (Hand._interrupt, 1),
    (Hand._letter, 1),
)


async def _main(root: Path, ledger: Path, stop: Path, name: str, seed: int, kind: str) -> None:
    core = await Core.open(root, conduct=kind != "watch")
    try:
        if kind == "settle":
            await Rest(core, ledger.with_name("rest.txt")).reach()
        else:
            await Hand(core, Ledger(ledger), name, seed).work(stop)
    finally:
        await core.aclose()


if __name__ == "__main__":
    _root, _ledger, _stop, _name, _seed, _kind = sys.argv[1:]
    asyncio.run(_main(Path(_root), Path(_ledger), Path(_stop), _name, int(_seed), _kind))
