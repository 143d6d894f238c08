"""A lead who comes back: what is noted of looks, the one calm line, the screen, and its jumps."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.lookback.records import ONE, at, morning
from tests.tui.boards import NOW
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import (
    NARROW,
    WIDE,
    app_of,
    dashboard,
    make_app,
    press,
    settle,
    text_of,
    toasts,
)
from tests.tui.fake_core import FakeCore
from wuhu_tui.core.presence import PresenceFile, presence_files
from wuhu_tui.model.away import away
from wuhu_tui.model.lookbacks import Away
from wuhu_tui.model.presence import Presence
from wuhu_tui.model.recorded_times import in_order
from wuhu_tui.model.records import Cursor
from wuhu_tui.tui.presentation.away import away_notice
from wuhu_tui.tui.screens.away import AwayScreen
from wuhu_tui.tui.screens.session import SessionScreen


def meanwhile() -> Away:
    told = morning()
    happened = list(in_order(told.journals))
    return away(happened, told.trails().board, since=at(15), until=NOW)


@pytest.fixture
def core() -> FakeCore:
    core = FakeCore()
    core.meanwhile = meanwhile()
    return core


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
async def test_what_happened_by_what_it_means(
    core: FakeCore, shot: Shot, name: str, size: tuple[int, int]
) -> None:
    async with dashboard(core, size) as pilot:
        await press(pilot, "A")
        shown = text_of(pilot)
        for words in (
            "NEEDS YOU 1",
            "DECIDED WITHOUT YOU 1",
            "LANDED 1",
            "which index? → this one",
        ):
            assert words in shown
        assert await shot(pilot, f"away-{name}")
        await press(pilot, "escape")
        assert not isinstance(app_of(pilot).screen, AwayScreen)


async def test_a_line_leads_to_its_moment_and_to_what_is_now(
    core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(core) as pilot:
        jumps: list[tuple[Any, ...]] = []
        monkeypatch.setattr(
            app_of(pilot), "show_replay", lambda *where, **how: jumps.append((*where, how))
        )
        await press(pilot, "A", "j", "enter")
        [(session, cursor, how)] = jumps
        assert (type(cursor), how) == (Cursor, {})
        assert session == "shop-api-impl-02"
        await press(pilot, "j", "j", "enter")
        journal, cursor, how = jumps[-1]
        assert (journal, list(how)) == ("", ["screen"])
        assert how["screen"]() is None
        assert app_of(pilot).selected == ONE
        await press(pilot, "o")
        assert isinstance(app_of(pilot).screen, SessionScreen)


async def test_a_day_earlier_is_asked_for(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "A", "e")
        asked = [call.arguments["since"] for call in core.asked("away")]
        assert asked == [None, at(15) - timedelta(days=1)]


# coming and going


def looks_of(core: FakeCore) -> list[tuple[Any, Any]]:
    calls = core.asked("note_look")
    return [(call.arguments["since"], call.arguments["until"]) for call in calls]


async def test_who_comes_back_gets_one_line_that_takes_no_key(
    core: FakeCore, tmp_path: Path, shot: Shot
) -> None:
    async with dashboard(core, presence=tmp_path) as pilot:
        assert "While you were away (3h45)" in text_of(pilot)
        assert "A shows it" in text_of(pilot)
        assert await shot(pilot, "away-notice")
        await press(pilot, "j")
        assert "While you were away" in text_of(pilot)
        await press(pilot, "A", "escape")
        assert "While you were away" not in text_of(pilot)


async def test_the_line_is_sent_away_by_escape(core: FakeCore, tmp_path: Path) -> None:
    async with dashboard(core, presence=tmp_path) as pilot:
        await press(pilot, "escape")
        assert "While you were away" not in text_of(pilot)


@pytest.mark.parametrize("change", ["short", "calm"])
async def test_a_short_or_quiet_absence_is_not_announced(
    core: FakeCore, tmp_path: Path, change: str
) -> None:
    found = core.meanwhile
    if change == "short":
        core.meanwhile = replace(found, since=NOW - timedelta(minutes=14))
    else:
        calm = tuple(line for line in found.lines if line.group in ("worked on", "by you"))
        core.meanwhile = replace(found, lines=calm)
    async with dashboard(core, presence=tmp_path) as pilot:
        assert "While you were away" not in text_of(pilot)


async def test_looks_are_noted_when_the_keyboard_rests_and_when_the_dashboard_closes(
    core: FakeCore, tmp_path: Path
) -> None:
    app = make_app(core, presence=tmp_path)
    moment = NOW
    assert app.live is not None
    app.live.clock = lambda: moment
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        [file] = presence_files(tmp_path)
        assert file.read() == Presence(since=NOW, until=NOW)
        moment = NOW + timedelta(seconds=29)
        await press(pilot, "j")
        assert file.read() == Presence(since=NOW, until=NOW)
        moment = NOW + timedelta(seconds=31)
        await press(pilot, "j")
        assert file.read() == Presence(since=NOW, until=moment)
        moment = NOW + timedelta(minutes=6)
        app.looks.tick()
        await settle(pilot)
        assert looks_of(core) == [(NOW, NOW + timedelta(seconds=31))]
        moment = NOW + timedelta(minutes=40)
        await press(pilot, "k")
        moment = NOW + timedelta(minutes=41)
    assert looks_of(core)[1:] == [(NOW + timedelta(minutes=40), NOW + timedelta(minutes=41))]
    assert list(tmp_path.iterdir()) == []


async def test_a_killed_dashboard_is_taken_up(core: FakeCore, tmp_path: Path) -> None:
    dead = PresenceFile(tmp_path / "1-dead.json")
    dead.write(Presence(since=at(0), until=at(9)))
    async with dashboard(core, presence=tmp_path) as pilot:
        assert looks_of(core) == [(at(0), at(9))]
        assert not dead.path.exists()
        assert toasts(pilot) == []


async def test_a_place_that_cannot_be_written_is_told_once(core: FakeCore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with dashboard(core, presence=tmp_path / "file" / "presence") as pilot:
        await press(pilot, "j", "k")
        assert len(toasts(pilot)) == 1


def test_the_line_fits_any_width() -> None:
    for width in (30, 60, 80, 140):
        told = away_notice(meanwhile(), "A", width)
        assert told is not None
        assert told.cell_length == width
