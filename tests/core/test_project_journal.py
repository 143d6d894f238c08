from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.core.boards import BEGINNING
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.project_journal import ProjectJournal
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.journal.reader import read_from, read_header
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import Conflict, JournalError, NotPossible
from wuhu_tui.model.events import Event, Noted
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.project_events import ProjectOpened, SessionInstantiated
from wuhu_tui.model.sessions import SessionSpec

WRITER = """
import asyncio, sys
from pathlib import Path
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.project_journal import ProjectJournal
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.project_events import SessionInstantiated
from wuhu_tui.model.sessions import SessionSpec

async def main():
    journal = ProjectJournal(ProjectFolder(Path(sys.argv[1])), Ledger())
    for _ in range(int(sys.argv[2])):
        def next_number(board):
            name = f"s{len(board.sessions):04}"
            return [SessionInstantiated(spec=SessionSpec(id=name, project="p"))]
        await journal.decide(next_number)
    await journal.settled()

asyncio.run(main())
"""


@pytest.fixture
def folder(tmp_path: Path) -> ProjectFolder:
    return ProjectFolder(tmp_path)


@pytest.fixture
async def journal(folder: ProjectFolder) -> AsyncIterator[ProjectJournal]:
    journal = ProjectJournal(folder, Ledger(), lambda: BEGINNING)
    yield journal
    await journal.settled()


def made(name: str) -> SessionInstantiated:
    return SessionInstantiated(spec=SessionSpec(id=name, project="p"))


def board_on_disk(folder: ProjectFolder) -> Board:
    return fold_all(Board(), read_from(folder.journal, "").records)


async def test_what_is_written_is_on_the_board_at_once(folder: ProjectFolder) -> None:
    ledger = Ledger()
    journal = ProjectJournal(folder, ledger, lambda: BEGINNING)
    records = await journal.append(made("a"), made("b"))
    assert [record.seq for record in records] == [1, 2]
    assert list(ledger.board.sessions) == ["a", "b"]
    revision = ledger.revision
    ledger.apply(read_from(folder.journal, "").records)
    assert ledger.revision == revision, "the same records again are no news"
    assert ledger.board == board_on_disk(folder)
    await journal.settled()


async def test_two_of_them_see_each_other(folder: ProjectFolder) -> None:
    mine, theirs = Ledger(), Ledger()
    one, other = ProjectJournal(folder, mine), ProjectJournal(folder, theirs)
    await one.append(ProjectOpened(project="p", root="/p", base_branch="main"))
    seen: list[str] = []

    def look(board: Board) -> list[Event]:
        seen.append(board.project.name)
        return [made("a")]

    await other.decide(look)
    assert seen == ["p"]
    await one.append(made("b"))
    assert list(mine.board.sessions) == ["a", "b"]
    await other.refresh()
    assert theirs.board == mine.board
    await one.settled()
    await other.settled()


async def test_nothing_is_written_when_the_decision_is_nothing_or_a_refusal(
    folder: ProjectFolder, journal: ProjectJournal
) -> None:
    assert await journal.decide(lambda board: []) == []

    def refuse(board: Board) -> list[Event]:
        raise NotPossible("not now")

    with pytest.raises(NotPossible):
        await journal.decide(refuse)
    assert not folder.journal.exists()
    await journal.append(made("a"))
    assert list(board_on_disk(folder).sessions) == ["a"]


async def test_a_cancelled_append_is_finished_and_frees_the_lock(
    folder: ProjectFolder, journal: ProjectJournal
) -> None:
    held = FileLock(folder.journal_lock)
    folder.path.mkdir()
    assert held.acquire()
    task = asyncio.create_task(journal.append(made("a")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    held.release()
    async with asyncio.timeout(30):
        await journal.append(made("b"))
    assert list(board_on_disk(folder).sessions) == ["a", "b"]


async def test_a_lock_that_is_never_freed_is_named(
    folder: ProjectFolder, journal: ProjectJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhu_tui.core.project_journal.PATIENCE", 0.05)
    folder.path.mkdir()
    with FileLock(folder.journal_lock), pytest.raises(Conflict, match=r"project\.lock"):
        await journal.append(made("a"))
    await journal.append(made("a"))


async def test_a_torn_line_of_a_dead_writer_is_cut(
    folder: ProjectFolder, journal: ProjectJournal
) -> None:
    await journal.append(made("a"))
    with folder.journal.open("ab") as file:
        file.write(b'{"epoch": 1, "seq": 2, "ts"')
    await journal.append(made("b"))
    assert list(board_on_disk(folder).sessions) == ["a", "b"]


async def test_a_renamed_folder_stays_the_same_project(tmp_path: Path) -> None:
    before = ProjectFolder(tmp_path / "before")
    before.root.mkdir()
    journal = ProjectJournal(before, Ledger())
    await journal.append(made("a"))
    await journal.settled()
    before.root.rename(tmp_path / "after")
    after = ProjectFolder(tmp_path / "after")
    journal = ProjectJournal(after, Ledger())
    await journal.append(made("b"))
    await journal.settled()
    assert read_header(after.journal).name == "before"
    assert list(board_on_disk(after).sessions) == ["a", "b"]


async def test_a_journal_of_a_newer_wuhu_is_refused(
    folder: ProjectFolder, journal: ProjectJournal
) -> None:
    folder.path.mkdir()
    folder.journal.write_text(
        '{"format": 999, "kind": "project", "name": "p", "created_at": "2026-01-01T00:00:00Z"}\n'
    )
    with pytest.raises(JournalError):
        await journal.append(Noted(text="x"))


def test_many_processes_append_and_nothing_is_lost_or_doubled(folder: ProjectFolder) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(folder.root), "15"]) for _ in range(4)
    ]
    try:
        assert [writer.wait(50) for writer in writers] == [0, 0, 0, 0]
    finally:
        for writer in writers:
            writer.kill()
    page = read_from(folder.journal, "")
    assert [record.seq for record in page.records] == list(range(1, 61))
    assert not page.problems
    assert sorted(board_on_disk(folder).sessions) == [f"s{number:04}" for number in range(60)]
