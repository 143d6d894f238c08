"""The field of the session list's filter: what is typed quickly reaches it, and nothing past its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import events
from textual.widgets import Input
from textual.widgets.input import Selection

_LEAVING = frozenset({"enter", "escape", "tab", "shift+tab"})


class FilterField(Input):
    """One line above the list; Enter keeps what it says and gives the keys back at once."""

    def __init__(self, kept: Callable[[str], None], **options: Any) -> None:
        super().__init__(select_on_focus=False, **options)
        self._kept = kept
        self._is_left = False

    def open(self) -> None:
        """Take the keys now: the next one may be on its way already."""
        self.display = True
        self._is_left = False
        self.selection = Selection(0, len(self.value))
        self.screen.set_focus(self)

    async def _on_key(self, event: events.Key) -> None:
        """Keys behind one that leaves the field belong to the screen, as that one does."""
        self._is_left = self._is_left or event.key in _LEAVING
        if self._is_left or self.screen.focused is not self:
            event.prevent_default()

    async def action_submit(self) -> None:
        """Keep what it says before the next key is read."""
        self._kept(self.value)
