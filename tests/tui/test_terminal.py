"""An agent's screen in the dashboard: seen live, typed into, and never obeyed."""

from __future__ import annotations

import asyncio

import pytest
from textual import events

from tests.tui.boards import ago, session
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import (
    NARROW,
    WIDE,
    Driver,
    app_of,
    dashboard,
    press,
    settle,
    text_of,
    toasts,
)
from tests.tui.fake_core import FakeCore
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.board import Guess
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.events import AgentSaid
from wuhu_tui.model.records import Record
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.screens.session import SessionScreen
from wuhu_tui.tui.widgets import terminal_screen

LINES = {
    0: "\x1b[0;1;38;5;208m✻ Welcome to the agent\x1b[0m",
    2: "\x1b[0;32m●\x1b[0m Read src/auth.py \x1b[0;2m(120 lines)\x1b[0m",
    3: "\x1b[0;41;97m FAIL \x1b[0m tests/test_auth.py",
    5: "Do you want to run \x1b[0;1mrm -rf build\x1b[0m?",
    6: "\x1b[0;36m❯ 1. Yes\x1b[0m",
    7: "  2. No",
    8: "\x1b[0;48;2;40;60;90m 中文 wide \x1b[0;7m reversed \x1b[0m",
}


def screen_of(lines: dict[int, str], **cursor: int) -> Screen:
    change = ScreenChanged(
        columns=60,
        rows=12,
        lines=lines,
        whole=True,
        cursor_row=cursor.get("row", 6),
        cursor_column=cursor.get("column", 2),
    )
    return Screen().changed(change)


@pytest.fixture
async def terminal(core: FakeCore, monkeypatch: pytest.MonkeyPatch) -> FakeCore:
    """A core whose first session has a screen."""
    monkeypatch.setattr(terminal_screen, "SETTLED", 0.01)
    view = session(
        "old-tool",
        SessionState.WORKING,
        number=21,
        agent="some-cli",
        since=ago(minutes=3),
        last=ago(seconds=2),
        capabilities=(Capability.ATTACH,),
    )
    await core.put(view)
    core.screens[view.id] = screen_of(LINES)
    said = AgentSaid(text="".join(f"earlier line {n}\n" for n in range(80)), message="screen")
    core.transcript(view.id).apply(
        Record(session=view.id, epoch=1, seq=1, ts=ago(minutes=2), event=said)
    )
    return core


NAME = "shop-api-impl-21"


def attached(screen: SessionScreen) -> bool:
    """Asked anew each time: keys change it."""
    return screen.attached


async def opened(pilot: Driver) -> SessionScreen:
    app_of(pilot).selected = NAME
    await settle(pilot)
    await press(pilot, "enter")
    screen = pilot.app.screen
    assert isinstance(screen, SessionScreen)
    return screen


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_screen_is_shown_with_its_colours(
    terminal: FakeCore, shot: Shot, size: tuple[int, int]
) -> None:
    async with dashboard(terminal, size) as pilot:
        await opened(pilot)
        assert "rm -rf build" in text_of(pilot)
        assert await shot(pilot, f"terminal-{size[0]}")
        await press(pilot, "enter")
        assert await shot(pilot, f"terminal-attached-{size[0]}")


async def test_the_dashboards_panes_show_it_live(terminal: FakeCore, shot: Shot) -> None:
    async with dashboard(terminal) as pilot:
        app_of(pilot).selected = NAME
        app_of(pilot).repaint()
        await settle(pilot)
        assert "Welcome to the agent" in text_of(pilot)
        terminal.screens[NAME] = screen_of({**LINES, 0: "and now for something else"})
        await terminal.tell()
        await settle(pilot)
        assert "something else" in text_of(pilot)
        assert "Welcome" not in text_of(pilot)
        assert await shot(pilot, "terminal-in-a-pane")


async def test_every_key_goes_to_it_until_it_is_given_back(terminal: FakeCore) -> None:
    async with dashboard(terminal) as pilot:
        screen = await opened(pilot)
        await press(pilot, "enter")
        assert attached(screen)
        assert "ATTACHED" in text_of(pilot)
        keys = ("q", "ctrl+q", "ctrl+c", "ctrl+p", "escape", "up", "f5", "enter", "s", "shift+tab")
        await press(pilot, *keys)
        pilot.app.post_message(events.Paste("two\nlines"))
        await settle(pilot)
        typed = "".join(call.arguments["text"] for call in terminal.asked("type_keys"))
        assert typed == ("q\x11\x03\x10\x1b\x1b[A\x1b[15~\rs\x1b[Z\x1b[200~two\rlines\x1b[201~")
        assert {call.subject for call in terminal.asked("type_keys")} == {NAME}
        assert pilot.app.screen is screen
        await press(pilot, "ctrl+right_square_bracket")
        assert not attached(screen)
        assert "ATTACHED" not in text_of(pilot)
        await press(pilot, "escape")
        assert pilot.app.screen is not screen
        assert typed == "".join(call.arguments["text"] for call in terminal.asked("type_keys"))


