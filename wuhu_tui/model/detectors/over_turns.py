"""More turns than a session may take."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.model.detectors.detections import Concern, Detection, DetectorKind
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.sights import Sight
from wuhu_tui.model.events import TurnStarted


class OverTurns(Detector):
    """Fires with the first turn beyond the limit: the threshold's, else the session's own."""

    kind = DetectorKind.OVER_TURNS

    def sees(self, sight: Sight) -> Iterator[Detection]:
        """Turns as they begin."""
        limit = self.thresholds.turns or sight.view.spec.turn_limit
        begins = isinstance(sight.event, TurnStarted)
        if begins and 0 < limit < sight.view.turn and sight.before.turn <= limit:
            text = f"turn {sight.view.turn} of at most {limit}"
            yield self.fired(sight, Concern.WARNING, text)
