"""The replay's core: where it stands, what it shows there, and that it changes nothing."""

from __future__ import annotations

import asyncio
import fcntl
from pathlib import Path

import pytest

from tests.replay.journals import Recording, at, opened
from tests.replay.past_shop import ONE, PastShop
from wuhu_tui.core.door import CoreDoor
from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.core.replay.refusing import RefusedVerbs
from wuhu_tui.core.replay.replay_core import ReplayCore
from wuhu_tui.model import events
from wuhu_tui.model.errors import NotFound, NotPossible, WuhuError
from wuhu_tui.model.marks import MarkKind
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.searches import SearchQuery
from wuhu_tui.model.states import SessionState

READS = {
    *("board", "revision", "conducting", "runner_alive", "transcript", "screen", "check_output"),
    *("resources", "provenance", "changed", "rescues", "rescue_diff", "wait_join", "wait_job"),
    *("job_output", "follow_job", "examine", "idle", "diff", "diff_listing", "diff_of"),
    *("anchor_at", "place_comments", "hunk_origin", "evidence", "merge_outlook"),
    *("conflict_brief", "look_around", "remote_state", "replay", "search", "away", "timeline"),
    *("accounting", "detections", "note_look"),
}
"""What of a live core's door changes nothing, or has nothing to do here."""


def _verbs(door: type) -> set[str]:
    return {name for part in door.__mro__ for name in vars(part) if not name.startswith("_")}


def test_every_verb_is_answered_or_refused() -> None:
    door, refused = _verbs(ReplayDoor), set(vars(RefusedVerbs)) & _verbs(ReplayDoor)
    assert not door - _verbs(ReplayCore)
    assert _verbs(CoreDoor) - READS == refused
    assert _verbs(RefusedVerbs) == refused


async def test_what_would_change_something_names_the_way_back(core: ReplayDoor) -> None:
    for name in sorted(_verbs(RefusedVerbs)):
        with pytest.raises(NotPossible, match="this is a replay: ") as told:
            await getattr(core, name)(ONE)
        assert told.value.remedy.startswith("go back to live: ")


async def test_it_opens_at_the_end_and_shows_any_moment(core: ReplayDoor, shop: PastShop) -> None:
    assert (core.moment, core.read, core.source) == (core.last, 1.0, "shop")
    assert core.board.sessions[ONE].state is SessionState.APPROVED
    states = {}
    for name in ("made", "turn", "asked", "reported"):
        moment = await core.seek(shop.indexes[name])
        assert moment.index == shop.indexes[name]
        states[name] = (core.board.sessions[ONE].state, core.runner_alive(ONE))
    assert states == {
        "made": (SessionState.INSTANTIATED, False),
        "turn": (SessionState.WORKING, True),
        "asked": (SessionState.ASKING, True),
        "reported": (SessionState.REPORTED, True),
    }
    await core.seek(10**9)
    assert core.moment == core.last
    assert not core.runner_alive(ONE)
    assert (core.conducting, core.resources(ONE), core.check_output(ONE, "x")) == (False, None, "")


async def test_a_transcript_is_read_soon_and_kept_for_each_moment(
    core: ReplayDoor, shop: PastShop
) -> None:
    await core.seek(shop.indexes["said"])
    assert core.transcript(ONE).items == []
    await core.idle()
    said = core.transcript(ONE)
    assert [item.text for item in said.items[1:]] == ["I look. I write."]
    await core.seek(shop.indexes["edited"])
    assert core.transcript(ONE) is said
    assert said.items[-1].title == "Edit a.py"
    await core.seek(shop.indexes["said"] - 1)
    assert [item.text for item in core.transcript(ONE).items[1:]] == ["I look. "]
    assert core.screen(ONE) is None


async def test_a_moment_is_found_by_time_record_turn_and_mark(
    core: ReplayDoor, shop: PastShop
) -> None:
    assert (await core.seek_time(at(0.5))).index == 1
    assert (await core.step_turn()).index == shop.indexes["turn"]
    assert (await core.step_turn()).index == shop.indexes["turn"]
    assert (await core.step()).index == shop.indexes["turn"] + 1
    assert (await core.step(-2)).index == shop.indexes["turn"] - 1
    assert (await core.step_mark()).index == shop.indexes["asked"] - 1
    answered = await core.step_mark(kinds={MarkKind.ANSWER})
    assert (await core.step_mark(-1)).index == shop.indexes["asked"] - 1
    assert (await core.seek_record(ONE, Cursor(epoch=1, seq=1))).index == 3
    assert (await core.step_mark(kinds={MarkKind.ANSWER}, session=ONE)) == answered
    with pytest.raises(NotFound):
        await core.seek_record(ONE, Cursor(epoch=9, seq=1))


