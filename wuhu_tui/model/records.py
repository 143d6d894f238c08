"""One journal line in memory, and the places in journals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wuhu_tui.model.value import Value

FORMAT_VERSION = 1
"""The journal format this version writes; a newer one is refused with a clear word."""


class Cursor(Value, frozen=True, order=True):
    """A place in one journal; later places compare greater."""

    epoch: int = 0
    seq: int = 0


class Header(Value, frozen=True):
    """First line of a journal; `kind` is session or project, `name` its id."""

    format: int
    kind: str
    name: str
    created_at: datetime


class Record(Value, frozen=True):
    """One event with its place and time; `session` is empty for the project's own journal."""

    session: str
    epoch: int
    seq: int
    ts: datetime
    event: Any
    """An `Event` of `SESSION_EVENTS` or `PROJECT_EVENTS`, or an `UnknownEvent`."""

    @property
    def cursor(self) -> Cursor:
        """Its place in its journal."""
        return Cursor(epoch=self.epoch, seq=self.seq)
