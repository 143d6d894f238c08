"""The review screen: exactly the commit on the screen is judged; "could not look" is said."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from tests.tui.conftest import Shot
from tests.tui.dashboard_app import NARROW, WIDE, make_app, toasts
from tests.tui.diffs import long_diff, sample_diff
from tests.tui.pane_app import strips_text
from tests.tui.reviewing import (
    GREEN,
    RED,
    a_core,
    diff_of,
    reviewing,
    settled,
    text,
    with_trouble,
)
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import Conflict, GitError
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.screens.review import ReviewScreen
from wuhu_tui.tui.widgets.diff_files import DiffFiles

NEWER = "feedbee" + "0" * 33


def subject(pilot: Pilot[None]) -> str:
    screen = pilot.app.screen
    assert isinstance(screen, ReviewScreen)
    return screen.subject()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(
    "theme", ["wuhu-dark", "wuhu-light", "wuhu-high-contrast", "wuhu-colour-blind"]
)
async def test_pictures(shot: Shot, theme: str, size: tuple[int, int]) -> None:
    core = a_core()
    await with_trouble(core)
    async with reviewing(core, RED, size, theme) as pilot:
        assert await shot(pilot, f"overview-{theme}-{size[0]}")
        await pilot.press("J", "J")
        assert await shot(pilot, f"diff-{theme}-{size[0]}")


async def test_everything_that_matters_is_said() -> None:
    core = a_core()
    await with_trouble(core)
    async with reviewing(core, RED) as pilot:
        shown = text(pilot)
        for words in (
            "✔ reported done",
            "Queue with retries",
            "⚠ conflicts with main",
            "src/db.py",
            "⚠ not committed",
            "notes.txt",
            "tests failed · exit 1 · 8.0s",
            "1 failed, 3 passed",
            "types running",
            "lint could not run",
            "ruff: command not found",
            "↩ changes requested by lead on 1c2d3e4",
            "The retry must not block the request.",
            "src/shop/errors.py:6",
            "3f2c1d0..1c2d3e4",
        ):
            assert words in shown


async def test_a_running_check_shows_what_it_printed_so_far() -> None:
    core = a_core()
    await with_trouble(core)
    async with reviewing(core, RED) as pilot:
        core.printed[RED, "types"] = "checking model/board.py"
        await core.tell()
        await settled(pilot)
        assert "checking model/board.py" in text(pilot)


async def test_files_and_diff_follow_each_other() -> None:
    async with reviewing(a_core()) as pilot:
        files, diff = pilot.app.screen.query_one(DiffFiles), diff_of(pilot)
        assert files.file == -1
        await pilot.press("J", "J")
        assert files.file == diff.file == 1
        await pilot.press("K", "K")
        assert files.file == diff.file == -1
        await pilot.press("tab", "j", "j", "j")
        assert files.has_focus
        assert files.file == diff.file == 2
        await pilot.press("enter", "j")
        assert diff.has_focus
        assert files.file == 2
        await pilot.press("G")
        assert diff.top > 0
        await pilot.press("home")
        assert diff.top == 0


async def test_moving_through_the_diff() -> None:
    core = a_core()
    core.diffs[GREEN] = long_diff(3, 200)
    async with reviewing(core, size=NARROW) as pilot:
        diff = diff_of(pilot)
        await pilot.press("j", "j", "down", "k")
        assert (diff.cursor, diff.top) == (2, 0)
        await pilot.press("space")
        assert diff.top == diff.size.height - 2
        await pilot.press("pageup", "up")
        assert (diff.cursor, diff.top) == (1, 0)
        await pilot.press("right_square_bracket")
        first = diff.top
        await pilot.press("right_square_bracket", "left_square_bracket")
        assert diff.top == first
        await pilot.press("right")
        assert diff.shift > 0
        await pilot.press("left")
        assert diff.shift == 0


async def test_escape_goes_one_step_back() -> None:
    async with reviewing(a_core()) as pilot:
        await pilot.press("tab")
        assert pilot.app.screen.query_one(DiffFiles).has_focus
        await pilot.press("escape")
        assert diff_of(pilot).has_focus
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, ReviewScreen)


async def test_a_narrow_terminal_shows_one_panel_at_a_time() -> None:
    async with reviewing(a_core(), size=NARROW) as pilot:
        files, diff = pilot.app.screen.query_one(DiffFiles), diff_of(pilot)
        assert diff.size.width == 80
        assert files.size.width in {0}
        await pilot.press("tab")
        await pilot.pause()
        assert files.size.width == 80
        assert "routes/checkout.py" in text(pilot)
        assert "no verdict yet" in text(pilot)
        await pilot.press("j", "j", "enter")
        await pilot.pause()
        assert diff.size.width == 80
        assert diff.file == 1


async def test_approving_names_exactly_the_commit_on_the_screen() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        await pilot.press("y")
        await settled(pilot)
        (call,) = core.asked("verdict")
        assert call.arguments["kind"] is VerdictKind.APPROVED
        assert call.arguments["head"] == core.diffs[GREEN].head
        assert "approved 9ab8c7d · 1 more to review" in toasts(pilot)[-1]
        assert subject(pilot) == RED


async def test_the_last_one_approved_stays_to_be_merged() -> None:
    core = a_core()
    await core.move(RED, SessionState.WORKING)
    async with reviewing(core) as pilot:
        await pilot.press("y")
        await settled(pilot)
        assert "nothing else waits for a verdict" in toasts(pilot)[-1]
        assert "✔ approved by lead" in text(pilot)
        assert subject(pilot) == GREEN


async def test_a_red_review_is_approved_only_after_the_facts() -> None:
    core = a_core()
    async with reviewing(core, RED) as pilot:
        await pilot.press("y")
        await pilot.pause()
        assert core.asked("verdict") == []
        assert "Not every check is green." in text(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert len(core.asked("verdict")) == 1


async def test_a_commit_that_was_not_seen_cannot_be_judged() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        review = core.board.sessions[GREEN].review
        assert review is not None
        await core.change(GREEN, head=NEWER, review=replace(review, head=NEWER, verdict=None))
        await pilot.pause()
        await pilot.pause(0.1)
        assert "⚠ new commit feedbee" in text(pilot)
        assert "you are looking at 9ab8c7d · g reads it" in text(pilot)
        await pilot.press("y")
        await pilot.press("r")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ReviewScreen)
        assert core.asked("verdict") == []
        core.diffs[GREEN] = sample_diff(NEWER)
        await pilot.press("g")
        await settled(pilot)
        assert "new commit" not in text(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert core.asked("verdict")[0].arguments["head"] == NEWER


async def test_a_commit_of_a_session_that_goes_on_is_told() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        await core.change(GREEN, head=NEWER)
        await pilot.pause(0.1)
        assert "its review opens when the session reports again" in text(pilot)
        await pilot.press("y")
        assert core.asked("verdict") == []


async def test_could_not_look_is_said_and_never_shown_as_empty() -> None:
    core = a_core()
    core.refuse("diff_listing", GitError("the commit is gone", where="git diff", remedy="fetch it"))
    async with reviewing(core) as pilot:
        shown = " ".join(text(pilot).split())
        assert "could not look: git diff: the commit is gone → fetch it" in shown
        assert "no file differs" not in shown
        await pilot.press("y")
        assert core.asked("verdict") == []
        core.refusals.clear()
        await pilot.press("g")
        await settled(pilot)
        assert "src/shop/limits.py" in text(pilot)
        assert "could not look" not in text(pilot)


async def test_an_error_nobody_expected_is_said_in_place_too() -> None:
    core = a_core()

    async def broken(session: str, **terms: bool) -> Diff:
        raise RuntimeError("boom")

    core.diff_listing = broken  # type: ignore[method-assign]
    app = make_app(core)
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(ReviewScreen(GREEN))
        async with asyncio.timeout(10):
            while not app.troubles:
                await pilot.pause(0.02)
        await pilot.pause()
        assert "could not look: something unexpected happened" in text(pilot)


async def test_reading_says_so_and_an_older_reading_never_wins() -> None:
    core = a_core()
    hold = asyncio.Event()
    started: list[str] = []
    results = [sample_diff("1" * 40), sample_diff(core.diffs[GREEN].head)]

    async def slow(session: str, **terms: bool) -> Diff:
        started.append(session)
        mine = results[len(started) - 1]
        await hold.wait()
        return mine

    core.diff_listing = slow  # type: ignore[method-assign]
    app = make_app(core)
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(ReviewScreen(GREEN))
        await pilot.pause()
        assert "reading the diff …" in text(pilot)
        await pilot.press("g")
        await pilot.pause()
        hold.set()
        await settled(pilot)
        assert len(started) == 2
        assert "could not look" not in text(pilot)
        assert diff_of(pilot).diff.head == results[1].head


async def test_a_screen_that_was_left_takes_no_diff() -> None:
    core = a_core()
    core.hold = asyncio.Event()
    app = make_app(core)
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(ReviewScreen(GREEN))
        await pilot.press("escape")
        core.hold.set()
        await settled(pilot)
        assert app.troubles == []


async def test_changes_are_requested_with_a_note() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        await pilot.press("r")
        await pilot.pause()
        await pilot.press(*"add a test", "enter")
        await settled(pilot)
        (call,) = core.asked("verdict")
        assert call.arguments["kind"] is VerdictKind.CHANGES_REQUESTED
        assert call.arguments["note"] == "add a test"
        assert call.arguments["head"] == core.diffs[GREEN].head


async def test_merging_after_the_facts() -> None:
    core = a_core()
    await core.move(RED, SessionState.WORKING)
    async with reviewing(core) as pilot:
        await pilot.press("m")
        assert core.asked("merge") == [], "not approved yet"
        await pilot.press("y")
        await settled(pilot)
        await pilot.press("m")
        await settled(pilot)
        assert "src/shop/limits.py" in text(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert len(core.asked("queue_merge")) == 1


async def test_a_refused_verdict_is_told() -> None:
    core = a_core()
    core.refuse("verdict", Conflict("a newer commit is there", remedy="look at it"))
    async with reviewing(core) as pilot:
        await pilot.press("y")
        await settled(pilot)
        assert "a newer commit is there" in text(pilot)


async def test_the_next_that_needs_me_is_the_next_review_or_the_dashboard() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        await pilot.press("w")
        await settled(pilot)
        assert pilot.app.selected != GREEN  # type: ignore[attr-defined]


async def test_a_session_that_left_the_board_closes_its_review() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        await core.archive(GREEN)
        async with asyncio.timeout(10):
            while isinstance(pilot.app.screen, ReviewScreen):
                await pilot.pause(0.02)


async def test_new_check_output_does_not_move_what_is_read() -> None:
    core = a_core()
    await with_trouble(core)
    async with reviewing(core, RED) as pilot:
        await pilot.press("J", "j", "j")
        before = strips_text(pilot.app)[3:20]
        review: Any = core.board.sessions[RED].review
        first, *others = review.checks
        longer = replace(first, output=first.output + "\nmore\nand more\n")
        await core.change(RED, review=replace(review, checks=(longer, *others)))
        await pilot.pause(0.1)
        after = strips_text(pilot.app)[3:20]
        assert [row[38:] for row in after] == [row[38:] for row in before]


async def test_the_state_is_always_in_sight() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        assert "in review" in strips_text(pilot.app)[0]
        await core.move(GREEN, SessionState.MERGED)
        await pilot.pause(0.1)
        assert "merged" in strips_text(pilot.app)[0]
