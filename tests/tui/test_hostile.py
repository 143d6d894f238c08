"""Agent text is data: through every screen and dialog, no crash, no control byte, nothing lost."""

from __future__ import annotations

import gc
import re
import time
import unicodedata
from typing import Any

import pytest

from tests.sampling import sampled
from tests.tui.dashboard_app import Driver, app_of, dashboard, press, settle, type_text
from tests.tui.hostile import (
    CLIPBOARD,
    HOSTILE,
    HUGE,
    LINES,
    MARKUP,
    TITLE,
    hostile_core,
    hostile_transcript,
)
from tests.tui.pane_app import PaneApp
from wuhu_tui.model.errors import GitError
from wuhu_tui.tui.screens.review import ReviewScreen

NARROW, WIDE, TALL = (80, 24), (140, 40), (160, 120)

FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)

(
    ASKS, PERMISSION, IDLE, FAILED, WORKS, WRITES, GREEN, RED, READY, STOPPED, NEW, MERGED
) = (f"shop-api-impl-{number:02}" for number in range(1, 13))  # fmt: skip

PLACES: dict[str, tuple[str, tuple[str, ...]]] = {
    "dashboard": (ASKS, ()),
    "dashboard with one pane": (WORKS, ("minus", "minus")),
    "filter": (ASKS, ("slash", "x")),
    "session": (WORKS, ("enter",)),
    "session, all unfolded": (WORKS, ("enter", "O", "g")),
    "failed session": (FAILED, ("enter", "G")),
    "inbox": (ASKS, ("b",)),
    "review": (GREEN, ("d",)),
    "review of a red one": (RED, ("d", "J", "right")),
    "review, side by side and searched": (GREEN, ("d", "t", "J", "slash", *"x", "enter")),
    "comment": (GREEN, ("d", "J", "j", "j", "o")),
    "comments to send": (GREEN, ("d", "S")),
    "who wrote a line": (GREEN, ("d", "J", "u")),
    "all evidence": (GREEN, ("d", "E", "pagedown")),
    "review's files": (RED, ("d", "tab", "j")),
    "answer": (ASKS, ("a",)),
    "permission": (PERMISSION, ("a",)),
    "steer": (WORKS, ("s",)),
    "follow-up": (IDLE, ("f",)),
    "request changes": (GREEN, ("r",)),
    "peek": (WORKS, ("space",)),
    "one session's messages": (WORKS, ("l",)),
    "messages": (WORKS, ("M",)),
    "a message whole": (WORKS, ("M", "tab")),
    "what did not arrive": (WORKS, ("M", "x")),
    "one of the dead edited": (WORKS, ("M", "e")),
    "interrupt": (WORKS, ("I",)),
    "stop": (WORKS, ("X",)),
    "approve": (RED, ("y",)),
    "merge": (READY, ("m",)),
    "undo": (MERGED, ("z",)),
    "merge queue": (WORKS, ("Q", "tab")),
    "dropping from the line": (WORKS, ("Q", "x")),
    "radar": (WORKS, ("c",)),
    "telling both": (WORKS, ("c", "t")),
    "archive": (STOPPED, ("D",)),
    "join": (ASKS, ("v", "J")),
    "new session": (ASKS, ("n",)),
    "shell": (STOPPED, ("exclamation_mark", *"ls", "enter")),
    "palette": (WORKS, ("ctrl+p",)),
    "palette, searched": (WORKS, ("colon", *"merge")),
    "help": (ASKS, ("question_mark",)),
    "quit": (ASKS, ("q",)),
    "why not": (WORKS, ("m",)),
    "theme": (ASKS, ()),
}
"""Every place that shows agent text: the session selected, and the keys that lead there."""


def harmless(app: Any) -> str:
    """What is on the screen, after proof that nothing of it does anything."""
    rows = []
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            assert not segment.control
            assert not FORBIDDEN.search(segment.text), repr(segment.text)
            meta = segment.style.meta if segment.style else {}
            assert "app.quit" not in str(meta.get("@click", "")), "agent text became a link"
        rows.append("".join(segment.text for segment in strip))
    svg = app.export_screenshot(simplify=True)
    assert not FORBIDDEN.search(svg.replace("\n", "")), "the picture carries control characters"
    return "\n".join(rows)


def survived(pilot: Driver) -> None:
    app = app_of(pilot)
    assert app.is_running
    assert app._exception is None
    assert app.troubles == []


