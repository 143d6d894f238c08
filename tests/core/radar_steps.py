"""A radar that looks when the test says, over sessions whose files the test writes."""

from __future__ import annotations

from pathlib import Path

from tests.core.conftest import Desk
from wuhu_tui.core.radar import Radar
from wuhu_tui.model.collisions import Collision
from wuhu_tui.model.queue_events import CollisionFound, CollisionGone, RadarBlinded
from wuhu_tui.model.records import Record
from wuhu_tui.repo.branch_watch import read_tips


class Watch:
    """A radar that looks when the test says, and what it wrote."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.radar = Radar(desk.core.project, every=0, rest=0, patience=0)
        self.written: list[object] = []
        desk.core.project.ledger.listeners.append(self._listen)

    def _listen(self, board: object, records: list[Record]) -> None:
        kinds = (CollisionFound, CollisionGone, RadarBlinded)
        self.written += [one.event for one in records if isinstance(one.event, kinds)]

    async def round(self) -> list[object]:
        """Whatever is due; what was written because of it."""
        await self.desk.core.project.catch_up()
        tips = await read_tips(self.desk.core.project.repository.git)
        already = len(self.written)
        for duty in self.radar.due(tips.local):
            await duty.work()
        await self.desk.core.project.catch_up()
        return self.written[already:]

    def collisions(self) -> list[Collision]:
        return list(self.desk.core.board.collisions.values())


def write(desk: Desk, session: str, text: str, name: str = "f.txt") -> None:
    """Write a file into the session's worktree."""
    (Path(desk.view(session).spec.worktree) / name).write_text(text)
