"""A cat on the keyboard: whatever is pressed, wherever, over whatever board, the dashboard lives."""

from __future__ import annotations

import random
from typing import Any

import pytest
from msgspec.structs import replace
from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size

from tests.sampling import sampled
from tests.tui.boards import sample_board
from tests.tui.dashboard_app import Driver, burst, dashboard, press, settle
from tests.tui.fake_core import FakeCore
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import NotFound
from wuhu_tui.tui.actions import ACTIONS
from wuhu_tui.tui.app import WuhuApp
from wuhu_tui.tui.screens.dashboard import DashboardScreen

MOVES = ("up", "down", "left", "right", "tab", "shift+tab", "home", "end", "pageup", "pagedown")
OTHERS = ("enter", "escape", "space", "backspace", "delete", "x", "1", "9", "ctrl+p")
KEYS = tuple(dict.fromkeys(key for action in ACTIONS for key in action.keys))
EVERY_KEY = tuple(dict.fromkeys((*KEYS, *MOVES, *OTHERS)))
SIZES = ((140, 40), (80, 24), (40, 10), (20, 5), (200, 60), (3, 1))
SCREENS: dict[str, tuple[str, ...]] = {
    "dashboard": (),
    "session": ("enter",),
    "inbox": ("b",),
    "review": ("d",),
    "help": ("question_mark",),
    "filter": ("slash",),
    "palette": ("colon",),
    "answer": ("a",),
    "steer": ("s",),
    "new": ("n",),
    "peek": ("space",),
    "messages": ("M",),
    "merge queue": ("Q",),
    "radar": ("c",),
    "one session's messages": ("l",),
    "join": ("v", "J"),
    "stop": ("X",),
}

SHAPES = frozenset({"dashboard", "session", "review", "answer"})
"""A screen of each shape; the others are tried in the long suite."""


pytestmark = pytest.mark.timeout(180)
"""Each of these waits many times for the app to fall idle."""


class Forgetful(FakeCore):
    """A core that refuses what is asked of a session that is gone, as the real one does."""

    async def _note(self, verb: str, subject: str, **arguments: Any) -> None:
        known = verb in ("instantiate", "open_join", "cancel_join")
        if not known and subject not in self.board.sessions:
            raise NotFound(f"there is no session {subject}")
        await super()._note(verb, subject, **arguments)


def without(board: Board, *names: str) -> Board:
    """A board on which these sessions never were."""
    kept = {name: view for name, view in board.sessions.items() if name not in names}
    return replace(board, sessions=kept)


def stay(pilot: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quitting is the one thing that may end it; here it does not."""
    monkeypatch.setattr(pilot.app, "exit", lambda *_, **__: None)


def resize(pilot: Driver, size: tuple[int, int]) -> None:
    """The terminal is another size; keys that come now meet it half done."""
    driver = pilot.app._driver
    assert isinstance(driver, HeadlessDriver)
    driver._size = Size(*size)
    pilot.app.post_message(events.Resize(Size(*size), Size(*size)))


async def mash(pilot: Driver, *keys: str) -> None:
    """Keys at once; the next ones come as soon as the app rests, whatever it still has to do."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await pilot.pause()


async def home(pilot: Driver) -> None:
    """Nothing may hold the lead: Esc leads out of everything."""
    resize(pilot, (140, 40))
    await settle(pilot)
    for _ in range(30):
        if isinstance(pilot.app.screen, DashboardScreen):
            break
        await press(pilot, "escape")
    assert isinstance(pilot.app.screen, DashboardScreen), f"stuck in {pilot.app.screen_stack}"
    assert isinstance(pilot.app, WuhuApp)
    assert pilot.app.is_running
    assert not pilot.app.troubles


@pytest.mark.parametrize("seed", sampled(range(2), {0}))
async def test_bursts_of_keys(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    whole = sample_board()
    core = Forgetful(whole)
    async with dashboard(core) as pilot:
        stay(pilot, monkeypatch)
        for _ in range(30):
            await mash(pilot, *chance.choices(EVERY_KEY, k=chance.randint(1, 20)))
            match chance.randrange(6):
                case 0:
                    names = sorted(whole.sessions)
                    gone = chance.sample(names, chance.randint(0, len(names)))
                    await core.show(without(whole, *gone))
                case 1:
                    resize(pilot, chance.choice(SIZES))
                case 2:
                    await core.show(replace(whole, sessions={}))
        await core.show(whole)
        await home(pilot)


@pytest.mark.parametrize("place", sampled(SCREENS, SHAPES))
async def test_every_key_where_the_session_is_gone(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = Forgetful()
    async with dashboard(core) as pilot:
        stay(pilot, monkeypatch)
        await press(pilot, *SCREENS[place])
        await core.show(replace(sample_board(), sessions={}))
        keys = random.Random(place).sample(EVERY_KEY, len(EVERY_KEY))
        for start in range(0, len(keys), 8):
            await mash(pilot, *keys[start : start + 8])
        await home(pilot)


@pytest.mark.parametrize("place", ["session", "review"])
async def test_a_screen_whose_session_goes_waits_for_what_lies_over_it(place: str) -> None:
    whole = sample_board()
    core = Forgetful(whole)
    async with dashboard(core) as pilot:
        await press(pilot, *SCREENS[place])
        under = pilot.app.screen
        await press(pilot, "ctrl+p")
        await core.show(replace(whole, sessions={}))
        await settle(pilot)
        assert pilot.app.screen_stack[-2] is under
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, DashboardScreen)


async def test_a_list_without_any_room_draws_nothing() -> None:
    core = Forgetful(replace(sample_board(), sessions={}))
    async with dashboard(core) as pilot:
        await press(pilot, "b")
        resize(pilot, (3, 1))
        await settle(pilot)
        await home(pilot)


async def test_a_key_before_the_palette_has_its_list_moves_nothing() -> None:
    async with dashboard(Forgetful()) as pilot:
        await burst(pilot, "colon", "pageup", "pagedown", "pageup")
        await press(pilot, *"zzzz", "pageup", "pagedown")
        await home(pilot)


@pytest.mark.parametrize("place", sampled(SCREENS, {"dashboard", "review"}))
async def test_a_terminal_that_shrinks_to_nothing_and_grows_again(place: str) -> None:
    async with dashboard(Forgetful()) as pilot:
        await press(pilot, *SCREENS[place])
        for size in (*SIZES, (1, 1), *reversed(SIZES)):
            resize(pilot, size)
            await mash(pilot, "down", "up")
        await home(pilot)
