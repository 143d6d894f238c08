"""Moves of base that nothing of wuhu brought: which these are, and the words for them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from wuhu_tui.model.board import Board
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.quantities import counted, few
from wuhu_tui.model.sightings import Sighting, SightingKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value

SHORT = 12

_NEVER_LANDED = (MergeOutcome.REFUSED, MergeOutcome.CONFLICT)


class BaseMove(Value, frozen=True):
    """Base went from one commit to another."""

    base: str
    old: str
    new: str
    lost: tuple[str, ...] = ()
    """Commits that it had and has no more, newest first."""
    count: int = 0
    """How many it has now and had not."""
    subjects: tuple[str, ...] = ()
    """First lines of the newest of these."""


def way_back(board: Board, base: str, new: str) -> tuple[str, ...]:
    """The tips from which wuhu's own moves led to this one, itself first."""
    steps = list(_steps(board, base))
    found = [new]
    for tip in found:
        found += [old for old, to in steps if to == tip and old and old not in found]
    return tuple(found)


def is_own(board: Board, move: BaseMove) -> bool:
    """Whether merges, undos, roll-backs or the remote branch account for it."""
    way = way_back(board, move.base, move.new)
    remote = board.remote
    followed = remote is not None and remote.base == move.base and remote.remote in way
    return move.old in way or (followed and not move.lost)


def _steps(board: Board, base: str) -> Iterator[tuple[str, str]]:
    """Every move of base that a merge on the board made or is about to make."""
    for merge in _merges(board, base):
        below, top = merge.stack_base or merge.base_tip, merge.stack_tip or merge.result
        if merge.result and merge.outcome not in _NEVER_LANDED:
            yield merge.base_tip, merge.result
            yield below, top
        if merge.result and MergeStep.LAND not in merge.done:
            yield top, below  # its checkout did not follow, and base was put back
        if merge.undo:
            yield merge.undo_tip, merge.undo


def _merges(board: Board, base: str) -> Iterator[Merge]:
    for view in board.sessions.values():
        if view.merge is not None and view.merge.base_branch == base:
            yield view.merge


def lost_merges(board: Board, base: str, lost: Collection[str]) -> tuple[str, ...]:
    """Sessions whose landed work is among these commits."""
    return tuple(
        view.id
        for view in board.sessions.values()
        if (merge := view.merge) is not None
        and merge.base_branch == base
        and merge.outcome in (MergeOutcome.MERGED, MergeOutcome.RUNNING)
        and merge.result in lost
    )


def base_sighting(board: Board, move: BaseMove) -> Sighting:
    """What is told of it; the same move made twice is told twice."""
    pair = f"{move.old}..{move.new}"
    before = [one for one in board.sightings.values() if _is_of(one, pair)]
    return Sighting(
        session="",
        kind=SightingKind.BASE_MOVED,
        mark=f"{pair}#{len(before) + 1}",
        text=". ".join(_sentences(board, move)),
        refs=(move.old, move.new),
    )


def _is_of(sighting: Sighting, pair: str) -> bool:
    return sighting.kind is SightingKind.BASE_MOVED and sighting.mark.startswith(f"{pair}#")


def _sentences(board: Board, move: BaseMove) -> Iterator[str]:
    way = f"{move.old[:SHORT]} to {move.new[:SHORT]}"
    yield f"{move.base} went from {way}, and nothing of wuhu moved it"
    if move.count:
        newest = ", ".join(f"“{subject}”" for subject in move.subjects)
        yield f"{counted(move.count, 'commit')} came: {newest}"
    if move.lost:
        yield f"{counted(len(move.lost), 'commit')} it had before went"
    yield from _busy(board)


def _busy(board: Board) -> Iterator[str]:
    """Who had a turn running: each of these may have done it."""
    working = [view for view in board.sessions.values() if view.state is SessionState.WORKING]
    for word, judges in (("Working", False), ("Judging", True)):
        names = [view.id for view in working if (view.spec.judges is not None) is judges]
        if names:
            yield f"{word} then: {few(names)}"


def loss_words(move: BaseMove, told: Sighting, sessions: Sequence[str]) -> str:
    """What the lead has to know where landed work is gone from base."""
    return (
        f"{move.base} lost what was merged of {few(sessions)}: {told.text}. "
        f"To have it back, in a checkout of {move.base}: git merge {move.old[:SHORT]}"
    )
