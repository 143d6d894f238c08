"""Asks what to look for in a diff."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.message_field import LineField


class FindDialog(WuhuDialog[str]):
    """Returns what to look for, empty to look for nothing any more; None to leave it as it is."""

    CONTEXT = Context.FIND
    BINDINGS = bindings_for(CONTEXT)
    FIELD = LineField
    AUTO_FOCUS = "LineField"

    def __init__(self, wanted: str = "") -> None:
        super().__init__()
        self._wanted = wanted

    def compose(self) -> ComposeResult:
        """One line."""
        with Vertical(classes="box") as box:
            box.border_title = Content("Find in the whole diff")
            box.border_subtitle = Content("small letters find large ones too")
            yield LineField(self._wanted, placeholder="words that stand in one line", id="find")
            yield ActionFooter()

    def do_confirm(self) -> None:
        """Look for it."""
        self.dismiss(self.query_one(LineField).value)
