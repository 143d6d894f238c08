"""The field the lead writes messages in."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input, TextArea

from wuhu_tui.tui.actions import actions_of
from wuhu_tui.tui.keymap import prints
from wuhu_tui.tui.safe import safe_text


class MessageField(TextArea):
    """Several lines, soft-wrapped; sending and closing belong to the dialog around it."""

    DEFAULT_CSS = """
    MessageField { border: none; padding: 0 1; background: $surface; height: 5; }
    MessageField:focus { border: none; }
    """

    def __init__(self, text: str = "", **options: Any) -> None:
        super().__init__(
            safe_text(text),
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            **options,
        )

    def on_mount(self) -> None:
        """The cursor stands behind a kept draft."""
        self.move_cursor(self.document.end)

    async def _on_key(self, event: events.Key) -> None:
        """Leave the dialog's keys to the dialog; they come after everything typed before them."""
        if event.key in dialog_keys(self):
            event.prevent_default()
        else:
            await super()._on_key(event)

    def break_line(self) -> None:
        """Begin a new line."""
        self.insert("\n")


class LineField(Input, inherit_bindings=False):
    """One line; Enter is the dialog's."""

    BINDINGS = [
        binding
        for binding in Input.BINDINGS
        if not isinstance(binding, Binding) or binding.key != "enter"
    ]


def dialog_keys(field: Widget) -> frozenset[str]:
    """The keys that belong to the dialog around a field; those that print are text."""
    from wuhu_tui.tui.acting import Acting

    screen = field.screen
    if not isinstance(screen, Acting):
        return frozenset()
    keys = screen.wuhu.keys
    return frozenset(
        key for action in actions_of(screen.CONTEXT) for key in keys.of(action) if not prints(key)
    )
