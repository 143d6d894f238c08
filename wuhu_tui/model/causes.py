"""What a record rests on in other journals: it can never be told before that. Pure.

A record names what caused it: the record its writer had read, the letter it carries out, the
judgement it takes up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.review_events import OpinionGiven, OpinionRefused

CORE = "core"
"""The sender of letters that no session wrote."""


class Place(NamedTuple):
    """A record by its journal (empty: the project's own) and its seq there."""

    session: str
    seq: int


class Judged(NamedTuple):
    """A judgement, by the session that made it and the commit it is of."""

    session: str
    head: str


def places_behind(event: object) -> tuple[Place, ...]:
    """The records of sessions' journals that whoever wrote this event had read."""
    step = _PLACES.get(type(event))
    return step(event) if step else ()


def letter_behind(event: object) -> str:
    """The id of the letter that this event carries out, if there is a letter of that id."""
    step = _LETTERS.get(type(event))
    return step(event) if step else ""


def judgement_behind(event: object) -> Judged | None:
    """The judgement that the core took up with this event."""
    if isinstance(event, OpinionGiven | OpinionRefused):
        return Judged(event.verdict.by, event.verdict.head)
    return None


def _moved(event: project.SessionMoved) -> tuple[Place, ...]:
    seq = event.after_record.seq
    return (Place(event.session, seq),) if seq > 0 else ()


def _posted(event: project.LetterPosted) -> tuple[Place, ...]:
    letter = event.letter
    if letter.sender in (LEAD, CORE, "") or letter.reported_at.seq <= 0:
        return ()
    return (Place(letter.sender, letter.reported_at.seq),)


def _joined(event: project.JoinOpened) -> tuple[Place, ...]:
    return tuple(Place(name, seq) for name, seq in event.join.seen.items() if name and seq > 0)


_PLACES: dict[type[Any], Callable[[Any], tuple[Place, ...]]] = {
    project.SessionMoved: _moved,
    project.LetterPosted: _posted,
    project.JoinOpened: _joined,
}

_LETTERS: dict[type[Any], Callable[[Any], str]] = {
    events.CommandTaken: lambda event: event.command,
    events.CommandRefused: lambda event: event.command,
    events.MessageQueued: lambda event: event.message.id,
    events.MessageEdited: lambda event: event.id,
    events.MessageMoved: lambda event: event.id,
    events.MessageCancelled: lambda event: event.id,
    events.MessageOffered: lambda event: event.id,
    events.MessageDelivered: lambda event: event.id,
    events.MessageDeferred: lambda event: event.id,
    events.MessageLanded: lambda event: event.id,
    events.MessageUnsure: lambda event: event.id,
}
