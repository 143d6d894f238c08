"""The base of every dialog: a box over the dashboard with its keys at its foot."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import ModalScreen

from wuhu_tui.tui.acting import Acting

Result = TypeVar("Result")


class WuhuDialog(Acting[Result], ModalScreen[Result]):
    """A dialog; the board goes on being painted beneath it."""

    def do_close(self) -> None:
        """Close and change nothing."""
        self.dismiss()