async def test_keys_typed_while_others_travel_go_together_and_in_order(
    terminal: FakeCore,
) -> None:
    async with dashboard(terminal) as pilot:
        await opened(pilot)
        await press(pilot, "enter")
        terminal.hold = asyncio.Event()
        await press(pilot, *"abc")
        terminal.hold.set()
        await settle(pilot)
        assert [call.arguments["text"] for call in terminal.asked("type_keys")] == ["a", "bc"]


async def test_the_keys_come_back_when_nobody_reads_them(terminal: FakeCore) -> None:
    async with dashboard(terminal) as pilot:
        screen = await opened(pilot)
        await press(pilot, "enter")
        terminal.refuse("type_keys", NotPossible("nobody is there", remedy="resume it"))
        await press(pilot, "x")
        assert not attached(screen)
        assert any("nobody is there" in toast for toast in toasts(pilot))
        terminal.refusals.clear()
        await press(pilot, "enter")
        assert attached(screen)
        terminal.dead.add(NAME)
        await terminal.tell()
        await settle(pilot)
        assert not attached(screen)
        assert any("does not live" in toast for toast in toasts(pilot))


async def test_it_gets_the_size_of_the_pane_it_is_looked_at_in(terminal: FakeCore) -> None:
    async with dashboard(terminal) as pilot:
        assert terminal.asked("resize_screen") == []
        await opened(pilot)
        await pilot.pause(0.05)
        await settle(pilot)
        (call,) = terminal.asked("resize_screen")
        assert call.arguments == {"columns": 96, "rows": 36}


async def test_who_reads_back_reads_what_it_said_before(terminal: FakeCore) -> None:
    async with dashboard(terminal) as pilot:
        await opened(pilot)
        await press(pilot, "pageup")
        assert "earlier line 60" in text_of(pilot)
        assert "Welcome" not in text_of(pilot)
        await press(pilot, "F")
        assert "Welcome" in text_of(pilot)
        await press(pilot, "t")
        assert "earlier line 79" in text_of(pilot)
        await press(pilot, "t")
        assert "Welcome" in text_of(pilot)


async def test_only_a_living_screen_takes_keys(terminal: FakeCore) -> None:
    async with dashboard(terminal) as pilot:
        screen = await opened(pilot)
        await terminal.move(NAME, SessionState.STOPPED)
        await settle(pilot)
        await press(pilot, "enter")
        assert not attached(screen)
        assert any("nobody is there to read keys" in toast for toast in toasts(pilot))


async def test_another_agent_has_no_screen(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "enter")
        screen = pilot.app.screen
        assert isinstance(screen, SessionScreen)
        await press(pilot, "enter")
        assert any("has no screen" in toast for toast in toasts(pilot))
        assert not attached(screen)


async def test_what_a_record_smuggles_in_is_shown_as_text(terminal: FakeCore) -> None:
    terminal.screens[NAME] = screen_of(
        {0: "a\x1b]2;OWNED\x07b\x1b[2Jc\x9b31md\r\n[/b] $x [@click=app.quit]e\x1b[999;38;5mf"}
    )
    async with dashboard(terminal) as pilot:
        await opened(pilot)
        assert "abcd [/b] $x [@click=app.quit]ef" in text_of(pilot)
        assert "OWNED" not in text_of(pilot)


async def test_a_screen_that_seems_to_ask_needs_the_lead(terminal: FakeCore, shot: Shot) -> None:
    guess = Guess(state="asking", line="❯ 1. Yes, [/b] delete it", at=ago(seconds=30))
    await terminal.change(NAME, guess=guess)
    async with dashboard(terminal) as pilot:
        await settle(pilot)
        assert "seems to ask" in text_of(pilot)
        await press(pilot, "b")
        assert "read off its screen, a guess: ❯ 1. Yes, [/b] delete it" in text_of(pilot)
        assert terminal.board.sessions[NAME].state is SessionState.WORKING
        assert await shot(pilot, "terminal-seems-to-ask")
        await terminal.change(NAME, guess=Guess(state="working", line="esc to interrupt", at=ago()))
        await settle(pilot)
        app_of(pilot).repaint()
        await settle(pilot)
        assert "seems to ask" not in text_of(pilot)
