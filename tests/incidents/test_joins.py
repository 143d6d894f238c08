"""Joins: waiting that ended too soon, for the wrong reason, or cost a fortune."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.core.conftest import Desk
from wuhu_tui.model.joins import JoinMode, JoinUntil, Outcome, WakeReason
from wuhu_tui.model.states import SessionState

LIMIT = 30


async def test_a_steer_during_a_join_reaches_who_waits(conducted: Desk) -> None:
    """An orchestrator waited an hour for its workers; the lead's word to it was read after that.

    Here the waiting party is woken by the word itself, its own join only, and once.
    """
    desk = conducted
    chief, worker = await desk.started("lead"), await desk.started()
    mine = await desk.core.open_join([worker], by=chief)
    others = await desk.core.open_join([worker], by="lead")
    message = await desk.core.steer(chief, "stop waiting, the plan changed")
    async with asyncio.timeout(LIMIT):
        wake = await desk.core.wait_join(mine.id)
    assert (wake.reason, wake.session, wake.about) == (WakeReason.STEER, chief, message)
    assert wake.outcomes == {worker: Outcome.WAITING}
    again = await desk.core.open_join([worker], by=chief)
    await desk.core.idle()
    waiting = {join.id for join in desk.core.board.joins.values() if join.is_open}
    assert waiting == {others.id, again.id}


async def test_a_join_on_a_session_not_yet_started_waits_for_it(conducted: Desk) -> None:
    """Workers were made first and started later; a join in between said at once that all was done.

    Nothing has run, so nothing is done: the join waits through the start for the report.
    """
    desk = conducted
    session = await desk.made()
    join = await desk.core.open_join([session], until=JoinUntil.IDLE)
    await desk.core.idle()
    assert desk.core.board.joins[join.id].is_open
    await desk.core.start(session)
    await desk.core.idle()
    assert desk.core.board.joins[join.id].is_open
    desk.host.workers[session].reports()
    async with asyncio.timeout(LIMIT):
        wake = await desk.core.wait_join(join.id)
    assert (wake.reason, wake.outcomes) == (WakeReason.REACHED, {session: Outcome.DONE})


async def test_taking_back_the_last_message_is_no_end_of_a_turn(conducted: Desk) -> None:
    """A queue that became empty was taken for an agent with nothing to do, in the middle of a call.

    Only the turn's own end is one: the model still thinks when the message is taken back.
    """
    desk = conducted
    session = await desk.started()
    message = await desk.core.follow_up(session, "and the docs")
    join = await desk.core.open_join([session], until=JoinUntil.IDLE)
    await desk.core.cancel_message(session, message)
    await desk.core.idle()
    assert not desk.view(session).waiting
    assert desk.core.board.joins[join.id].is_open
    desk.host.workers[session].rests()
    async with asyncio.timeout(LIMIT):
        assert (await desk.core.wait_join(join.id)).reason is WakeReason.REACHED


async def test_a_stopped_session_is_no_success_with_an_old_last_word(conducted: Desk) -> None:
    """A worker that was done got more to do and was stopped at that; its old report was returned.

    Stopped is stopped, in both ways of asking: before the stop and after it.
    """
    desk = conducted
    session = await desk.started()
    desk.host.workers[session].reports()
    await desk.reaches(session, SessionState.REPORTED)
    await desk.core.follow_up(session, "one thing more")
    await desk.reaches(session, SessionState.WORKING)
    join = await desk.core.open_join([session])
    await desk.core.stop(session)
    async with asyncio.timeout(LIMIT):
        wake = await desk.core.wait_join(join.id)
        assert (wake.reason, wake.outcomes) == (WakeReason.FAILED, {session: Outcome.STOPPED})
        later = await desk.core.open_join([session], by="shop-lead-01")
        wake = await desk.core.wait_join(later.id)
    assert (wake.reason, wake.outcomes) == (WakeReason.FAILED, {session: Outcome.STOPPED})


async def test_fifty_joins_wait_without_a_word_to_any_agent(conducted: Desk) -> None:
    """An orchestrator polled its workers: 765 calls of a model in 51 minutes, and no news in them.

    However many wait, nobody writes anything while nothing happens: no command, no record.
    """
    desk = conducted
    chief = await desk.started("lead")
    workers = [await desk.started() for _ in range(2)]
    every = (chief, *workers)
    limit = timedelta(hours=1)
    for number in range(50):
        mode = JoinMode.ANY if number % 2 else JoinMode.ALL
        await desk.core.open_join(workers, mode=mode, by=chief, timeout=limit)
    await desk.core.idle()
    heard = {name: list(desk.host.workers[name].heard) for name in every}
    journals = [desk.folder.journal, *(desk.folder.session(name).journal for name in every)]
    written = [journal.read_bytes() for journal in journals]
    for _ in range(20):
        desk.core.project.ledger.touch()
        await asyncio.sleep(0.01)
        await desk.core.idle()
    assert [journal.read_bytes() for journal in journals] == written
    assert {name: desk.host.workers[name].heard for name in every} == heard
    assert sum(join.is_open for join in desk.core.board.joins.values()) == 50
    desk.host.workers[workers[0]].reports()
    await desk.until(
        lambda: sum(join.is_open for join in desk.core.board.joins.values()) == 25, "woken"
    )
