"""The dashboard as the command line runs it: a defect ends it without a traceback on the screen."""

from __future__ import annotations

from pathlib import Path

from wuhu_tui.tui import app


class GuardedApp(app.WuhuApp):
    """Keeps the defect that ended it; whoever runs it tells it."""

    # Textual looks for a relative path beside the subclass's module.
    CSS_PATH = str(Path(app.__file__).with_name("app.tcss"))

    defect: Exception | None = None

    def _handle_exception(self, error: Exception) -> None:
        self.defect = self.defect or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave at once; Textual would print the traceback with every local variable."""
        self._close_messages_no_wait()
