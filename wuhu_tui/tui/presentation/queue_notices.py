"""What needs the lead on the way to base beside a session's own state; as the stream of entries has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from wuhu_tui.model.board import Board
from wuhu_tui.model.collision_words import pair_word, side_name
from wuhu_tui.model.entries_queue import STANDS, needs_delayed, standing_sightings
from wuhu_tui.model.quantities import counted
from wuhu_tui.model.queue_needs import stuck_since
from wuhu_tui.model.queue_words import ready
from wuhu_tui.model.remote_words import remote_need
from wuhu_tui.model.remotes import RemoteState
from wuhu_tui.tui.presentation.notices import BESIDE, QUEUE, RADAR, Notice


def stuck_notice(board: Board, now: datetime) -> Iterator[Notice]:
    """A queue that stands still: as the core found it, or as can be seen from here."""
    for sighting in standing_sightings(board):
        yield _stuck(sighting.at, sighting.text)
        return
    since = stuck_since(board, now)
    if since is not None:
        could = counted(len(ready(board)), "entry")
        yield _stuck(since, f"nothing is merged although {could} could be")


def _stuck(since: datetime, text: str) -> Notice:
    return Notice(
        key=f"{QUEUE}/{BESIDE}{STANDS}",
        stop=QUEUE,
        since=since,
        title="merge queue",
        word="stands still",
        text=text,
        todo="Enter looks · C takes over",
        loud=True,
    )


def delayed_notices(board: Board) -> Iterator[Notice]:
    """Entries that could not begin for a reason that does not pass by itself."""
    for entry in board.queue.entries:
        view = board.session(entry.session)
        if view is not None and needs_delayed(board, entry):
            yield Notice(
                key=f"{entry.session}/{BESIDE}delayed",
                stop=entry.session,
                since=entry.delayed_at,
                title=view.spec.shown_name,
                word="delayed",
                text=f"its merge waits: {entry.delay}",
                todo="Q shows the queue",
            )


def collision_notices(board: Board) -> Iterator[Notice]:
    """Collisions of which both sides could land, so that one has to wait."""
    for one in board.collisions.values():
        if one.ripe:
            yield Notice(
                key=f"{RADAR}/{one.key}",
                stop=RADAR,
                since=one.at,
                title=" ╳ ".join(side_name(board, side) for side in (one.first, one.second)),
                word="collide",
                text=f"{pair_word(board, one)}; one of them has to wait",
                todo="Enter looks · t there tells both",
            )


def remote_notices(board: Board) -> Iterator[Notice]:
    """What base's remote wants of the lead: one thing."""
    remote, text = board.remote, remote_need(board.remote)
    if remote is not None and text:
        yield Notice(
            key=f"{QUEUE}/{BESIDE}remote",
            stop=QUEUE,
            since=remote.seen_at,
            title=remote.place,
            word=_remote_word(remote),
            text=text,
            todo="Enter: P pushes there, B brings in",
            loud=bool(remote.behind or remote.refused),
        )


def _remote_word(remote: RemoteState) -> str:
    if remote.behind:
        return "moved"
    return "refused" if remote.refused else "push"
