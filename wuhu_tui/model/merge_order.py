"""In which order to land what is there, so that most of it lands without a conflict. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collision_words import side_name
from wuhu_tui.model.quantities import counted, few
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import EPOCH_START, Value

_S = SessionState

_RANK = {
    _S.MERGING: 0,
    _S.APPROVED: 1,
    _S.IN_REVIEW: 1,
    _S.CONFLICT: 1,
    _S.CHANGES_REQUESTED: 2,
    _S.REPORTED: 2,
    _S.WORKING: 2,
    _S.ASKING: 2,
    _S.IDLE: 2,
    _S.STARTING: 2,
    _S.HIBERNATED: 2,
}
"""What lies before the lead or is approved comes first, then what is still worked on."""


class PlaceInOrder(Value, frozen=True):
    """One session's place, and why it is there."""

    session: str
    reason: str


def suggested_order(board: Board) -> tuple[str, ...]:
    """The sessions in the order in which most of them land without a conflict."""
    return tuple(place.session for place in reasoned_order(board))


def reasoned_order(board: Board) -> tuple[PlaceInOrder, ...]:
    """The same with a reason for each place.

    Dependencies first. Of those whose turn it can be: approved and in review before those at
    work, clean on base before those that collide with it, then whoever collides with the fewest
    that still follow, then whoever was approved first.
    """
    left = {view.id: view for view in board.sessions.values() if _may_land(view)}
    collisions = _between(board, left)
    order: list[PlaceInOrder] = []
    while left:
        ready = [view for view in left.values() if not _waits_for(view, left)]
        chosen = min(ready or left.values(), key=lambda view: _key(board, view, collisions, left))
        del left[chosen.id]
        order.append(
            PlaceInOrder(
                session=chosen.id,
                reason=_reason(board, chosen, collisions, order, left, stuck=not ready),
            )
        )
    return tuple(order)


def _may_land(view: SessionView) -> bool:
    own = bool(view.spec.project) and view.spec.judges is None
    return own and view.state in _RANK


def _between(board: Board, left: Collection[str]) -> dict[str, frozenset[str]]:
    """Of each session, with whom it collides; an empty name stands for base."""
    found: dict[str, set[str]] = {name: set() for name in left}
    for one in board.collisions.values():
        for side in (one.first, one.second):
            if side in found:
                found[side].add(one.other(side))
    return {name: frozenset(others) for name, others in found.items()}


def _waits_for(view: SessionView, left: Collection[str]) -> tuple[str, ...]:
    """Who must land before it and has not its place yet."""
    return tuple(name for name in view.spec.after if name in left and name != view.id)


def _key(
    board: Board,
    view: SessionView,
    collisions: dict[str, frozenset[str]],
    left: Collection[str],
) -> tuple[object, ...]:
    others = collisions[view.id]
    return (
        _RANK[view.state],
        view.state is _S.CONFLICT or "" in others,
        len(others & set(left)),
        view.state is not _S.APPROVED,
        _approved_at(board, view),
        view.spec.created_at,
        view.id,
    )


def _approved_at(board: Board, view: SessionView) -> object:
    entry = board.queue.entry(view.id)
    if entry is not None and entry.approved_at > EPOCH_START:
        return entry.approved_at
    verdict = view.review.verdict if view.review else None
    if verdict is not None:
        return verdict.at
    return view.review.opened_at if view.review else view.since


def _reason(
    board: Board,
    view: SessionView,
    collisions: dict[str, frozenset[str]],
    before: Iterable[PlaceInOrder],
    left: Collection[str],
    *,
    stuck: bool,
) -> str:
    others = collisions[view.id]
    placed = [place.session for place in before]
    waited = [name for name in view.spec.after if name in placed]
    against = [name for name in placed if name in others]
    freed = [name for name in left if name in others]
    return "; ".join(
        filter(
            None,
            (
                _standing(view),
                "they wait for each other" if stuck else "",
                _named(board, "after", waited),
                f"collides with {side_name(board, '')}" if "" in others else "",
                _named(board, "collides with what lands before it:", against),
                f"{counted(len(freed), 'later one')} it collides with" if freed else "",
                "" if others or waited or stuck else "collides with nobody",
            ),
        )
    )


def _standing(view: SessionView) -> str:
    return {
        _S.MERGING: "is landing",
        _S.APPROVED: "approved",
        _S.IN_REVIEW: "in review",
        _S.CONFLICT: "in conflict with base",
    }.get(view.state, view.state.value.replace("_", " "))


def _named(board: Board, word: str, names: list[str]) -> str:
    return f"{word} {few([side_name(board, name) for name in names])}" if names else ""
