"""What of a look around is new: only that is written down. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from wuhu_tui.model.board import Board
from wuhu_tui.model.collisions import Collision
from wuhu_tui.model.events import Event
from wuhu_tui.model.queue_events import CollisionFound, CollisionGone, RadarBlinded
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import EPOCH_START, Value
from wuhu_tui.repo.radar import Sighted

_RIPE = frozenset({SessionState.IN_REVIEW, SessionState.APPROVED})

_GONE = frozenset({SessionState.MERGED, SessionState.ARCHIVED})


class Findings(Value, frozen=True):
    """What one look around found."""

    sighted: tuple[Sighted, ...] = ()
    live: frozenset[str] = frozenset()
    """Everybody who was looked at."""
    uncommitted: frozenset[str] = frozenset()
    """Those of whom something is not committed."""
    blind: Mapping[str, str] = {}
    """Those whose worktree could not be looked into, and why."""


def news(board: Board, findings: Findings) -> list[Event]:
    """What changed since the board was told last."""
    found = {one.key: one for one in _collisions(board, findings)}
    return [
        *_gone(board, findings, found),
        *_new(board, found),
        *_blinded(board, findings),
    ]


def _collisions(board: Board, findings: Findings) -> Iterator[Collision]:
    for one in findings.sighted:
        sides = [side for side in (one.first, one.second) if side]
        if one.merging.files and all(_is_there(board, side) for side in sides):
            yield Collision(
                first=one.first,
                second=one.second,
                files=one.merging.files,
                first_tree=one.first_tree,
                second_tree=one.second_tree,
                uncommitted=any(side in findings.uncommitted for side in sides),
                ripe=len(sides) == 2 and all(_is_ripe(board, side) for side in sides),
            )


def _is_there(board: Board, session: str) -> bool:
    view = board.session(session)
    return view is not None and view.state not in _GONE


def _is_ripe(board: Board, session: str) -> bool:
    view = board.session(session)
    return view is not None and view.state in _RIPE


def _new(board: Board, found: Mapping[str, Collision]) -> Iterator[Event]:
    for key, one in found.items():
        known = board.collisions.get(key)
        if known is None:
            yield CollisionFound(collision=one)
        elif _as_told(known) != _as_told(one):
            yield CollisionFound(collision=_still_told(known, one))


def _as_told(one: Collision) -> Collision:
    """What of it a person sees: other trees that collide alike are no news."""
    return replace(one, first_tree="", second_tree="", at=EPOCH_START, told_at=None)


def _still_told(known: Collision, one: Collision) -> Collision:
    """Who was told of these files need not be told again because lines moved."""
    same = {file.path for file in known.files} == {file.path for file in one.files}
    return replace(one, told_at=known.told_at if same else None)


def _gone(
    board: Board, findings: Findings, found: Mapping[str, Collision]
) -> Iterator[CollisionGone]:
    refused = {
        frozenset((one.first, one.second)) for one in findings.sighted if one.merging.refused
    }
    for key, known in board.collisions.items():
        if key in found or _may_stand(board, findings, known):
            continue
        if frozenset((known.first, known.second)) not in refused:
            yield CollisionGone(first=known.first, second=known.second)


def _may_stand(board: Board, findings: Findings, known: Collision) -> bool:
    """Whether it was found in what cannot be looked at now: that does not mend it."""
    sides = [side for side in (known.first, known.second) if side]
    blind = any(side in findings.blind for side in sides)
    return known.uncommitted and blind and all(_is_there(board, side) for side in sides)


def _blinded(board: Board, findings: Findings) -> Iterator[RadarBlinded]:
    blind = dict(findings.blind)
    for one in findings.sighted:
        if one.merging.refused and not one.second:
            blind[one.first] = one.merging.refused
    for session in dict.fromkeys((*blind, *board.unseen)):
        reason = blind.get(session, "") if _is_there(board, session) else ""
        if reason != board.unseen.get(session, ""):
            yield RadarBlinded(session=session, reason=reason)