def test_the_hostile_text_is_hostile() -> None:
    kinds = {unicodedata.category(character) for character in HOSTILE}
    assert {"Cc", "Cf", "Cs"} <= kinds
    assert TITLE in HOSTILE
    assert CLIPBOARD in HOSTILE
    assert FORBIDDEN.search(HOSTILE)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        pytest.param(WIDE, HOSTILE, id="wide"),
        pytest.param(NARROW, LINES, id="narrow", marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("place", PLACES)
async def test_every_place(place: str, size: tuple[int, int], text: str) -> None:
    session, keys = PLACES[place]
    async with dashboard(hostile_core(text), size) as pilot:
        app_of(pilot).selected = session
        await settle(pilot)
        await press(pilot, *keys)
        await settle(pilot)
        harmless(pilot.app)
        survived(pilot)


WHOLE: dict[str, str] = {
    "dashboard": MARKUP[:12],
    "session": MARKUP,
    "session, all unfolded": MARKUP,
    "inbox": MARKUP,
    "review": MARKUP,
    "review of a red one": MARKUP[8:],
    "who wrote a line": MARKUP,
    "all evidence": MARKUP,
    "answer": MARKUP,
    "permission": MARKUP,
    "peek": MARKUP,
    "one session's messages": MARKUP,
    "messages": MARKUP,
    "stop": MARKUP[:20],
    "merge": MARKUP[:20],
    "shell": MARKUP,
    "why not": "[INFO] list[int]",
}
"""What must be read there, as it was written."""


@pytest.mark.parametrize(
    "place", sampled(WHOLE, {"session", "inbox", "review", "permission", "merge", "shell"})
)
async def test_nothing_is_lost(place: str) -> None:
    session, keys = PLACES[place]
    async with dashboard(hostile_core(HOSTILE), TALL) as pilot:
        app_of(pilot).selected = session
        await settle(pilot)
        await press(pilot, *keys)
        await settle(pilot)
        shown = re.sub(r"\s+", "", harmless(pilot.app))
        assert re.sub(r"\s+", "", WHOLE[place]) in shown


async def test_every_kind_of_item_is_shown_whole() -> None:
    shown = [
        (view, hostile_transcript(HOSTILE)) for view in hostile_core("x").board.sessions.values()
    ]
    app = PaneApp(shown[:1])
    async with app.run_test(size=(200, 150)) as pilot:
        await pilot.pause()
        folded = harmless(app)
        app.panes[0].fold_all()
        await pilot.pause()
        unfolded = harmless(app)
    assert folded.count(MARKUP) >= 16
    assert unfolded.count(MARKUP) >= 26
    for word in ("turn 1", "thought", "reported done", "landed after a tool", "unknown event"):
        assert word in folded
    assert TITLE not in folded
    assert CLIPBOARD not in folded
    assert "日本語" in folded


async def test_a_reviewer_sees_what_a_diff_hides() -> None:
    core = hostile_core(HOSTILE)
    async with dashboard(core, (400, 60)) as pilot:
        await pilot.app.push_screen(ReviewScreen(GREEN))
        await settle(pilot)
        await press(pilot, "J")
        shown = harmless(pilot.app)
        assert f"+ {MARKUP} ␛]0;{TITLE}␇" in shown
        assert "⟨U+202E⟩evil⟨U+202C⟩" in shown


@pytest.mark.parametrize(
    ("place", "size"),
    [
        pytest.param("dashboard", WIDE, marks=pytest.mark.long),
        ("session, all unfolded", WIDE),
        pytest.param("review of a red one", WIDE, marks=pytest.mark.long),
        ("inbox", NARROW),
        pytest.param("answer", NARROW, marks=pytest.mark.long),
        pytest.param("merge", NARROW, marks=pytest.mark.long),
    ],
)
async def test_a_megabyte_of_it_everywhere_stays_quick(place: str, size: tuple[int, int]) -> None:
    session, keys = PLACES[place]
    core = hostile_core(HUGE)
    began = time.process_time()
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = session
        await settle(pilot)
        await press(pilot, *keys)
        harmless(pilot.app)
        survived(pilot)
    assert time.process_time() - began < 20
    del core, pilot
    gc.collect()  # megabytes that hang in circles: few objects, so nothing else begins a collection


async def test_toasts_and_typed_text() -> None:
    core = hostile_core(HOSTILE)
    core.refuse("steer", GitError(LINES, where=HOSTILE, remedy=HOSTILE))
    async with dashboard(core) as pilot:
        app = app_of(pilot)
        app.selected = WORKS
        app.verbs.tell(LINES, title=HOSTILE)
        await press(pilot, "s")
        await type_text(pilot, HOSTILE)
        harmless(pilot.app)
        await press(pilot, "enter")
        await settle(pilot)
        assert MARKUP[:12] in harmless(pilot.app)
        survived(pilot)


async def test_hostile_text_that_arrives_live() -> None:
    core = hostile_core("calm")
    async with dashboard(core) as pilot:
        hostile = hostile_core(HOSTILE)
        await core.show(hostile.board)
        core._transcripts.update(hostile._transcripts)
        await core.tell()
        await pilot.pause(0.1)
        harmless(pilot.app)
        survived(pilot)
