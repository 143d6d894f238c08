"""The radar over a real repository, with runners that do what the test says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core.conftest import Desk
from tests.core.fake_host import git
from wuhu_tui.core.radar import Radar
from wuhu_tui.model.collisions import Collision
from wuhu_tui.model.errors import GitError, NotFound, NotPossible
from wuhu_tui.model.events import ToolEnded
from wuhu_tui.model.queue_events import CollisionFound, CollisionGone, RadarBlinded
from wuhu_tui.model.records import Record
from wuhu_tui.repo.branch_watch import read_tips


class Watch:
    """A radar that looks when the test says, and what it wrote."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.radar = Radar(desk.core.project, every=0, rest=0)
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


@pytest.fixture
def watch(desk: Desk) -> Watch:
    return Watch(desk)


async def _works(desk: Desk, name: str, text: str, *, commit: bool = False) -> str:
    """A session that wrote a file."""
    session = await desk.started(title=name)
    write(desk, session, text)
    if commit:
        folder = Path(desk.view(session).spec.worktree)
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", name)
    return session


def write(desk: Desk, session: str, text: str, name: str = "f.txt") -> None:
    (Path(desk.view(session).spec.worktree) / name).write_text(text)


async def test_two_sessions_that_write_the_same_file_collide(desk: Desk, watch: Watch) -> None:
    one = await _works(desk, "one", "1\n")
    two = await _works(desk, "two", "2\n", commit=True)
    await watch.round()
    (found,) = watch.collisions()
    assert (found.first, found.second) == (one, two)
    assert [file.path for file in found.files] == ["f.txt"]
    assert found.uncommitted
    assert not found.ripe
