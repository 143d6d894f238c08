from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.conftest import Desk, open_desk
from tests.core.fake_host import git
from wuhu_tui.core import delivery
from wuhu_tui.core.door import CoreDoor
from wuhu_tui.core.memory import Memory
from wuhu_tui.model.errors import (
    AgentError,
    ConfigError,
    Conflict,
    NotFound,
    NotPossible,
    UsageError,
)
from wuhu_tui.model.joins import JoinMode, JoinUntil, Outcome, WakeReason
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.reviews import Finding, VerdictKind
from wuhu_tui.model.states import SessionState

NOBODY = "shop-impl-99"


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TAKE_PATIENCE", 1.0)


async def in_review(desk: Desk, content: str = "done\n") -> str:
    """A session whose work lies before the lead."""
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.commits(f"{session}.txt", content)
    worker.reports()
    await desk.reaches(session, SessionState.REPORTED)
    await desk.core.open_review(session)
    return session


def head_of(desk: Desk, session: str) -> str:
    review = desk.view(session).review
    assert review is not None
    return review.head


async def test_every_verb_refuses_a_session_that_does_not_exist(desk: Desk) -> None:
    core = desk.core
    for verb in (
        core.start(NOBODY),
        core.resume(NOBODY),
        core.stop(NOBODY),
        core.hibernate(NOBODY),
        core.interrupt(NOBODY),
        core.archive(NOBODY),
        core.steer(NOBODY, "x"),
        core.follow_up(NOBODY, "x"),
        core.answer(NOBODY, "q", text="x"),
        core.cancel_message(NOBODY, "m"),
        core.edit_message(NOBODY, "m", "x"),
        core.move_message(NOBODY, "m", Lane.STEER),
        core.open_join([NOBODY]),
        core.open_review(NOBODY),
        core.diff(NOBODY),
        core.verdict(NOBODY, VerdictKind.APPROVED, head="x"),
        core.merge(NOBODY),
        core.undo_merge(NOBODY),
        core.run_in(NOBODY, "true"),
    ):
        with pytest.raises(NotFound, match=NOBODY):
            await verb


# start, resume, stop, hibernate


async def test_starting_adopts_a_runner_that_lives(desk: Desk) -> None:
    session = await desk.started()
    assert desk.core.runner_alive(session)
    await desk.core.start(session)
    await desk.core.resume(session)
    assert desk.host.resumed == [session]


async def test_two_starts_at_once_are_one(desk: Desk) -> None:
    session = await desk.made()
    await asyncio.gather(desk.core.start(session), desk.core.start(session))
    assert desk.host.resumed == [session]


async def test_a_runner_that_does_not_start_is_told(desk: Desk) -> None:
    session = await desk.made()
    desk.host.broken = True
    with pytest.raises(AgentError):
        await desk.core.start(session)
    assert desk.view(session).state is SessionState.INSTANTIATED


async def test_no_more_sessions_run_than_may(desk: Desk, root: Path) -> None:
    (root / "wuhu.toml").write_text("[limits]\nsessions = 2\n")
    names = [await desk.made() for _ in range(3)]
    started = await asyncio.gather(
        *(desk.core.start(name) for name in names), return_exceptions=True
    )
    refusals = [refusal for refusal in started if refusal is not None]
    assert len(refusals) == 1
    assert isinstance(refusals[0], NotPossible)
    assert "limits.sessions" in str(refusals[0])
    refused = names[started.index(refusals[0])]
    await desk.core.stop(next(name for name in names if name != refused))
    await desk.core.start(refused)
    assert desk.core.runner_alive(refused)


async def test_no_session_starts_without_memory(desk: Desk) -> None:
    session = await desk.made()
    desk.core.project.memory = lambda: Memory(available=1 << 30, total=1 << 34)
    with pytest.raises(NotPossible, match=r"only 1\.0 GB"):
        await desk.core.start(session)
    desk.core.project.memory = lambda: Memory(available=1 << 33, total=1 << 37)
    with pytest.raises(NotPossible, match="only 6 %"):
        await desk.core.start(session)


