from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import psutil
import pytest

from tests.core.conftest import Desk, open_desk
from tests.core.fake_host import git
from wuhu_tui.core import conductor as conductor_module
from wuhu_tui.core import due as due_module
from wuhu_tui.core import duties as duties_module
from wuhu_tui.core import judging
from wuhu_tui.core.errands import NotYet
from wuhu_tui.core.project import CHECKS_AT_ONCE
from wuhu_tui.core.snapshot import ProjectSnapshot
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.events import CommandTaken, Event, Noted
from wuhu_tui.model.joins import JoinUntil, WakeReason
from wuhu_tui.model.merges import Merge
from wuhu_tui.model.reviews import CheckState, VerdictKind
from wuhu_tui.model.states import SessionState

CONDUCT = """
import asyncio, sys
from pathlib import Path
from wuhu_tui.core.core import Core

async def main():
    core = await Core.open(Path(sys.argv[1]))
    print(core.conducting, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conductor_module, "RETRY", 0.05)
    monkeypatch.setattr(conductor_module, "TICK", 0.2)
    monkeypatch.setattr(conductor_module, "BREATH", 0.02)
    monkeypatch.setattr(conductor_module, "SETTINGS", 0.1)
    monkeypatch.setattr(conductor_module, "VIEW", 0.05)
    monkeypatch.setattr(due_module, "NUDGE_AFTER", timedelta(milliseconds=50))
    monkeypatch.setattr(duties_module, "SETTLE", timedelta(milliseconds=50))


@pytest.fixture
async def desk(conducted: Desk) -> Desk:
    """Everything here is done by a conductor."""
    return conducted


@pytest.fixture
async def checked(root: Path) -> AsyncIterator[Desk]:
    """A project with a check that is red while a file `red` is there and hangs with `slow`."""
    (root / "wuhu.toml").write_text(
        "[[checks]]\nname = 'tests'\n"
        "command = 'echo looking; test ! -e slow || sleep 300; test ! -e red'\ntimeout = 60\n"
    )
    desk = await open_desk(root, conduct=True)
    yield desk
    await desk.core.aclose()
    desk.host.end_all()


def events_of(desk: Desk, session: str = "") -> list[Event]:
    folder = desk.folder
    path = folder.session(session).journal if session else folder.journal
    return [record.event for record in read_from(path, session).records]


def count(desk: Desk, kind: type[Event], session: str = "") -> int:
    return sum(isinstance(event, kind) for event in events_of(desk, session))


async def done(desk: Desk, file: str = "work.txt") -> str:
    """A session that committed and reported done."""
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.commits(file)
    worker.reports()
    return session


# who conducts


async def test_exactly_one_conducts(desk: Desk, root: Path) -> None:
    assert desk.core.conducting
    other = await open_desk(root, conduct=True)
    third = await open_desk(root)
    assert [core.conducting for core in (other.core, third.core)] == [False, False]
    assert other.core.board.project.conductor_pid == os.getpid()
    await desk.core.aclose()
    await other.until(lambda: other.core.conducting)
    assert count(other, project.ConductorTook) == 2
    await other.core.aclose()
    await third.core.aclose()


async def stop_between_two_writes(pid: int, root: Path) -> None:
    """A process that is suspended while it writes keeps the project's journal from everybody."""
    lock = FileLock(ProjectFolder(root).journal_lock)
    assert await asyncio.to_thread(lock.acquire, timeout=10)
    try:
        os.kill(pid, signal.SIGSTOP)
        async with asyncio.timeout(10):
            while psutil.Process(pid).status() != psutil.STATUS_STOPPED:
                await asyncio.sleep(0.01)
    finally:
        lock.release()


