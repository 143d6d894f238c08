"""The verbs of the merge queue: each is decided on the queue as it stands at that moment."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from wuhu_tui.core.approval import approved_tip, check_approval
from wuhu_tui.core.ports import ProjectCheck, ProjectPort
from wuhu_tui.core.scribe import base_of, newest
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import Conflict, NotPossible
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.merges import MergeStep
from wuhu_tui.model.queue_events import (
    MergeDropped,
    MergeHeld,
    MergeLinked,
    MergePlaced,
    MergeQueued,
    MergeReleased,
    QueuePaused,
    QueueResumed,
)
from wuhu_tui.model.queue_words import is_running
from wuhu_tui.repo.refs import commit_exists, is_ancestor, tip_of

Links = dict[str, tuple[str, ...]]
"""Of each entry, the sessions whose queued commit its branch contains."""


async def queue_merge(port: ProjectPort, view: SessionView, *, by: str = "lead") -> QueuedMerge:
    """Put an approved session into the queue; one that is in it with this commit stays as it is.

    Raises:
        NotPossible: it is not approved, or a check is not green.
        Conflict: it is merged already, or the approved commit is not the newest any more.
    """
    view = await newest(port, view)
    known = port.board.queue.entry(view.id)
    if known is not None and is_running(view):
        return known
    head = await approved_tip(port, view)
    links = await _links(port, view.id, head)
    wish = QueuedMerge(session=view.id, head=head, by=by, contains=links[view.id])

    def decide(board: Board) -> Sequence[Event]:
        entered = _entered(port.checks, board.session(view.id) or view, board, wish)
        return (*entered, *_linked(board, view.id, links)) if entered else ()

    await port.decide(decide)
    entry = port.board.queue.entry(view.id)
    if entry is None:
        raise Conflict("it left the queue at once", where=view.id, remedy="look at it again")
    return entry


def _entered(
    checks: Sequence[ProjectCheck], view: SessionView, board: Board, wish: QueuedMerge
) -> tuple[MergeQueued, ...]:
    """The wish in the queue, if exactly its commit is approved and it does not stand there yet."""
    known = board.queue.entry(view.id)
    if known is not None and known.head == wish.head:
        return ()
    verdict = check_approval(checks, view)
    if verdict.head != wish.head:
        raise Conflict(
            "another commit was approved meanwhile", where=view.id, remedy="merge it again"
        )
    entry = replace(wish, approved_at=verdict.at)
    return (MergeQueued(session=view.id, entry=entry),)


def _linked(board: Board, session: str, links: Links) -> list[MergeLinked]:
    """What is new of the others: that they contain this one."""
    return [
        MergeLinked(session=one.session, contains=links[one.session])
        for one in board.queue.entries
        if one.session != session and links.get(one.session, one.contains) != one.contains
    ]


async def _links(port: ProjectPort, session: str, head: str) -> Links:
    """Which queued commits each entry's branch contains, with this one among them.

    What base has all the same, as when it was reverted there, keeps nobody waiting.
    """
    others = [one for one in port.board.queue.entries if one.session != session]
    below = [one for one in others if await _has(port, head, one.head)]
    below = [one for one in below if not await _is_in_base(port, one.session, one.head)]
    links: Links = {session: tuple([one.session for one in below])}
    is_loose = others and not await _is_in_base(port, session, head)
    for one in others:
        rest = tuple(name for name in one.contains if name != session)
        within = is_loose and one.head != head and await _has(port, one.head, head)
        links[one.session] = (*rest, session) if within else rest
    return links


async def _is_in_base(port: ProjectPort, session: str, head: str) -> bool:
    view = port.board.session(session)
    tip = await tip_of(port.repository.git, base_of(port, view)) if view else ""
    return bool(tip) and (tip == head or await _has(port, tip, head))


async def _has(port: ProjectPort, head: str, other: str) -> bool:
    git = port.repository.git
    if head == other or not await commit_exists(git, other) or not await commit_exists(git, head):
        return False
    return await is_ancestor(git, other, head)


async def hold_merge(port: ProjectPort, session: str, *, note: str = "", by: str = "lead") -> None:
    """Keep an entry in its place until it is released.

    Raises:
        NotPossible: it is not queued.
        Conflict: its merge runs already.
    """

    def decide(board: Board) -> Sequence[Event]:
        entry = _still(board, session)
        if (entry.held_by, entry.held_note) == (by, note):
            return ()
        return (MergeHeld(session=session, by=by, note=note),)

    await port.decide(decide)


async def release_merge(port: ProjectPort, session: str, *, by: str = "lead") -> None:
    """Let an entry go on that somebody holds.

    Raises:
        NotPossible: it is not queued.
    """

    def decide(board: Board) -> Sequence[Event]:
        held = _entry(board, session).held_by
        return (MergeReleased(session=session, by=by),) if held else ()

    await port.decide(decide)


async def place_merge(
    port: ProjectPort, session: str, *, before: str = "", by: str = "lead"
) -> None:
    """Move an entry ahead of another, or behind them all; what it needs still lands before it.

    Raises:
        NotPossible: one of them is not queued.
        Conflict: its merge runs already.
    """

    def decide(board: Board) -> Sequence[Event]:
        _still(board, session)
        if before == session:
            return ()
        if before:
            _entry(board, before)
        return (MergePlaced(session=session, before=before, by=by),)

    await port.decide(decide)


async def drop_merge(
    port: ProjectPort, session: str, *, reason: str = "", by: str = "lead"
) -> None:
    """Take an entry out of the queue; one whose merge is still being proven does not land.

    Raises:
        NotPossible: it is not queued.
        Conflict: it is proven and lands just now, or has landed.
    """

    def decide(board: Board) -> Sequence[Event]:
        _entry(board, session)
        view = board.session(session)
        merge = view.merge if view and is_running(view) else None
        if merge and MergeStep.PREFLIGHT in merge.done and not merge.waits:
            raise Conflict(
                "it is proven and lands just now",
                where=session,
                remedy=f"take it back when it has landed: wuhu undo-merge {session}",
            )
        return (MergeDropped(session=session, by=by, reason=reason),)

    await port.decide(decide)


async def pause_queue(port: ProjectPort, *, note: str = "", by: str = "lead") -> None:
    """Begin no merge until the queue is resumed; one that runs goes on."""

    def decide(board: Board) -> Sequence[Event]:
        queue = board.queue
        same = (queue.paused_by, queue.paused_note) == (by, note)
        return () if same else (QueuePaused(by=by, note=note),)

    await port.decide(decide)


async def resume_queue(port: ProjectPort, *, by: str = "lead") -> None:
    """Begin merges again."""
    await port.decide(lambda board: (QueueResumed(by=by),) if board.queue.paused_by else ())


def _entry(board: Board, session: str) -> QueuedMerge:
    entry = board.queue.entry(session)
    if entry is None:
        gone = next((one for one in reversed(board.queue.dropped) if one.session == session), None)
        why = f"; {gone.by} took it out of it" if gone else ""
        raise NotPossible(
            f"it is not in the merge queue{why}",
            where=session,
            remedy="see what is: wuhu queue",
        )
    return entry


def _still(board: Board, session: str) -> QueuedMerge:
    """The entry, while its merge has not begun."""
    entry = _entry(board, session)
    if is_running(board.session(session)):
        raise Conflict(
            "its merge runs already",
            where=session,
            remedy=f"wait for its end, or take it out: wuhu queue drop {session}",
        )
    return entry
