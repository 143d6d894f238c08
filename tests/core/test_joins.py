from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.core.boards import Story
from tests.core.join_steps import (
    Step,
    archived,
    asks,
    begins_beside,
    begins_job,
    cancelled_message,
    do,
    done,
    ends,
    ends_beside,
    ends_job,
    in_review,
    judged,
    lost,
    made,
    merged,
    nudged,
    offered,
    posted,
    queued,
    report,
    turn_over,
    works,
)
from wuhu_tui.core.joins import cancelled, outcome, wake
from wuhu_tui.model import project_events as project
from wuhu_tui.model.joins import JoinMode, JoinUntil, Outcome, Wake, WakeReason
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState

ANY, ALL = JoinMode.ANY, JoinMode.ALL
IDLE, REPORTED = JoinUntil.IDLE, JoinUntil.REPORTED
REVIEWED, MERGED = JoinUntil.REVIEWED, JoinUntil.MERGED


def woken(
    before: list[Step], after: list[Step], mode: JoinMode, until: JoinUntil, *sessions: str
) -> Wake | None:
    """The wake of a join opened between the two lists of steps."""
    story = Story()
    do(story, *before)
    join = story.joined(*(sessions or tuple(story.board.sessions)), mode=mode, until=until)
    do(story, *after)
    return wake(join, story.board, story.now)


STOPPED, FAILED = SessionState.STOPPED, SessionState.FAILED
CHANGES = VerdictKind.CHANGES_REQUESTED

REACHED = [
    pytest.param([works("a"), works("b")], [report("b"), turn_over("b")], ANY, REPORTED, "b"),
    pytest.param([works("a")], [report("a")], ANY, REPORTED, "a", id="report within the turn"),
    pytest.param([done("a"), works("b")], [], ANY, REPORTED, "a", id="report before the join"),
    pytest.param([works("a")], [turn_over("a")], ANY, IDLE, "a"),
    pytest.param([done("a")], [ends("a", SessionState.HIBERNATED)], ANY, IDLE, "a"),
    pytest.param([done("a"), in_review("a")], [], ANY, IDLE, "a"),
    pytest.param([done("a"), in_review("a"), ends("a", STOPPED)], [], ANY, IDLE, "a"),
    pytest.param([works("a")], [turn_over("a"), in_review("a"), judged("a")], ANY, REPORTED, "a"),
    pytest.param([done("a"), in_review("a")], [judged("a")], ANY, REVIEWED, "a"),
    pytest.param([done("a"), in_review("a")], [judged("a", CHANGES)], ANY, REVIEWED, "a"),
    pytest.param(
        [done("a"), in_review("a")],
        [judged("a", CHANGES), works("a")],
        ANY,
        REVIEWED,
        "a",
        id="a verdict counts although the session works again already",
    ),
    pytest.param(
        [done("a"), in_review("a")], [judged("a", VerdictKind.BLOCKED)], ANY, REVIEWED, "a"
    ),
    pytest.param([done("a"), in_review("a"), judged("a")], [merged("a")], ANY, MERGED, "a"),
    pytest.param(
        [done("a"), in_review("a"), judged("a")], [merged("a"), archived("a")], ANY, MERGED, "a"
    ),
    pytest.param([works("a"), works("b")], [report("a"), report("b")], ALL, REPORTED, ""),
    pytest.param(
        [works("a")], [begins_beside("a"), turn_over("a"), ends_beside("a")], ANY, IDLE, "a"
    ),
    pytest.param([works("a")], [begins_job("a"), turn_over("a"), ends_job], ANY, IDLE, "a"),
    pytest.param([works("a")], [begins_job("b"), turn_over("a")], ANY, IDLE, "a", id="not its job"),
    pytest.param(
        [works("a")],
        [posted("a"), queued("a"), turn_over("a"), cancelled_message("a")],
        ANY,
        IDLE,
        "a",
    ),
    pytest.param(
        [works("a"), works("b")],
        [report("a"), turn_over("a"), works("a"), report("b")],
        ALL,
        REPORTED,
        "",
        id="a report during the join counts although a new turn began",
    ),
]


