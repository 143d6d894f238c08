"""One of a few words; Space or the arrows go through them."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class Choice(Widget, can_focus=True):
    """A row of words, one of them chosen."""

    DEFAULT_CSS = """
    Choice { height: 1; padding: 0 1; background: $surface; text-wrap: nowrap; }
    Choice:focus { background: $panel; }
    """

    place: reactive[int] = reactive(0, layout=False)

    def __init__(self, words: tuple[str, ...], *, name: str = "") -> None:
        super().__init__(name=name)
        self.words = words

    @property
    def value(self) -> str:
        """The chosen word."""
        return self.words[self.place] if self.words else ""

    def render(self) -> Content:
        """The words; the chosen one stands out by shape and colour."""
        return Content("  ").join(
            Content.styled(f"▸{word}", "bold $accent")
            if place == self.place
            else Content.styled(f" {word}", "$foreground 62%")
            for place, word in enumerate(self.words)
        )

    def on_key(self, event: events.Key) -> None:
        """Go through the words."""
        step = {"right": 1, "space": 1, "left": -1}.get(event.key)
        if step and self.words:
            event.stop()
            self.place = (self.place + step) % len(self.words)
