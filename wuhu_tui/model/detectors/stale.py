"""A session at work has said nothing for so long that nobody should wait for it."""

from __future__ import annotations

from wuhu_tui.model.detectors.detections import Concern, DetectorKind
from wuhu_tui.model.detectors.silence import Silence


class Stale(Silence):
    """Nothing is ended for being stale."""

    kind = DetectorKind.STALE
    concern = Concern.STAGNANT

    @property
    def limit(self) -> float:
        """Seconds that it may be silent."""
        return self.thresholds.stale
