"""The doctor's list: one entry an observation."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.health import Observation
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.health import Labels, health_entries, health_title
from wuhu_tui.tui.widgets.line_list import LineList


class HealthList(LineList):
    """What was found; troubles first."""

    def __init__(self) -> None:
        super().__init__(empty="looking at everything…")
        self._found: tuple[Observation, ...] = ()
        self._keys = Labels()
        self._looking = False

    def show(
        self,
        found: tuple[Observation, ...],
        *,
        keys: Labels,
        looking: bool,
        looked_at: datetime = EPOCH_START,
        now: datetime = EPOCH_START,
    ) -> None:
        """Show these observations; `keys` are the labels of what mends and opens one."""
        self._found, self._keys, self._looking = found, keys, looking
        self.border_title = health_title(found, looking=looking, age=age(looked_at, now))
        self.rebuild()

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        return health_entries(self._found, width, self._keys, looking=self._looking)
