"""Collisions as entries: only those of which both sides could land, so that one has to wait. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from wuhu_tui.model.board import Board
from wuhu_tui.model.collision_words import pair_word
from wuhu_tui.model.collisions import Collision
from wuhu_tui.model.entry_makers import CORE, ContextEntry, Place
from wuhu_tui.model.queue_events import CollisionFound

COLLISION = "collision"


def collision_told(place: Place, event: CollisionFound) -> ContextEntry | None:
    """What a record of a collision tells; of sessions at work nothing: it may pass by itself."""
    return _entry(place, event.collision) if event.collision.ripe else None


def collision_needs(place: Place) -> Iterator[ContextEntry]:
    """The collisions that ask something of the lead as the board stands."""
    for one in place.board.collisions.values():
        if one.ripe:
            yield _entry(place.of(""), one, told=True)


def collision_is_over(board: Board, entry: ContextEntry) -> bool:
    """Whether they collide no more, or one of them has left."""
    found = board.collisions.get(entry.refs[0])
    return found is None or not found.ripe


def _entry(place: Place, one: Collision, *, told: bool = False) -> ContextEntry:
    paths = "\n".join(file.path for file in one.files)
    mark = hashlib.sha256(paths.encode("utf-8", "backslashreplace")).hexdigest()[:12]
    return place.entry(
        COLLISION,
        f"{one.key}:{mark}",
        f"{pair_word(place.board, one)}; one of them has to wait",
        actor=CORE,
        refs=(one.key, one.first, one.second),
        needed=True,
        ts=one.at if told else None,
    )
