"""A session's runner died without a last word."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.model.detectors.detections import Concern, Detection, DetectorKind, Thresholds
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.sights import Sight
from wuhu_tui.model.events import RunnerEnded, RunnerStarted
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.states import SessionState


class Lost(Detector):
    """Fires with the core's finding, or else with the next life; once for each life."""

    kind = DetectorKind.LOST

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(thresholds)
        self._open = False
        self._told: set[int] = set()

    def sees(self, sight: Sight) -> Iterator[Detection]:
        """Lives as they begin and end, and what the core says of them."""
        event = sight.event
        if isinstance(event, SessionMoved) and event.after is SessionState.LOST:
            yield from self._lost(sight, event.after_record, event.cause)
        if isinstance(event, RunnerStarted):
            if self._open:
                words = "its runner died without a last word; another life began"
                yield from self._lost(sight, sight.before.cursor, words)
            self._open = True
        elif isinstance(event, RunnerEnded):
            self._open = False

    def _lost(self, sight: Sight, at: Cursor, words: str) -> Iterator[Detection]:
        if at.epoch not in self._told:
            self._told.add(at.epoch)
            yield self.fired(sight, Concern.FAILED, words, cursor=at)
