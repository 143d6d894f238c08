"""What the core writes of the merge queue and of branches that collide."""

from __future__ import annotations

from wuhu_tui.model.collisions import Collision
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_queue import QueuedMerge


class MergeQueued(Event, frozen=True, tag="merge.queued"):
    """An approved commit is to land when it is its turn."""

    session: str
    entry: QueuedMerge


class MergeDropped(Event, frozen=True, tag="merge.dropped"):
    """It is not to land any more; nothing of it did."""

    session: str
    by: str
    reason: str = ""


class MergeHeld(Event, frozen=True, tag="merge.held"):
    """It stays in its place and does not begin."""

    session: str
    by: str
    note: str = ""


class MergeReleased(Event, frozen=True, tag="merge.released"):
    """Nobody keeps it back any more."""

    session: str
    by: str


class MergePlaced(Event, frozen=True, tag="merge.placed"):
    """It was moved ahead of another entry; `before` empty: behind them all."""

    session: str
    before: str
    by: str


class MergeDelayed(Event, frozen=True, tag="merge.delayed"):
    """It was its turn and it could not begin, or can now (`reason` empty); written when it changes."""

    session: str
    reason: str


class MergeLinked(Event, frozen=True, tag="merge.linked"):
    """Its branch contains the queued commits of these other sessions."""

    session: str
    contains: tuple[str, ...]


class QueuePaused(Event, frozen=True, tag="queue.paused"):
    """No merge begins until the queue is resumed; one that runs goes on."""

    by: str
    note: str = ""


class QueueResumed(Event, frozen=True, tag="queue.resumed"):
    """Merges begin again."""

    by: str


class CollisionFound(Event, frozen=True, tag="collision.found"):
    """Two branches collide, or collide otherwise than before."""

    collision: Collision


class CollisionGone(Event, frozen=True, tag="collision.gone"):
    """They do not collide any more."""

    first: str
    second: str


class CollisionTold(Event, frozen=True, tag="collision.told"):
    """Both sides were told of it."""

    first: str
    second: str
    by: str


class RadarBlinded(Event, frozen=True, tag="radar.blinded"):
    """Uncommitted work of a session cannot be looked at (`reason`), or can again (empty)."""

    session: str
    reason: str = ""


QUEUE_EVENTS: tuple[type[Event], ...] = (
    MergeQueued,
    MergeDropped,
    MergeHeld,
    MergeReleased,
    MergePlaced,
    MergeDelayed,
    MergeLinked,
    QueuePaused,
    QueueResumed,
    CollisionFound,
    CollisionGone,
    CollisionTold,
    RadarBlinded,
)
"""The part of a project's journal that tells of the queue and of collisions."""
