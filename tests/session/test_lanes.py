"""Which messages land where: for any mixture of waiting messages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wuhu_tui.model.messages import Boundary, Lane, Message, MessageState
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.session.lanes import due, text_of, why_fixed

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
