"""The header: the project and how many sessions stand where."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from wuhu_tui.tui.actions import BY_ID, actions_of
from wuhu_tui.tui.presentation.entries import Drawn

_DOCTOR = "wuhu.doctor"


class HeaderBar(Widget):
    """One row; the screen gives it what `presentation.counts` made."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "HeaderBar { height: 1; background: $panel; text-wrap: nowrap; }"

    drawn: reactive[Drawn] = reactive(Drawn(Content("")), layout=False)
    badge: reactive[Drawn] = reactive(Drawn(Content("")), layout=False)
    """What stands before everything else: that this is a replay."""

    def show(self, text: Content) -> None:
        """Take the row's content; draws only when words or colours differ."""
        self.drawn = Drawn(text)

    def wear(self, badge: Content) -> None:
        """Put something before the row; it is never cut off."""
        self.badge = Drawn(badge)

    def room(self, width: int) -> int:
        """How much of a width the badge leaves for the row."""
        return max(0, width - self.badge.content.cell_length)

    def render(self) -> Content:
        """The row."""
        return Content.assemble(self.badge.content, self.drawn.content)

    def on_click(self) -> None:
        """Open the doctor, where the screen offers it: what the header counts may need one."""
        context = getattr(self.screen, "CONTEXT", None)
        if context is not None and BY_ID[_DOCTOR] in actions_of(context):
            self.screen.call_later(self.screen.run_action, f"act('{_DOCTOR}')")
