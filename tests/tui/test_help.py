"""Help and palette: made of the registry, with reasons."""

from __future__ import annotations

import asyncio

import pytest
from textual.command import CommandPalette

from tests.tui.conftest import Shot
from tests.tui.dashboard_app import (
    NARROW,
    WIDE,
    app_of,
    dashboard,
    press,
    settle,
    text_of,
    type_text,
)
from tests.tui.fake_core import FakeCore
from wuhu_tui.tui.dialogs.composer import ComposerDialog
from wuhu_tui.tui.palette import WuhuThemeProvider


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
async def test_help_lists_the_keys_of_the_screen(
    core: FakeCore, shot: Shot, name: str, size: tuple[int, int]
) -> None:
    async with dashboard(core, size) as pilot:
        await press(pilot, "question_mark")
        shown = text_of(pilot)
        assert "the keys of the dashboard screen" in shown
        assert "Answer the selected session's" in shown
        assert await shot(pilot, f"help-{name}")
        await press(pilot, "escape")
        assert len(pilot.app.screen_stack) == 1


async def test_help_can_be_searched(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "b", "f1")
        await type_text(pilot, "merge")
        shown = text_of(pilot)
        assert "the keys of the inbox screen" in shown
        assert "Put the approved commit in line" in shown
        assert "Move down" not in shown
        assert "not now: only an approved session can be merged" in shown
        await type_text(pilot, "xyz")
        assert "no such action here" in text_of(pilot)


async def test_the_palette_does_what_it_offers(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "colon")
        assert isinstance(pilot.app.screen, CommandPalette)
        await type_text(pilot, "follow-up")
        async with asyncio.timeout(30):
            while "Write a message that lands when the turn ends" not in text_of(pilot):
                await settle(pilot)
        await press(pilot, "enter")
        async with asyncio.timeout(30):
            while not isinstance(pilot.app.screen, ComposerDialog):
                await settle(pilot)
        assert "Follow-up to db-migrate" in text_of(pilot)


async def test_the_palette_says_why_not(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "ctrl+p")
        await type_text(pilot, "hibernate")
        why = "only an idle session can hibernate: db-migrate is asking"
        async with asyncio.timeout(30):
            while why not in text_of(pilot):
                await settle(pilot)


async def test_a_click_in_the_footer_does_what_it_says(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await pilot.click("ActionFooter", offset=(13, 0))
        await settle(pilot)
        assert isinstance(pilot.app.screen, ComposerDialog)


async def test_the_editor_is_refused_in_words_where_there_is_no_terminal(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "e")
        [note] = pilot.app._notifications
        assert note.message == "this terminal cannot be handed to an editor"


async def test_another_theme(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core, theme="wuhu-light") as pilot:
        assert app_of(pilot).theme == "wuhu-light"
        assert await shot(pilot, "dashboard-light")


async def test_only_themes_made_for_wuhu_are_offered(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        offered = [name for name, _ in WuhuThemeProvider(pilot.app.screen).commands]
        assert offered == ["wuhu-colour-blind", "wuhu-dark", "wuhu-high-contrast", "wuhu-light"]
        await press(pilot, "colon")
        await type_text(pilot, "theme")
        await settle(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        palette = pilot.app.screen
        assert isinstance(palette, CommandPalette)
        assert palette._provider_classes == {WuhuThemeProvider}


async def test_a_theme_nobody_knows_is_told(core: FakeCore) -> None:
    async with dashboard(core, theme="no-such-theme") as pilot:
        [note] = pilot.app._notifications
        assert "there is no theme 'no-such-theme'" in note.message
        assert app_of(pilot).theme == "wuhu-dark"
