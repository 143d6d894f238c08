"""Comments: what the lead says to places of a diff, and what the session replies.

A comment stands at lines by what they say, not by their numbers: it follows them when they move,
and is stale when they are gone.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.value import EPOCH_START, Value


class CommentKind(StrEnum):
    """A `question` wants a reply; a `remark` wants a change."""

    REMARK = "remark"
    QUESTION = "question"


class CommentState(StrEnum):
    """A draft is the lead's own; sent ones are with the session until somebody resolves them."""

    DRAFT = "draft"
    SENT = "sent"
    RESOLVED = "resolved"


class Side(StrEnum):
    """Which file a line number counts in: as it was, or as it is proposed."""

    OLD = "old"
    NEW = "new"


class Anchor(Value, frozen=True):
    """The lines that are spoken of, with what stands around them; `line` is where they were then."""

    path: str
    line: int
    lines: tuple[str, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    side: Side = Side.NEW


class Reply(Value, frozen=True):
    """What a session said to a comment, by the comment's id."""

    comment: str
    text: str
    at: datetime


class Comment(Value, frozen=True):
    """One thing said to one place; `head` is the commit it was said of."""

    id: str
    anchor: Anchor
    text: str
    head: str
    by: str
    kind: CommentKind = CommentKind.REMARK
    at: datetime = EPOCH_START
    state: CommentState = CommentState.DRAFT
    letter: str = ""
    """The letter it went out with."""


class Look(Value, frozen=True):
    """What the lead has seen of a session: exactly `merge_base..head`."""

    head: str
    merge_base: str
    at: datetime = EPOCH_START


class PlacedComment(Value, frozen=True):
    """A comment in the diff as it is now; a stale one has no line, and `why` says what became of it."""

    comment: Comment
    path: str
    line: int = 0
    """Where its first line is now, on the side its anchor names; 0: it is stale."""
    why: str = ""
    replies: tuple[Reply, ...] = ()

    @property
    def is_stale(self) -> bool:
        """Whether the lines it speaks of are not there any more."""
        return self.line == 0
