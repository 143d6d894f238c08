"""The merge queue's screen: what runs with its output, why the rest waits, what landed, and its keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.tui.boards import NOW, ago, sample_board
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import (
    NARROW,
    WIDE,
    Driver,
    app_of,
    dashboard,
    press,
    text_of,
    toasts,
)
from tests.tui.fake_core import FakeCore
from tests.tui.queueing import (
    APPROVED,
    BACK,
    CONFLICT,
    CULPRIT,
    DELAYED,
    ENTRIES,
    FIRST,
    HELD,
    LANDED,
    REMOTE,
    RUNS,
    STACKED,
    entry,
    merge_of,
    queue_board,
    queue_core,
)
from wuhu_tui.model.merge_queue import MergeQueue
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.queue_words import is_running
from wuhu_tui.model.remotes import Push, RemoteState
from wuhu_tui.model.reviews import Check, CheckState
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation.counts import count, header
from wuhu_tui.tui.presentation.landings import ended_merges
from wuhu_tui.tui.presentation.queue import Part, places, queue_line
from wuhu_tui.tui.presentation.queue_dialogs import push_facts
from wuhu_tui.tui.presentation.queue_rows import queue_rows
from wuhu_tui.tui.presentation.queue_state import remote_words, state_row
from wuhu_tui.tui.presentation.queue_words import says, sign, stack_words
from wuhu_tui.tui.screens.merge_queue import MergeQueueScreen


def queue_screen(pilot: Driver) -> MergeQueueScreen:
    screen = pilot.app.screen
    assert isinstance(screen, MergeQueueScreen)
    return screen


# what is where


def test_everything_on_its_way_has_its_part_and_place() -> None:
    line = queue_line(queue_board())
    found = {part: [item.view.id for item in line.of(part)] for part in Part}
    assert found == {
        Part.RUNNING: [RUNS, STACKED],
        Part.NEEDS: [CULPRIT, CONFLICT, BACK],
        Part.WAITING: [FIRST, HELD, DELAYED],
        Part.READY: [APPROVED],
        Part.LANDED: [LANDED],
    }
    places = [(item.place, item.count) for item in line.of(Part.WAITING)]
    assert places == [(1, 4), (2, 4), (3, 4)]


def test_a_red_stack_says_that_it_is_bisected_and_what_is_looked_at() -> None:
    board = queue_board()
    red = (Check(name="tests", state=CheckState.FAILED, exit_code=1),)
    again = (Check(name="tests", state=CheckState.RUNNING),)
    one, two = (board.sessions[name] for name in (RUNS, STACKED))
    assert one.merge
    assert two.merge
    sessions = {
        RUNS: replace(one, merge=replace(one.merge, checks=again)),
        STACKED: replace(two, merge=replace(two.merge, checks=red)),
    }
    line = queue_line(replace(board, sessions={**board.sessions, **sessions}))
    members = line.of(Part.RUNNING)
    assert stack_words(members) == "stack of 2 on 3f2c1d0 is red: bisected, looking at auth-api"
    assert "waits for the culprit" in sign(members[1])[1]


def test_what_went_back_to_its_session_stays_in_sight() -> None:
    board = queue_board()
    view = board.sessions[APPROVED]
    red = merge_of(29, outcome=MergeOutcome.REFUSED, detail="tests are red with it\n1 failed")
    given = replace(view.given, state=SessionState.CHANGES_REQUESTED)
    back = replace(view, merge=red, given=given)
    line = queue_line(replace(board, sessions={**board.sessions, APPROVED: back}))
    item = line.item(APPROVED)
    assert item is not None
    assert item.part is Part.LANDED
    assert (sign(item)[1], says(item)) == ("went back", "tests are red with it")


def test_what_was_taken_back_is_there_once() -> None:
    board = queue_board()
    view = board.sessions[APPROVED]
    undone = merge_of(29, outcome=MergeOutcome.UNDONE)
    again = replace(board, sessions={**board.sessions, APPROVED: replace(view, merge=undone)})
    assert [item.part for item in queue_line(again).items if item.key == APPROVED] == [Part.READY]
    back = replace(view.given, state=SessionState.IN_REVIEW)
    view = replace(view, merge=undone, given=back)
    again = replace(board, sessions={**board.sessions, APPROVED: view})
    assert [item.part for item in queue_line(again).items if item.key == APPROVED] == [Part.LANDED]


def test_a_queue_that_stands_still_is_loud_and_one_that_works_is_not() -> None:
    board = sample_board()
    [ready] = [view.id for view in board.sessions.values() if view.state.value == "approved"]
    head = board.sessions[ready].review
    assert head is not None
    lone = replace(entry(9, minutes=5), session=ready, head=head.head)
    board = replace(board, queue=MergeQueue(entries=(lone,), changed_at=ago(minutes=5)))
    told = state_row(board, queue_line(board), NOW).plain
    assert "stands still for 5m with 1 ready · nobody conducts: C takes over" in told
    counts = count(board, lambda _: True, NOW)
    assert "✗ queue stands still" in header(board, counts, True, 140).plain
    soon = replace(board, queue=replace(board.queue, changed_at=NOW - timedelta(seconds=5)))
    assert "stands still" not in state_row(soon, queue_line(soon), NOW).plain
    paused = replace(board, queue=replace(board.queue, paused_by="lead", paused_note="release"))
    told = state_row(paused, queue_line(paused), NOW).plain
    assert "‖ paused by you" in told
    assert "release · p resumes" in told


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "2 ahead of origin/main · P pushes"),
        ({"ahead": 0}, "has all of it"),
        ({"protected": True}, "goes there by pull requests"),
        (
            {"behind": 3, "missing": ("abc1234 Fix it",)},
            "moved: 3 there that are not here (abc1234",
        ),
        ({"refused": "f00dfeed", "refusal": "hook declined"}, "refused f00dfee: hook declined"),
        ({"trouble": "no route to host"}, "could not look: no route to host"),
        ({"ahead": 0, "absent": True}, "is not there yet"),
    ],
)
def test_the_remote_is_told_as_it_was_seen(changes: dict[str, object], words: str) -> None:
    assert words in remote_words(replace(REMOTE, **changes))[0]


# the screen


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
async def test_the_queue(shot: Shot, name: str, size: tuple[int, int]) -> None:
    core = queue_core()
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = RUNS
        await press(pilot, "Q")
        shown = text_of(pilot)
        for words in (
            "stack of 2 on 3f2c1d0",
            "checks 1/2 on the merged tree: tests",
            "held back: tests are red with it on the stack: 2 failed",
            "conflict: src/db.py, src/api.py",
            "rolled back: check smoke is red on main",
            "2 ahead of origin/main",
            "approved by shop-api-review-01",
        ):
            assert words in shown
        assert await shot(pilot, f"queue-{name}")
        core.printed[RUNS, "tests"] += "1 failed in 2.1s\n"
        await core.tell()
        await pilot.pause(0.1)
        await press(pilot, *(("tab", "pagedown") if size == NARROW else ()))
        assert "1 failed in 2.1s" in text_of(pilot)


async def test_an_empty_queue_says_what_brings_work_here() -> None:
    async with dashboard(FakeCore(replace(sample_board(), sessions={}))) as pilot:
        await press(pilot, "Q")
        shown = text_of(pilot)
        assert "nothing is on its way" in shown
        assert "What you approve (y) is put in line by m" in shown


async def test_the_keys_of_the_line() -> None:
    core = queue_core()
    async with dashboard(core) as pilot:
        app_of(pilot).selected = FIRST
        await press(pilot, "Q", "H")
        assert core.asked("hold_merge")[-1].subject == FIRST
        await press(pilot, "H")
        assert core.asked("release_merge")[-1].subject == FIRST
        await press(pilot, "J")
        assert core.asked("place_merge")[-1].arguments == {"before": DELAYED}
        await press(pilot, "K")
        assert core.asked("place_merge")[-1].arguments == {"before": HELD}
        assert queue_screen(pilot).list.selected == FIRST
        await press(pilot, "K")
        assert "it is the first in line" in toasts(pilot)[-1]
        await press(pilot, "j", "m")
        assert core.asked("release_merge")[-1].subject == HELD
        assert core.asked("place_merge")[-1].arguments == {"before": FIRST}
        assert core.asked("merge")[-1].subject == HELD
        await press(pilot, "g", "m")
        assert "auth-api is being merged just now" in toasts(pilot)[-1]


async def test_dropping_and_pausing_name_facts_and_keep_the_reason() -> None:
    core = queue_core()
    async with dashboard(core) as pilot:
        app_of(pilot).selected = HELD
        await press(pilot, "Q", "x")
        shown = text_of(pilot)
        assert "Drop invoices from the line" in shown
        assert "4 files, +120 −8" in shown
        assert "branch and approval stay" in shown
        await press(pilot, "escape")
        assert core.asked("drop_merge") == []
        await press(pilot, "x", *"later", "enter")
        [call] = core.asked("drop_merge")
        assert (call.subject, call.arguments) == (HELD, {"reason": "later"})
        assert core.board.queue.entry(HELD) is None
        await press(pilot, "p")
        assert "auth-api, search-idx" in text_of(pilot)
        await press(pilot, *"demo", "enter")
        assert core.asked("pause_queue")[-1].arguments == {"note": "demo"}
        assert "paused by you" in text_of(pilot)
        await press(pilot, "p")
        assert len(core.asked("resume_queue")) == 1


def test_a_push_names_only_what_landed_since_the_remote() -> None:
    board = queue_board()
    older = board.sessions[LANDED]
    assert older.merge is not None
    merge = replace(older.merge, id="g99", result="abcdef0" * 5)
    spec = replace(older.spec, id="later", title="later")
    given = replace(older.given, since=NOW)
    later = replace(older, spec=spec, merge=merge, given=given)
    both = replace(board, sessions={**board.sessions, "later": later})

    def named(remote: RemoteState) -> str:
        return dict(push_facts(remote, both).facts).get("brings", "")

    assert named(replace(REMOTE, remote=older.merge.result)) == "later"
    assert named(replace(REMOTE, absent=True)) == "emailer, later"
    assert named(replace(REMOTE, remote="5ome0ne" * 5)) == ""


def test_a_stack_of_one_is_none() -> None:
    board = queue_board()
    alone = {name: view for name, view in board.sessions.items() if name != STACKED}
    rows = queue_rows(queue_line(replace(board, sessions=alone)), board, NOW, 70)
    assert "stack of" not in "".join(row.plain for one in rows for row in one.rows)


def test_places_count_only_what_waits() -> None:
    board = queue_board()
    items = {item.key: item.place for item in queue_line(board).items if item.entry and item.place}
    assert items[FIRST] == 1
    assert places(board) == items


async def test_nothing_is_taken_back_while_a_merge_runs() -> None:
    core = queue_core()
    async with dashboard(core) as pilot:
        await press(pilot, "Q", "G", "z")
        assert "the merge of auth-api runs: z takes back when it has ended" in toasts(pilot)[-1]
        assert core.asked("undo_merge") == []


async def test_pushing_wants_its_own_key_and_what_landed_is_taken_back() -> None:
    board = queue_board()
    at_rest = {name: view for name, view in board.sessions.items() if not is_running(view)}
    core = queue_core(replace(board, sessions=at_rest))
    async with dashboard(core) as pilot:
        await press(pilot, "Q", "P")
        shown = text_of(pilot)
        assert "Push main to origin/main" in shown
        assert "2 commits, never by force" in shown
        assert "emailer" in shown
        await press(pilot, "enter")
        assert core.asked("push_base") == []
        await press(pilot, "y")
        assert len(core.asked("push_base")) == 1
        assert "origin/main stands at f00dfee now" in toasts(pilot)[-1]
        await press(pilot, "G", "z")
        assert "Undo the merge of emailer" in text_of(pilot)
        await press(pilot, "enter")
        assert [call.subject for call in core.asked("undo_merge")] == [LANDED]


async def test_enter_opens_the_conflict() -> None:
    core = queue_core()
    async with dashboard(core) as pilot:
        app_of(pilot).selected = CONFLICT
        await press(pilot, "Q", "enter")
        assert "db-migrate conflicts with main" in text_of(pilot)


# the needs


async def test_the_walk_goes_to_what_did_not_land_and_to_the_remote() -> None:
    board = queue_board()
    board = replace(board, remote=replace(REMOTE, push=Push.ASK))
    seen = []
    async with dashboard(FakeCore(board)) as pilot:
        for _ in range(7):
            await press(pilot, "w")
            app = app_of(pilot)
            seen.append(app.walked.stop)
            if len(app.screen_stack) > 1:
                await press(pilot, "escape")
        await press(pilot, "b", "G", "enter")
        assert queue_screen(pilot)
        assert {CONFLICT, BACK, CULPRIT, DELAYED, "⇡", "╳"} <= set(seen)
        assert {FIRST, HELD} & set(seen) == set()


# how merges ended


def test_what_landed_together_is_one_calm_word() -> None:
    before = queue_board()
    sessions = dict(before.sessions)
    for name in (RUNS, STACKED):
        view = sessions[name]
        assert view.merge is not None
        done = replace(view.merge, outcome=MergeOutcome.MERGED, result="f00dfeed" * 5)
        sessions[name] = replace(view, merge=done)
    [told] = ended_merges(before, replace(before, sessions=sessions))
    assert told.text.startswith("2 are in main: auth-api, search-idx")
    assert not told.severe


@pytest.mark.parametrize(
    ("outcome", "state", "title"),
    [
        (MergeOutcome.CONFLICT, CONFLICT, "auth-api conflicts"),
        (MergeOutcome.REFUSED, BACK, "auth-api was not merged"),
        (MergeOutcome.ROLLED_BACK, BACK, "auth-api was rolled back"),
    ],
)
def test_what_did_not_land_is_told_and_stays_in_the_queue_screen(
    outcome: MergeOutcome, state: str, title: str
) -> None:
    before = queue_board()
    view = before.sessions[RUNS]
    assert view.merge is not None
    ended = replace(view.merge, outcome=outcome, detail="check tests is red\n1 failed", batch="")
    after = replace(view, merge=ended, own=None, given=before.sessions[state].given)
    board = replace(
        before,
        sessions={**before.sessions, RUNS: after},
        queue=MergeQueue(entries=ENTRIES[1:]),
    )
    [told] = ended_merges(before, board)
    assert told.title == title
    assert told.severe
    assert RUNS in {item.view.id for item in queue_line(board).of(Part.NEEDS)}


def test_nothing_is_told_of_what_was_over_before() -> None:
    board = queue_board()
    assert list(ended_merges(replace(board, sessions={}), board)) == []
