from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.strategies import SESSIONS, START, journals
from wuhu_tui.model import events
from wuhu_tui.model.messages import Boundary, Lane, Message
from wuhu_tui.model.questions import Answer, Option, Question, QuestionKind
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import Exit, ExitReason, Report, ReportKind
from wuhu_tui.model.transcript import (
    MAX_PIECE,
    MAX_TOOL_TEXT,
    Item,
    ItemKind,
    ItemState,
    Transcript,
)


class Story:
    """Tells events to a transcript, one seq after the other."""

    def __init__(self, transcript: Transcript | None = None) -> None:
        self.transcript = transcript or Transcript()
        self.seq = 0

    def tell(self, *told: Any) -> Transcript:
        for event in told:
            self.seq += 1
            self.transcript.apply(Record(session="s", epoch=1, seq=self.seq, ts=START, event=event))
        return self.transcript


def _shown(transcript: Transcript) -> list[tuple[ItemKind, str]]:
    return [(item.kind, item.text) for item in transcript.items]


def test_pieces_of_one_message_grow_one_item() -> None:
    told = Story().tell(
        events.AgentSaid(text="Hel", message="1"), events.AgentSaid(text="lo", message="1")
    )
    assert _shown(told) == [(ItemKind.SAID, "Hello")]


def test_another_message_or_anything_between_begins_an_item_with_its_own_key() -> None:
    told = Story().tell(
        events.AgentSaid(text="a", message="1"),
        events.AgentSaid(text="b", message="2"),
        events.AgentThought(text="c"),
        events.Noted(text="d"),
        events.AgentThought(text="e"),
        events.AgentSaid(text="f", message="2"),
    )
    assert [item.text for item in told.items] == ["a", "b", "c", "d", "e", "f"]
    assert len({item.key for item in told.items}) == 6


def test_a_very_long_answer_goes_on_in_another_item() -> None:
    piece = events.AgentSaid(text="x" * 1000, message="1")
    told = Story().tell(*[piece] * 100)
    assert sum(len(item.text) for item in told.items) == 100_000
    assert all(len(item.text) < MAX_PIECE + 1000 for item in told.items)


def test_a_tool_s_item_grows_in_its_place_and_ends() -> None:
    story = Story()
    told = story.tell(
        events.ToolStarted(call="1", title="Bash", kind="execute", arguments="pytest"),
        events.AgentSaid(text="meanwhile"),
        events.ToolOutput(call="1", text="3 pas"),
        events.ToolOutput(call="1", text="sed"),
    )
    assert told.items[0].state is ItemState.RUNNING
    assert (told.items[0].text, told.items[0].detail) == ("3 passed", "pytest")
    story.tell(events.ToolEnded(call="1", diff="+x"))
    assert (told.items[0].state, told.items[0].diff) == (ItemState.OK, "+x")
    assert told.items[0].text == "3 passed"
    assert told.items[0].key != told.items[1].key


def test_a_running_tool_told_again_is_the_same_item_and_an_ended_one_another() -> None:
    story = Story()
    story.tell(events.ToolStarted(call="1", title="Bash"))
    key = story.transcript.items[0].key
    story.tell(events.ToolStarted(call="1", title="Bash ls"))
    assert [(item.title, item.key) for item in story.transcript.items] == [("Bash ls", key)]
    story.tell(events.ToolEnded(call="1", ok=False), events.ToolStarted(call="1", title="Read"))
    assert [item.title for item in story.transcript.items] == ["Bash ls", "Read"]
    assert story.transcript.items[0].state is ItemState.FAILED


@pytest.mark.parametrize(
    "end",
    [
        events.AgentExited(code=-9),
        events.RunnerStarted(pid=1),
        events.AgentStarted(agent="x", pid=1),
        events.RunnerEnded(exit=Exit(reason=ExitReason.STOPPED)),
    ],
)
def test_no_tool_runs_on_without_its_agent(end: events.Event) -> None:
    story = Story()
    story.tell(events.ToolStarted(call="1", title="Bash"), end)
    assert story.transcript.items[0].state is ItemState.FAILED
    story.tell(events.ToolOutput(call="1", text="of another agent"))
    assert story.transcript.items[0].text == ""


def test_tool_output_keeps_its_newest_end() -> None:
    story = Story()
    story.tell(events.ToolStarted(call="1", title="Bash"))
    for number in range(30):
        story.tell(events.ToolOutput(call="1", text=f"{number:09d}\n" * 1000))
    item = story.transcript.items[0]
    assert MAX_TOOL_TEXT // 2 < len(item.text) <= MAX_TOOL_TEXT
    assert item.text.endswith("000000029\n")


def _message(text: str) -> Message:
    return Message(id="m1", lane=Lane.STEER, text=text, by="lead", sequence=1, queued_at=START)