@pytest.mark.parametrize(("before", "after", "mode", "until", "session"), REACHED)
def test_a_join_is_reached(
    before: list[Step], after: list[Step], mode: JoinMode, until: JoinUntil, session: str
) -> None:
    found = woken(before, after, mode, until)
    assert found is not None
    assert (found.reason, found.session) == (WakeReason.REACHED, session)
    reached = [session] if session else list(found.outcomes)
    for name in reached:
        assert found.outcomes[name] in (Outcome.DONE, Outcome.NO_REPORT)


WAITS = [
    pytest.param([made("a")], [], ANY, IDLE, id="instantiated is never done"),
    pytest.param([made("a"), works("b")], [report("b")], ALL, REPORTED),
    pytest.param([works("a")], [], ANY, IDLE),
    pytest.param([works("a")], [turn_over("a")], ANY, REPORTED, id="idle is not done"),
    pytest.param([works("a")], [queued("a"), turn_over("a")], ANY, IDLE, id="will go on"),
    pytest.param(
        [works("a")], [queued("a"), offered("a"), turn_over("a")], ANY, IDLE, id="is handed a word"
    ),
    pytest.param(
        [works("a")],
        [queued("a"), cancelled_message("a")],
        ANY,
        IDLE,
        id="its last message was taken back within the turn",
    ),
    pytest.param([works("a")], [posted("a"), turn_over("a")], ANY, IDLE, id="a letter comes"),
    pytest.param([done("a"), posted("a")], [], ANY, REPORTED, id="a letter with more work comes"),
    pytest.param(
        [works("a")], [begins_beside("a"), turn_over("a")], ANY, IDLE, id="works beside its turns"
    ),
    pytest.param(
        [works("a")], [begins_job("a"), turn_over("a")], ANY, IDLE, id="its command runs on"
    ),
    pytest.param(
        [works("a"), turn_over("a")],
        [nudged("a"), begins_beside("a"), turn_over("a")],
        ANY,
        REPORTED,
        id="silent, but at work beside",
    ),
    pytest.param([done("a"), works("a")], [], ANY, REPORTED, id="that report is of an older turn"),
    pytest.param([done("a"), queued("a")], [], ANY, REPORTED, id="it has new work already"),
    pytest.param([done("a"), in_review("a"), judged("a", CHANGES), works("a")], [], ANY, REVIEWED),
    pytest.param([done("a"), in_review("a")], [], ANY, REVIEWED, id="a review older than the join"),
    pytest.param([done("a"), in_review("a"), judged("a")], [], ANY, MERGED),
    pytest.param([done("a"), in_review("a")], [judged("a", CHANGES)], ANY, MERGED),
    pytest.param([works("a"), ends("a", FAILED), works("b")], [], ANY, REPORTED, id="old failure"),
    pytest.param([works("a"), ends("a", STOPPED), works("b")], [], ALL, REPORTED, id="old stop"),
    pytest.param([works("a"), lost("a"), works("b")], [], ALL, REPORTED, id="old loss"),
    pytest.param([done("a", ReportKind.FAILED), works("b")], [], ALL, REPORTED, id="old bad word"),
    pytest.param([works("a"), report("a", ReportKind.NOTE)], [], ANY, REPORTED, id="only a note"),
    pytest.param(
        [works("a"), turn_over("a"), nudged("a"), turn_over("a"), works("b")],
        [],
        ANY,
        REPORTED,
        id="an old silence",
    ),
    pytest.param([done("a"), works("b")], [in_review("a")], ALL, REPORTED, id="ready is no news"),
]


@pytest.mark.parametrize(("before", "after", "mode", "until"), WAITS)
def test_a_join_goes_on_waiting(
    before: list[Step], after: list[Step], mode: JoinMode, until: JoinUntil
) -> None:
    assert woken(before, after, mode, until) is None


