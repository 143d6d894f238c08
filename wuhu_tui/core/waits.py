"""Who waits for whom: the open joins as a graph, what is wrong with it, and what would wake each. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from wuhu_tui.core.joins import is_reached
from wuhu_tui.model.board import Board
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value

LISTED = 3
"""How many sessions are named one by one."""

_GONE = {
    SessionState.STOPPED: "is stopped",
    SessionState.FAILED: "has failed",
    SessionState.LOST: "is lost",
    SessionState.ARCHIVED: "is archived",
}
"""States in which a session that waits hears nothing."""

_AT_WORK = frozenset(
    {
        SessionState.INSTANTIATED,
        SessionState.STARTING,
        SessionState.WORKING,
        SessionState.ASKING,
        SessionState.IDLE,
        SessionState.CHANGES_REQUESTED,
    }
)
"""States of a child whose parent has not heard the end of its work."""

_UNTIL = {
    JoinUntil.IDLE: "the end of a turn",
    JoinUntil.REPORTED: "a report",
    JoinUntil.REVIEWED: "a verdict",
    JoinUntil.MERGED: "a merge",
}


class Wait(Value, frozen=True):
    """One party that waits for one session; `join` is empty where a parent waits for its child."""

    waiter: str
    on: str
    since: datetime
    join: str = ""


class Orphan(Value, frozen=True):
    """A join on nobody, and why: nobody hears it wake, or nothing can wake it."""

    join: str
    reason: str


def open_joins(board: Board) -> tuple[Join, ...]:
    """The joins that wait, oldest first."""
    return tuple(join for join in board.joins.values() if join.is_open)


def wait_graph(board: Board) -> tuple[Wait, ...]:
    """Everybody who waits by a join, for each session that has not come so far; oldest join first."""
    return tuple(
        Wait(waiter=join.by, on=name, since=join.opened_at, join=join.id)
        for join in open_joins(board)
        for name in still_awaited(join, board)
    )


def still_awaited(join: Join, board: Board) -> tuple[str, ...]:
    """The joined sessions that have not reached what the join waits for."""
    return tuple(
        name
        for name in dict.fromkeys(join.sessions)
        if (view := board.session(name)) is None or not is_reached(join, view, board)
    )


def cycles(board: Board) -> tuple[tuple[str, ...], ...]:
    """Rings of sessions that wait for each other, each once, beginning with its first id.

    A parent waits for its children also without a join. A join on any of several is part of a ring
    only if every one of them leads back to its waiter.
    """
    waits = [wait for wait in wait_graph(board) if not board.joins[wait.join].left]
    family = tuple(_family(board))
    edges = _edges((*waits, *family))
    held = [
        wait
        for wait in waits
        if board.joins[wait.join].mode is JoinMode.ALL or _all_lead_back(wait, waits, edges)
    ]
    joined = _edges(held)
    rings = {_turned(ring) for ring in _rings(_edges((*held, *family)))}
    return tuple(sorted(ring for ring in rings if _has_join(ring, joined)))


def _family(board: Board) -> Iterator[Wait]:
    for view in board.sessions.values():
        parent = view.spec.parent
        if parent and parent in board.sessions and view.state in _AT_WORK:
            yield Wait(waiter=parent, on=view.id, since=view.since)


def _edges(waits: Collection[Wait]) -> dict[str, tuple[str, ...]]:
    edges: dict[str, dict[str, None]] = {}
    for wait in waits:
        edges.setdefault(wait.waiter, {})[wait.on] = None
    return {waiter: tuple(on) for waiter, on in edges.items()}


def _all_lead_back(
    wait: Wait, waits: Collection[Wait], edges: Mapping[str, tuple[str, ...]]
) -> bool:
    awaited = [other.on for other in waits if other.join == wait.join]
    return all(wait.waiter in _reachable(name, edges) for name in awaited)


def _reachable(start: str, edges: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Everything that is waited for from here on, this itself included."""
    found, todo = {start}, [start]
    while todo:
        new = set(edges.get(todo.pop(), ())) - found
        found |= new
        todo += new
    return found


def _rings(edges: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """For every waiter the shortest way back to itself, if there is one."""
    for start in edges:
        ring = _way_back(start, edges)
        if ring:
            yield ring


def _way_back(start: str, edges: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    seen = {start}
    ways: list[tuple[str, ...]] = [(start,)]
    for way in ways:  # grows while it is read: breadth first
        for name in edges.get(way[-1], ()):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()


def _turned(ring: tuple[str, ...]) -> tuple[str, ...]:
    first = ring.index(min(ring))
    return ring[first:] + ring[:first]


def _has_join(ring: tuple[str, ...], joined: Mapping[str, tuple[str, ...]]) -> bool:
    following = (*ring[1:], ring[0])
    return any(on in joined.get(who, ()) for who, on in zip(ring, following, strict=True))


def orphaned(board: Board) -> tuple[Orphan, ...]:
    """The open joins on nobody, each with its reason in words."""
    found = ((join.id, _on_nobody(join, board)) for join in open_joins(board))
    return tuple(Orphan(join=name, reason=reason) for name, reason in found if reason)


def _on_nobody(join: Join, board: Board) -> str:
    if join.left:
        return "the process that waited is gone"
    waiter = board.session(join.by)
    if waiter is not None and waiter.state in _GONE:
        return f"{join.by}, who waits, {_GONE[waiter.state]}"
    views = [board.session(name) for name in join.sessions]
    if all(view is None or view.state is SessionState.ARCHIVED for view in views):
        return "all it waits for is archived"
    return ""


def wakes_on(join: Join, board: Board) -> str:
    """What would wake the join, in words."""
    names = still_awaited(join, board)
    early = "a question or an end" if join.until is JoinUntil.IDLE else "a question, bad news"
    if join.until in (JoinUntil.REVIEWED, JoinUntil.MERGED):
        early += ", a new review"
    if join.by != LEAD and join.by in board.sessions:
        early += f", a word to {join.by}"
    return f"{_UNTIL[join.until]} of {_listed(join, names)}; earlier: {early}"


def _listed(join: Join, names: tuple[str, ...]) -> str:
    if len(names) < 2:
        return "".join(names)
    everyone = join.mode is JoinMode.ALL
    if len(names) > LISTED:
        return f"all {len(names)}" if everyone else f"any of {len(names)}"
    return ", ".join(names[:-1]) + (" and " if everyone else " or ") + names[-1]
