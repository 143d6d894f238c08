"""The merge queue as the lead reads it: what runs, what needs them, what waits, what landed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.merges import Merge
from wuhu_tui.model.queue_needs import held_with_evidence, was_rolled_back
from wuhu_tui.model.queue_order import in_order
from wuhu_tui.model.queue_words import is_running, waiting_reason
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation.attention import merge_refused, shown

_S = SessionState

LATELY = 8
"""How much of what landed is shown."""


class Part(StrEnum):
    """The parts of the queue screen, in their order."""

    RUNNING = "RUNNING"
    NEEDS = "NEEDS YOU"
    WAITING = "IN LINE"
    READY = "APPROVED, NOT IN LINE"
    LANDED = "LATELY"


@dataclass(frozen=True)
class Item:
    """One session in the queue screen."""

    view: SessionView
    part: Part
    entry: QueuedMerge | None = None
    place: int = 0
    """Its place in line, from 1."""
    count: int = 0
    """How many stand in line."""
    why: str = ""
    """Why it waits; empty: it is ready."""
    batch: str = ""

    @property
    def key(self) -> str:
        """Its identity in the list."""
        return self.view.id

    @property
    def merge(self) -> Merge | None:
        """Its newest merge."""
        return self.view.merge


@dataclass(frozen=True)
class Line:
    """Everything on the queue screen, in order."""

    items: tuple[Item, ...] = ()

    def of(self, part: Part) -> tuple[Item, ...]:
        """The items of one part."""
        return tuple(item for item in self.items if item.part is part)

    def item(self, session: str) -> Item | None:
        """A session's item."""
        return next((item for item in self.items if item.view.id == session), None)


def queue_line(board: Board) -> Line:
    """Everything that is on its way to base, in the order in which the lead cares."""
    return Line(tuple(_items(board)))


def _items(board: Board) -> Iterator[Item]:
    ordered = in_order(board)
    queued = {entry.session: entry for entry in ordered}
    views = shown(board)
    running = sorted((view for view in views if is_running(view)), key=_began)
    running_ids = {view.id for view in running}
    for view in running:
        batch = view.merge.batch if view.merge else ""
        yield Item(view, Part.RUNNING, queued.get(view.id), batch=batch)
    waiting = [entry for entry in ordered if entry.session not in running_ids]
    for item in _in_line(board, waiting):
        if item.part is Part.NEEDS:
            yield item
    left = [view for view in views if view.id not in queued and not is_running(view)]
    yield from (Item(view, Part.NEEDS) for view in _oldest(left) if needs_lead(view))
    yield from (item for item in _in_line(board, waiting) if item.part is Part.WAITING)
    yield from (
        Item(view, Part.READY)
        for view in _oldest(left)
        if view.state is _S.APPROVED and not needs_lead(view)
    )
    rest = [view for view in left if view.state is not _S.APPROVED and not needs_lead(view)]
    yield from (Item(view, Part.LANDED) for view in ended_lately(rest))


def _in_line(board: Board, waiting: Sequence[QueuedMerge]) -> Iterator[Item]:
    for place, entry in enumerate(waiting, 1):
        view = board.session(entry.session)
        if view is None:
            continue
        part = Part.NEEDS if held_with_evidence(entry) else Part.WAITING
        why = why_waits(board, entry)
        yield Item(view, part, entry, place=place, count=len(waiting), why=why)


def why_waits(board: Board, entry: QueuedMerge) -> str:
    """Why it does not begin, as the lead says it; empty: it is ready."""
    why, by_lead = waiting_reason(board, entry), f"paused by {LEAD}"
    return why.replace(by_lead, "paused by you", 1) if board.queue.paused_by == LEAD else why


def places(board: Board) -> dict[str, int]:
    """The place of each session that stands in line and is not being merged, from 1."""
    waiting = (one for one in in_order(board) if not is_running(board.session(one.session)))
    return {entry.session: place for place, entry in enumerate(waiting, 1)}


def needs_lead(view: SessionView) -> bool:
    """Whether a merge that ended, and not in base, waits for the lead's word."""
    return view.state is _S.CONFLICT or merge_refused(view) or was_rolled_back(view)


def ended_lately(views: Sequence[SessionView]) -> list[SessionView]:
    """What landed, was taken back or went back to its session; newest first."""
    ended = [view for view in views if view.merge and not is_running(view)]
    return sorted(ended, key=lambda view: view.given.since, reverse=True)[:LATELY]


def _oldest(views: Sequence[SessionView]) -> list[SessionView]:
    return sorted(views, key=lambda view: (view.since, view.id))


def _began(view: SessionView) -> tuple[datetime, str]:
    assert view.merge is not None
    return view.merge.at, view.id


def ready_count(line: Line) -> int:
    """How many stand in line and could begin now."""
    return sum(item.part is Part.WAITING and not item.why for item in line.items)
