"""The merge queue as the door has it: worked by whoever conducts, or by whoever waits."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.conftest import Desk, open_desk
from tests.core.fake_host import git
from wuhu_tui.core.doctor.patient import patient_of
from wuhu_tui.core.doctor.queue import QUEUE
from wuhu_tui.core.queue_due import stands_still, tell_standing
from wuhu_tui.core.queue_wait import merge_unless_kept
from wuhu_tui.model.entries import needs
from wuhu_tui.model.entry_ends import is_over
from wuhu_tui.model.errors import Conflict
from wuhu_tui.model.health import Level
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState

MERGED = MergeOutcome.MERGED


async def approved(desk: Desk) -> str:
    """A session whose work the lead approved."""
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.commits(f"{session}.txt")
    worker.reports()
    if not desk.core.conducting:
        await desk.reaches(session, SessionState.REPORTED)
        await desk.core.open_review(session)
    await desk.reaches(session, SessionState.IN_REVIEW)
    review = desk.view(session).review
    assert review is not None
    await desk.until(lambda: is_green(desk, session), "its checks are green")
    await desk.core.verdict(session, VerdictKind.APPROVED, head=review.head)
    return session


def is_green(desk: Desk, session: str) -> bool:
    review = desk.view(session).review
    return review is not None and review.checks_green


async def test_whoever_conducts_lands_what_is_queued(conducted: Desk, root: Path) -> None:
    sessions = [await approved(conducted) for _ in range(2)]
    await conducted.core.pause_queue(note="not yet")
    for session in sessions:
        entry = await conducted.core.queue_merge(session, by="lead")
        assert entry.session == session
    await conducted.core.idle()
    assert git(root, "log", "--oneline", "--merges", "main") == ""
    await conducted.core.resume_queue()
    for session in sessions:
        await conducted.reaches(session, SessionState.MERGED)
    await conducted.until(lambda: not conducted.core.board.queue.entries)
    merges = [conducted.view(session).merge for session in sessions]
    assert [merge.by for merge in merges if merge] == ["lead", "lead"]
    assert [merge.queued for merge in merges if merge] == [True, True]


@pytest.mark.long
async def test_a_base_that_is_cleaned_lets_it_land_by_itself(conducted: Desk, root: Path) -> None:
    session = await approved(conducted)
    (root / "README.md").write_text("my work\n")
    await conducted.core.queue_merge(session)
    queue = conducted.core.project

    def delay() -> str:
        entry = queue.board.queue.entry(session)
        return entry.delay if entry else ""

    await conducted.until(lambda: "README.md" in delay(), "it waits")
    told = [entry for entry in needs(queue.board) if entry.kind == "merge_delayed"]
    assert [entry.session_name for entry in told] == [session]
    assert not is_over(queue.board, told[0])
    git(root, "checkout", "--quiet", "README.md")
    await conducted.reaches(session, SessionState.MERGED)
    assert is_over(queue.board, told[0])


@pytest.mark.long
async def test_two_processes_that_wait_land_each_once(desk: Desk, root: Path) -> None:
    sessions = [await approved(desk) for _ in range(3)]
    for session in sessions:
        await desk.core.stop(session)
    other = await open_desk(root)
    try:
        merges = await asyncio.gather(
            desk.core.merge(sessions[0]),
            other.core.merge(sessions[1], by="chief"),
            other.core.merge(sessions[2]),
        )
    finally:
        await other.core.aclose()
    assert [merge.outcome for merge in merges] == [MERGED] * 3
    assert [merge.by for merge in merges] == ["lead", "chief", "lead"]
    assert len(git(root, "log", "--oneline", "--merges", "main").splitlines()) == 3


async def test_whoever_waits_hears_that_it_was_taken_out(desk: Desk) -> None:
    session = await approved(desk)
    await desk.core.pause_queue()
    waiting = asyncio.create_task(desk.core.merge(session))
    await desk.until(lambda: desk.core.board.queue.entry(session) is not None)
    assert await merge_unless_kept(desk.core.project, session, by="chief") == (
        "the queue is paused by lead"
    )
    await desk.core.drop_merge(session, reason="not this one", by="chief")
    with pytest.raises(Conflict, match="chief took it out of the merge queue: not this one"):
        await waiting


async def test_a_queue_that_stands_still_is_a_fault(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await approved(desk)
    project = desk.core.project
    await desk.core.queue_merge(session)
    assert not stands_still(project)
    (well,) = await QUEUE.look(patient_of(project))
    assert (well.level, well.text) == (Level.OK, "1 merge in the queue")
    later = project.clock() + timedelta(minutes=5)
    monkeypatch.setattr(project, "clock", lambda: later)
    assert stands_still(project)
    (found,) = await QUEUE.look(patient_of(project))
    assert found.level is Level.TROUBLE
    assert "with 1 ready: nobody conducts" in found.text
    await tell_standing(project)
    assert not stands_still(project)
    (told,) = [entry for entry in needs(project.board) if entry.kind == "queue_stands"]
    assert "the merge queue stands still" in told.text
    await desk.core.hold_merge(session)
    assert is_over(project.board, told)
    assert "queue_stands" not in {entry.kind for entry in needs(project.board)}