async def test_a_probe_that_fails_holds_nobody_up(desk: Desk) -> None:
    session = await desk.made()

    def fail() -> Memory:
        raise OSError("no /proc")

    desk.core.project.memory = fail
    await desk.core.start(session)
    assert desk.core.runner_alive(session)


async def test_nothing_starts_while_the_settings_are_broken(desk: Desk, root: Path) -> None:
    session = await desk.made()
    (root / "wuhu.toml").write_text("[limits]\nsessions = 'many'\n")
    with pytest.raises(ConfigError):
        await desk.core.start(session)


async def test_a_missing_worktree_is_brought_back(desk: Desk, root: Path) -> None:
    session = await desk.started()
    head = desk.host.workers[session].commits()
    await desk.core.stop(session)
    place = Path(desk.view(session).spec.worktree)
    git(root, "worktree", "remove", "--force", str(place))
    await desk.core.resume(session)
    assert git(place, "rev-parse", "HEAD") == head


async def test_stopping_waits_for_the_end_and_may_be_said_twice(desk: Desk) -> None:
    session = await desk.started()
    await desk.core.stop(session)
    assert desk.view(session).state is SessionState.STOPPED
    assert not desk.core.runner_alive(session)
    await desk.core.stop(session)


async def test_what_never_ran_cannot_be_stopped(desk: Desk) -> None:
    with pytest.raises(NotPossible, match="never started"):
        await desk.core.stop(await desk.made())


async def test_only_an_idle_session_hibernates(desk: Desk) -> None:
    session = await desk.started()
    with pytest.raises(NotPossible, match="working"):
        await desk.core.hibernate(session)
    desk.host.workers[session].rests()
    await desk.reaches(session, SessionState.IDLE)
    await desk.core.hibernate(session)
    assert desk.view(session).state is SessionState.HIBERNATED
    await desk.core.hibernate(session)
    with pytest.raises(NotPossible):
        await desk.core.hibernate(await desk.made())


async def test_only_a_turn_can_be_interrupted(desk: Desk) -> None:
    session = await desk.started()
    await desk.core.interrupt(session)
    assert desk.view(session).state is SessionState.IDLE
    with pytest.raises(NotPossible, match="no turn runs: it is idle"):
        await desk.core.interrupt(session)


async def test_a_living_agent_is_given_another_mode_and_model(desk: Desk) -> None:
    session = await desk.started()
    await desk.core.set_mode(session, "plan")
    await desk.core.set_model(session, " opus ", by="chief")
    assert desk.view(session).model == "opus"
    with pytest.raises(NotPossible, match="no mode “loud”"):
        await desk.core.set_mode(session, "loud")
    for nothing in (" ", "a\nb"):
        with pytest.raises(UsageError, match="names no model"):
            await desk.core.set_model(session, nothing)
    await desk.core.stop(session)
    with pytest.raises(NotPossible, match="no agent runs: it is stopped"):
        await desk.core.set_mode(session, "plan")


# messages


async def test_a_message_is_taken_when_the_verb_returns(desk: Desk) -> None:
    session = await desk.started()
    name = await desk.core.steer(session, "look left", by="chief")
    waiting = desk.view(session).waiting
    assert [(m.id, m.lane, m.text, m.by) for m in waiting] == [
        (name, Lane.STEER, "look left", "chief")
    ]
    await desk.core.edit_message(session, name, "look right")
    assert desk.view(session).waiting[0].text == "look right"
    await desk.core.cancel_message(session, name)
    assert desk.view(session).waiting == ()
    with pytest.raises(NotPossible, match="lead took that message back already"):
        await desk.core.cancel_message(session, name)


async def test_what_the_runner_refuses_is_told(desk: Desk) -> None:
    session = await desk.started()
    name = await desk.core.follow_up(session, "and then")
    with pytest.raises(NotPossible, match="being handed"):
        await desk.core.move_message(session, name, Lane.STEER)


