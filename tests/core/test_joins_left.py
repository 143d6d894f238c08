"""Joins whose waiter dies: shown as joins on nobody, and taken up where they were."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.core.conftest import Desk, open_desk
from wuhu_tui.core.waits import orphaned
from wuhu_tui.model import project_events as project
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.joins import Join, JoinMode, Wake, WakeReason
from wuhu_tui.model.states import SessionState

LIMIT = 30


def die(desk: Desk) -> None:
    """What becomes of the pulses that a killed process held."""
    for join in list(desk.core.project.attending):
        os.close(desk.core.project.attending.pop(join))


async def attended(desk: Desk, *sessions: str, by: str = "lead") -> Join:
    return await desk.core.open_join(sessions, mode=JoinMode.ALL, by=by, attended=True)


async def killed(root: Path, *sessions: str) -> Join:
    """A join whose waiter died."""
    waiter = await open_desk(root)
    join = await attended(waiter, *sessions)
    die(waiter)
    await waiter.core.aclose()
    return join


async def test_a_join_whose_waiter_died_is_shown_as_one_on_nobody(conducted: Desk) -> None:
    session = await conducted.started()
    waiter = await open_desk(conducted.folder.root)
    join = await attended(waiter, session)
    await conducted.until(lambda: join.id in conducted.core.board.joins, "opened")
    await conducted.core.idle()
    assert not orphaned(conducted.core.board)
    die(waiter)
    await conducted.until(lambda: bool(orphaned(conducted.core.board)), "left")
    assert orphaned(conducted.core.board)[0].join == join.id
    await waiter.core.aclose()


async def test_a_join_that_was_read_or_given_up_is_left_by_nobody(conducted: Desk) -> None:
    session = await conducted.started()
    read, given_up = await attended(conducted, session), await attended(conducted, session)
    await conducted.core.cancel_join(given_up.id)
    conducted.host.workers[session].reports()
    async with asyncio.timeout(LIMIT):
        await conducted.core.wait_join(read.id)
    await conducted.core.take_wake(read.id)
    assert not conducted.core.project.attending
    assert not list(conducted.folder.joins.iterdir())
    again = await attended(conducted, session)
    assert again.opened_at > read.opened_at
    assert conducted.core.board.joins[read.id].taken
    assert not any(join.left for join in conducted.core.board.joins.values())


async def test_what_happened_between_death_and_return_is_told(desk: Desk, root: Path) -> None:
    """A session failed while nobody waited: a join that began anew would take that for old."""
    one, two = await desk.started(), await desk.started()
    before = await killed(root, one, two)
    desk.host.workers[one].ends(SessionState.FAILED)
    await desk.reaches(one, SessionState.FAILED)
    join = await attended(desk, two, one)
    assert join.opened_at == before.opened_at
    assert join.deadline is not None
    assert before.deadline is not None
    assert join.deadline > before.deadline
    first = desk.core.board.joins[before.id]
    assert first.left
    assert first.wake is not None
    assert first.wake.reason is WakeReason.CANCELLED
    conductor = await open_desk(root, conduct=True)
    async with asyncio.timeout(LIMIT):
        wake = await desk.core.wait_join(join.id)
    assert (wake.reason, wake.session) == (WakeReason.FAILED, one)
    await conductor.core.aclose()


async def test_a_question_that_woke_the_dead_wakes_the_next(desk: Desk, root: Path) -> None:
    session = await desk.started()
    before = await killed(root, session)
    desk.host.workers[session].asks("q1")
    conductor = await open_desk(root, conduct=True)
    async with asyncio.timeout(LIMIT):
        assert (await conductor.core.wait_join(before.id)).reason is WakeReason.QUESTION
        join = await attended(desk, session)
        wake = await desk.core.wait_join(join.id)
        assert (wake.reason, wake.about) == (WakeReason.QUESTION, "q1")
        await desk.core.take_wake(join.id)
        again = await attended(desk, session)
    await conductor.core.idle()
    assert conductor.core.board.joins[again.id].is_open
    await conductor.core.aclose()


async def test_only_the_same_join_is_taken_up_and_only_once(desk: Desk, root: Path) -> None:
    one, two = await desk.started(), await desk.started()
    before = await killed(root, one)
    for join in (await attended(desk, one, two), await attended(desk, one, by="shop-lead-01")):
        assert join.opened_at > before.opened_at
    taken_up = await attended(desk, one)
    assert taken_up.opened_at == before.opened_at
    beside = await attended(desk, one)
    assert beside.opened_at > before.opened_at
    opened = [
        event.join.id
        for event in _events(desk)
        if isinstance(event, project.JoinOpened) and event.join.opened_at == before.opened_at
    ]
    assert opened == [before.id, taken_up.id]


def _events(desk: Desk) -> list[object]:
    from wuhu_tui.journal.reader import JournalReader

    page = JournalReader(desk.folder.journal, "").read(1 << 22)
    return [record.event for record in page.records]


async def test_a_join_that_could_not_be_written_down_is_attended_by_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.started()

    async def refuse(decide: object) -> None:
        raise JournalError("no space left on device", where="project.jsonl")

    with monkeypatch.context() as patch:
        patch.setattr(desk.core.project, "decide", refuse)
        with pytest.raises(JournalError, match="no space left"):
            await attended(desk, session)
    assert not desk.core.project.attending
    assert not list(desk.folder.joins.iterdir())


async def test_who_wakes_knows_what_woke_it(desk: Desk) -> None:
    """Another process judged the join, by a journal that this one had not read so far yet."""
    session = await desk.started()
    join = await attended(desk, session)
    waiter = asyncio.create_task(desk.core.wait_join(join.id))
    desk.host.workers[session].asks("q1")
    wake = Wake(reason=WakeReason.QUESTION, session=session, about="q1")
    await desk.core.project.append(project.JoinWoken(join=join.id, wake=wake))
    async with asyncio.timeout(LIMIT):
        assert (await waiter).about == "q1"
    assert [question.id for question in desk.view(session).questions] == ["q1"]
