"""A session at work has said nothing for a while."""

from __future__ import annotations

from wuhu_tui.model.detectors.detections import Concern, DetectorKind
from wuhu_tui.model.detectors.silence import Silence


class Quiet(Silence):
    """Nothing is ended for being quiet."""

    kind = DetectorKind.QUIET
    concern = Concern.WARNING

    @property
    def limit(self) -> float:
        """Seconds that it may be silent."""
        return self.thresholds.quiet
