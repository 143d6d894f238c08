"""The header: the project and how many sessions stand where."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class HeaderBar(Widget):
    """One row; the screen gives it what `presentation.counts` made."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "HeaderBar { height: 1; background: $panel; text-wrap: nowrap; }"

    text: reactive[Content] = reactive(Content(""), layout=False)

    def render(self) -> Content:
        """The row."""
        return self.text
