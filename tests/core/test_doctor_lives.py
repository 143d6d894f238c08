"""What the doctor decides of letters, sessions, locks and processes: pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.core.boards import Story
from wuhu_tui.core.doctor import (
    conductor,
    letters,
    locks,
    processes,
    sessions,
)
from wuhu_tui.core.doctor.census import Running
from wuhu_tui.model.board import Board, ProjectView, SessionView
from wuhu_tui.model.health import Level, Observation
from wuhu_tui.model.letters import DeferralReason, Letter, LetterKind, LetterState
from wuhu_tui.model.states import SessionState

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ONE = "shop-impl-01"


def levels(found: Iterable[Observation]) -> list[Level]:
    return [one.level for one in found]


def letter(number: int, state: LetterState, *, to: str = ONE, ago: float = 1) -> Letter:
    return Letter(
        id=f"l{number}",
        kind=LetterKind.STEER,
        sender="lead",
        recipient=to,
        text="go on",
        posted_at=NOW - timedelta(hours=ago),
        state=state,
        reason=DeferralReason.TARGET_GONE if state is LetterState.DEAD else None,
    )


def with_letters(*some: Letter) -> Board:
    return Board(letters={one.id: one for one in some})


# letters


def test_147_dead_letters_are_one_line() -> None:
    dead = [letter(number, LetterState.DEAD, ago=3) for number in range(147)]
    (one,) = letters.judge(with_letters(*dead), NOW)
    assert one.level is Level.TROUBLE
    assert one.text.startswith(f"147 dead letters: 147 to {ONE} (target gone), the oldest 3h")
    assert one.fixable
    assert one.session == ONE


@pytest.mark.parametrize("state", [LetterState.QUEUED, LetterState.DEFERRED, LetterState.OFFERED])
def test_a_letter_is_late_after_two_hours(state: LetterState) -> None:
    assert not letters.judge(with_letters(letter(1, state, ago=1.9)), NOW)
    (one,) = letters.judge(with_letters(letter(1, state, ago=2.1)), NOW)
    assert "pending for more than 2h" in one.text


@pytest.mark.parametrize("state", [LetterState.ACKED, LetterState.DISCARDED, LetterState.ACCEPTED])
def test_a_letter_that_arrived_or_was_given_up_is_no_trouble(state: LetterState) -> None:
    assert not letters.judge(with_letters(letter(1, state, ago=50)), NOW)


# sessions


def at_work(last: timedelta) -> Board:
    """A session that works and said its last word some time ago."""
    story = Story()
    story.working(ONE)
    return Board(
        project=story.board.project,
        sessions={
            ONE: replace(
                story.view(ONE),
                last_event_at=NOW - last,
                own=replace(_own(story.view(ONE)), since=NOW - last),
            )
        },
    )


def _own(view: SessionView):  # type: ignore[no-untyped-def]
    assert view.own is not None
    return view.own


ALIVE = sessions.Seen(alive=frozenset({ONE}))


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(9, []), (11, [Level.UNKNOWN]), (59, [Level.UNKNOWN]), (61, [Level.TROUBLE])],
)
def test_silence_is_quiet_after_ten_minutes_and_stale_after_an_hour(
    minutes: int, expected: list[Level]
) -> None:
    board = at_work(timedelta(minutes=minutes))
    assert levels(sessions.judge(board, ALIVE, NOW)) == expected


def test_an_idle_or_asking_session_may_be_silent() -> None:
    story = Story()
    story.working(ONE)
    story.turn_over(ONE)
    assert not sessions.judge(story.board, ALIVE, NOW)
    story.working("two")
    story.asks("two")
    seen = sessions.Seen(alive=frozenset({ONE, "two"}))
    assert not sessions.judge(story.board, seen, NOW)


def test_a_lost_session_and_one_whose_runner_just_went_are_told_with_the_way_back() -> None:
    story = Story()
    story.working(ONE)
    (gone,) = sessions.judge(story.board, sessions.Seen(), NOW)
    assert "its runner is gone" in gone.text
    story.lost(ONE)
    (lost,) = sessions.judge(story.board, sessions.Seen(), story.now + timedelta(minutes=12))
    assert f"{ONE} is lost for 12m" in lost.text
    assert lost.repair == f"wuhu resume {ONE}"


def test_a_runner_that_outlives_its_last_word_is_told() -> None:
    story = Story()
    story.working(ONE)
    story.ended(ONE, SessionState.STOPPED)
    seen = sessions.Seen(alive=frozenset({ONE}), runners={ONE: 4711})
    assert not sessions.judge(story.board, seen, story.now + timedelta(seconds=30))
    (one,) = sessions.judge(story.board, seen, story.now + timedelta(minutes=5))
    assert one.repair == "kill 4711"


def test_half_made_and_unreadable_sessions_are_told() -> None:
    story = Story()
    story.instantiated(ONE)
    seen = sessions.Seen(half_made=("shop-impl-02",), unreadable=(ONE,))
    found = sessions.judge(story.board, seen, NOW)
    assert [one.id for one in found] == [f"sessions:{ONE}", "sessions:half-made:shop-impl-02"]


# who conducts


def test_nobody_conducts_is_trouble_only_when_something_waits_for_it() -> None:
    story = Story()
    story.instantiated(ONE)
    nobody = conductor.Seen(held=False)
    assert conductor.judge(story.board, nobody).level is Level.OK
    story.working(ONE)
    one = conductor.judge(story.board, nobody)
    assert (one.level, one.text) == (
        Level.TROUBLE,
        "nobody conducts, and 1 session waits for it",
    )


def test_a_conductor_is_named_suspended_or_out_of_sight() -> None:
    board = Board(project=ProjectView(conductor_pid=7, conductor_by="wuhu conduct"))
    runs, still = Running(pid=7, status="sleeping"), Running(pid=7, status="stopped")
    seen = [conductor.Seen(held=True, holders=some) for some in ((runs,), (still,), ())]
    found = [conductor.judge(board, one) for one in seen]
    assert levels(found) == [Level.OK, Level.TROUBLE, Level.UNKNOWN]
    assert found[0].text == "process 7 (wuhu conduct) conducts"
    assert found[1].repair == "kill -CONT 7"


# locks


def git_lock(age: float = 600, *, users: int = 0, unseen: int = 0) -> locks.GitLock:
    using = tuple(Running(pid=pid) for pid in range(users))
    return locks.GitLock(path="/shop/.git/index.lock", age=age, users=using, unseen=unseen)


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        (git_lock(), [Level.TROUBLE]),
        (git_lock(users=1), []),
        (git_lock(age=3), [Level.UNKNOWN]),
        (git_lock(unseen=2), [Level.UNKNOWN]),
    ],
)
def test_only_a_lock_that_surely_nobody_uses_can_be_removed(
    lock: locks.GitLock, expected: list[Level]
) -> None:
    found = locks.judge_git([lock])
    assert levels(found) == expected
    assert [one.fixable for one in found] == [level is Level.TROUBLE for level in expected]


def test_a_lock_is_bad_only_if_all_who_hold_it_are_suspended() -> None:
    runs, still = Running(pid=7, status="sleeping"), Running(pid=8, status="stopped")
    for holders, expected in (((still,), [Level.TROUBLE]), ((still, runs), []), ((runs,), [])):
        held = locks.HeldLock(path="merge.lock", what="runs a merge", holders=holders)
        assert levels(locks.judge_held([held])) == expected


def test_of_a_lock_whose_holder_cannot_be_seen_nobody_says_that_all_is_well() -> None:
    (one,) = locks.judge_held([locks.HeldLock(path="merge.lock", what="runs a merge")])
    assert one.level is Level.UNKNOWN
    assert "cannot be seen from here runs a merge" in one.text


# processes


def running(pid: int, life: str = "", folder: str = f"/shop/.wuhu/sessions/{ONE}") -> Running:
    marks = {"WUHU_SESSION_FOLDER": folder} | ({"WUHU_LIFE": life} if life else {})
    return Running(pid=pid, name="node", marks=marks)


def test_processes_of_a_life_whose_runner_is_gone_are_left_over() -> None:
    marked = (running(1, f"{ONE}:1"), running(2, f"{ONE}:1"), running(3), Running(pid=4))
    seen = processes.Seen(marked=marked)
    (one,) = processes.judge(seen, "/shop/.wuhu/sessions")
    assert one.text == f"2 processes of {ONE} outlived its runner: node 1, node 2"
    assert one.fixable
    living = processes.Seen(marked=marked, alive=frozenset({ONE}))
    assert not processes.judge(living, "/shop/.wuhu/sessions")


def test_processes_of_a_job_whose_keeper_is_gone_are_left_over() -> None:
    marked = Running(pid=9, name="make", marks={"WUHU_JOB": "/shop/.wuhu/jobs/j1"})
    (one,) = processes.judge(processes.Seen(marked=(marked,)), "/shop/.wuhu/sessions")
    assert one.text == "1 process of job j1 outlived its keeper: make 9"
    kept = processes.Seen(marked=(marked,), kept=frozenset({"j1"}))
    assert not processes.judge(kept, "/shop/.wuhu/sessions")


def test_another_projects_processes_are_none_of_ours() -> None:
    other = running(1, f"{ONE}:1", f"/other/.wuhu/sessions/{ONE}")
    assert not processes.judge(processes.Seen(marked=(other,)), "/shop/.wuhu/sessions")


def test_what_works_on_a_scratch_worktree_is_left_over_when_nobody_conducts() -> None:
    checks = Running(pid=9, name="pytest", marks={"WUHU_SCRATCH": "/shop/.wuhu/scratch/x"})
    (one,) = processes.judge(processes.Seen(marked=(checks,)), "/shop/.wuhu/sessions")
    assert one.repair == "kill 9"
    conducted = processes.Seen(marked=(checks,), merging=True)
    assert not processes.judge(conducted, "/shop/.wuhu/sessions")
