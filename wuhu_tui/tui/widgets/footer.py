"""The footer, derived from the registry; a click on an action does it."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from wuhu_tui.tui.action import Situation, why_not
from wuhu_tui.tui.keymap import DEFAULT_KEYS, Keys
from wuhu_tui.tui.presentation.entries import Drawn
from wuhu_tui.tui.presentation.footer import FooterLine, Hint, footer_line
from wuhu_tui.tui.replay_keys import actions_for


class ActionFooter(Widget):
    """One row: keys and titles; what is not possible now is dim."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ActionFooter { height: 1; background: $panel; text-wrap: nowrap; }
    """

    line: reactive[FooterLine] = reactive(FooterLine(Drawn(Content("")), ()), layout=False)

    def __init__(
        self, titles: Mapping[str, str] | None = None, ranks: Mapping[str, int] | None = None
    ) -> None:
        """`titles` names actions anew here, an empty title hides one; `ranks` places them anew."""
        super().__init__()
        self._titles = titles or {}
        self._ranks = ranks or {}
        self._situation: Situation | None = None
        self._keys = DEFAULT_KEYS

    def show(self, situation: Situation, keys: Keys) -> None:
        """Judge every action anew; draws only when something differs."""
        self._situation, self._keys = situation, keys
        hints = tuple(
            Hint(
                action,
                keys.label(action),
                title,
                dim=bool(why_not(action, situation)),
                rank=self._ranks.get(action.id, action.rank),
            )
            for action in actions_for(situation)
            if action.rank and keys.of(action)
            if (title := self._titles.get(action.id, action.title))
        )
        self.line = footer_line(hints, self.size.width)

    def on_resize(self) -> None:
        """Another width holds more or fewer actions."""
        if self._situation:
            self.show(self._situation, self._keys)

    def render(self) -> Content:
        """The row."""
        return self.line.drawn.content

    def on_click(self, event: events.Click) -> None:
        """Do the action that was clicked."""
        for start, end, name in self.line.spans:
            if start <= event.x < end:
                self.screen.call_later(self._do, name)

    async def _do(self, name: str) -> None:
        await self.screen.run_action(f"act('{name}')")
