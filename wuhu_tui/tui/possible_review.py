"""Why an action of the review screen is not possible now; part of what `possible.py` begins."""

from __future__ import annotations

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.comments import CommentState
from wuhu_tui.tui.possible import of_session
from wuhu_tui.tui.presentation.diff_notes import drafts

_ENDED = frozenset({CommentState.DRAFT})


@of_session
def has_looked(view: SessionView) -> str:
    """There has to be something that was seen."""
    return "" if view.looked else "you have not looked at this work before: all of it is new"


@of_session
def has_drafts(view: SessionView) -> str:
    """Something has to be written and not sent."""
    return "" if drafts(view.comments) else "no comment waits to be sent: o writes one"


@of_session
def has_sent(view: SessionView) -> str:
    """Something has to be with the session."""
    sent = [one for one in view.comments if one.state not in _ENDED]
    return "" if sent else "no comment was sent yet"


@of_session
def can_assign(view: SessionView) -> str:
    """There has to be a commit under review."""
    return "" if view.review else f"{view.spec.shown_name} has nothing in review"


@of_session
def can_fix(view: SessionView) -> str:
    """Something has to be wrong with it."""
    review = view.review
    if review is None:
        return f"{view.spec.shown_name} has nothing in review"
    judged = review.verdict is not None or any(one.findings for one in review.opinions)
    merge = view.merge is not None and bool(view.merge.conflicts)
    if judged or review.conflicts or merge:
        return ""
    return "nothing was found that wants mending: r says what has to change"