async def test_changes_that_make_no_sense_are_refused(desk: Desk) -> None:
    session = await desk.started()
    with pytest.raises(NotPossible, match="no message nothing"):
        await desk.core.cancel_message(session, "nothing")
    with pytest.raises(UsageError, match="empty message"):
        await desk.core.steer(session, " \n")
    with pytest.raises(UsageError, match="system lane"):
        await desk.core.move_message(session, "nothing", Lane.SYSTEM)


@pytest.mark.parametrize(
    "end", [SessionState.STOPPED, SessionState.HIBERNATED, SessionState.FAILED]
)
async def test_a_message_wakes_a_session_that_ended(desk: Desk, end: SessionState) -> None:
    session = await desk.started()
    desk.host.workers[session].ends(end)
    await desk.reaches(session, end)
    name = await desk.core.steer(session, "wake up")
    assert desk.host.resumed == [session, session]
    assert [message.id for message in desk.view(session).waiting] == [name]


async def test_a_message_to_one_that_never_ran_waits_for_its_start(desk: Desk) -> None:
    session = await desk.made()
    name = await desk.core.follow_up(session, "by the way")
    assert desk.host.resumed == []
    await desk.core.start(session)
    await desk.until(lambda: any(m.id == name for m in desk.view(session).waiting))


async def test_a_message_is_kept_when_the_session_cannot_be_resumed(desk: Desk, root: Path) -> None:
    session = await desk.started()
    await desk.core.stop(session)
    desk.host.broken = True
    with pytest.raises(NotPossible, match="kept"):
        await desk.core.steer(session, "wake up")
    desk.host.broken = False
    await desk.core.resume(session)
    await desk.until(lambda: bool(desk.view(session).waiting))


async def test_a_runner_that_does_not_listen_keeps_nobody_waiting(desk: Desk) -> None:
    session = await desk.started()
    desk.host.workers[session].deaf = True
    async with asyncio.timeout(30):
        await desk.core.steer(session, "hello?")
    assert desk.view(session).waiting == ()
    desk.host.workers[session].deaf = False
    desk.host.workers[session].listen()
    await desk.until(lambda: bool(desk.view(session).waiting))


# answers


async def test_the_first_answer_wins_and_the_second_is_told_who_won(desk: Desk, root: Path) -> None:
    session = await desk.started()
    desk.host.workers[session].asks("q1", "yes", "no")
    await desk.reaches(session, SessionState.ASKING)
    other = await open_desk(root)
    other.host.workers = desk.host.workers
    results = await asyncio.gather(
        desk.core.answer(session, "q1", choice="yes", by="lead"),
        other.core.answer(session, "q1", choice="no", by="chief"),
        return_exceptions=True,
    )
    lost = [result for result in results if result is not None]
    assert len(lost) == 1
    assert isinstance(lost[0], Conflict)
    won = desk.host.workers[session].answers["q1"].by
    assert won in str(lost[0])
    with pytest.raises(Conflict, match=won):
        await desk.core.answer(session, "q1", choice="no")
    await other.core.aclose()


async def test_an_answer_must_answer(desk: Desk) -> None:
    session = await desk.started()
    desk.host.workers[session].asks("q1", "yes", "no")
    await desk.reaches(session, SessionState.ASKING)
    with pytest.raises(UsageError, match="yes, no"):
        await desk.core.answer(session, "q1", choice="maybe")
    with pytest.raises(UsageError, match="a choice or words"):
        await desk.core.answer(session, "q1", text=" ")
    with pytest.raises(NotFound, match="q9"):
        await desk.core.answer(session, "q9", text="x")
    await desk.core.answer(session, "q1", choice="yes", text="of course")
    assert desk.view(session).questions == ()


