"""The field of the session list's filter: what is typed quickly reaches it, and nothing past its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import events
from textual.widgets import Input


class FilterField(Input):
    """One line above the list; Enter keeps what it says and gives the keys back at once."""

    def __init__(self, kept: Callable[[str], None], **options: Any) -> None:
        super().__init__(**options)
        self._kept = kept

    def open(self) -> None:
        """Take the keys now: the next one may be on its way already."""
        self.display = True
        self.screen.set_focus(self)

    async def _on_key(self, event: events.Key) -> None:
        """Keys that came here before Enter gave them back belong to the screen."""
        if self.screen.focused is not self:
            event.prevent_default()

    async def action_submit(self) -> None:
        """Keep what it says before the next key is read."""
        self._kept(self.value)