EARLY = [
    pytest.param([works("a"), works("b")], [asks("b")], REPORTED, "question", "b"),
    pytest.param([works("a"), asks("a")], [], REPORTED, "question", "a", id="asked before"),
    pytest.param([works("a"), works("b")], [ends("b", STOPPED)], REPORTED, "failed", "b"),
    pytest.param([works("a"), works("b")], [ends("b", FAILED)], REPORTED, "failed", "b"),
    pytest.param([works("a"), works("b")], [lost("b")], REPORTED, "failed", "b"),
    pytest.param(
        [works("a"), lost("a"), works("a"), works("b")], [lost("a")], REPORTED, "failed", "a"
    ),
    pytest.param(
        [works("a"), works("b")], [report("b", ReportKind.BLOCKED)], REPORTED, "failed", "b"
    ),
    pytest.param([works("a"), works("b")], [report("b", ReportKind.FAILED)], MERGED, "failed", "b"),
    pytest.param([done("a"), works("b")], [in_review("a")], REVIEWED, "review_ready", "a"),
    pytest.param([done("a"), works("b")], [in_review("a")], MERGED, "review_ready", "a"),
    pytest.param(
        [done("a"), in_review("a"), judged("a"), works("b")],
        [merged("a", MergeOutcome.CONFLICT)],
        MERGED,
        "failed",
        "a",
    ),
    pytest.param(
        [works("a"), turn_over("a"), works("b")],
        [nudged("a"), turn_over("a")],
        REPORTED,
        "system",
        "a",
        id="silent although reminded",
    ),
    pytest.param([works("a"), works("b")], [archived("a")], REPORTED, "failed", "a"),
    pytest.param([works("a"), ends("a", FAILED)], [], REPORTED, "failed", "a", id="hopeless"),
    pytest.param([done("a"), works("b"), ends("b", STOPPED)], [], REPORTED, "failed", "b"),
]


@pytest.mark.parametrize(("before", "after", "until", "reason", "session"), EARLY)
def test_a_join_wakes_early(
    before: list[Step], after: list[Step], until: JoinUntil, reason: str, session: str
) -> None:
    found = woken(before, after, ALL, until)
    assert found is not None
    assert (found.reason.value, found.session) == (reason, session)
    assert found.outcomes[session] is not Outcome.DONE


def test_any_failure_wakes_a_join_that_needs_only_one() -> None:
    found = woken([works("a"), works("b")], [ends("b", FAILED)], ANY, REPORTED)
    assert found is not None
    assert found.reason is WakeReason.FAILED
    assert found.outcomes == {"a": Outcome.WAITING, "b": Outcome.FAILED}


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([made("a")], Outcome.WAITING),
        ([works("a")], Outcome.WAITING),
        ([works("a"), turn_over("a")], Outcome.NO_REPORT),
        ([works("a"), begins_beside("a"), turn_over("a")], Outcome.WAITING),
        ([works("a"), ends("a", STOPPED)], Outcome.STOPPED),
        ([done("a"), ends("a", STOPPED)], Outcome.STOPPED),
        ([works("a"), ends("a", FAILED)], Outcome.FAILED),
        ([works("a"), lost("a")], Outcome.LOST),
        ([done("a")], Outcome.DONE),
        ([done("a", ReportKind.BLOCKED)], Outcome.BLOCKED),
        ([done("a", ReportKind.FAILED)], Outcome.FAILED),
        ([done("a", ReportKind.FAILED), works("a")], Outcome.WAITING),
        ([done("a"), archived("a")], Outcome.STOPPED),
        ([done("a"), in_review("a"), ends("a", STOPPED)], Outcome.DONE),
    ],
)
def test_the_outcome_of_one_session(steps: list[Step], expected: Outcome) -> None:
    story = Story()
    do(story, *steps)
    story.instantiated("b")
    join = story.joined("a", "b", mode=ALL)
    assert outcome(join, story.board.session("a"), story.board) is expected


def test_time_up_gives_what_there_is() -> None:
    story = Story()
    do(story, done("a"), works("b"), works("c"), turn_over("c"))
    join = story.joined("a", "b", "c", mode=ALL, timeout=timedelta(minutes=5))
    assert join.deadline is not None
    assert wake(join, story.board, join.deadline - timedelta(seconds=1)) is None
    found = wake(join, story.board, join.deadline)
    assert found == Wake(
        reason=WakeReason.TIMEOUT,
        outcomes={"a": Outcome.DONE, "b": Outcome.TIMED_OUT, "c": Outcome.NO_REPORT},
    )


