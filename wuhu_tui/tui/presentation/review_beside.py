"""What is to be known of a review before it is opened, in one short row of the review queue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.content import Content

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collision_words import collisions_of, side_name
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.tui.presentation.diff_notes import drafts, open_comments
from wuhu_tui.tui.presentation.rows import MUTED, line, spread
from wuhu_tui.tui.presentation.usage import money_or_tokens


def beside(board: Board, view: SessionView, width: int) -> Content | None:
    """Most pressing first, as much as fits; None when there is nothing to say."""
    parts = list(_parts(board, view))
    return spread(width, parts, gap=" · ") if parts else None


def _parts(board: Board, view: SessionView) -> Iterator[Content]:
    yield from _since(view)
    names = [line(side_name(board, one.other(view.id))) for one in collisions_of(board, view.id)]
    if names:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield Content.styled(f"╳ {names[0]}{more}", "$text-warning")
    yield from _opinions(view)
    if view.questions:
        yield Content.styled(f"? {len(view.questions)} asked", "$state-asking")
    if unsent := len(drafts(view.comments)):
        yield Content.styled(f"✎ {unsent} not sent", "$state-asking")
    if waiting := len(open_comments(view.comments)):
        yield Content.styled(f"➤ {waiting} open", MUTED)
    if cost := money_or_tokens(view.usage):
        yield Content.styled(cost, MUTED)


def _since(view: SessionView) -> Iterator[Content]:
    """Whether the lead has seen this very work, or an earlier state of it."""
    if view.looked is None or view.review is None:
        return
    if view.looked.head == view.review.head:
        yield Content.styled("✓ looked at", MUTED)
    else:
        yield Content.styled("↻ new since you looked", "$state-asking")


def _opinions(view: SessionView) -> Iterator[Content]:
    review = view.review
    if review is None:
        return
    kinds = [one.kind for one in review.opinions if one.head == review.head]
    for kind, mark, style in _MARKS:
        if count := kinds.count(kind):
            yield Content.styled(f"{mark} {_judges(count)}", style)
    if review.refused:
        yield Content.styled(f"{len(review.refused)} refused", "$state-failed")


_MARKS: Iterable[tuple[VerdictKind, str, str]] = (
    (VerdictKind.BLOCKED, "✗", "$state-failed"),
    (VerdictKind.CHANGES_REQUESTED, "↩", "$state-asking"),
    (VerdictKind.APPROVED, "✔", "$state-ready"),
)


def _judges(count: int) -> str:
    return f"{count} reviewer{'s' * (count != 1)}"