@pytest.mark.crash
async def test_when_a_conductor_is_killed_another_takes_over(root: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", CONDUCT, str(root)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        assert await asyncio.to_thread(process.stdout.readline) == "True\n"
        desk = await open_desk(root, conduct=True)
        assert desk.core.board.project.conductor_pid == process.pid
        session = await done(desk)
        await desk.reaches(session, SessionState.IN_REVIEW)
        await stop_between_two_writes(process.pid, root)
        second = await done(desk, "second.txt")
        await desk.reaches(second, SessionState.REPORTED)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    await desk.reaches(second, SessionState.IN_REVIEW)
    assert desk.core.conducting
    assert desk.core.board.project.conductor_pid == os.getpid()
    assert count(desk, project.ReviewOpened) == 2
    await desk.core.aclose()
    desk.host.end_all()


# lost


async def test_a_dead_runner_is_lost_within_seconds_and_swept(desk: Desk) -> None:
    session = await desk.started()
    cursor = desk.view(session).cursor
    desk.host.workers[session].dies()
    async with asyncio.timeout(20):
        view = await desk.reaches(session, SessionState.LOST)
    assert view.lost is not None
    assert view.lost.at >= cursor
    await desk.until(lambda: desk.host.swept == [session])
    await desk.core.idle()
    assert count(desk, project.SessionMoved) == 1
    await desk.core.resume(session)
    assert desk.view(session).state is SessionState.WORKING
    desk.host.workers[session].dies()
    await desk.reaches(session, SessionState.LOST)
    await desk.until(lambda: desk.host.swept == [session, session])


async def test_a_last_word_that_was_not_read_yet_is_no_loss(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.started()
    project_ = desk.core.project
    desk.host.workers[session].ends(SessionState.STOPPED)
    project_.ledger.alive[session] = False
    await duties_module._move_lost(project_, session)
    assert desk.view(session).state is SessionState.STOPPED
    assert count(desk, project.SessionMoved) == 0


async def test_a_life_that_just_began_is_no_loss(desk: Desk) -> None:
    session = await desk.started()
    desk.core.project.ledger.alive[session] = False
    with pytest.raises(NotYet):
        await duties_module._move_lost(desk.core.project, session)
    assert desk.view(session).state is SessionState.WORKING


async def test_a_life_suspected_too_early_is_lost_when_it_dies(desk: Desk) -> None:
    session = await desk.started()
    await desk.core.idle()
    ledger = desk.core.project.ledger
    ledger.set_alive({session: False})  # a look that was late to tell of the new life
    await desk.until(lambda: ledger.alive[session], "looked at again")
    desk.host.workers[session].dies()
    await desk.reaches(session, SessionState.LOST)


async def test_many_die_at_once(desk: Desk) -> None:
    sessions = [await desk.started() for _ in range(6)]
    for session in sessions:
        desk.host.workers[session].dies()
    async with asyncio.timeout(30):
        for session in sessions:
            await desk.reaches(session, SessionState.LOST)


# reviews


async def test_done_with_commits_opens_a_review_and_checks_it(checked: Desk) -> None:
    session = await done(checked)
    await checked.reaches(session, SessionState.IN_REVIEW)
    await checked.core.idle()
    review = checked.view(session).review
    assert review is not None
    assert review.head == checked.view(session).head
    assert [(check.name, check.state) for check in review.checks] == [("tests", CheckState.PASSED)]
    assert "looking" in checked.core.check_output(session, "tests")
    assert count(checked, project.ReviewOpened) == 1
    assert count(checked, project.CheckEnded) == 2


async def test_only_a_few_reviews_are_checked_at_once(
    checked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: set[str] = set()
    let_go = asyncio.Event()

    async def check(_: object, view: SessionView) -> None:
        running.add(view.id)
        await let_go.wait()
        running.discard(view.id)

    monkeypatch.setattr(duties_module, "check_review", check)
    sessions = [await done(checked) for _ in range(4)]
    conductor = checked.core._conductor
    assert conductor is not None
    errands = conductor._errands
    await checked.until(lambda: all(errands.running(f"checks {name}") for name in sessions))
    await asyncio.sleep(0)
    assert len(running) == CHECKS_AT_ONCE
    let_go.set()
    await checked.core.idle()
    assert not running


async def test_what_two_reviews_do_to_each_other_is_predicted(desk: Desk, root: Path) -> None:
    one, two = await done(desk, "same.txt"), await desk.started()
    desk.host.workers[two].commits("same.txt", "otherwise\n")
    desk.host.workers[two].reports()
    for session in (one, two):
        await desk.reaches(session, SessionState.IN_REVIEW)
    review = desk.view(one).review
    assert review is not None
    await desk.core.verdict(one, VerdictKind.APPROVED, head=review.head)
    await desk.core.merge(one)
    desk.core._conductor._tips = {"main": git(root, "rev-parse", "main")}  # type: ignore[union-attr]

    def conflicts() -> bool:
        other = desk.view(two).review
        return other is not None and other.conflicts == ("same.txt",)

    await desk.until(conflicts)


async def test_a_new_commit_voids_the_verdict_and_opens_anew(desk: Desk) -> None:
    session = await done(desk)
    await desk.reaches(session, SessionState.IN_REVIEW)
    first = desk.view(session).review
    assert first is not None
    await desk.core.verdict(session, VerdictKind.APPROVED, head=first.head)
    second = desk.host.workers[session].commits("more.txt")

    def opened_anew() -> bool:
        review = desk.view(session).review
        return review is not None and review.head == second and review.verdict is None

    await desk.until(opened_anew)
    await desk.reaches(session, SessionState.IN_REVIEW)
    assert count(desk, project.ReviewVoided) == 1


async def test_a_commit_that_no_runner_saw_voids_the_verdict_too(desk: Desk) -> None:
    session = await done(desk)
    await desk.reaches(session, SessionState.IN_REVIEW)
    desk.host.workers[session].ends(SessionState.STOPPED)
    first = desk.view(session).review
    assert first is not None
    await desk.core.verdict(session, VerdictKind.APPROVED, head=first.head)
    worktree = Path(desk.view(session).spec.worktree)
    git(worktree, "commit", "-q", "--allow-empty", "-m", "by hand")
    by_hand = git(worktree, "rev-parse", "HEAD")

    def opened_anew() -> bool:
        review = desk.view(session).review
        return review is not None and (review.head, review.verdict) == (by_hand, None)

    await desk.until(opened_anew)
    await desk.reaches(session, SessionState.IN_REVIEW)


async def test_a_check_of_an_old_commit_is_ended_for_the_new_one(checked: Desk) -> None:
    session = await done(checked, "slow")
    await checked.reaches(session, SessionState.IN_REVIEW)
    await checked.until(lambda: bool(checked.core.check_output(session, "tests")))
    worker = checked.host.workers[session]
    git(Path(worker.spec.worktree), "rm", "-q", "slow")
    head = worker.commits("quick")

    def is_green() -> bool:
        review = checked.view(session).review
        if review is None or review.head != head or not review.checks:
            return False
        return review.checks_green

    await checked.until(is_green)


async def test_done_again_after_changes_requested_is_put_before_the_lead_again(
    desk: Desk,
) -> None:
    session = await done(desk)
    await desk.reaches(session, SessionState.IN_REVIEW)
    review = desk.view(session).review
    assert review is not None
    await desk.core.verdict(
        session, VerdictKind.CHANGES_REQUESTED, head=review.head, note="shorter"
    )
    await desk.reaches(session, SessionState.WORKING)
    desk.host.workers[session].reports()
    await desk.reaches(session, SessionState.IN_REVIEW)
    await desk.core.idle()
    assert count(desk, project.ReviewOpened) == 2


async def test_findings_that_were_not_sent_are_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await done(desk)
    await desk.reaches(session, SessionState.IN_REVIEW)
    review = desk.view(session).review
    assert review is not None

    async def die(*_: object) -> None:
        raise RuntimeError("the dashboard was killed here")

    with monkeypatch.context() as patched:
        patched.setattr(judging, "send_changes", die)
        judged = desk.core.verdict(
            session, VerdictKind.CHANGES_REQUESTED, head=review.head, note="shorter"
        )
        with pytest.raises(RuntimeError):
            await judged
    await desk.reaches(session, SessionState.WORKING)
    await desk.core.idle()
    assert sum("shorter" in text for text in desk.host.workers[session].heard) == 1


async def test_requested_changes_wait_for_a_session_that_ended_meanwhile(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await done(desk)
    await desk.reaches(session, SessionState.IN_REVIEW)
    review = desk.view(session).review
    assert review is not None
    worker = desk.host.workers[session]
    worker.deaf = True
    with monkeypatch.context() as patched:
        patched.setattr("wuhu_tui.core.delivery.TAKE_PATIENCE", 0.05)
        patched.setattr(duties_module, "SETTLE", timedelta(hours=1))
        await desk.core.verdict(
            session, VerdictKind.CHANGES_REQUESTED, head=review.head, note="shorter"
        )
        worker.dies()
        await desk.reaches(session, SessionState.LOST)
    await asyncio.sleep(0.3)
    await desk.core.idle()
    assert desk.view(session).state is SessionState.LOST
    assert desk.host.resumed == [session]
    await desk.core.resume(session)
    await desk.until(lambda: bool(desk.view(session).waiting))
    assert "shorter" in desk.view(session).waiting[0].text
    assert len(desk.view(session).waiting) == 1


# nudges


async def test_a_silent_session_is_reminded_once(desk: Desk) -> None:
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.rests()
    await desk.until(lambda: bool(worker.heard))
    assert "without a report" in worker.heard[0]
    await desk.reaches(session, SessionState.WORKING)
    worker.rests()
    await desk.reaches(session, SessionState.IDLE)
    await asyncio.sleep(0.5)
    await desk.core.idle()
    assert desk.view(session).no_report
    assert len(worker.heard) == 1
    assert count(desk, CommandTaken, session) == 1


async def test_a_second_conductor_does_not_remind_again(desk: Desk, root: Path) -> None:
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.deaf = True
    worker.rests()
    await desk.until(lambda: bool(worker.mailbox.take_all()))
    await desk.core.aclose()
    other = await open_desk(root, conduct=True)
    await asyncio.sleep(0.5)
    await other.core.idle()
    assert len(worker.mailbox.take_all()) == 1
    await other.core.aclose()


async def test_nobody_is_reminded_where_the_policy_says_no(desk: Desk, root: Path) -> None:
    (root / "wuhu.toml").write_text("[policies]\nnudge = false\n")
    await desk.until(lambda: not desk.core.project.config.policies.nudge)
    session = await desk.started()
    desk.host.workers[session].rests()
    await desk.reaches(session, SessionState.IDLE)
    await asyncio.sleep(0.5)
    await desk.core.idle()
    assert desk.host.workers[session].heard == []


# joins


async def test_a_join_survives_its_core(desk: Desk, root: Path) -> None:
    session = await desk.started()
    join = await desk.core.open_join([session], until=JoinUntil.REPORTED)
    await desk.core.aclose()
    desk.host.workers[session].reports()
    other = await open_desk(root, conduct=True)
    async with asyncio.timeout(30):
        wake = await other.core.wait_join(join.id)
    assert wake.reason is WakeReason.REACHED
    await other.core.aclose()


async def test_a_question_wakes_a_waiting_join_at_once(desk: Desk) -> None:
    session = await desk.started()
    join = await desk.core.open_join([session])
    desk.host.workers[session].asks("q1")
    async with asyncio.timeout(20):
        wake = await desk.core.wait_join(join.id)
    assert (wake.reason, wake.session, wake.about) == (WakeReason.QUESTION, session, "q1")
    assert count(desk, project.JoinWoken) == 1


# merges, views, trouble


async def test_an_interrupted_merge_is_brought_to_its_end(desk: Desk, root: Path) -> None:
    session = await done(desk)
    await desk.reaches(session, SessionState.IN_REVIEW)
    review = desk.view(session).review
    assert review is not None
    await desk.core.verdict(session, VerdictKind.APPROVED, head=review.head)
    merge = Merge(id="half", head=review.head, base_branch="main")
    await desk.core.project.append(project.MergeStarted(session=session, merge=merge))
    await desk.reaches(session, SessionState.MERGED)
    assert git(root, "show", "main:work.txt") == "done"
    assert count(desk, project.MergeStarted) == 1


async def test_a_duty_that_fails_is_told_once_and_stops_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise GitError("the disk is full", remedy="free some space")

    with monkeypatch.context() as patched:
        patched.setattr(duties_module, "open_review", broken)
        session = await done(desk)
        await desk.until(lambda: "the disk is full" in str(desk.core.board.project.warnings))
        other = await desk.started()
        desk.host.workers[other].dies()
        await desk.reaches(other, SessionState.LOST)
        assert desk.view(session).state is SessionState.REPORTED
    await desk.reaches(session, SessionState.IN_REVIEW)
    told = [event for event in events_of(desk) if isinstance(event, Noted)]
    assert len([event for event in told if "the disk is full" in event.text]) == 1


async def test_broken_settings_are_told_and_the_old_ones_stay(desk: Desk, root: Path) -> None:
    before = desk.core.project.config
    (root / "wuhu.toml").write_text("[limits\n")
    await desk.until(lambda: "not valid TOML" in str(desk.core.board.project.warnings))
    assert desk.core.project.config == before
    (root / "wuhu.toml").write_text("[limits]\nsessions = 77\n")
    await desk.until(lambda: desk.core.project.config.limits.sessions == 77)


async def test_the_snapshot_follows_the_board(desk: Desk) -> None:
    session = await desk.started()

    def told() -> bool:
        try:
            content = ProjectFolder(desk.folder.root).snapshot.read_bytes()
        except FileNotFoundError:
            return False
        snapshot = msgspec.json.decode(content, type=ProjectSnapshot)
        return [context.session_name for context in snapshot.sessions] == [session]

    async with asyncio.timeout(30):
        while not told():
            await asyncio.sleep(0.02)


async def test_a_mistake_of_ours_does_not_end_the_automation(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("ours")

    with monkeypatch.context() as patched:
        patched.setattr(conductor_module, "duties", broken)
        await desk.until(lambda: "ZeroDivisionError" in str(desk.core.board.project.warnings))
    session = await done(desk)
    await desk.reaches(session, SessionState.IN_REVIEW)