async def test_an_answer_to_a_dead_agents_question_wakes_the_session(desk: Desk) -> None:
    session = await desk.started()
    desk.host.workers[session].asks()
    await desk.reaches(session, SessionState.ASKING)
    desk.host.workers[session].ends(SessionState.FAILED)
    await desk.reaches(session, SessionState.FAILED)
    await desk.core.answer(session, "q1", text="so")
    assert desk.core.runner_alive(session)
    assert desk.view(session).questions == ()


# joins


async def test_a_join_is_persisted_and_can_be_cancelled(desk: Desk, root: Path) -> None:
    session = await desk.started()
    join = await desk.core.open_join([session, session], timeout=timedelta(minutes=1))
    assert join.sessions == (session,)
    assert join.seen == {session: desk.view(session).cursor.seq}
    other = await open_desk(root)
    assert other.core.board.joins == {join.id: join}
    waiter = asyncio.create_task(desk.core.wait_join(join.id))
    await other.core.cancel_join(join.id)
    await other.core.cancel_join(join.id)
    async with asyncio.timeout(30):
        wake = await waiter
    assert wake.reason is WakeReason.CANCELLED
    assert wake.outcomes == {session: Outcome.WAITING}
    await other.core.aclose()


async def test_a_join_that_cannot_be_is_refused(desk: Desk) -> None:
    session = await desk.made()
    with pytest.raises(UsageError, match="needs sessions"):
        await desk.core.open_join([])
    with pytest.raises(UsageError, match="longer than nothing"):
        await desk.core.open_join([session], timeout=timedelta())
    with pytest.raises(NotFound):
        await desk.core.wait_join("none")
    with pytest.raises(NotFound):
        await desk.core.cancel_join("none")


async def test_several_joins_wait_at_once(conducted: Desk) -> None:
    desk = conducted
    one, two = await desk.started(), await desk.started()
    core = desk.core
    joins = [
        await core.open_join([one, two], mode=JoinMode.ANY, until=JoinUntil.IDLE),
        await core.open_join([one, two], mode=JoinMode.ALL, until=JoinUntil.IDLE),
        await core.open_join([two], timeout=timedelta(milliseconds=1)),
    ]
    desk.host.workers[one].rests()
    async with asyncio.timeout(30):
        first = await core.wait_join(joins[0].id)
        late = await core.wait_join(joins[2].id)
        desk.host.workers[two].rests()
        both = await core.wait_join(joins[1].id)
    assert (first.reason, first.session) == (WakeReason.REACHED, one)
    assert late.reason is WakeReason.TIMEOUT
    assert late.outcomes == {two: Outcome.TIMED_OUT}
    assert both.reason is WakeReason.REACHED
    assert set(both.outcomes.values()) == {Outcome.NO_REPORT}


# reviews, verdicts, merges


async def test_changes_requested_go_back_to_the_session(desk: Desk) -> None:
    session = await in_review(desk)
    diff = await desk.core.diff(session)
    assert [file.path for file in diff.files] == [f"{session}.txt"]
    finding = Finding(path=f"{session}.txt", line=1, text="say more")
    verdict = await desk.core.verdict(
        session,
        VerdictKind.CHANGES_REQUESTED,
        head=head_of(desk, session),
        note="nearly",
        findings=[finding],
    )
    assert verdict.findings == (finding,)
    await desk.reaches(session, SessionState.WORKING)
    heard = desk.host.workers[session].heard[-1]
    assert "nearly" in heard
    assert f"{session}.txt:1" in heard
    assert "say more" in heard


async def test_changes_requested_wake_a_session_that_ended(desk: Desk) -> None:
    session = await in_review(desk)
    await desk.core.stop(session)
    assert desk.view(session).state is SessionState.IN_REVIEW
    await desk.core.verdict(
        session, VerdictKind.CHANGES_REQUESTED, head=head_of(desk, session), note="more"
    )
    assert desk.host.resumed == [session, session]


