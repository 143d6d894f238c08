"""The doctor's screen: troubles first, each with what mends it; nothing of it holds up the screen."""

from __future__ import annotations

import asyncio

import pytest

from tests.tui.boards import NOW
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import (
    NARROW,
    WIDE,
    app_of,
    dashboard,
    press,
    settle,
    text_of,
    toasts,
)
from tests.tui.fake_core import FakeCore
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.health import Level, Observation
from wuhu_tui.model.letters import Letter, LetterKind, LetterState
from wuhu_tui.tui.health import judge_keys, judge_themes
from wuhu_tui.tui.presentation.facts import goes_on, quit_facts
from wuhu_tui.tui.presentation.health import Labels, health_entries
from wuhu_tui.tui.screens.doctor import DoctorScreen
from wuhu_tui.tui.screens.session import SessionScreen
from wuhu_tui.tui.themes import LoadedThemes
from wuhu_tui.tui.widgets.header import HeaderBar

TINY = (40, 12)
AUTH = "shop-api-impl-01"


def observation(
    check: str, level: Level, text: str, *, of: str = "", repair: str = "", session: str = ""
) -> Observation:
    return Observation(
        id=f"{check}:{of}" if of else check,
        check=check,
        level=level,
        text=text,
        repair=repair,
        fixable="--fix" in repair,
        subject=of,
        session=session,
    )


DEAD = observation(
    "letters",
    Level.TROUBLE,
    "147 dead letters: 140 to shop-api-impl-01 and 7 to shop-api-impl-02 (its runner is gone), "
    "the oldest 3h old",
    of="dead",
    repair="wuhu doctor --fix letters:dead",
)
LOST = observation(
    "sessions",
    Level.TROUBLE,
    f"{AUTH} is lost for 12m: its runner died",
    of=AUTH,
    repair=f"wuhu resume {AUTH}",
    session=AUTH,
)
LOCK = observation(
    "locks",
    Level.TROUBLE,
    "a killed git left .git/index.lock: git refuses to work there",
    of="git",
    repair="wuhu doctor --fix locks:git",
)
AGENT = observation(
    "agents",
    Level.UNKNOWN,
    "claude is 2.1.9 now, shop-api-impl-02 ran with 2.1.4: whether it still works as it did is "
    "not known",
    repair="wuhu agents check claude",
)
REFS = observation("repository", Level.UNKNOWN, "could not look: no answer within 10 s")
WELL = tuple(
    observation(check, Level.OK, text)
    for check, text in (
        ("conductor", "process 4711 (dashboard) conducts"),
        ("processes", "no process outlived its session"),
        ("journals", "every journal can be read, no line is damaged"),
        ("disk", "81 GB free for the project's journals, room for 16199749 files"),
        ("sizes", "4 worktrees 812 MB (the largest, shop-api-impl-02: 640 MB), journals 3.1 MB"),
        ("memory", "20.4 of 23.5 GB of memory are free"),
    )
)
FOUND = (*WELL[:3], DEAD, AGENT, LOST, REFS, LOCK, *WELL[3:])


@pytest.fixture
def ill(core: FakeCore) -> FakeCore:
    core.observations = FOUND
    return core


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW), ("tiny", TINY)])
async def test_the_doctor_shows_troubles_first_with_what_mends_them(
    ill: FakeCore, shot: Shot, name: str, size: tuple[int, int]
) -> None:
    async with dashboard(ill, size) as pilot:
        await press(pilot, "h")
        assert isinstance(pilot.app.screen, DoctorScreen)
        shown = text_of(pilot)
        assert "TROUBLE 3" in shown
        assert "147 dead letters" in shown
        assert "m mends it" in shown
        assert await shot(pilot, f"doctor-{name}")


async def test_the_key_mends_what_is_under_the_cursor_and_looks_again(ill: FakeCore) -> None:
    async with dashboard(ill) as pilot:
        await press(pilot, "h", "m")
        assert [call.subject for call in ill.asked("mend")] == ["letters:dead"]
        assert len(ill.asked("examine")) == 2
        assert "mended letters:dead" in toasts(pilot)


async def test_what_no_key_mends_says_which_command_does(ill: FakeCore) -> None:
    async with dashboard(ill) as pilot:
        await press(pilot, "h", "j", "m")
        assert not ill.asked("mend")
        assert f"wuhu resume {AUTH}" in toasts(pilot)[-1]


