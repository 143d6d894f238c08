"""Rows of text a screen gives: the join strip, the tabs of a narrow terminal."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from wuhu_tui.tui.presentation.entries import Drawn
from wuhu_tui.tui.presentation.rows import MUTED


class TextStrip(Widget):
    """One row; not there at all while it has nothing to say."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "TextStrip { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }"

    drawn: reactive[Drawn | None] = reactive[Drawn | None](None, layout=False)

    def show(self, text: Content | None) -> None:
        """Take the row's content; None when there is nothing to say."""
        self.drawn = None if text is None else Drawn(text)

    def watch_drawn(self, drawn: Drawn | None) -> None:
        """Take room only when there is something to say."""
        self.display = drawn is not None

    def render(self) -> Content:
        """The row."""
        return self.drawn.content if self.drawn else Content("")


class ViewTabs(Widget):
    """The views of a narrow terminal; one is shown at a time."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "ViewTabs { height: 1; text-wrap: nowrap; background: $panel; }"

    class Picked(Message):
        """The lead clicked a view."""

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    labels: reactive[tuple[tuple[str, str], ...]] = reactive((), layout=False)
    """View and its label, in order."""
    current: reactive[str] = reactive("", layout=False)

    def render(self) -> Content:
        """The labels; the shown one stands out by shape and colour."""
        return Content("").join(
            Content.styled(f" ▸{label} ", "bold $accent on $surface")
            if view == self.current
            else Content.styled(f"  {label} ", MUTED)
            for view, label in self.labels
        )

    def on_click(self, event: events.Click) -> None:
        """Show the view that was clicked."""
        start = 0
        for view, label in self.labels:
            end = start + len(label) + 3
            if start <= event.x < end:
                self.post_message(self.Picked(view))
            start = end
