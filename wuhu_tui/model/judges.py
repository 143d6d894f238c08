"""Who judges a session's work, and what of their work is done. Pure."""

from __future__ import annotations

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.reviews import JudgeAtWork, Review
from wuhu_tui.model.states import SessionState


def judge_at_work(view: SessionView) -> JudgeAtWork | None:
    """Who judges the commit under review just now; None: nobody does, or somebody has judged it."""
    review = view.review
    if review is None or review.verdict is not None or view.state is not SessionState.IN_REVIEW:
        return None
    now = (one for one in view.judges if (one.head, one.round) == (review.head, review.round))
    return next((one for one in now if not is_done(one.session, review)), None)


def is_done(judge: str, review: Review) -> bool:
    """Whether a judge's word stands in the review, or was refused there."""
    return has_spoken(judge, review) or was_refused(judge, review)


def has_spoken(judge: str, review: Review) -> bool:
    """Whether its opinion stands in the review."""
    return any(said.by == judge for said in review.opinions)


def was_refused(judge: str, review: Review) -> bool:
    """Whether what it said does not count."""
    return any(one.verdict.by == judge for one in review.refused)