async def test_a_verdict_on_another_commit_is_refused(desk: Desk) -> None:
    session = await in_review(desk)
    old = head_of(desk, session)
    desk.host.workers[session].commits("late.txt")
    with pytest.raises(Conflict, match="newest"):
        await desk.core.verdict(session, VerdictKind.APPROVED, head=old)


async def test_there_must_be_something_to_review(desk: Desk) -> None:
    session = await desk.started()
    with pytest.raises(NotPossible, match="nothing to review"):
        await desk.core.diff(session)
    desk.host.workers[session].rests()
    await desk.reaches(session, SessionState.IDLE)
    with pytest.raises(NotPossible, match="no commits"):
        await desk.core.open_review(session)
    with pytest.raises(NotPossible):
        await desk.core.merge(session)
    with pytest.raises(NotPossible):
        await desk.core.undo_merge(session)


async def test_an_approved_session_is_merged_and_taken_back(desk: Desk, root: Path) -> None:
    session = await in_review(desk)
    before = git(root, "rev-parse", "main")
    await desk.core.verdict(session, VerdictKind.APPROVED, head=head_of(desk, session))
    merge = await desk.core.merge(session)
    assert merge.outcome is MergeOutcome.MERGED, merge.detail
    assert desk.view(session).state is SessionState.MERGED
    assert git(root, "show", f"main:{session}.txt") == "done"
    assert (root / f"{session}.txt").read_text() == "done\n"
    assert not desk.core.runner_alive(session)
    await desk.core.undo_merge(session)
    assert git(root, "rev-parse", "main") == before
    assert desk.view(session).state is SessionState.APPROVED


async def test_a_merged_session_can_be_given_more_to_do(desk: Desk, root: Path) -> None:
    session = await in_review(desk)
    await desk.core.verdict(session, VerdictKind.APPROVED, head=head_of(desk, session))
    await desk.core.merge(session)
    await desk.core.follow_up(session, "one thing more")
    worktree = Path(desk.view(session).spec.worktree)
    assert git(worktree, "rev-parse", "HEAD") == git(root, "rev-parse", "main")
    assert git(worktree, "rev-parse", "--abbrev-ref", "HEAD") == desk.view(session).spec.branch


# archive


async def test_archiving_refuses_to_lose_work(desk: Desk) -> None:
    session = await desk.started()
    with pytest.raises(NotPossible, match="it is working"):
        await desk.core.archive(session)
    place = Path(desk.view(session).spec.worktree)
    (place / "draft.txt").write_text("not committed")
    await desk.core.stop(session)
    with pytest.raises(NotPossible, match=r"draft\.txt"):
        await desk.core.archive(session)
    assert place.exists()
    await desk.core.archive(session, discard=True)
    assert not place.exists()
    assert desk.view(session).state is SessionState.ARCHIVED
    await desk.core.archive(session)


async def test_archiving_keeps_the_branch_that_base_has_not(desk: Desk, root: Path) -> None:
    session = await in_review(desk)
    head = head_of(desk, session)
    await desk.core.archive(session)
    assert not Path(desk.view(session).spec.worktree).exists()
    assert git(root, "rev-parse", f"wuhu/{session}") == head
    assert "kept" in desk.view(session).standing.cause
    assert not desk.core.runner_alive(session)
    for verb in (desk.core.start(session), desk.core.steer(session, "x")):
        with pytest.raises(NotPossible, match="archived"):
            await verb


async def test_what_was_never_started_can_be_archived(desk: Desk, root: Path) -> None:
    session = await desk.made()
    await desk.core.archive(session)
    assert f"wuhu/{session}" not in git(root, "branch")


def test_a_core_is_a_door(desk: Desk) -> None:
    door: CoreDoor = desk.core
    assert door.board.project.name == "shop"


async def test_a_report_without_commits_needs_no_review(conducted: Desk) -> None:
    desk = conducted
    session = await desk.started()
    desk.host.workers[session].reports(ReportKind.BLOCKED)
    await desk.reaches(session, SessionState.REPORTED)
    await desk.core.idle()
    assert desk.view(session).review is None
