"""Working through a review: marks, comments, what wrote a line, evidence, search, the next item."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from tests.tui.boards import NOW
from tests.tui.dashboard_app import toasts, type_text
from tests.tui.diffs import file, hunk, long_diff, sample_diff
from tests.tui.fake_replay import morning
from tests.tui.reviewing import (
    GREEN,
    RED,
    a_core,
    cursor_text,
    diff_of,
    press,
    read_pages,
    review_of,
    reviewing,
    settled,
    text,
    with_proof,
)
from wuhu_tui.model.comments import CommentState, Look
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.hunk_digest import marks_of
from wuhu_tui.model.origins import Origin, OriginKind
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.dialogs.origin import OriginDialog
from wuhu_tui.tui.screens import review_reading
from wuhu_tui.tui.screens.review import ReviewScreen
from wuhu_tui.tui.screens.session import SessionScreen

Driver = Pilot[None]
OLD_HEAD = "3f2c1d9" + "0" * 33


# reading on demand


async def test_only_what_comes_into_sight_is_read() -> None:
    core = a_core()
    core.diffs[GREEN] = long_diff(300, 40)
    async with reviewing(core) as pilot:
        asked = [path for call in core.asked("diff_of") for path in call.arguments["paths"]]
        assert 0 < len(asked) < 10
        await press(pilot, "G")
        assert "module_0299.py" in text(pilot)
        assert "value_37 = compute(37)" in text(pilot)
        asked = [path for call in core.asked("diff_of") for path in call.arguments["paths"]]
        assert len(asked) < 20


async def test_what_is_far_away_is_forgotten_and_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(review_reading, "KEPT_LINES", 400)
    core = a_core()
    core.diffs[GREEN] = long_diff(12, 100)
    async with reviewing(core) as pilot:
        for number in range(12):
            diff_of(pilot).to_file(number)
            await settled(pilot)
        assert 0 not in read_pages(pilot)
        assert 0 < len(read_pages(pilot)) < 7
        await press(pilot, "home", "J")
        assert 0 in read_pages(pilot)
        assert "value_1 = compute(1)" in text(pilot)


async def test_a_file_that_is_read_does_not_move_what_is_on_the_screen() -> None:
    core = a_core()
    core.diffs[GREEN] = sample_diff()
    async with reviewing(core) as pilot:
        await press(pilot, "J", "J", "j", "j", "j")
        view = diff_of(pilot)
        before = text(pilot).split("\n")[3:30]
        view.drop(0)
        await settled(pilot)
        assert text(pilot).split("\n")[3:30] == before


# how it is shown


async def test_side_by_side_shows_what_took_whose_place() -> None:
    async with reviewing(a_core()) as pilot:
        await press(pilot, "t", "J", "J")
        row = next(line for line in text(pilot).split("\n") if "BUCKETS = {}" in line)
        assert "- BUCKETS = {}" in row.split("│")[0]
        assert "+ BUCKETS: dict" in row.split("│")[1]
        await press(pilot, "t")
        assert not diff_of(pilot).split


async def test_white_space_and_context_are_asked_for() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        await press(pilot, "plus", "ctrl+w")
        last = core.asked("diff_of")[-1].arguments
        assert (last["context"], last["whitespace"]) == (10, False)
        assert "white space hidden" in text(pilot)
        assert "10 lines around" in text(pilot)
        await press(pilot, "J", "v")
        assert core.asked("mark_hunks") == []
        await press(pilot, "minus", "minus")
        assert "3 lines around a change are the least there are" in toasts(pilot)[-1]


async def test_only_what_changed_since_the_last_look() -> None:
    core = a_core()
    whole = core.diffs[GREEN]
    note = "2 commits, rebased"
    core.since[GREEN] = replace(whole, files=whole.files[1:2], since=OLD_HEAD, note=note)
    async with reviewing(core) as pilot:
        await press(pilot, "L")
        assert "you have not looked at this work before" in toasts(pilot)[-1]
        await core.change(GREEN, looked=Look(head=OLD_HEAD, merge_base="0" * 40, at=NOW))
        await press(pilot, "g")
        assert "↻ ~" in text(pilot), "the list says which file changed since"
        await press(pilot, "L")
        assert "since you looked at 3f2c1d9 (2 commits, rebased)" in text(pilot)
        assert "limits.py" not in text(pilot)
        await press(pilot, "L")
        assert "all changes" in text(pilot)
        assert "limits.py" in text(pilot)


# looks and marks


async def test_leaving_a_diff_that_was_read_is_a_look() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        await press(pilot, "escape")
        assert core.asked("record_look") == [], "it was not read"
        await pilot.app.push_screen(ReviewScreen(GREEN))
        await settled(pilot)
        await press(pilot, "J", "escape")
        (call,) = core.asked("record_look")
        assert call.arguments["head"] == core.diffs[GREEN].head


async def test_hunk_by_hunk_until_nothing_is_left() -> None:
    core = a_core()
    files = core.diffs[GREEN].files
    async with reviewing(core) as pilot:
        assert "5 of 5 files left" in text(pilot)
        await press(pilot, "J", "v")
        assert core.asked("mark_hunks")[0].arguments["viewed"] == marks_of(files[0])
        assert diff_of(pilot).file == 1
        assert "4 of 5 files left" in text(pilot)
        await press(pilot, "V")
        assert "3 of 5 files left" in text(pilot)
        await press(pilot, "v", "v", "v")
        assert "5 files viewed, none left" in text(pilot)
        assert "all of it is viewed · y approves" in toasts(pilot)[-1]
        await press(pilot, "home", "J", "v")
        assert "1 of 5 files left" in text(pilot)


async def test_marks_go_when_the_hunk_changes() -> None:
    core = a_core()
    whole = core.diffs[GREEN]
    marks = frozenset(mark for one in whole.files[1:3] for mark in marks_of(one))
    await core.change(GREEN, viewed=marks)
    changed = file("src/shop/errors.py", hunk(" class ShopError:\n-    pass\n+    status = 501"))
    core.diffs[GREEN] = replace(whole, files=(*whole.files[:2], changed, *whole.files[3:]))
    async with reviewing(core) as pilot:
        marked = [mark.value for mark in review_of(pilot).file_marks()]
        assert marked == ["none", "viewed", "none", "none", "none"]
        await press(pilot, "J", "J")
        assert "✓ viewed" in text(pilot)


# what wrote a line


async def test_from_a_line_to_the_turn_that_wrote_it() -> None:
    core = a_core()
    core.origins[GREEN] = Origin(
        path="src/shop/limits.py",
        line=1,
        kind=OriginKind.WRITTEN,
        why="the call's change holds this very line",
        commit="9ab8c7d" + "0" * 33,
        subject="Limit calls",
        session=GREEN,
        turn=3,
        prompt="Limit how often a key may call",
        said="I will use a token bucket",
        tool="Write src/shop/limits.py",
        cursor=Cursor(epoch=1, seq=2),
    )
    async with reviewing(core) as pilot:
        await press(pilot, "J", "u")
        assert core.asked("hunk_origin")[0].arguments["line"] == 1
        shown = text(pilot)
        for words in ("turn 3", "Limit how often", "token bucket", "Write src/shop/limits.py"):
            assert words in shown
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, SessionScreen)


async def test_from_a_line_to_the_moment_it_was_written() -> None:
    core = a_core()
    core.replayed = replay = morning()
    core.origins[GREEN] = written = Origin(
        path="src/shop/limits.py",
        line=1,
        kind=OriginKind.WRITTEN,
        why="the call's change holds this very line",
        session=GREEN,
        turn=3,
        cursor=Cursor(epoch=1, seq=6),
    )
    async with reviewing(core) as pilot:
        await press(pilot, "J", "u", "ctrl+r")
        assert isinstance(pilot.app.screen, SessionScreen)
        assert (pilot.app.screen.subject(), replay.moment.index) == (GREEN, 6)
        assert "REPLAY" in text(pilot)
        await press(pilot, "L")
        assert isinstance(pilot.app.screen, OriginDialog)
        await press(pilot, "escape")
        core.origins[GREEN] = replace(written, session="", cursor=Cursor())
        await press(pilot, "u", "ctrl+r")
        assert "no turn of a session is known" in toasts(pilot)[-1]
        assert isinstance(pilot.app.screen, OriginDialog)


# evidence


async def test_evidence_leads_to_the_places_it_names() -> None:
    core = a_core()
    await with_proof(core)
    async with reviewing(core) as pilot:
        shown = text(pilot)
        for words in (
            "criteria: 1 of 2 proven",
            "nobody answered it",
            "⚠ scope: 1 outside",
            "╳ collides with emailer",
            "⚑ 1 finding",
            "does not count",
            "it wrote into its place",
            "? asked 1 question",
        ):
            assert words in shown, words
        await press(pilot, "E")
        assert "Evidence for" in text(pilot)
        await press(pilot, "tab", "enter")
        assert "status = 429" in cursor_text(pilot)
        await press(pilot, "y")
        assert core.asked("verdict") == [], "the facts come first"
        assert "1 finding must be mended, says a reviewer." in text(pilot)
        assert "Approving lets pass what is outside its scope: tests/limits/x.py" in text(pilot)


# searching


async def test_words_are_found_in_files_that_were_not_read() -> None:
    core = a_core()
    odd = file("src/z.py", hunk(" a = 1\n+Needle = 2\n+b = needle"))
    core.diffs[GREEN] = Diff(
        base="0" * 40, head=core.diffs[GREEN].head, files=(*long_diff(40, 60).files, odd)
    )
    async with reviewing(core) as pilot:
        await press(pilot, "slash")
        await type_text(pilot, "needle")
        await press(pilot, "enter")
        assert "/needle: 1 of 2" in text(pilot)
        assert cursor_text(pilot) == "Needle = 2"
        await press(pilot, "n")
        assert cursor_text(pilot) == "b = needle"
        await press(pilot, "n", "N")
        assert "/needle: 2 of 2" in text(pilot)
        await press(pilot, "escape")
        assert "/needle" not in text(pilot)
        assert isinstance(pilot.app.screen, ReviewScreen)


# judging


async def test_what_was_commented_goes_along_with_a_request() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        await press(pilot, "J", "o")
        await type_text(pilot, "no")
        await press(pilot, "enter", "r")
        assert "with 1 comment" in text(pilot)
        await press(pilot, "enter")
        verbs = [call.verb for call in core.calls if call.verb in ("send_comments", "verdict")]
        assert verbs == ["send_comments", "verdict"]
        assert core.asked("verdict")[0].arguments["kind"] is VerdictKind.CHANGES_REQUESTED
        assert "F in its review starts a fix session instead" in toasts(pilot)[-1]


async def test_no_key_judges_what_has_just_come_before_the_lead() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        review_of(pilot).wuhu.settings = replace(review_of(pilot).wuhu.settings, arming=60.0)
        await press(pilot, "y")
        assert review_of(pilot).subject() == RED
        await press(pilot, "y")
        assert len(core.asked("verdict")) == 1
        assert "has just come before you" in toasts(pilot)[-1]


async def test_a_reviewer_or_a_fix_session_is_asked_for() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        await press(pilot, "A", "enter")
        assert len(core.asked("assign_reviewer")) == 1
        await press(pilot, "F")
        assert "nothing was found that wants mending" in toasts(pilot)[-1]
        review: Any = core.board.sessions[GREEN].review
        await core.change(GREEN, review=replace(review, conflicts=("src/db.py",)))
        await press(pilot, "F", "enter")
        assert len(core.asked("fix_session")) == 1


# small terminals


async def test_forty_columns_are_enough() -> None:
    core = a_core()
    await with_proof(core)
    async with reviewing(core, size=(40, 12)) as pilot:
        await press(pilot, "t")
        assert "side by side needs 120 columns: this terminal has 40" in toasts(pilot)[-1]
        await press(pilot, "J", "o")
        await type_text(pilot, "hm")
        await press(pilot, "enter", "E", "j", "escape", "tab", "j", "enter", "v", "S", "enter")
        assert len(core.asked("send_comments")) == 1
        assert core.board.sessions[GREEN].comments[0].state is CommentState.SENT


async def test_the_keys_never_wait_for_reading() -> None:
    core = a_core()
    core.diffs[GREEN] = long_diff(50, 40)
    async with reviewing(core) as pilot:
        core.hold = asyncio.Event()
        await pilot.press("G", "K", "K", "space", "j")
        await pilot.pause()
        assert "·" in text(pilot)
        assert diff_of(pilot).file > 40
        core.hold.set()
        await settled(pilot)
        assert "value_1 = compute(1)" in text(pilot)
        assert core.board.sessions[GREEN].state is SessionState.IN_REVIEW
