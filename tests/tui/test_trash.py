"""The trash on the screen, the facts before a removal, and `z`, which takes the last thing back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.tui.boards import NOW, ago, sample_board, session
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import app_of, dashboard, press, settle, text_of, toasts
from tests.tui.fake_core import FakeCore
from wuhu_tui.model.board import Board, Standing
from wuhu_tui.model.diff import Diff, DiffFile, FileChange
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.quantities import size
from wuhu_tui.model.rescue_words import holds, stake_facts, stake_warnings
from wuhu_tui.model.rescues import Rescue, Stake
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.undoing import ActKind, act_of, last_act

SEARCH, METRICS = "shop-api-impl-05", "shop-api-impl-10"


def rescue(name: str = METRICS, *, minutes: float = 5, **fields: object) -> Rescue:
    plain = Rescue(
        ref=f"refs/wuhu/rescue/{name}/20260101T{minutes:06.0f}",
        session=name,
        commit="c" * 40,
        branch=f"wuhu/{name}",
        head="a" * 40,
        reason="archived, its work discarded",
        by="lead",
        at=ago(minutes=minutes),
        files=3,
        untracked=1,
        size=4200,
    )
    return replace(plain, **fields)


def stake(**fields: object) -> Stake:
    plain = Stake(
        session=METRICS,
        worktree="/w",
        branch="wuhu/metrics",
        head="a" * 40,
        ref=f"refs/wuhu/rescue/{METRICS}/20260101T000000",
        uncommitted=("a.py", "b.py"),
        untracked=("c.py",),
        ignored=1200,
        ignored_size=34_000_000,
        not_on_base=2,
    )
    return replace(plain, **fields)


@pytest.fixture
def core() -> FakeCore:
    board = sample_board()
    kept = [rescue(), rescue("shop-api-impl-77", minutes=90, in_place=True, commits=2)]
    return FakeCore(replace(board, rescues={one.ref: one for one in reversed(kept)}))


async def test_the_trash_shows_what_was_kept(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "T")
        await settle(pilot)
        shown = text_of(pilot)
        assert "3 files, 1 new, 4.2 kB · archived, its work discarded" in shown
        assert "also still in place" in shown
        assert await shot(pilot, "trash-wide")


async def test_a_rescue_is_brought_back_after_the_facts(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "T")
        await settle(pilot)
        await press(pilot, "enter")
        shown = text_of(pilot)
        assert "nothing is overwritten" in shown
        assert core.asked("restore") == []
        await press(pilot, "enter")
        await settle(pilot)
        [call] = core.asked("restore")
        assert (call.subject, call.arguments) == (rescue().ref, {"to": ""})
        assert f"back in {METRICS}" in toasts(pilot)[-1]
        assert f"back in {METRICS}" in text_of(pilot)


async def test_a_rescue_becomes_a_branch(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "T")
        await settle(pilot)
        await press(pilot, "j", "b")
        [call] = core.asked("restore")
        assert call.arguments["to"].startswith("wuhu/rescued/shop-api-impl-77-")


async def test_the_files_of_a_rescue(core: FakeCore) -> None:
    changed = DiffFile(path="src/new.py", change=FileChange.ADDED, added=4)
    core.diffs[rescue().ref] = Diff(base="a", head="c", files=(changed,))
    async with dashboard(core) as pilot:
        await press(pilot, "T")
        await settle(pilot)
        await press(pilot, "d")
        await settle(pilot)
        assert "src/new.py  +4 −0" in text_of(pilot)


async def test_forgetting_takes_a_y(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "T")
        await settle(pilot)
        await press(pilot, "X", "enter")
        assert core.asked("forget_rescue") == []
        await press(pilot, "y")
        await settle(pilot)
        assert [call.subject for call in core.asked("forget_rescue")] == [rescue().ref]
        assert "3 files, 1 new" in text_of(pilot)
        assert METRICS not in "".join(one.session for one in await core.rescues())


async def test_an_empty_trash_says_so() -> None:
    async with dashboard(FakeCore()) as pilot:
        await press(pilot, "T")
        await settle(pilot)
        await press(pilot, "X")
        assert "nothing was removed that had to be kept" in text_of(pilot)
        assert toasts(pilot)[-1] == "nothing is in the trash"


async def test_archiving_shows_what_is_at_stake_and_discards_only_on_y(
    core: FakeCore, shot: Shot
) -> None:
    core.stakes[METRICS] = stake()
    async with dashboard(core) as pilot:
        app_of(pilot).selected = METRICS
        await press(pilot, "D")
        await settle(pilot)
        shown = text_of(pilot)
        for fact in (
            "2 files: a.py, b.py",
            "1 file: c.py",
            f"kept as {METRICS}/",
            "2 commits; the branch wuhu/metrics keeps them",
            "1200 files, 34 MB",
        ):
            assert fact in shown
        assert await shot(pilot, "confirm-archive-stake")
        await press(pilot, "enter")
        assert core.asked("archive") == []
        await press(pilot, "y")
        await settle(pilot)
        assert [call.arguments["discard"] for call in core.asked("archive")] == [True]
        assert "z brings it back" in toasts(pilot)[-1]


async def test_a_clean_session_is_archived_with_enter(core: FakeCore) -> None:
    core.stakes[METRICS] = stake(ref="", uncommitted=(), untracked=())
    async with dashboard(core) as pilot:
        app_of(pilot).selected = METRICS
        await press(pilot, "D")
        await settle(pilot)
        assert "none needed: everything in it is committed" in text_of(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        assert [call.arguments["discard"] for call in core.asked("archive")] == [False]


async def test_stopping_says_what_is_not_committed(core: FakeCore) -> None:
    core.stakes[SEARCH] = stake(session=SEARCH)
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "X")
        await settle(pilot)
        assert "2 files: a.py, b.py" in text_of(pilot)
        await press(pilot, "enter")
        assert [call.subject for call in core.asked("stop")] == [SEARCH]


async def test_z_brings_an_archived_session_back(core: FakeCore) -> None:
    given = Standing(state=SessionState.ARCHIVED, since=NOW, cause="archived")
    await core.change(METRICS, own=None, lost=None, given=given)
    async with dashboard(core) as pilot:
        await press(pilot, "z")
        shown = text_of(pilot)
        assert "Bring back metrics" in shown
        assert "3 files, 1 new" in shown
        await press(pilot, "enter")
        await settle(pilot)
        assert [call.subject for call in core.asked("restore")] == [METRICS]
        assert toasts(pilot)[-1] == "metrics is back · R resumes it"


async def test_what_cannot_be_brought_back_says_why(core: FakeCore) -> None:
    core.refuse("restore", NotPossible("it runs", remedy="stop it first"))
    async with dashboard(core) as pilot:
        await press(pilot, "z", "enter")
        await settle(pilot)
        assert "it runs" in toasts(pilot)[-1]


def test_the_last_thing_is_the_newest_of_all() -> None:
    merge = Merge(id="g", head="a", base_branch="main", outcome=MergeOutcome.MERGED)
    merged = session("one", SessionState.MERGED, since=ago(minutes=9), merge=merge)
    archived = session("two", SessionState.ARCHIVED, number=2, since=ago(minutes=5))
    board = Board(sessions={merged.id: merged, archived.id: archived})
    last = last_act(board)
    assert last is not None
    assert (last.kind, last.session, last.rescue) == (ActKind.ARCHIVED, archived.id, None)
    kept = rescue("gone", minutes=1)
    again = last_act(replace(board, rescues={kept.ref: kept}))
    assert again is not None
    assert (again.kind, again.rescue) == (ActKind.REMOVED, kept)
    mine = act_of(board, merged.id)
    assert mine is not None
    assert mine.kind is ActKind.MERGED
    assert act_of(board, "three") is None
    safe = replace(kept, in_place=True)
    back = replace(kept, restored_to="gone")
    for harmless in (safe, back):
        same = last_act(replace(board, rescues={harmless.ref: harmless}))
        assert same is not None
        assert same.kind is ActKind.ARCHIVED


def test_words() -> None:
    assert [size(number) for number in (0, 999, 1500, 12_345, 3_400_000, 2 * 10**9)] == [
        "0 B",
        "999 B",
        "1.5 kB",
        "12 kB",
        "3.4 MB",
        "2.0 GB",
    ]
    assert holds(rescue(files=0, commits=1)) == "1 commit"
    assert holds(rescue(files=0)) == "nothing but its commit"
    unseen = stake(unseen="the disk is gone")
    assert stake_facts(unseen) == (("unseen", "could not look: the disk is gone"),)
    assert stake_warnings(stake(in_use_by=("vim (7)",)))[0].startswith("Nothing is removed")
