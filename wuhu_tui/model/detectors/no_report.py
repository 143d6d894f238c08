"""A turn ended and nothing was reported: idle is not done."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.model.detectors.detections import Concern, Detection, DetectorKind
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.sights import Sight
from wuhu_tui.model.events import StateChanged
from wuhu_tui.model.states import SessionState


class NoReport(Detector):
    """Fires when a session comes to rest after a turn without a report; once a turn."""

    kind = DetectorKind.NO_REPORT

    def sees(self, sight: Sight) -> Iterator[Detection]:
        """The session as it comes to rest."""
        event, view = sight.event, sight.view
        rests = isinstance(event, StateChanged) and event.after is SessionState.IDLE
        if rests and view.turn > view.reported_in_turn:
            yield self.fired(sight, Concern.WARNING, f"turn {view.turn} ended without a report")
