"""The base of every dialog: a box over the dashboard with its keys at its foot."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.screen import ModalScreen

from wuhu_tui.tui.acting import Acting
from wuhu_tui.tui.widgets.message_field import LineField, MessageField

Result = TypeVar("Result")


def room_for_facts(height: int) -> int:
    """Rows that long facts may take in a dialog, so that its keys below them are seen."""
    return max(1, int(height * 0.9) - 4)


class WuhuDialog(Acting[Result], ModalScreen[Result]):
    """A dialog; the board goes on being painted beneath it.

    Keys that follow each other quickly reach the app before the dialog they open is there. A dialog
    with a `FIELD` keeps them, and their order, until it can take them.
    """

    FIELD: ClassVar[type[MessageField | LineField] | None] = None
    """The field that takes what is typed ahead."""

    def __init__(self) -> None:
        super().__init__()
        self._is_ready = False
        self._early: list[tuple[str, str]] = []

    def on_mount(self) -> None:
        """Take what came early."""
        self._is_ready = True
        early, self._early = self._early, []
        for kind, what in early:
            if kind == "typed":
                self.type_ahead(what)
            else:
                self.action_act(what)

    def type_ahead(self, text: str) -> None:
        """Take text that was typed for a field that did not exist yet."""
        if self.FIELD is None:
            return
        if not self._is_ready:
            self._early.append(("typed", text))
            return
        field = self.query_one(self.FIELD)
        if isinstance(field, MessageField):
            field.insert(text, field.document.end)
            field.move_cursor(field.document.end)
        else:
            field.value += text

    def action_act(self, name: str) -> None:
        """Do an action, after what was typed before it."""
        if self._is_ready:
            super().action_act(name)
        else:
            self._early.append(("pressed", name))

    def do_close(self) -> None:
        """Close and change nothing."""
        self.dismiss()