def test_a_join_without_a_deadline_waits_on() -> None:
    story = Story()
    do(story, works("a"))
    join = story.joined("a", timeout=None)
    assert wake(join, story.board, story.now + timedelta(days=900)) is None


def test_reached_counts_more_than_a_question_elsewhere() -> None:
    found = woken([works("a"), works("b")], [asks("a"), report("b")], ANY, REPORTED)
    assert found is not None
    assert (found.reason, found.session) == (WakeReason.REACHED, "b")


@pytest.mark.parametrize("kind", [ReportKind.DONE, ReportKind.BLOCKED], ids=str)
def test_what_is_told_after_the_clock_went_back_wakes_all_the_same(kind: ReportKind) -> None:
    story = Story()
    do(story, works("a"), works("b"))
    join = story.joined("a", "b", mode=ANY, until=REPORTED)
    story.now -= timedelta(hours=1)
    do(story, report("b", kind), works("b"))
    found = wake(join, story.board, story.now)
    assert found is not None
    assert found.session == "b"


@pytest.mark.parametrize(
    ("end", "reason"),
    [(lost, WakeReason.FAILED), (in_review, WakeReason.REVIEW_READY)],
    ids=["lost", "in review"],
)
def test_the_core_s_word_wakes_also_after_the_clock_went_back(
    end: Callable[[str], Step], reason: WakeReason
) -> None:
    story = Story()
    do(story, works("a"), works("b"))
    join = story.joined("a", "b", mode=ANY, until=MERGED)
    story.now -= timedelta(hours=1)
    do(story, turn_over("b"), end("b"))
    found = wake(join, story.board, story.now)
    assert found is not None
    assert (found.reason, found.session) == (reason, "b")


def test_a_note_is_not_the_bad_news_that_came_before_it() -> None:
    blocked, note = ReportKind.BLOCKED, ReportKind.NOTE
    before = [works("a"), works("b"), report("a", blocked), turn_over("a"), works("a")]
    assert woken(before, [report("a", note)], ANY, MERGED) is None


def test_one_question_wakes_one_waiter_once_and_names_itself() -> None:
    story = Story()
    do(story, works("a"), works("b"), asks("a"))
    first = story.joined("a", "b", name="first")
    found = wake(first, story.board, story.now)
    assert found is not None
    assert (found.reason, found.about) == (WakeReason.QUESTION, "q1")
    story.tell("", project.JoinWoken(join="first", wake=found))

    again = story.joined("a", "b", name="again")
    assert wake(again, story.board, story.now) is None
    other = story.joined("a", "b", by="another waiter", name="other")
    assert wake(other, story.board, story.now) is not None

    story.asks("b", "q2")
    found = wake(again, story.board, story.now)
    assert found is not None
    assert (found.session, found.about) == ("b", "q2")


def test_two_open_questions_wake_one_after_the_other() -> None:
    story = Story()
    do(story, works("a"), works("b"), asks("a", "q1"), asks("b", "q2"))
    about = []
    for name in ("first", "second"):
        found = wake(story.joined("a", "b", name=name), story.board, story.now)
        assert found is not None
        story.tell("", project.JoinWoken(join=name, wake=found))
        about.append(found.about)
    assert about == ["q1", "q2"]
    assert wake(story.joined("a", "b", name="third"), story.board, story.now) is None


def test_a_cancelled_join_tells_how_far_it_came() -> None:
    story = Story()
    do(story, done("a"), works("b"))
    join = story.joined("a", "b", mode=ALL)
    assert cancelled(join, story.board) == Wake(
        reason=WakeReason.CANCELLED, outcomes={"a": Outcome.DONE, "b": Outcome.WAITING}
    )


def test_a_woken_join_sleeps_no_more() -> None:
    story = Story()
    do(story, done("a"))
    join = replace(story.joined("a"), wake=Wake(reason=WakeReason.REACHED))
    assert wake(join, story.board, story.now) is None
