"""The lanes: which waiting messages land at which boundary, and what may still be changed."""

from __future__ import annotations

from collections.abc import Iterable

from wuhu_tui.model.events import MessageMoved
from wuhu_tui.model.messages import Boundary, Lane, Message, MessageState

IN_TURN = frozenset({Lane.SYSTEM, Lane.STEER})
"""Lanes that land at a tool's end already."""


def due(waiting: Iterable[Message], boundary: Boundary) -> tuple[Message, ...]:
    """The messages that land now, in the order in which the agent reads them.

    System and steer drain together, ordered by sequence. A follow-up is a turn of its own: one
    lands at a turn's end, and only when neither system nor steer waits.
    """
    queued = [message for message in waiting if message.state is MessageState.QUEUED]
    pressing = sorted((m for m in queued if m.lane in IN_TURN), key=_sequence)
    if pressing or boundary is Boundary.TOOL_END:
        return tuple(pressing)
    return tuple(sorted(queued, key=_sequence)[:1])


def text_of(messages: Iterable[Message]) -> str:
    """What the agent reads when these land together."""
    return "\n\n".join(message.text for message in messages)


def why_fixed(message: Message | None) -> str:
    """Why a message cannot be changed any more; empty when it can."""
    if message is None:
        return "no such message waits"
    if message.state is not MessageState.QUEUED:
        return "it is being handed to the agent"
    return ""


def placed_before(
    waiting: Iterable[Message], name: str, lane: Lane, before: str
) -> tuple[MessageMoved, ...]:
    """What puts a message ahead of another one of that lane: their numbers change hands.

    Doing it again, such as after a crash in the middle, ends in the same order.
    """
    queued = [m for m in waiting if m.state is MessageState.QUEUED]
    moved = next((m for m in queued if m.id == name), None)
    in_lane = [m for m in sorted(queued, key=_sequence) if m.lane is lane and m.id != name]
    place = next((at for at, m in enumerate(in_lane) if m.id == before), len(in_lane))
    if moved is None:
        return ()
    wanted = [*in_lane[:place], moved, *in_lane[place:]]
    events: list[MessageMoved] = []
    last = -1
    for message, number in zip(wanted, sorted(map(_sequence, wanted)), strict=True):
        last = max(last + 1, number)
        if (message.lane, message.sequence) != (lane, last):
            events.append(MessageMoved(id=message.id, lane=lane, sequence=last))
    return tuple(events)


def _sequence(message: Message) -> int:
    return message.sequence
