"""Which messages land where: for any mixture of waiting messages."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from wuhu_tui.model.events import MessageMoved
from wuhu_tui.model.messages import Boundary, Lane, Message, MessageState
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.session.lanes import due, placed_before, text_of, why_fixed

PRESSING = {Lane.SYSTEM, Lane.STEER}


def message(sequence: int, lane: Lane, state: MessageState = MessageState.QUEUED) -> Message:
    return Message(
        id=str(sequence),
        lane=lane,
        text=f"message {sequence}",
        by="lead",
        sequence=sequence,
        queued_at=EPOCH_START,
        state=state,
    )


waiting_messages = st.dictionaries(
    st.integers(0, 50),
    st.tuples(st.sampled_from(Lane), st.sampled_from([MessageState.QUEUED, MessageState.OFFERED])),
).flatmap(lambda table: st.permutations([message(n, *kind) for n, kind in table.items()]))


@given(waiting_messages, st.sampled_from(Boundary))
def test_what_lands_is_in_order_and_waited(waiting: list[Message], boundary: Boundary) -> None:
    landing = due(waiting, boundary)
    assert [m.sequence for m in landing] == sorted(m.sequence for m in landing)
    assert all(m in waiting and m.state is MessageState.QUEUED for m in landing)


@given(waiting_messages, st.sampled_from(Boundary))
def test_system_and_steer_drain_together(waiting: list[Message], boundary: Boundary) -> None:
    queued = {m.id for m in waiting if m.state is MessageState.QUEUED and m.lane in PRESSING}
    landing = due(waiting, boundary)
    assert queued == {m.id for m in landing if m.lane in PRESSING}
    if queued:
        assert all(m.lane in PRESSING for m in landing)


@given(waiting_messages)
def test_no_follow_up_lands_at_a_tools_end(waiting: list[Message]) -> None:
    assert all(m.lane in PRESSING for m in due(waiting, Boundary.TOOL_END))


@given(waiting_messages, st.sampled_from([Boundary.TURN_END, Boundary.AWAITING_INPUT]))
def test_follow_ups_land_one_a_turn_until_none_waits(
    waiting: list[Message], boundary: Boundary
) -> None:
    queued = sorted(
        m.sequence for m in waiting if m.state is MessageState.QUEUED and m.lane not in PRESSING
    )
    landed: list[int] = []
    while landing := due(waiting, boundary):
        waiting = [m for m in waiting if m not in landing]
        if landing[0].lane is Lane.FOLLOW_UP:
            assert len(landing) == 1
            landed.append(landing[0].sequence)
    assert landed == queued


def test_messages_that_land_together_are_one_text() -> None:
    assert text_of([message(1, Lane.STEER), message(2, Lane.SYSTEM)]) == "message 1\n\nmessage 2"


def test_why_a_message_is_fixed() -> None:
    assert why_fixed(None) == "no such message waits"
    assert why_fixed(message(1, Lane.STEER)) == ""
    assert "handed" in why_fixed(message(1, Lane.STEER, MessageState.OFFERED))


def in_order(waiting: list[Message], lane: Lane) -> list[str]:
    return [m.id for m in sorted(waiting, key=lambda m: m.sequence) if m.lane is lane]


def moved_as(waiting: list[Message], moves: Iterable[MessageMoved]) -> list[Message]:
    told = {move.id: move for move in moves}
    return [
        replace(m, lane=told[m.id].lane, sequence=told[m.id].sequence) if m.id in told else m
        for m in waiting
    ]


@given(waiting_messages, st.data())
def test_a_message_goes_ahead_of_another_and_nothing_else_changes_places(
    waiting: list[Message], data: st.DataObject
) -> None:
    queued = [m for m in waiting if m.state is MessageState.QUEUED]
    assume(len(queued) > 1)
    moved, before = data.draw(st.permutations(queued))[:2]
    moves = placed_before(waiting, moved.id, before.lane, before.id)
    after = moved_as(waiting, moves)
    wanted = [m.id for m in queued if m.lane is before.lane and m.id != moved.id]
    wanted.sort(key=int)
    wanted.insert(wanted.index(before.id), moved.id)
    still = [m for m in after if m.state is MessageState.QUEUED]
    assert in_order(still, before.lane) == wanted
    others = [m for m in waiting if m.lane is not before.lane and m.id != moved.id]
    assert [m for m in after if m in others] == others
    assert placed_before(after, moved.id, before.lane, before.id) == ()


@given(waiting_messages, st.data())
def test_a_move_cut_short_by_a_crash_ends_as_it_was_meant(
    waiting: list[Message], data: st.DataObject
) -> None:
    queued = [m for m in waiting if m.state is MessageState.QUEUED]
    assume(len(queued) > 1)
    moved, before = data.draw(st.permutations(queued))[:2]
    moves = placed_before(waiting, moved.id, before.lane, before.id)
    cut = moved_as(waiting, moves[: data.draw(st.integers(0, len(moves)))])
    again = moved_as(cut, placed_before(cut, moved.id, before.lane, before.id))
    names = in_order([m for m in again if m.state is MessageState.QUEUED], before.lane)
    assert names.index(moved.id) == names.index(before.id) - 1


def test_a_message_that_waits_no_more_is_not_placed() -> None:
    one = message(1, Lane.STEER)
    handed = message(2, Lane.STEER, MessageState.OFFERED)
    assert placed_before([one, handed], "2", Lane.STEER, "1") == ()
    assert placed_before([one], "3", Lane.STEER, "1") == ()