async def test_all_that_is_safe_is_mended_at_once_after_it_was_shown(ill: FakeCore) -> None:
    async with dashboard(ill) as pilot:
        await press(pilot, "h", "A")
        assert not ill.asked("mend")
        assert "Mend 2 at once" in text_of(pilot)
        await press(pilot, "enter")
        assert [call.subject for call in ill.asked("mend")] == ["letters:dead", "locks:git"]
        assert "mended 2 of 2" in toasts(pilot)


async def test_a_refusal_is_told_and_the_screen_stays(ill: FakeCore) -> None:
    ill.refusals["mend"] = NotPossible("somebody holds it", remedy="wait")
    async with dashboard(ill) as pilot:
        await press(pilot, "h", "m")
        assert "somebody holds it" in toasts(pilot)[-1]
        assert isinstance(pilot.app.screen, DoctorScreen)


async def test_enter_goes_to_the_session_it_is_about(ill: FakeCore) -> None:
    async with dashboard(ill) as pilot:
        await press(pilot, "h", "j", "enter")
        assert isinstance(pilot.app.screen, SessionScreen)
        assert pilot.app.screen.subject() == AUTH


async def test_keys_count_while_it_looks_and_leaving_meanwhile_is_safe(ill: FakeCore) -> None:
    async with dashboard(ill) as pilot:
        ill.hold = asyncio.Event()
        await press(pilot, "h")
        assert "looking" in text_of(pilot)
        await press(pilot, "r")
        assert len(ill.asked("examine")) == 1
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, DoctorScreen)
        ill.hold.set()


async def test_a_click_on_the_header_opens_it_once(ill: FakeCore) -> None:
    async with dashboard(ill) as pilot:
        for _ in range(2):
            await pilot.click(HeaderBar)
            await settle(pilot)
        assert [type(screen) for screen in pilot.app.screen_stack[1:]] == [DoctorScreen]


async def test_a_deep_look_is_asked_for(ill: FakeCore) -> None:
    async with dashboard(ill) as pilot:
        await press(pilot, "h", "d")
        assert [call.arguments["deep"] for call in ill.asked("examine")] == [False, True]


async def test_the_cursor_stays_on_its_trouble_when_others_go(ill: FakeCore) -> None:
    async with dashboard(ill) as pilot:
        await press(pilot, "h", "j")
        ill.observations = (*WELL, LOST)
        await press(pilot, "r")
        screen = app_of(pilot).screen
        assert isinstance(screen, DoctorScreen)
        assert screen.observation == LOST


async def test_what_agents_and_files_are_called_is_only_text(core: FakeCore) -> None:
    evil = "[bold]x[/bold] \x1b[31mred\x1b]0;title\x07"
    core.observations = (observation("worktrees", Level.TROUBLE, evil, of="x", repair=evil),)
    async with dashboard(core) as pilot:
        await press(pilot, "h")
        shown = text_of(pilot)
        assert "[bold]x[/bold]" in shown
        assert "\x1b" not in shown
        assert "\x07" not in shown


def test_leaving_tells_what_did_not_arrive() -> None:
    dead = Letter(
        id="l1",
        kind=LetterKind.STEER,
        sender="lead",
        recipient=AUTH,
        text="go on",
        posted_at=NOW,
        state=LetterState.DEAD,
    )
    board = Board(letters={dead.id: dead})
    assert goes_on(board)
    assert dict(quit_facts(board).facts)["undelivered"].startswith("1 letter,")
    assert not goes_on(Board())


def test_no_row_is_wider_than_the_list() -> None:
    for width in (1, 7, 30, 120):
        rows = [
            row
            for entry in health_entries(FOUND, width, Labels("m", "Enter"))
            for row in entry.rows
        ]
        assert rows
        assert all(row.cell_length <= width for row in rows)


def test_a_chosen_theme_that_is_gone_is_trouble() -> None:
    (told,) = judge_themes(LoadedThemes({}, []), "mine")
    assert told.level is Level.TROUBLE
    assert "mine" in told.text


def test_a_key_that_cannot_be_bound_is_trouble() -> None:
    (told,) = judge_keys({"session.steer": ("ctrl+m",)})
    assert told.level is Level.TROUBLE
    assert judge_keys({})[0].level is Level.OK
