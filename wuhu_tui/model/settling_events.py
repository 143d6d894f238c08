"""What the core writes of conflicts that are settled by hand."""

from __future__ import annotations

from wuhu_tui.model.events import Event


class SettlingBegan(Event, frozen=True, tag="settling.began"):
    """A conflict lies in `place`, with its markers, for somebody to settle."""

    session: str
    merge: str
    place: str
    by: str


class ConflictSettled(Event, frozen=True, tag="conflict.settled"):
    """What lay there is the commit `resolution` now, and is used when the merge goes on."""

    session: str
    merge: str
    resolution: str
    by: str
    files: tuple[str, ...] = ()


class SettlingLeft(Event, frozen=True, tag="settling.left"):
    """Nobody settles it by hand any more; what was settled of it counts no more."""

    session: str
    merge: str
    by: str


SETTLING_EVENTS: tuple[type[Event], ...] = (SettlingBegan, ConflictSettled, SettlingLeft)
"""The part of a project's journal that tells of conflicts settled by hand."""
