"""One of a few words; Space or the arrows go through them."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from wuhu_tui.tui.presentation.rows import MUTED


def words_row(words: tuple[str, ...], chosen: int, width: int) -> Content:
    """As many words as fit, the chosen one among them; marks say that there are more."""
    first = 0
    while first < chosen and _cells(words[first : chosen + 1]) + 4 > width:
        first += 1
    row = Content("  ").join(
        Content.styled(f"▸{word}", "bold $accent")
        if place == chosen
        else Content.styled(f" {word}", MUTED)
        for place, word in enumerate(words[first:], start=first)
    )
    if first:
        row = Content.styled("‹ ", MUTED) + row
    if row.cell_length <= width:
        return row
    return row.truncate(max(0, width - 2)) + Content.styled(" ›", MUTED)


def _cells(words: tuple[str, ...]) -> int:
    """Cells that these words take in a row."""
    return sum(len(word) + 3 for word in words)


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
        return words_row(self.words, self.place, self.size.width)

    def on_key(self, event: events.Key) -> None:
        """Go through the words."""
        step = {"right": 1, "space": 1, "left": -1}.get(event.key)
        if step and self.words:
            event.stop()
            self.place = (self.place + step) % len(self.words)
