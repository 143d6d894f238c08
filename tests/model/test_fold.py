from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.model.strategies import SESSIONS, START, interleavings, journals
from wuhu_tui.model import events, project_events
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.fold import fold, fold_all
from wuhu_tui.model.messages import Boundary, Lane, Message, MessageState, nudge_id, nudged_turn
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState as S

NAME = SESSIONS[0]


@given(journals(NAME, max_size=25))
def test_any_prefix_folds_and_one_by_one_equals_all_at_once(records: list[Record]) -> None:
    board = Board()
    for count, record in enumerate(records, start=1):
        board = fold(board, record)
        assert board == fold_all(Board(), records[:count])


@given(journals("", max_size=25))
def test_any_prefix_of_a_project_s_journal_folds_too(records: list[Record]) -> None:
    board = Board()
    for count, record in enumerate(records, start=1):
        board = fold(board, record)
        assert board == fold_all(Board(), records[:count])


@given(journals(""), journals(SESSIONS[0]), journals(SESSIONS[1]), st.data())
def test_the_board_is_the_same_however_the_journals_interleave(
    project: list[Record], first: list[Record], second: list[Record], data: st.DataObject
) -> None:
    order = data.draw(interleavings([project, first, second]))
    board = fold_all(Board(), [*project, *first, *second])
    other = fold_all(Board(), order)
    assert other == board
    assert fold_all(Board(), [*second, *first, *project]) == board
    for name, view in board.sessions.items():
        assert other.sessions[name].standing == view.standing


@given(journals(NAME), st.data())
def test_folding_changes_nothing_that_was_folded_before(
    records: list[Record], data: st.DataObject
) -> None:
    before = fold_all(Board(), records[:5])
    kept = replace(before, sessions=dict(before.sessions), joins=dict(before.joins))
    fold_all(before, records[5:])
    assert before == kept


class Project:
    """Two journals, told event by event; `board` folds them as they were told."""

    def __init__(self) -> None:
        self.told: list[Record] = []
        self.cursors: dict[str, Cursor] = {}

    def tell(self, session: str, event: Any, *, epoch: int = 1) -> Cursor:
        seq = self.cursors.get(session, Cursor()).seq + 1
        self.cursors[session] = Cursor(epoch=epoch, seq=seq)
        self.told.append(Record(session=session, epoch=epoch, seq=seq, ts=START, event=event))
        return self.cursors[session]

    def state(self, before: S, after: S, *, epoch: int = 1) -> Cursor:
        return self.tell(
            NAME, events.StateChanged(before=before, after=after, cause="x"), epoch=epoch
        )

    def moved(self, before: S, after: S) -> None:
        at = self.cursors.get(NAME, Cursor())
        event = project_events.SessionMoved(
            session=NAME, before=before, after=after, cause="y", after_record=at
        )
        self.tell("", event)

    def shows(self, state: S) -> None:
        assert self.view.state is state

    @property
    def view(self) -> SessionView:
        forwards = fold_all(Board(), self.told).sessions[NAME]
        late = fold_all(Board(), sorted(self.told, key=lambda record: record.session == ""))
        early = fold_all(Board(), sorted(self.told, key=lambda record: record.session))
        assert forwards == late.sessions[NAME] == early.sessions[NAME]
        return forwards


def _reviewed() -> Project:
    project = Project()
    project.state(S.STARTING, S.WORKING)
    project.state(S.WORKING, S.REPORTED)
    project.moved(S.REPORTED, S.IN_REVIEW)
    return project


def test_the_core_s_word_counts_until_the_session_goes_back_to_work() -> None:
    project = _reviewed()
    project.shows(S.IN_REVIEW)
    project.moved(S.IN_REVIEW, S.CHANGES_REQUESTED)
    project.shows(S.CHANGES_REQUESTED)
    project.state(S.REPORTED, S.WORKING)
    project.shows(S.WORKING)
    project.state(S.WORKING, S.REPORTED)
    project.shows(S.REPORTED)
    project.moved(S.REPORTED, S.IN_REVIEW)
    project.shows(S.IN_REVIEW)


def test_a_session_that_ends_in_review_stays_in_review() -> None:
    project = _reviewed()
    project.state(S.REPORTED, S.STOPPED)
    project.shows(S.IN_REVIEW)


