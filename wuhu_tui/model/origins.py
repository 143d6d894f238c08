"""Origins: the turn, the prompt and the tool call that wrote a line of a diff, as far as is known."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.records import Cursor
from wuhu_tui.model.value import EPOCH_START, Value


class OriginKind(StrEnum):
    """How surely it is known; `base`: the session did not write this line.

    `written`: a tool call shows that it wrote the line. `touched`: a tool call of that turn changed
    the file. `committed`: only the turn in which the commit appeared is known.
    """

    WRITTEN = "written"
    TOUCHED = "touched"
    COMMITTED = "committed"
    BASE = "base"
    UNKNOWN = "unknown"


class Origin(Value, frozen=True):
    """Where one line comes from; what is not known is empty, and `why` says so in words."""

    path: str
    line: int
    kind: OriginKind
    why: str
    commit: str = ""
    subject: str = ""
    """The first line of the commit's message."""
    session: str = ""
    """In whose journal it stands: the session, or one that fixed its work."""
    turn: int = 0
    prompt: str = ""
    """What the turn was given."""
    said: str = ""
    """What the agent said last before it."""
    call: str = ""
    tool: str = ""
    """The tool call's title."""
    arguments: str = ""
    diff: str = ""
    """What the tool call changed, as its agent told it."""
    cursor: Cursor = Cursor()
    """The record of the tool call, or of the commit where none is known."""
    at: datetime = EPOCH_START