def test_a_message_is_shown_when_it_lands_as_it_was_last_edited() -> None:
    story = Story()
    story.tell(
        events.MessageQueued(message=_message("old")), events.MessageEdited(id="m1", text="new")
    )
    assert story.transcript.items == []
    story.tell(events.MessageLanded(id="m1", boundary=Boundary.TOOL_END))
    item = story.transcript.items[0]
    assert (item.kind, item.text, item.title) == (ItemKind.MESSAGE, "new", "tool_end")
    assert item.detail == "lead"


def test_a_cancelled_message_is_forgotten() -> None:
    story = Story()
    story.tell(
        events.MessageQueued(message=_message("old")),
        events.MessageCancelled(id="m1"),
    )
    assert story.transcript._messages == {}


def test_questions_answers_reports_and_ends_are_items() -> None:
    question = Question(
        id="q1",
        kind=QuestionKind.CHOICE,
        text="Which?",
        asked_at=START,
        options=(Option(key="a", label="argon2"), Option(key="b", label="bcrypt")),
    )
    told = Story().tell(
        events.TurnStarted(turn=1),
        events.QuestionAsked(question=question),
        events.QuestionAnswered(answer=Answer(question="q1", by="lead", at=START, choice="a")),
        events.ReportMade(report=Report(kind=ReportKind.DONE, summary="ready", evidence="a.py:1")),
        events.RunnerEnded(exit=Exit(reason=ExitReason.FAILED, detail="died", last_words="boom")),
        events.UnknownEvent(type="wave.started", body={}),
    )
    assert _shown(told) == [
        (ItemKind.TURN, ""),
        (ItemKind.QUESTION, "Which?"),
        (ItemKind.ANSWER, "argon2"),
        (ItemKind.REPORT, "ready"),
        (ItemKind.NOTE, "died\nboom"),
        (ItemKind.NOTE, "wave.started"),
    ]
    assert told.items[1].detail == "argon2\nbcrypt"
    assert len({item.key for item in told.items}) == len(told.items)
    assert told.items[1].state is ItemState.OK


def test_what_a_stopped_agent_wrote_to_stderr_is_no_reason_of_its_end() -> None:
    stopped = Exit(reason=ExitReason.STOPPED, detail="stopped by lead", last_words="ERROR: old")
    told = Story().tell(events.RunnerEnded(exit=stopped))
    assert _shown(told) == [(ItemKind.NOTE, "stopped by lead")]


def test_the_oldest_items_are_dropped_in_blocks_and_counted() -> None:
    story = Story(Transcript(max_items=100))
    for number in range(1000):
        story.tell(events.Noted(text=str(number)))
        assert len(story.transcript.items) <= 200
    told = story.transcript
    assert told.dropped + len(told.items) == 1000
    assert [item.text for item in told.items] == [str(n) for n in range(told.dropped, 1000)]
    assert len(told.items) >= 100


def test_long_texts_are_dropped_sooner_but_never_the_newest() -> None:
    story = Story(Transcript(max_text=10_000))
    for number in range(100):
        story.tell(events.Noted(text=str(number) * 1000))
        kept = sum(len(item.text) + len(item.title) for item in story.transcript.items)
        assert kept <= 10_000
    story.tell(events.Noted(text="x" * 50_000))
    assert [item.text[:1] for item in story.transcript.items] == ["x"]
    assert story.transcript.dropped == 100


def test_a_drop_counts_as_everything_changed() -> None:
    story = Story(Transcript(max_items=10))
    story.tell(*[events.Noted(text="x")] * 20)
    before = story.transcript.revision
    assert story.transcript.first_changed_since(before) == 20
    story.tell(events.Noted(text="y"))
    assert story.transcript.dropped == 11
    assert story.transcript.first_changed_since(before) == 0


def test_a_tool_that_was_dropped_takes_no_other_item_s_place() -> None:
    story = Story(Transcript(max_items=10))
    story.tell(events.ToolStarted(call="1", title="Bash"), *[events.Noted(text="x")] * 30)
    items = list(story.transcript.items)
    story.tell(events.ToolOutput(call="1", text="late"), events.ToolEnded(call="1"))
    assert story.transcript.items == items


@given(journals(SESSIONS[0], max_size=30), st.integers(1, 5), st.integers(10, 200))
def test_a_pane_that_draws_from_the_first_change_is_always_right(
    records: list[Record], max_items: int, max_text: int
) -> None:
    transcript = Transcript(max_items=max_items, max_text=max_text)
    drawn: list[Item] = []
    told = 0
    for record in records:
        transcript.apply(record)
        assert transcript.revision >= told
        if record.seq % 3:
            continue
        first = transcript.first_changed_since(told)
        told = transcript.revision
        drawn[first:] = transcript.items[first:]
        assert drawn == transcript.items
        assert len(transcript.items) <= max_items * 2


@given(journals(SESSIONS[0], max_size=30))
def test_items_keep_their_keys_and_no_two_share_one(records: list[Record]) -> None:
    transcript = Transcript()
    keys: list[str] = []
    for record in records:
        transcript.apply(record)
        now = [item.key for item in transcript.items]
        assert now[: len(keys)] == keys
        keys = now
    assert len(set(keys)) == len(keys)
