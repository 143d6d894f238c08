"""Where base stood, as far as a board tells: merges, looks at it, moves by hand. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from wuhu_tui.model.board import Board
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.sightings import SightingKind

Told = tuple[datetime, str]
"""A commit that base stood on, and when."""


def base_tip(board: Board, base: str) -> str:
    """The newest commit of base that is told; empty: none is."""
    tip = max(_told(board, base), key=lambda one: one[0], default=(None, ""))[1]
    backwards = dict(step for merge in _merges(board, base) for step in _taken_back(merge))
    while tip in backwards:
        tip = backwards.pop(tip)
    return tip


def _told(board: Board, base: str) -> Iterator[Told]:
    for view in board.sessions.values():
        if view.spec.base_branch == base and view.spec.base_commit:
            yield view.spec.created_at, view.spec.base_commit
        if view.freshness is not None and view.freshness.base_branch == base:
            yield view.freshness.at, view.freshness.tip
    for merge in _merges(board, base):
        yield from _by_merge(merge)
    if board.remote is not None and board.remote.base == base and board.remote.local:
        yield board.remote.seen_at, board.remote.local
    for sighting in board.sightings.values():
        is_of_base = sighting.kind is SightingKind.BASE_MOVED and base == board.project.base_branch
        if is_of_base and sighting.refs:
            yield sighting.at, sighting.refs[-1]


def _merges(board: Board, base: str) -> Iterator[Merge]:
    for view in board.sessions.values():
        if view.merge is not None and view.merge.base_branch == base:
            yield view.merge


def _by_merge(merge: Merge) -> Iterator[Told]:
    """What it stood on, and what base got when it landed."""
    if merge.base_tip:
        yield merge.at, merge.base_tip
    if MergeStep.LAND in merge.done and merge.result:
        times = dict(zip(merge.done, merge.done_at, strict=False))
        yield times.get(MergeStep.LAND, merge.at), merge.stack_tip or merge.result


def _taken_back(merge: Merge) -> Iterator[tuple[str, str]]:
    """From where to where base went back; no time of it is told."""
    if merge.outcome is MergeOutcome.ROLLED_BACK and merge.result:
        yield merge.stack_tip or merge.result, merge.stack_base or merge.base_tip
    if merge.outcome is MergeOutcome.UNDONE and merge.undo:
        yield merge.undo_tip, merge.undo