@pytest.mark.parametrize("end", [S.STOPPED, S.FAILED, S.LOST])
def test_a_session_that_ends_before_it_makes_the_changes_has_ended(end: S) -> None:
    project = _reviewed()
    project.state(S.REPORTED, S.STOPPED)
    project.moved(S.IN_REVIEW, S.CHANGES_REQUESTED)
    project.shows(S.CHANGES_REQUESTED)
    project.state(S.STOPPED, S.STARTING, epoch=2)
    project.shows(S.CHANGES_REQUESTED)
    if end is S.LOST:
        project.moved(S.STARTING, S.LOST)
    else:
        project.state(S.STARTING, end, epoch=2)
    project.shows(end)
    project.state(end, S.STARTING, epoch=3)
    project.shows(S.CHANGES_REQUESTED)


def test_a_lost_life_is_lost_until_the_next_one_writes() -> None:
    project = Project()
    project.state(S.STARTING, S.WORKING)
    project.moved(S.WORKING, S.LOST)
    project.shows(S.LOST)
    assert not project.view.runner_expected
    project.tell(NAME, events.RunnerStarted(pid=2), epoch=2)
    project.state(S.LOST, S.STARTING, epoch=2)
    project.shows(S.STARTING)
    assert project.view.runner_expected


def test_a_new_life_has_no_agent_yet() -> None:
    project = Project()
    project.tell(NAME, events.AgentStarted(agent="sample", pid=77))
    assert project.view.agent_pid == 77
    project.tell(NAME, events.RunnerStarted(pid=2), epoch=2)
    assert project.view.agent_pid == 0


def test_sessions_stand_in_the_order_of_their_making_even_if_read_late() -> None:
    project = Project()
    for name in SESSIONS:
        spec = SessionSpec(id=name, project="shop")
        project.tell("", project_events.SessionInstantiated(spec=spec))
    project.tell(SESSIONS[1], events.RunnerStarted(pid=1))
    assert list(fold_all(Board(), project.told).sessions) == list(SESSIONS)
    assert list(fold_all(Board(), reversed(project.told[1:])).sessions) == [SESSIONS[1]]
    late = [project.told[2], *project.told[:2]]
    assert list(fold_all(Board(), late).sessions) == list(SESSIONS)


def _queued(name: str = "m1") -> events.MessageQueued:
    return events.MessageQueued(
        message=Message(id=name, lane=Lane.STEER, text="x", by="lead", sequence=1, queued_at=START)
    )


def test_a_message_waits_until_it_lands() -> None:
    project = Project()
    project.tell(NAME, _queued())
    project.tell(NAME, events.MessageOffered(id="m1", boundary=Boundary.TOOL_END))
    assert [message.state for message in project.view.waiting] == [MessageState.OFFERED]
    project.tell(NAME, events.MessageLanded(id="m1", boundary=Boundary.TOOL_END))
    assert project.view.waiting == ()


@pytest.mark.parametrize(
    "fate",
    [events.MessageLanded(id="m1", boundary=Boundary.TURN_END), events.MessageCancelled(id="m1")],
)
def test_an_unsure_message_is_told_once_until_its_fate_is_known(fate: events.Event) -> None:
    project = Project()
    project.tell(NAME, _queued())
    project.tell(NAME, events.MessageUnsure(id="m1"))
    project.tell(NAME, events.MessageUnsure(id="m1"))
    assert project.view.waiting == ()
    assert [message.state for message in project.view.unsure] == [MessageState.UNSURE]
    project.tell(NAME, fate)
    assert project.view.unsure == ()


def test_a_reminder_s_id_tells_its_turn_and_hostile_ids_tell_none() -> None:
    assert nudged_turn(nudge_id(NAME, 1, 3)) == 3
    assert nudged_turn("nudge-" + "9" * 5000) == -1
    assert nudged_turn("m-3") == -1


def test_unknown_events_are_counted_and_the_last_event_is_the_latest() -> None:
    project = Project()
    project.tell(NAME, events.UnknownEvent(type="wave.started", body={"wave": 1}))
    board = fold_all(Board(), project.told)
    assert board.unknown_events == 1
    assert board.sessions[NAME].last_event_at == START
