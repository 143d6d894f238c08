from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.boards import Story
from tests.core.journals import Runner
from wuhu_tui.core import follower as follower_module
from wuhu_tui.core.follower import Follower
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.project_journal import ProjectJournal
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import is_held
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import Board
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.reviews import Check, CheckState
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState


@pytest.fixture
def folder(tmp_path: Path) -> ProjectFolder:
    folder = ProjectFolder(tmp_path)
    folder.sessions.mkdir(parents=True)
    return folder


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
async def follower(folder: ProjectFolder, ledger: Ledger) -> AsyncIterator[Follower]:
    follower = follow(folder, ledger)
    yield follower
    await follower.aclose()


def follow(folder: ProjectFolder, ledger: Ledger) -> Follower:
    return Follower(folder, ledger, lambda name: is_held(folder.session(name).lock), slow_look=0.05)


def board_on_disk(folder: ProjectFolder) -> Board:
    board = fold_all(Board(), read_from(folder.journal, "").records)
    for path in sorted(folder.sessions.iterdir()):
        board = fold_all(board, read_from(path / "events.jsonl", path.name).records)
    return board


async def until(ledger: Ledger, look: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        await ledger.until(lambda: True if look() else None, None)


async def instantiate(folder: ProjectFolder, *names: str) -> None:
    journal = ProjectJournal(folder, Ledger())
    await journal.append(
        *(project.SessionInstantiated(spec=SessionSpec(id=name, project="p")) for name in names)
    )


async def test_what_was_there_and_what_comes_is_folded(
    folder: ProjectFolder, ledger: Ledger, follower: Follower
) -> None:
    await instantiate(folder, "a", "b")
    runner = Runner(folder, "a")
    runner.works()
    await follower.start()
    assert ledger.board.sessions["a"].state is SessionState.WORKING
    assert ledger.alive == {"a": True, "b": False}
    runner.write(events.AgentSaid(text="hello"))
    await until(ledger, lambda: bool(ledger.transcript("a").items[1:]))
    runner.rests()
    await until(ledger, lambda: ledger.board.sessions["a"].state is SessionState.IDLE)
    assert ledger.board == board_on_disk(folder)
    runner.dies()


async def test_an_ending_is_seen_within_two_pulses(
    folder: ProjectFolder, ledger: Ledger, follower: Follower
) -> None:
    await instantiate(folder, "a")
    runner = Runner(folder, "a")
    await follower.start()
    revision = ledger.revision
    runner.dies()
    async with asyncio.timeout(2 * follower_module.PULSE + 10):
        while ledger.alive["a"]:
            revision = await ledger.changed(revision)


async def test_catching_up_needs_no_patience(folder: ProjectFolder, ledger: Ledger) -> None:
    follower = follow(folder, ledger)
    await instantiate(folder, "a")
    runner = Runner(folder, "a")
    await follower.catch_up()
    assert ledger.board.sessions["a"].state is SessionState.STARTING
    runner.works()
    await asyncio.gather(*(follower.catch_up() for _ in range(5)))
    assert ledger.board == board_on_disk(folder)
    runner.dies()


async def test_appending_while_following_counts_everything_once(
    folder: ProjectFolder, ledger: Ledger, follower: Follower
) -> None:
    mine, theirs = ProjectJournal(folder, ledger), ProjectJournal(folder, Ledger())
    await follower.start()

    async def write(journal: ProjectJournal, prefix: str) -> None:
        for number in range(30):
            spec = SessionSpec(id=f"{prefix}{number}", project="p")
            await journal.append(project.SessionInstantiated(spec=spec))

    async with asyncio.timeout(30):
        await asyncio.gather(write(mine, "m"), write(theirs, "t"))
        await follower.catch_up()
    assert len(ledger.board.sessions) == 60
    assert ledger.board == board_on_disk(folder)


async def test_one_burst_is_one_wake_up(folder: ProjectFolder, ledger: Ledger) -> None:
    follower = follow(folder, ledger)
    await instantiate(folder, "a")
    runner = Runner(folder, "a")
    runner.works()
    for number in range(500):
        runner.write(events.AgentSaid(text=str(number)))
    wakes: list[int] = []

    async def wait() -> None:
        revision = 0
        while True:
            revision = await ledger.changed(revision)
            wakes.append(revision)

    waiter = asyncio.create_task(wait())
    await asyncio.sleep(0)
    await follower.catch_up()
    await asyncio.sleep(0)
    waiter.cancel()
    assert len(wakes) <= 3
    runner.dies()


async def test_a_flood_is_folded_in_pieces(
    folder: ProjectFolder, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "PIECE", 10)
    follower = follow(folder, ledger)
    await instantiate(folder, "a")
    runner = Runner(folder, "a")
    for number in range(100):
        runner.write(events.AgentSaid(text=str(number)))
    await asyncio.gather(follower.catch_up(), follower.catch_up())
    assert ledger.board == board_on_disk(folder)
    assert ledger.transcript("a").items[-1].text == "".join(map(str, range(100)))
    runner.dies()


async def test_a_damaged_line_is_set_aside_and_told(
    folder: ProjectFolder, ledger: Ledger, follower: Follower
) -> None:
    await instantiate(folder, "a")
    runner = Runner(folder, "a")
    runner.dies()
    with runner.folder.journal.open("ab") as file:
        file.write(b"no record at all\n")
    runner = Runner(folder, "a")
    await follower.start()
    assert ledger.board.sessions["a"].cursor.epoch == 2
    assert any("damaged" in words for words in ledger.board.project.warnings)
    assert runner.folder.quarantine.read_bytes() == b"no record at all\n"
    runner.dies()


async def test_a_replaced_journal_begins_the_board_anew(
    folder: ProjectFolder, ledger: Ledger, follower: Follower
) -> None:
    await instantiate(folder, "a", "b")
    runner = Runner(folder, "a")
    runner.works()
    await follower.start()
    runner.dies()
    runner.folder.journal.unlink()
    other = Runner(folder, "a")
    await until(ledger, lambda: ledger.board.sessions["a"].state is SessionState.STARTING)
    await follower.catch_up()
    assert ledger.board == board_on_disk(folder)
    other.dies()


async def test_a_session_made_later_is_followed_too(
    folder: ProjectFolder, ledger: Ledger, follower: Follower
) -> None:
    await follower.start()
    await instantiate(folder, "late")
    runner = Runner(folder, "late")
    runner.works()
    await until(
        ledger,
        lambda: (
            "late" in ledger.board.sessions
            and ledger.board.sessions["late"].state is SessionState.WORKING
        ),
    )
    await until(ledger, lambda: ledger.alive.get("late", False))
    runner.dies()


def test_of_an_archived_session_only_the_board_is_kept() -> None:
    story = Story()
    story.done("a")
    ledger = Ledger()
    ledger.apply(story.records)
    assert ledger.transcript("a").items
    ledger.check_output("a", "tests", "looking")
    story.moved("a", SessionState.ARCHIVED)
    ledger.apply(story.records)
    assert (ledger.transcript("a").items, ledger.output_of("a", "tests")) == ([], "")
    again = Ledger()
    again.apply(sorted(story.records, key=lambda record: record.session))
    assert again.board == ledger.board
    assert again.transcript("a").items == []


def test_a_check_that_begins_anew_has_printed_nothing() -> None:
    story = Story()
    story.done("a")
    ledger = Ledger()
    ledger.apply(story.records)
    ledger.check_output("a", "tests", "red")
    running = Check(name="tests", state=CheckState.RUNNING)
    story.tell("", project.CheckEnded(session="a", head="head", check=running))
    ledger.apply(story.records)
    assert ledger.output_of("a", "tests") == ""


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), min_size=1, max_size=20))
def test_records_told_twice_or_from_two_readers_count_once(
    reads: list[tuple[int, int]],
) -> None:
    """Every reader begins somewhere it or another has read up to already."""
    story = Story()
    for number in range(8):
        story.done(f"s{number}")
    whole = fold_all(Board(), story.records)
    ledger = Ledger()
    told = 0
    for start, length in (*reads, (0, len(story.records))):
        begin = min(start, told)
        ledger.apply(story.records[begin : begin + length])
        told = max(told, begin + length)
    assert ledger.board == whole
    assert ledger.board.project.cursor == whole.project.cursor
