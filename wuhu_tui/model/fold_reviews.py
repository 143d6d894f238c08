"""How the project's journal tells reviews, verdicts and comments: their part of the fold. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import project_events as project
from wuhu_tui.model import review_events as reading
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.comments import Comment, CommentState
from wuhu_tui.model.records import Record
from wuhu_tui.model.review_policy import round_after, said_so_far
from wuhu_tui.model.reviews import Check, RefusedVerdict, Review

MAX_RESOLVED = 200
"""How many resolved comments of a session the board keeps; all others stay."""


def _review_opened(view: SessionView, event: project.ReviewOpened, record: Record) -> SessionView:
    return replace(view, review=replace(event.review, opened_at=record.ts))


def _for_review(view: SessionView, head: str) -> Review | None:
    """The open review, if it is the one of this commit."""
    return view.review if view.review and view.review.head == head else None


def _review_voided(view: SessionView, event: project.ReviewVoided, record: Record) -> SessionView:
    review = _for_review(view, event.head)
    if review is None:
        return view
    said, number = said_so_far(review), round_after(review)
    voided = replace(review, verdict=None, opinions=(), earlier=said, round=number)
    return replace(view, review=voided)


def _check_ended(view: SessionView, event: project.CheckEnded, record: Record) -> SessionView:
    review = _for_review(view, event.head)
    if review is None:
        return view
    return replace(view, review=replace(review, checks=with_check(review.checks, event.check)))


def with_check(checks: tuple[Check, ...], check: Check) -> tuple[Check, ...]:
    """The checks with this one in its place, or at the end."""
    if any(old.name == check.name for old in checks):
        return tuple(check if old.name == check.name else old for old in checks)
    return (*checks, check)


def _conflicts_found(
    view: SessionView, event: project.ConflictsFound, record: Record
) -> SessionView:
    review = _for_review(view, event.head)
    return replace(view, review=replace(review, conflicts=event.files)) if review else view


def _verdict_given(view: SessionView, event: project.VerdictGiven, record: Record) -> SessionView:
    review = _for_review(view, event.verdict.head)
    return replace(view, review=replace(review, verdict=event.verdict)) if review else view


def _looked(view: SessionView, event: reading.ReviewLooked, record: Record) -> SessionView:
    return replace(view, looked=replace(event.look, at=record.ts))


def _marked(view: SessionView, event: reading.HunksMarked, record: Record) -> SessionView:
    return replace(view, viewed=(view.viewed | set(event.viewed)) - set(event.unviewed))


def _comment_made(view: SessionView, event: reading.CommentMade, record: Record) -> SessionView:
    if any(comment.id == event.comment.id for comment in view.comments):
        return view
    made = replace(event.comment, at=record.ts)
    return replace(view, comments=_without_oldest_resolved((*view.comments, made)))


def _without_oldest_resolved(comments: tuple[Comment, ...]) -> tuple[Comment, ...]:
    resolved = [one.id for one in comments if one.state is CommentState.RESOLVED]
    gone = set(resolved[:-MAX_RESOLVED])
    return tuple(one for one in comments if one.id not in gone) if gone else comments


def _changed_comments(
    view: SessionView, names: tuple[str, ...], change: Callable[[Comment], Comment]
) -> SessionView:
    wanted = frozenset(names)
    comments = tuple(change(one) if one.id in wanted else one for one in view.comments)
    return replace(view, comments=comments)


def _comment_edited(view: SessionView, event: reading.CommentEdited, record: Record) -> SessionView:
    def edited(comment: Comment) -> Comment:
        is_draft = comment.state is CommentState.DRAFT
        return replace(comment, text=event.text) if is_draft else comment

    return _changed_comments(view, (event.comment,), edited)


def _comment_dropped(
    view: SessionView, event: reading.CommentDropped, record: Record
) -> SessionView:
    left = tuple(
        one
        for one in view.comments
        if one.id != event.comment or one.state is not CommentState.DRAFT
    )
    return replace(view, comments=left)


def _comments_sent(view: SessionView, event: reading.CommentsSent, record: Record) -> SessionView:
    def sent(comment: Comment) -> Comment:
        return replace(comment, state=CommentState.SENT, letter=event.letter)

    return _changed_comments(view, event.comments, sent)


def _comment_resolved(
    view: SessionView, event: reading.CommentResolved, record: Record
) -> SessionView:
    def settled(comment: Comment) -> Comment:
        if comment.state is CommentState.DRAFT:
            return comment
        state = CommentState.SENT if event.again else CommentState.RESOLVED
        return replace(comment, state=state)

    return _changed_comments(view, (event.comment,), settled)


def _opinion_given(view: SessionView, event: reading.OpinionGiven, record: Record) -> SessionView:
    review = _for_review(view, event.verdict.head)
    if review is None:
        return view
    others = tuple(one for one in review.opinions if one.by != event.verdict.by)
    return replace(view, review=replace(review, opinions=(*others, event.verdict)))


def _opinion_refused(
    view: SessionView, event: reading.OpinionRefused, record: Record
) -> SessionView:
    if view.review is None:
        return view
    refused = RefusedVerdict(verdict=event.verdict, reason=event.reason)
    others = (one for one in view.review.refused if not _says_the_same(one, refused))
    return replace(view, review=replace(view.review, refused=(*others, refused)))


def _says_the_same(one: RefusedVerdict, other: RefusedVerdict) -> bool:
    """Whether both are one judge's, refused for one reason: the newest of these stays."""
    return (one.verdict.by, one.reason) == (other.verdict.by, other.reason)


REVIEW_STEPS: dict[type[Any], Callable[[SessionView, Any, Record], SessionView]] = {
    project.ReviewOpened: _review_opened,
    project.ReviewVoided: _review_voided,
    project.CheckEnded: _check_ended,
    project.ConflictsFound: _conflicts_found,
    project.VerdictGiven: _verdict_given,
    reading.ReviewLooked: _looked,
    reading.HunksMarked: _marked,
    reading.CommentMade: _comment_made,
    reading.CommentEdited: _comment_edited,
    reading.CommentDropped: _comment_dropped,
    reading.CommentsSent: _comments_sent,
    reading.CommentResolved: _comment_resolved,
    reading.OpinionGiven: _opinion_given,
    reading.OpinionRefused: _opinion_refused,
}
"""What each event makes of the session it names."""
