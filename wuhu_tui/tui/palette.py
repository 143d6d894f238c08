"""The palette: every action of the screen, with its key, or why it is not possible now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape
from textual.theme import BUILTIN_THEMES, ThemeProvider

from wuhu_tui.tui.acting import Acting
from wuhu_tui.tui.action import Action, why_not
from wuhu_tui.tui.presentation.rows import MUTED, line
from wuhu_tui.tui.replay_keys import actions_for


class Palette(CommandPalette):
    """Textual's own; a key that comes before the list has its rows moves nothing."""

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList).virtual_size.height:
            with suppress(KeyError):  # its rows are counted before they are laid out
                super()._action_command_list(action)


class ActionsProvider(Provider):
    """Offers the actions of the screen under the palette."""

    @property
    def _acting(self) -> Acting[Any] | None:
        return self.screen if isinstance(self.screen, Acting) else None

    def _actions(self) -> Iterator[tuple[Action, str, str]]:
        """Each action with its keys and why it is not possible."""
        if acting := self._acting:
            situation = acting.situation()
            for action in actions_for(situation):
                yield action, acting.keys.labels(action), why_not(action, situation)

    async def discover(self) -> Hits:
        """All actions, before anything is typed."""
        for action, keys, why in self._actions():
            yield DiscoveryHit(
                _shown(Content(action.title), keys, why),
                partial(self._act, action),
                text=action.title,
                help=_help(why or action.tooltip),
            )

    async def search(self, query: str) -> Hits:
        """Actions whose title or tooltip matches."""
        matcher = self.matcher(query)
        for action, keys, why in self._actions():
            score = max(matcher.match(action.title), matcher.match(action.tooltip) / 2)
            if score > 0:
                title = matcher.highlight(action.title)
                yield Hit(
                    score,
                    _shown(title, keys, why),
                    partial(self._act, action),
                    text=action.title,
                    help=_help(why or action.tooltip),
                )

    def _act(self, action: Action) -> None:
        if acting := self._acting:
            acting.action_act(action.id)


def _help(text: str) -> str:
    """Textual reads help as markup, and a reason may name a session: names are data."""
    return escape(line(text))


def _shown(title: Content, keys: str, why: str) -> Content:
    shown = Content.assemble(title, (f"   {keys}", "bold $accent"))
    return shown.stylize_before(MUTED) if why else shown


class WuhuThemeProvider(ThemeProvider):
    """Offers the themes that were made and checked for wuhu, not those that Textual brings."""

    @property
    def commands(self) -> list[tuple[str, Callable[[], None]]]:
        """Each theme's name, and what chooses it."""
        return [(name, choose) for name, choose in super().commands if name not in BUILTIN_THEMES]
