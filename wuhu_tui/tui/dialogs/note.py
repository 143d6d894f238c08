"""Facts, and one line that says why: for what is given up with a note."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.dialogs.confirm import facts_content
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.facts import Facts
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.message_field import LineField


class NoteDialog(WuhuDialog[str]):
    """Returns the note, empty when none was written; None when nothing is to be done."""

    CONTEXT = Context.NOTE
    BINDINGS = bindings_for(CONTEXT)
    FIELD = LineField
    AUTO_FOCUS = "LineField"

    def __init__(self, facts: Facts, *, hint: str = "why; the note is kept with it") -> None:
        super().__init__()
        self.facts = facts
        self._hint = hint

    def compose(self) -> ComposeResult:
        """A box with the facts and the line."""
        room = min(76, int(self.app.size.width * 0.96)) - 6
        with Vertical(classes="box -danger" if self.facts.danger else "box") as box:
            box.border_title = Content(self.facts.title)
            yield Static(facts_content(self.facts, room), id="facts")
            yield LineField(placeholder=self._hint, id="note")
            yield ActionFooter({"note.do": self.facts.act})

    def do_confirm(self) -> None:
        """Do it, with the note."""
        self.dismiss(self.query_one(LineField).value.strip())
