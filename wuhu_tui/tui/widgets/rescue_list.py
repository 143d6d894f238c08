"""The list of what lies in the trash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from wuhu_tui.model.rescues import Rescue
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.trash import rescue_entries
from wuhu_tui.tui.widgets.line_list import LineList


class RescueList(LineList):
    """Rescues, newest first."""

    def __init__(self) -> None:
        super().__init__(empty="nothing was removed that had to be kept")
        self._kept: Sequence[Rescue] = ()
        self._now = EPOCH_START

    def show(self, kept: Sequence[Rescue], now: datetime) -> None:
        """Show these rescues."""
        self._kept, self._now = kept, now
        self.rebuild()

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        return rescue_entries(self._kept, self._now, width)
