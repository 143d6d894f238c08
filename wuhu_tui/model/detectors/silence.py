"""Silence of a session that should be at work: what `quiet` and `stale` have in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.detectors.detections import Concern, Detection, Thresholds
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.sights import Sight, tells_loss
from wuhu_tui.model.quantities import span
from wuhu_tui.model.states import SessionState

AT_WORK = frozenset({SessionState.STARTING, SessionState.WORKING})
"""States in which something is expected of a session; one that asks, or rests, may be silent."""


class Silence(Detector):
    """Fires once for each stretch without a record that lasts as long as it may not.

    A session that was found lost is silent no more until it lives again.
    """

    concern: ClassVar[Concern]

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(thresholds)
        self._lost = False

    def sees(self, sight: Sight) -> Iterator[Detection]:
        """The stretch before a record of the session's own, and the one before its loss."""
        lost = tells_loss(sight.event)
        if (lost or sight.record.session) and sight.before.cursor.seq and not self._lost:
            yield from self._silent(sight, sight.before, sight.at)
        self._lost = lost or (self._lost and not sight.record.session)

    def ends(self, last: Sight, until: datetime) -> Iterator[Detection]:
        """The stretch that goes on."""
        if not self._lost:
            yield from self._silent(last, last.view, until)

    def _silent(self, sight: Sight, view: SessionView, until: datetime) -> Iterator[Detection]:
        limit = timedelta(seconds=self.limit)
        own = view.own
        at_work = own is not None and own.state in AT_WORK
        if limit and at_work and until - view.last_event_at >= limit:
            text = f"no word for {span(limit)} while {view.phase.kind.value or 'at work'}"
            at = view.last_event_at + limit
            yield self.fired(sight, self.concern, text, cursor=view.cursor, at=at)

    @property
    def limit(self) -> float:
        """Seconds that it may be silent; 0: for ever."""
        raise NotImplementedError
