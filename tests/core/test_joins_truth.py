"""Whatever happens in whatever order: a wake says the truth."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from tests.core.boards import Story
from tests.core.join_steps import (
    Step,
    asks,
    done,
    ends,
    in_review,
    judged,
    lost,
    made,
    merged,
    nudged,
    queued,
    report,
    turn_over,
    works,
)
from wuhu_tui.core.joins import is_reached, wake
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil, Outcome, WakeReason
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState

ANY = JoinMode.ANY
STOPPED, FAILED = SessionState.STOPPED, SessionState.FAILED
CHANGES = VerdictKind.CHANGES_REQUESTED

STEPS: list[Callable[[str], Step]] = [
    works, turn_over, done, report, asks, lost, in_review, queued, nudged, judged, merged,
    lambda name: ends(name, STOPPED),
    lambda name: ends(name, FAILED),
    lambda name: judged(name, CHANGES),
    lambda name: done(name, ReportKind.BLOCKED),
]  # fmt: skip


@given(
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from("abc")), max_size=25),
    opened=st.integers(0, 25),
    mode=st.sampled_from(JoinMode),
    until=st.sampled_from(JoinUntil),
    sessions=st.lists(st.sampled_from("abc"), min_size=1, max_size=4),
)
def test_whatever_happens_a_wake_says_the_truth(
    steps: list[tuple[Callable[[str], Step], str]],
    opened: int,
    mode: JoinMode,
    until: JoinUntil,
    sessions: list[str],
) -> None:
    story = Story()
    story.instantiated("a", "b", "c")
    join: Join | None = None
    for index, (step, name) in enumerate((*steps, (made, "a"))):
        if index == min(opened, len(steps)):
            join = story.joined(*sessions, mode=mode, until=until)
        if story.view(name).review or step not in (judged, STEPS[-2]):
            step(name)(story)
    assert join is not None
    assert join.deadline is not None
    found = wake(join, story.board, story.now)
    late = wake(join, story.board, join.deadline)
    assert late is not None
    assert found == wake(join, story.board, story.now)
    assert found is None or found == late
    assert set(late.outcomes) == set(sessions)
    reached = {name for name in set(sessions) if is_reached(join, story.view(name), story.board)}
    assert not any(story.view(name).own is None for name in reached)
    if mode is ANY:
        assert (late.reason is WakeReason.REACHED) == bool(reached)
    else:
        assert (late.reason is WakeReason.REACHED) == (reached == set(sessions))
    assert {name for name, what in late.outcomes.items() if what is Outcome.DONE} <= reached