async def test_a_reel_tells_the_times_of_its_moments(shop: PastShop) -> None:
    reel = await opened(shop.recording)
    times = await reel.times(0, reel.last.index)
    moments = [(await reel.still(index)).moment for index in range(1, reel.last.index + 1)]
    assert list(times) == [moment.at for moment in moments]
    assert list(await reel.times(3, 5)) == list(times[3:5])
    assert list(await reel.times(9, 9)) == []
    await reel.aclose()


async def test_an_overtaken_seek_shows_nothing(core: ReplayDoor) -> None:
    before = core.revision
    wishes = [asyncio.create_task(core.seek(index)) for index in (3, 5, 9)]
    async with asyncio.timeout(10):
        places = [(await wish).index for wish in wishes]
    assert places == [9, 9, 9]
    assert core.revision == before + 1


async def test_every_move_is_told(core: ReplayDoor) -> None:
    seen = core.revision
    waiting = asyncio.create_task(core.changed(seen))
    await core.seek(2)
    async with asyncio.timeout(10):
        assert await waiting > seen


async def test_why_a_session_stood_so_is_told_as_of_then(core: ReplayDoor, shop: PastShop) -> None:
    await core.seek(shop.indexes["asked"])
    why = await core.provenance(ONE)
    assert (why.state, why.runner_alive) == (SessionState.ASKING, True)
    assert why.looked_at == core.moment.at
    assert max(one.at for one in why.evidence) <= core.moment.at
    assert any(one.at_state for one in why.evidence)
    with pytest.raises(NotFound):
        await core.provenance("nobody")


async def test_where_the_lead_last_looked(core: ReplayDoor, shop: PastShop) -> None:
    looked = await core.when_looked()
    assert looked is not None
    assert looked.index == shop.indexes["looked"]
    await core.seek(shop.indexes["reported"])
    away = await core.away()
    assert (away.since, away.until) == (looked.at, core.moment.at)
    assert (await core.timeline()).until == core.moment.at
    assert (await core.accounting()).until == core.moment.at


async def test_only_some_sessions_are_shown_if_wished(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    for name in ("one", "two"):
        recording.born(name, 1)
        recording.tell(name, 2, events.RunnerStarted(pid=1))
        report = Report(kind=ReportKind.DONE, summary=name)
        recording.tell(name, 3, events.ReportMade(report=report))
    core = await ReplayCore.open(tmp_path, sessions=["two"])
    await core.idle()
    assert list(core.board.sessions) == ["two"]
    assert [mark.session for mark in core.marks()] == ["two"]
    assert [one.session for one in (await core.compare(0, core.last.index)).sessions] == ["two"]
    assert [row.session for row in (await core.timeline()).rows] == ["two"]
    assert {line.session for line in (await core.away(since=at(0))).lines} <= {"", "two"}
    hits = (await core.search(SearchQuery(words="one"))).hits
    assert {hit.session for hit in hits} <= {"", "two"}
    await core.aclose()


async def test_nothing_in_the_project_changes(
    shop: PastShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by any verb of the door, nor does anybody find a lock held."""
    locked: list[str] = []
    real = fcntl.flock

    def flock(file: int, kind: int) -> None:
        locked.append(str(Path(f"/proc/self/fd/{file}").readlink()))
        real(file, kind)

    monkeypatch.setattr(fcntl, "flock", flock)
    before = _listing(shop.root)
    core = await ReplayCore.open(shop.root)
    await core.idle()
    for index in (shop.indexes["in review"], shop.indexes["merged"]):
        await core.seek(index)
        await _use(core)
    await core.compare(1, core.last.index)
    await core.aclose()
    assert _listing(shop.root) == before
    assert [path for path in locked if path.startswith(str(shop.root))] == []


async def _use(core: ReplayDoor) -> None:
    """Ask for everything there is to ask of a session."""
    core.transcript(ONE)
    await core.idle()
    door = _verbs(ReplayDoor) - {"aclose", "board", "changed", "play", "search"}
    for name in sorted(door):
        verb = getattr(core, name)
        try:
            await verb(ONE)
        except (TypeError, WuhuError):
            continue
    assert (await core.search(SearchQuery(words="digits"))).hits
    await core.hunk_origin(ONE, "a.py", 2)
    await core.diff_of(ONE, ["a.py"], since_look=True)
    await core.file(ONE, "a.py")


def _listing(root: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder with its time and size; caches that may be deleted left out.

    Git renews the time of an object that it would have written, had it not been there.
    """
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not name.startswith((".wuhu/replay", ".wuhu/search.db")) and name != ".wuhu":
            state = path.lstat()
            is_object = name.startswith(".git/objects/") and path.is_file()
            found[name] = (0 if is_object else state.st_mtime_ns, state.st_size)
    return found
