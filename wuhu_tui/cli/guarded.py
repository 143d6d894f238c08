"""The dashboard as the command line runs it: a defect ends it without a traceback on the screen."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from wuhu_tui.tui import app


class GuardedApp(app.WuhuApp):
    """Keeps the defect that ended it; whoever runs it tells it."""

    # Textual looks for a relative path beside the subclass's module.
    CSS_PATH = str(Path(app.__file__).with_name("app.tcss"))

    defect: Exception | None = None

    def on_load(self) -> None:
        """A polite end from outside is a leaving: drafts are kept, the terminal is given back."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit)

    async def on_unmount(self) -> None:
        """From here on it ends anyway."""
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)

    def _handle_exception(self, error: Exception) -> None:
        self.defect = self.defect or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave at once; Textual would print the traceback with every local variable."""
        self._close_messages_no_wait()
