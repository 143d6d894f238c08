"""The field the lead writes messages in."""

from __future__ import annotations

from typing import Any

from textual.widgets import TextArea

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

    def break_line(self) -> None:
        """Begin a new line."""
        self.insert("\n")
