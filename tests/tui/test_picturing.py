"""Pictures of a replay, judged by a terminal that obeys them."""

from __future__ import annotations

import random
import re
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from tests.tui.fake_replay import AUTH, FakeReplay, morning
from tests.tui.hostile import CLIPBOARD, HOSTILE, TITLE
from wuhu_tui.agents.terminal_emulator import Emulator
from wuhu_tui.model.asciicast import CastCode, CastEvent, CastWriter
from wuhu_tui.model.errors import NotFound, NotPossible
from wuhu_tui.tui.picturing import PictureWish, easel
from wuhu_tui.tui.picturing_casts import CastWish, played
from wuhu_tui.tui.picturing_frames import Cell, Frame, frame_of, update, whole
from wuhu_tui.tui.picturing_png import png_of

SMALL = PictureWish(columns=100, rows=24)
OWN = re.compile(r"\x1b\[(?:[0-9;]*[mHJ]|\?(?:25|7)[lh])")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def shown(*written: str, columns: int = 12, rows: int = 4) -> list[str]:
    """What a terminal shows in the end, looks included."""
    terminal = Emulator(columns, rows, lambda reply: None)
    for text in written:
        terminal.feed(text.encode())
    change = terminal.change()
    assert change is not None
    return [change.lines.get(row, "") for row in range(rows)]


def some_frame(chance: random.Random) -> Frame:
    return tuple(tuple(some_row(chance)) for _ in range(4))


def some_row(chance: random.Random) -> list[Cell]:
    cells: list[Cell] = []
    while len(cells) < 12:
        look = chance.choice(("0", "0", "0;1", "0;38;2;1;2;3"))
        sign = chance.choice("aaaa  b中é")
        wide = sign == "中" and len(cells) < 11
        cells += [(sign, look), ("", look)] if wide else [("x" if sign == "中" else sign, look)]
    return cells


@pytest.mark.parametrize("seed", range(60))
def test_an_update_makes_the_next_frame_of_any_other(seed: int) -> None:
    chance = random.Random(seed)
    first, second, third = (some_frame(chance) for _ in range(3))
    steps = (whole(first), update(first, second), update(second, third))
    assert shown(*steps) == shown(whole(third))


def test_what_did_not_change_is_not_written() -> None:
    frame = some_frame(random.Random(1))
    assert update(frame, frame) == ""
    row = (*frame[0][:-1], ("z", "0"))
    assert len(update(frame, (row, *frame[1:]))) < 20


async def test_a_picture_of_a_moment_is_a_drawing_without_foreign_places() -> None:
    replay = morning()
    await replay.seek(9)
    async with easel(replay, PictureWish(columns=120, rows=30)) as drawn:
        await drawn.show()
        svg = drawn.svg()
    words = "".join(ElementTree.fromstring(svg).itertext()).replace("\xa0", " ")
    assert "auth-api" in words
    assert "wuhu · shop-api" in words
    assert "url(http" not in svg
    assert not replay.closed


async def test_a_session_can_be_drawn_in_full_and_an_unknown_one_cannot() -> None:
    replay = morning()
    async with easel(replay, replace(SMALL, session=AUTH)) as drawn:
        frame = await drawn.show()
    text = "\n".join("".join(sign for sign, _ in row) for row in frame)
    assert "I will look at how passwords are stored today." in text
    assert (len(frame), {len(row) for row in frame}) == (24, {100})
    with pytest.raises(NotFound, match="no session nobody"):
        async with easel(replay, replace(SMALL, session="nobody")):
            pass


async def cast(replay: FakeReplay, wish: CastWish) -> list[CastEvent]:
    async with easel(replay, SMALL) as drawn:
        return [event async for event in played(replay, drawn, wish)]


async def test_a_cast_ends_with_what_the_replay_shows_and_jumps_to_its_marks() -> None:
    replay = morning()
    async with easel(replay, SMALL) as drawn:
        events = [event async for event in played(replay, drawn, CastWish(speed=60, idle=1))]
        last = await drawn.show()
    output = [event for event in events if event.code is CastCode.OUTPUT]
    assert replay.index == 19
    written = [event.data for event in output[:-1]]
    assert shown(*written, columns=100, rows=24) == shown(whole(last), columns=100, rows=24)
    assert sum(map(len, written[1:])) < len(written[0]) * len(written) / 3
    marks = [event.data for event in events if event.code is CastCode.MARKER]
    assert marks[2] == "question · shop-api-impl-01: question of shop-api-impl-01"
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert events[-1].at <= 20 * 0.5 + 3


async def test_a_part_is_played_and_stretches_without_events_are_capped() -> None:
    replay = morning()
    wish = CastWish(since=replay.moment_of(5).at, until=replay.moment_of(8).at, idle=2, rest=1)
    events = await cast(replay, wish)
    assert events[-1].at == pytest.approx(3 * 2 + 1)
    uncapped = await cast(replay, replace(wish, idle=0, speed=10))
    assert uncapped[-1].at == pytest.approx(3 * 3 + 1)


async def test_hostile_words_become_no_control_bytes() -> None:
    replay = morning()
    board = replay.boards[-1]
    view = board.sessions[AUTH]
    spec = replace(view.spec, title=f"\uffff\ufffe{HOSTILE}")
    hostile = replace(board, sessions={**board.sessions, AUTH: replace(view, spec=spec)})
    replay = FakeReplay([replay.boards[0], hostile])
    replay.told = [replace(morning().told[0], text=HOSTILE)]
    async with easel(replay, SMALL) as drawn:
        events = [event async for event in played(replay, drawn, CastWish())]
        svg = drawn.svg()
    for event in events:
        assert not CONTROL.search(OWN.sub("", event.data)), event.code
        assert CLIPBOARD not in event.data
        assert f";{TITLE}" not in event.data
    assert not CONTROL.search(svg.replace("\n", ""))
    ElementTree.fromstring(svg)
    assert all(map(CastWriter(drawn.header(replay.moment.at)).line, events))


def test_cells_hold_no_control_bytes_whatever_is_drawn() -> None:
    from rich.segment import Segment

    (row,) = frame_of([[Segment("a\x1b]0;x\x07\x9b31m中e\u0301")]], 14)
    assert [sign for sign, _ in row[:2]] == ["a", "\ufffd"]
    assert not CONTROL.search("".join(sign for sign, _ in row))
    assert ("e\u0301", "0") in row
    (cut,) = frame_of([[Segment("ab中")]], 3)
    assert cut == (("a", "0"), ("b", "0"), (" ", "0"))


def test_pixels_are_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>'
    assert png_of(svg).startswith(b"\x89PNG")
    with pytest.raises(NotPossible, match="cannot be drawn"):
        png_of("<svg")
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    with pytest.raises(NotPossible, match="not installed"):
        png_of(svg)
