from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.core.boards import BEGINNING, Story
from wuhu_tui.core.channels import schedule
from wuhu_tui.core.channels.plan import ChannelPlan, hours_of
from wuhu_tui.core.channels.state import ChannelState
from wuhu_tui.core.channels.wording import notice
from wuhu_tui.model.entries import ContextEntry, entries_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
PLAN = ChannelPlan(
    name="phone", origin="yours", zone=UTC, digest=5 * MINUTE, remind=10 * MINUTE, command=("x",)
)


def letters(count: int) -> list[ContextEntry]:
    return [
        ContextEntry(
            id=f"project:letter_dead:{number}",
            project_id="shop",
            session_name="",
            actor="core",
            kind="letter_dead",
            ts=NOON,
            text="lost",
            human_attention_needed=True,
        )
        for number in range(count)
    ]


def test_147_dead_letters_are_one_message() -> None:
    state = ChannelState()
    for one in letters(147):
        state = schedule.taken(state, PLAN, [one], NOON)
    assert schedule.next_step(state, PLAN, NOON).until == NOON + schedule.BURST
    step = schedule.next_step(state, PLAN, NOON + schedule.BURST)
    assert len(step.send) == 147
    message = notice("shop", step.send, {})
    assert message.title == "wuhu · shop: 147 need you"
    assert message.text == "147 × dead letter"


def test_after_a_message_the_next_ones_are_gathered() -> None:
    state = schedule.taken(ChannelState(), PLAN, letters(1), NOON)
    state = schedule.sent(schedule.sending(state, state.pending), PLAN, NOON)
    state = schedule.taken(state, PLAN, letters(3), NOON + SECOND)
    assert [entry.id[-1] for entry in state.pending] == ["1", "2"]
    assert schedule.next_step(state, PLAN, NOON + 4 * MINUTE).until == NOON + 5 * MINUTE
    assert len(schedule.next_step(state, PLAN, NOON + 5 * MINUTE).send) == 2


def test_an_entry_is_told_once_ever() -> None:
    state = schedule.taken(ChannelState(), PLAN, letters(2), NOON)
    state = schedule.taken(state, PLAN, letters(2), NOON)
    assert len(state.pending) == 2
    state = schedule.sent(schedule.sending(state, state.pending), PLAN, NOON)
    assert schedule.taken(state, PLAN, letters(2), NOON) is state


def test_in_quiet_hours_everything_waits_for_their_end() -> None:
    plan = replace(PLAN, quiet=hours_of("11:00-13:00"))
    state = schedule.taken(ChannelState(), plan, letters(2), NOON)
    end = datetime(2026, 1, 1, 13, tzinfo=UTC)
    assert schedule.next_step(state, plan, NOON + MINUTE).until == end
    assert len(schedule.next_step(state, plan, end).send) == 2


def test_a_channel_that_fails_tries_again_ever_later_and_loses_nothing() -> None:
    state = schedule.taken(ChannelState(), PLAN, letters(2), NOON)
    now, pauses = NOON, []
    for _ in range(9):
        state = schedule.failed(schedule.sending(state, state.pending), "no", now)
        assert state.next_try is not None
        pauses.append(state.next_try - now)
        assert schedule.next_step(state, PLAN, now).until == state.next_try
        now = state.next_try
    assert pauses[:3] == [30 * SECOND, 60 * SECOND, 120 * SECOND]
    assert pauses[-1] == schedule.LONGEST_PAUSE
    assert len(schedule.next_step(state, PLAN, now).send) == 2


def test_what_was_on_its_way_when_wuhu_died_is_sent_again_and_says_so() -> None:
    state = schedule.taken(ChannelState(), PLAN, letters(1), NOON)
    state = schedule.sending(state, state.pending)
    step = schedule.next_step(state, PLAN, NOON)
    assert step.send == state.pending
    assert notice("shop", step.send, {}, again=True).text.startswith("(this may have come before)")


@pytest.fixture
def story() -> Story:
    story = Story()
    story.working("a")
    story.asks("a", "q1")
    return story


def asked(story: Story) -> ChannelState:
    """A channel that told everything of the story."""
    entries = [entry for record in story.records for entry in entries_of(story.board, record)]
    state = schedule.taken(ChannelState(), PLAN, entries, BEGINNING)
    return schedule.sent(schedule.sending(state, state.pending), PLAN, BEGINNING)


def test_a_question_that_nobody_answers_is_told_once_more(story: Story) -> None:
    state = asked(story)
    early = BEGINNING + 9 * MINUTE
    assert schedule.with_reminders(state, PLAN, story.board, early) is state
    assert schedule.next_step(state, PLAN, early).until == BEGINNING + 10 * MINUTE
    late = BEGINNING + 10 * MINUTE
    state = schedule.with_reminders(state, PLAN, story.board, late)
    assert [entry.text for entry in state.pending] == ["still open: How?"]
    state = schedule.without_what_is_over(state, story.board)
    assert len(state.pending) == 1
    state = schedule.sent(schedule.sending(state, state.pending), PLAN, late)
    assert state.unanswered == {}
    assert schedule.with_reminders(state, PLAN, story.board, late + 60 * MINUTE) is state


def test_an_answered_question_is_told_no_more(story: Story) -> None:
    state = asked(story)
    waiting = schedule.taken(
        ChannelState(), PLAN, [e for r in story.records for e in entries_of(story.board, r)], NOON
    )
    assert len(waiting.pending) == 1
    story.answered("a", "q1")
    assert schedule.without_what_is_over(state, story.board).unanswered == {}
    over = schedule.without_what_is_over(waiting, story.board)
    assert (over.pending, over.pending_since) == ((), None)


def test_a_reminder_is_void_when_the_answer_comes_before_it_is_sent(story: Story) -> None:
    late = BEGINNING + 10 * MINUTE
    state = schedule.with_reminders(asked(story), PLAN, story.board, late)
    story.answered("a", "q1")
    assert schedule.without_what_is_over(state, story.board).pending == ()


def test_a_few_entries_are_told_one_by_one(story: Story) -> None:
    entries = [entry for record in story.records for entry in entries_of(story.board, record)]
    question = next(entry for entry in entries if entry.kind == "question")
    alone = notice("shop", [question], {"a": "auth\x1b[31m"})
    assert (alone.title, alone.text) == ("wuhu · shop: auth · asks", "How?")
    two = notice("shop", [question, *letters(1)], {})
    assert two.title == "wuhu · shop: 2 need you"
    assert two.text.splitlines() == ["a · asks: How?", "dead letter: lost"]
