"""Looks and marks: what the lead has seen of a session's work, written down."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.reading import review_of, view_of
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.model.board import Board
from wuhu_tui.model.comments import Look
from wuhu_tui.model.errors import Conflict, GitError, UsageError, WuhuError
from wuhu_tui.model.events import Event
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.review_events import HunksMarked, ReviewLooked
from wuhu_tui.model.reviews import Verdict
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.looked import forget_looked, keep_looked, looked_sessions

_LONGEST = 64


async def record_look(port: ProjectPort, session: str, *, head: str, by: str = LEAD) -> None:
    """Write down that the lead has seen the work as it stands at `head`; others' looks are not kept.

    Raises:
        Conflict: `head` is not what is under review.
        NotPossible: there is no review.
        GitError: what was seen cannot be kept alive; nothing was written.
    """
    review = review_of(view_of(port, session))
    if not head or not review.head.startswith(head):
        raise Conflict(
            f"{head[:SHORT] or 'that'} is not under review: {review.head[:SHORT]} is",
            where=session,
            remedy="look at the new diff",
        )
    if by != LEAD:
        return
    look = Look(head=review.head, merge_base=review.merge_base, at=port.clock())
    await keep_looked(port.repository.git, session, look.head)
    await port.decide(lambda board: _looked(board, session, look))


def _looked(board: Board, session: str, look: Look) -> Sequence[Event]:
    view = board.session(session)
    seen = view.looked if view else None
    if seen and (seen.head, seen.merge_base) == (look.head, look.merge_base):
        return ()
    return (ReviewLooked(session=session, look=look),)


async def look_with_verdict(port: ProjectPort, session: str, verdict: Verdict) -> str:
    """The lead has seen what the lead judges; why that could not be written, if it could not.

    A verdict counts all the same.
    """
    try:
        await record_look(port, session, head=verdict.head, by=verdict.by)
    except WuhuError as error:
        return f"{session}: your look at {verdict.head[:SHORT]} was not kept: {error.message}"
    return ""


async def forget_looks(port: ProjectPort) -> str:
    """Let go of what was kept alive for sessions off the board; why not, if something stays."""
    git, sessions = port.repository.git, port.board.sessions
    try:
        for name in await looked_sessions(git):
            if name in sessions and sessions[name].state is SessionState.ARCHIVED:
                await forget_looked(git, name)
    except GitError as error:
        return f"what you had seen of archived work is still kept: {error.message}"
    return ""


async def mark_hunks(
    port: ProjectPort,
    session: str,
    *,
    viewed: Sequence[str] = (),
    unviewed: Sequence[str] = (),
    by: str = LEAD,
) -> None:
    """Mark hunks as viewed or not, by their digests; only the lead's marks are kept.

    Raises:
        UsageError: something of it is no digest.
    """
    view_of(port, session)
    odd = [one for one in (*viewed, *unviewed) if not _is_digest(one)]
    if odd:
        raise UsageError(f'"{odd[0][:_LONGEST]}" is no mark of a hunk', where=session)
    if by == LEAD:
        await port.decide(lambda board: _marked(board, session, viewed, unviewed))


def _is_digest(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and text.isalnum()


def _marked(
    board: Board, session: str, viewed: Sequence[str], unviewed: Sequence[str]
) -> Sequence[Event]:
    view = board.session(session)
    known = view.viewed if view else frozenset()
    new = tuple(dict.fromkeys(one for one in viewed if one not in known))
    gone = tuple(dict.fromkeys(one for one in unviewed if one in known or one in new))
    if not new and not gone:
        return ()
    return (HunksMarked(session=session, viewed=new, unviewed=gone),)
