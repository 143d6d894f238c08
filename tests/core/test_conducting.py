"""Who conducts, between processes and within one: never two, and never nobody for long."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from tests.core.conftest import Desk, open_desk
from tests.core.fake_host import Worker
from tests.core.test_conductor import CONDUCT
from wuhu_tui.core import conducting as conducting_module
from wuhu_tui.core import conductor as conductor_module
from wuhu_tui.core import due as due_module
from wuhu_tui.core.conductor import Conductor
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.errors import Conflict, NotPossible
from wuhu_tui.model.project_events import ConductorTook, ConductorWanted
from wuhu_tui.repo.branch_watch import BranchWatch, Tips


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conductor_module, "RETRY", 0.05)
    monkeypatch.setattr(conductor_module, "TICK", 0.2)
    monkeypatch.setattr(conductor_module, "BREATH", 0.02)
    monkeypatch.setattr(conducting_module, "LOOK", 0.02)


@pytest.fixture
async def desks(root: Path) -> AsyncIterator[list[Desk]]:
    desks = [await open_desk(root, conduct=True) for _ in range(3)]
    yield desks
    for desk in desks:
        await desk.core.aclose()


def conducting(desks: list[Desk]) -> list[bool]:
    return [desk.core.conducting for desk in desks]


def took(desk: Desk) -> int:
    records = read_from(desk.folder.journal, "").records
    return sum(isinstance(record.event, ConductorTook) for record in records)


async def test_whoever_asks_takes_over_and_the_other_waits_in_line(desks: list[Desk]) -> None:
    assert conducting(desks) == [True, False, False]
    assert await desks[2].core.take_over(by="dashboard")
    assert conducting(desks) == [False, False, True]
    await desks[0].until(lambda: desks[0].core.board.project.conductor_by == "dashboard")
    assert await desks[1].core.take_over(by="another")
    assert conducting(desks) == [False, True, False]
    assert not await desks[1].core.take_over(by="another")
    await desks[1].core.aclose()
    await desks[0].until(lambda: sum(conducting(desks)) == 1, "somebody goes on")
    assert took(desks[0]) == 4


async def test_who_lost_the_file_of_its_lock_lets_go(desks: list[Desk]) -> None:
    """Somebody removed "stale" locks: the next one could lock a new file of that name."""
    desks[0].folder.conductor_lock.unlink()
    await desks[0].until(lambda: not desks[0].core.conducting, "it let go")
    await desks[0].until(lambda: sum(conducting(desks)) == 1, "one goes on")
    assert took(desks[0]) == 2


async def test_branches_are_followed_again_where_that_broke(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[BranchWatch] = []
    real = BranchWatch.tips

    def tips(self: BranchWatch) -> AsyncGenerator[Tips, None]:
        begun.append(self)
        if len(begun) == 1:
            raise RuntimeError("no memory")
        return real(self)

    monkeypatch.setattr(BranchWatch, "tips", tips)
    desk = await open_desk(root, conduct=True)
    await desk.until(lambda: len(begun) > 1, "followed again")
    assert "branches are not watched: RuntimeError: no memory" in desk.core.board.project.warnings
    await desk.core.aclose()
    assert len(begun) == 2


async def test_two_never_conduct_at_once(desks: list[Desk]) -> None:
    """Everybody asks at the same time, again and again: the lock is the only word that counts."""
    most = 0
    won = 0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, sum(conducting(desks)))
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    async with asyncio.timeout(30):
        for _ in range(4):
            asked = (desk.core.take_over(by=f"desk {n}") for n, desk in enumerate(desks))
            for result in await asyncio.gather(*asked, return_exceptions=True):
                assert result in (True, False) or isinstance(result, Conflict)
                won += result is True
    watching.cancel()
    assert most == 1
    assert won >= 4


async def test_a_core_that_did_not_conduct_can_take_over(desks: list[Desk], root: Path) -> None:
    other = await open_desk(root)
    assert await other.core.take_over(by="dashboard")
    assert conducting([*desks, other]) == [False, False, False, True]
    await other.core.aclose()


async def test_a_wish_of_the_dead_stands_in_nobodys_way(root: Path) -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    desk = await open_desk(root)
    await desk.core.project.append(ConductorWanted(pid=process.pid))
    conductor = Conductor(desk.core.project)
    await conductor.start()
    assert conductor.conducting
    await conductor.aclose()
    await desk.core.aclose()


async def test_others_stand_back_for_who_asked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await open_desk(root)
    await desk.core.project.append(ConductorWanted(pid=os.getppid()))
    conductor = Conductor(desk.core.project)
    await conductor.start()
    assert not conductor.conducting
    monkeypatch.setattr(conducting_module, "HAND_OVER", 0.1)
    await desk.until(lambda: conductor.conducting, "its time is over")
    await conductor.aclose()
    await desk.core.aclose()


@pytest.fixture
def holder(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that conducts."""
    process = subprocess.Popen(
        [sys.executable, "-c", CONDUCT, str(root)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


async def test_a_suspended_holder_is_named_and_lets_go_when_it_goes_on(
    holder: subprocess.Popen[str], root: Path
) -> None:
    desk = await open_desk(root)
    os.kill(holder.pid, signal.SIGSTOP)
    async with asyncio.timeout(10):
        while psutil.Process(holder.pid).status() != psutil.STATUS_STOPPED:
            await asyncio.sleep(0)
    with pytest.raises(NotPossible) as refused:
        await desk.core.take_over(by="dashboard")
    assert f"process {holder.pid} conducts and is suspended" in refused.value.message
    assert f"kill -CONT {holder.pid}" in refused.value.remedy
    assert not desk.core.conducting
    os.kill(holder.pid, signal.SIGCONT)
    await desk.until(lambda: desk.core.conducting, "it let go")
    await desk.core.aclose()


async def test_a_holder_that_does_not_let_go_is_named(
    desks: list[Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conducting_module, "HAND_OVER", 0.2)
    monkeypatch.setattr(conducting_module.Baton, "wanted", property(lambda self: False))
    with pytest.raises(NotPossible, match=f"process {os.getpid()} did not let go within"):
        await desks[1].core.take_over(by="dashboard")
    assert conducting(desks) == [True, False, False]


async def test_a_killed_conductor_is_replaced_and_nothing_is_done_twice(
    holder: subprocess.Popen[str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the middle of a reminder, whether it was sent or not: the session hears one."""
    monkeypatch.setattr(due_module, "NUDGE_AFTER", timedelta(milliseconds=50))
    desk = await open_desk(root, conduct=True)
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.rests()
    mailbox = desk.folder.session(session).mailbox
    async with asyncio.timeout(20):
        while not any("nudge" in path.name for path in mailbox.rglob("*")):
            await asyncio.sleep(0.01)
    holder.kill()
    await desk.until(lambda: desk.core.conducting, "replaced")
    await desk.until(lambda: hears(worker), "it reads its mailbox")
    await desk.core.idle()
    assert len(worker.heard) == 1
    await desk.core.aclose()
    desk.host.end_all()


def hears(worker: Worker) -> bool:
    """Whether it heard anything by now; another process wrote into its mailbox."""
    worker.listen()
    return bool(worker.heard)


async def test_once_does_what_is_due_and_lets_go(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_module, "NUDGE_AFTER", timedelta())
    desk = await open_desk(root)
    session = await desk.started()
    desk.host.workers[session].rests()
    await desk.core.project.catch_up()
    lines: list[str] = []
    conductor = Conductor(desk.core.project, by="wuhu conduct", log=lines.append)
    assert await conductor.once()
    assert f"reminded {session} to report" in lines
    assert desk.folder.snapshot.exists()
    assert not conductor.conducting
    first = await open_desk(root, conduct=True)
    assert not await conductor.once()
    await first.core.aclose()
    await conductor.aclose()
    await desk.core.aclose()
    desk.host.end_all()
