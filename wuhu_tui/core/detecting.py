"""Let the detectors look at a project's journals."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.core.looking_back import Journaled
from wuhu_tui.model.detectors.detections import Detection, Thresholds
from wuhu_tui.model.errors import NotPossible


async def detections(
    project: Journaled, *, session: str = "", thresholds: Thresholds | None = None
) -> Sequence[Detection]:
    """What they find, oldest first."""
    raise NotPossible("detectors are not built into this version")
