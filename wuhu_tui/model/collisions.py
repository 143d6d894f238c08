"""Collisions: live branches that could not be merged one after the other as they are now."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.value import EPOCH_START, Value


class CollidingFile(Value, frozen=True):
    """One file in the way; `lines` are spans in the first side's file, from 1, both ends included."""

    path: str
    lines: tuple[tuple[int, int], ...] = ()
    kind: str = "content"
    """In git's words: `content`, `add/add`, `modify/delete`, …"""
    lines_there: tuple[tuple[int, int], ...] = ()
    """The same of the second side's file."""
    path_there: str = ""
    """Its name on the second side, where that is another one."""


class Collision(Value, frozen=True):
    """Two sessions whose work collides, or one with base where `second` is empty."""

    first: str
    second: str
    files: tuple[CollidingFile, ...]
    first_tree: str = ""
    second_tree: str = ""
    """What was compared: equal trees collide alike."""
    uncommitted: bool = False
    """Whether work that is not committed takes part in it."""
    ripe: bool = False
    """Whether both sides lie before the lead or are approved: one of them has to wait."""
    at: datetime = EPOCH_START
    told_at: datetime | None = None
    """When both sides were told of it; None: they were not."""

    @property
    def with_base(self) -> bool:
        """Whether it is a session that collides with base."""
        return not self.second

    def other(self, session: str) -> str:
        """Who collides with this one of the two; empty: base."""
        return self.second if session == self.first else self.first

    @property
    def key(self) -> str:
        """What tells one pair from another, whichever of them is named first."""
        return collision_key(self.first, self.second)


def collision_key(first: str, second: str) -> str:
    """The key of a pair."""
    return "|".join(sorted((first, second)))
