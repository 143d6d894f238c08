"""In which order to land what is there, so that most of it lands without a conflict. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collision_words import side_name
from wuhu_tui.model.quantities import few
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import EPOCH_START, Value

_S = SessionState

Pairs = Mapping[str, frozenset[str]]
"""Of each session, with whom it collides; an empty name stands for base."""

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
    work, clean on base before those that collide with it, who collides with nothing that lands
    before, then whoever is in the way of the fewest that follow, then whoever was approved first.
    """
    views = {view.id: view for view in board.sessions.values() if _may_land(view)}
    collisions = _between(board, views)
    orders = [_Order(board, collisions, counted=counted) for counted in (True, False)]
    for order in orders:
        order.fill(views)
    return tuple(max(orders, key=lambda order: len(order.landed)).places)


class _Order:
    """An order as it comes to be; `counted`: who is in the way of many goes behind the others."""

    def __init__(self, board: Board, collisions: Pairs, *, counted: bool) -> None:
        self._board = board
        self._collisions = collisions
        self._counted = counted
        self._left: dict[str, SessionView] = {}
        self.places: list[PlaceInOrder] = []
        self.landed: set[str] = set()
        """Those of them that collide with nobody before them."""

    def fill(self, views: Mapping[str, SessionView]) -> None:
        """Give everybody a place."""
        self._left = dict(views)
        while self._left:
            ready = [view for view in self._left.values() if not _waits_for(view, self._left)]
            chosen = min(ready or self._left.values(), key=self._key)
            del self._left[chosen.id]
            self.places.append(self._placed(chosen, stuck=not ready))
            if not self._in_the_way(chosen.id):
                self.landed.add(chosen.id)

    def _in_the_way(self, session: str) -> bool:
        others = self._collisions[session]
        return "" in others or not others.isdisjoint(self.landed)

    def _follow(self, session: str) -> list[str]:
        """Whom of those that still can land it collides with."""
        others = self._collisions[session]
        return [name for name in others if name in self._left and not self._in_the_way(name)]

    def _key(self, view: SessionView) -> tuple[object, ...]:
        return (
            _RANK[view.state],
            view.state is _S.CONFLICT or "" in self._collisions[view.id],
            self._in_the_way(view.id),
            len(self._follow(view.id)) if self._counted else 0,
            view.state is not _S.APPROVED,
            _approved_at(self._board, view),
            view.spec.created_at,
            view.id,
        )

    def _placed(self, view: SessionView, *, stuck: bool) -> PlaceInOrder:
        others = self._collisions[view.id]
        before = [place.session for place in self.places]
        waited = [name for name in view.spec.after if name in before]
        against = [name for name in before if name in others]
        following = [name for name in self._left if name in others]
        words = (
            _standing(view),
            "they wait for each other" if stuck else "",
            self._named("after", waited),
            f"collides with {side_name(self._board, '')}" if "" in others else "",
            self._named("collides with what lands before it:", against),
            self._named("before", following) if not against else "",
            "" if others or waited or stuck else "collides with nobody",
        )
        return PlaceInOrder(session=view.id, reason="; ".join(filter(None, words)))

    def _named(self, word: str, names: list[str]) -> str:
        return f"{word} {few([side_name(self._board, name) for name in names])}" if names else ""


def _may_land(view: SessionView) -> bool:
    own = bool(view.spec.project) and view.spec.judges is None
    return own and view.state in _RANK


def _between(board: Board, left: Collection[str]) -> Pairs:
    found: dict[str, set[str]] = {name: set() for name in left}
    for one in board.collisions.values():
        for side in (one.first, one.second):
            if side in found:
                found[side].add(one.other(side))
    return {name: frozenset(others) for name, others in found.items()}


def _waits_for(view: SessionView, left: Collection[str]) -> tuple[str, ...]:
    """Who must land before it and has not its place yet."""
    return tuple(name for name in view.spec.after if name in left and name != view.id)


def _approved_at(board: Board, view: SessionView) -> datetime:
    entry = board.queue.entry(view.id)
    if entry is not None and entry.approved_at > EPOCH_START:
        return entry.approved_at
    verdict = view.review.verdict if view.review else None
    if verdict is not None:
        return verdict.at
    return view.review.opened_at if view.review else view.since


def _standing(view: SessionView) -> str:
    return {
        _S.MERGING: "is landing",
        _S.APPROVED: "approved",
        _S.IN_REVIEW: "in review",
        _S.CONFLICT: "in conflict with base",
    }.get(view.state, view.state.value.replace("_", " "))
