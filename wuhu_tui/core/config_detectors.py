"""`[detectors]`: when the detectors fire; 0: that one never does."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from wuhu_tui.core.config_base import Settings
from wuhu_tui.model.detectors.detections import Thresholds
from wuhu_tui.model.spending import MOST_USED

MOST_TIMES = 1_000_000
MOST_SECONDS = 366 * 86_400

_Times = Annotated[int, Field(ge=0, le=MOST_TIMES)]
_Seconds = Annotated[float, Field(ge=0, le=MOST_SECONDS)]


class DetectorSettings(Settings):
    """`[detectors]`: counts are how often, `quiet` and `stale` seconds, `cost` US dollars."""

    pagination_reads: _Times = 3
    repeated_keys: _Times = 3
    repeated_errors: _Times = 3
    edits_of_one_file: _Times = 3
    same_result_warning: _Times = 3
    same_result_hold: _Times = 5
    turns: _Times = 0
    """0: each session's own turn limit."""
    cost: Annotated[float, Field(ge=0, le=MOST_USED)] = 0.0
    """0, and 0 tokens: each session's own budget."""
    tokens: Annotated[int, Field(ge=0, le=MOST_USED)] = 0
    quiet: _Seconds = 600.0
    stale: _Seconds = 3600.0

    @property
    def thresholds(self) -> Thresholds:
        """The same, as the detectors take it."""
        return Thresholds(**self.model_dump())
