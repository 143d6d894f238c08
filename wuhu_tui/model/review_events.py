"""What the core writes of reading and judging: looks, marks, comments and opinions."""

from __future__ import annotations

from wuhu_tui.model.comments import Comment, Look
from wuhu_tui.model.events import Event
from wuhu_tui.model.reviews import Verdict


class ReviewLooked(Event, frozen=True, tag="review.looked"):
    """The lead has seen the session's work as it stood at a commit."""

    session: str
    look: Look


class HunksMarked(Event, frozen=True, tag="hunks.marked"):
    """Hunks were marked as viewed, or not any more; each by a digest of what it changes."""

    session: str
    viewed: tuple[str, ...] = ()
    unviewed: tuple[str, ...] = ()


class CommentMade(Event, frozen=True, tag="comment.made"):
    """The lead said something to a place of the diff; nobody else knows of it yet."""

    session: str
    comment: Comment


class CommentEdited(Event, frozen=True, tag="comment.edited"):
    """The words of a comment that was not sent were changed."""

    session: str
    comment: str
    text: str


class CommentDropped(Event, frozen=True, tag="comment.dropped"):
    """A comment that was not sent was given up."""

    session: str
    comment: str


class CommentsSent(Event, frozen=True, tag="comments.sent"):
    """Comments went to the session as one review, with this letter."""

    session: str
    comments: tuple[str, ...]
    letter: str


class CommentResolved(Event, frozen=True, tag="comment.resolved"):
    """What a comment wanted is settled, or is not any more (`again`)."""

    session: str
    comment: str
    by: str
    again: bool = False


class OpinionGiven(Event, frozen=True, tag="opinion.given"):
    """A reviewer session judged a commit; what follows from it the review policy says."""

    session: str
    verdict: Verdict


class OpinionRefused(Event, frozen=True, tag="opinion.refused"):
    """A reviewer's verdict does not count, and why."""

    session: str
    verdict: Verdict
    reason: str


REVIEW_EVENTS: tuple[type[Event], ...] = (
    ReviewLooked,
    HunksMarked,
    CommentMade,
    CommentEdited,
    CommentDropped,
    CommentsSent,
    CommentResolved,
    OpinionGiven,
    OpinionRefused,
)
"""The part of a project's journal that tells of reading and judging."""
