"""What the lead did last that can be taken back: a merge that landed, or something removed. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.rescues import Rescue
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value


class ActKind(StrEnum):
    """`merged`: base has its commits. `archived`: it left the board. `removed`: work was put away."""

    MERGED = "merged"
    ARCHIVED = "archived"
    REMOVED = "removed"


class Act(Value, frozen=True):
    """One thing that can be taken back."""

    kind: ActKind
    session: str
    at: datetime
    rescue: Rescue | None = None
    """What of it lies in the trash."""


def last_act(board: Board) -> Act | None:
    """The newest thing that can be taken back; None if there is none."""
    return max(_acts(board), key=lambda act: act.at, default=None)


def can_take_back(board: Board) -> bool:
    """Whether there is anything; cheap, also with thousands of archived sessions."""
    return any(map(_kind, board.sessions.values())) or bool(_removed(board))


def act_of(board: Board, session: str) -> Act | None:
    """The newest of one session."""
    mine = (act for act in _acts(board) if act.session == session)
    return max(mine, key=lambda act: act.at, default=None)


def _acts(board: Board) -> list[Act]:
    removed = {rescue.session: rescue for rescue in _removed(board)}
    acts = []
    for view in board.sessions.values():
        kind = _kind(view)
        if kind is not None:
            at, rescue = view.given.since, removed.pop(view.id, None)
            acts.append(Act(kind=kind, session=view.id, at=at, rescue=rescue))
    rest = (
        Act(kind=ActKind.REMOVED, session=name, at=one.at, rescue=one)
        for name, one in removed.items()
    )
    return [*acts, *rest]


def _kind(view: SessionView) -> ActKind | None:
    if view.state is SessionState.ARCHIVED:
        return ActKind.ARCHIVED
    landed = view.merge is not None and view.merge.outcome is MergeOutcome.MERGED
    return ActKind.MERGED if landed and view.state is SessionState.MERGED else None


def _removed(board: Board) -> list[Rescue]:
    """Rescues whose work lies nowhere else, oldest first; of a branch, base has it."""
    found = (one for one in board.rescues.values() if not one.in_place and not one.restored_to)
    return sorted(found, key=lambda one: one.at)
