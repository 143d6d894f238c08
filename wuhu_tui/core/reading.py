"""What the lead reads of a session's work: its files first, their lines when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec.structs import replace

from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.comments import Look
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import NotFound, NotPossible
from wuhu_tui.model.reviews import Review
from wuhu_tui.repo.interdiff import Way, changed_since
from wuhu_tui.repo.listing import Reading, listed, read_files


class HasBoard(Protocol):
    """Whoever knows a board."""

    @property
    def board(self) -> Board:
        """The board."""


def view_of(port: HasBoard, session: str) -> SessionView:
    """The session of this id.

    Raises:
        NotFound: there is none.
    """
    view = port.board.session(session)
    if view is None or not view.spec.project:
        raise NotFound(
            f"there is no session {session}", remedy="look at those there are: wuhu sessions"
        )
    return view


def review_of(view: SessionView) -> Review:
    """The session's review.

    Raises:
        NotPossible: there is none.
    """
    if view.review is None:
        raise NotPossible(
            "there is nothing to review yet",
            where=view.id,
            remedy=f"wait for its report, or open a review: wuhu review {view.id} --open",
        )
    return view.review


async def diff_listing(
    port: ProjectPort, session: str, *, since_look: bool = False, whitespace: bool = True
) -> Diff:
    """The files of the review's diff with their counts, and no lines.

    Raises:
        NotPossible: there is no review.
    """
    view = view_of(port, session)
    review = review_of(view)
    reading = Reading(whitespace=whitespace)
    if since_look and view.looked:
        return await changed_since(port.repository, _way(view.looked, review), reading)
    found = await listed(port.repository.git, review.merge_base, review.head, reading)
    return _unseen(found) if since_look else found


async def diff_of(
    port: ProjectPort,
    session: str,
    paths: Sequence[str],
    *,
    since_look: bool = False,
    whitespace: bool = True,
    context: int = 3,
) -> Diff:
    """The listed files of these paths with their lines.

    Raises:
        NotPossible: there is no review.
    """
    view = view_of(port, session)
    review = review_of(view)
    reading = Reading(whitespace=whitespace, context=context)
    if since_look and view.looked:
        way = _way(view.looked, review)
        return await changed_since(port.repository, way, reading, paths=tuple(paths))
    git = port.repository.git
    found = await read_files(git, review.merge_base, review.head, paths, reading)
    return _unseen(found) if since_look else found


def _way(looked: Look, review: Review) -> Way:
    return Way(
        old_base=looked.merge_base,
        old_head=looked.head,
        new_base=review.merge_base,
        new_head=review.head,
    )


def _unseen(found: Diff) -> Diff:
    return replace(found, note="you have not looked at it before: this is all of it")
