"""The index is kept at the end of the journals while a project is open."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.search.conftest import Search
from tests.search.journals import Journals
from wuhu_tui.core.search.filling import Filler, sources
from wuhu_tui.core.search.keeping import _fill_aside, keep_up, keeping_index
from wuhu_tui.core.search.store import index_file, open_index
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import AgentSaid

AUTH = "shop-impl-01"


def is_complete(journals: Journals) -> bool:
    path = index_file(journals.folder.path)
    if not path.exists():
        return False
    try:
        with closing(open_index(path)) as connection:
            lag = Filler(connection, Redactor({})).lag(sources(journals.folder))
    except sqlite3.OperationalError:
        return False
    return lag.journals == 0


async def until(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not check():
            await asyncio.sleep(0.01)


async def test_what_is_written_is_indexed_without_a_search(journals: Journals) -> None:
    journals.write(AUTH, AgentSaid(text="one"))
    async with keeping_index(journals.folder, pause=0.01):
        await until(lambda: is_complete(journals))
        journals.write(AUTH, AgentSaid(text="two"))
        await until(lambda: is_complete(journals))
        index_file(journals.folder.path).unlink()
        await until(lambda: is_complete(journals))


async def test_an_index_that_was_begun_anew_in_its_place_is_filled(
    journals: Journals, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.db"
    open_index(empty).close()
    journals.write(AUTH, AgentSaid(text="one"))
    index = index_file(journals.folder.path)
    async with keeping_index(journals.folder, pause=0.01):
        await until(lambda: is_complete(journals))
        journals.write(AUTH, AgentSaid(text="two"))
        await until(lambda: is_complete(journals))
        index.write_bytes(empty.read_bytes())  # the same number, as a deleted file's is taken again
        await until(lambda: is_complete(journals))


async def test_a_great_backlog_is_read_by_another_process(journals: Journals) -> None:
    journals.write(AUTH, AgentSaid(text="one"))
    async with asyncio.timeout(30):
        await keep_up(journals.folder, great=1)
    assert is_complete(journals)


async def test_a_process_that_fails_is_not_begun_again_at_once(journals: Journals) -> None:
    index_file(journals.folder.path).mkdir()
    with pytest.raises(OSError, match="ended with 1"):
        await _fill_aside(journals.folder)


async def test_where_no_index_can_be_kept_nothing_ends(journals: Journals) -> None:
    index_file(journals.folder.path).mkdir()
    journals.write(AUTH, AgentSaid(text="one"))
    async with keeping_index(journals.folder, pause=0.01):
        await asyncio.sleep(0)


def test_what_cannot_be_looked_at_for_once_is_not_forgotten(
    journals: Journals, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    journals.write(AUTH, AgentSaid(text="needle"))
    assert len(search("needle").hits) == 1

    def refuse(path: Path) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr("wuhu_tui.core.search.filling.os.scandir", refuse)
        with pytest.raises(JournalError, match="Too many open files"):
            search("needle")
    with closing(open_index(index_file(journals.folder.path))) as connection:
        assert AUTH in Filler(connection, Redactor({})).known()


def test_a_journal_that_cannot_be_looked_at_spoils_no_other(
    journals: Journals, search: Search
) -> None:
    journals.write(AUTH, AgentSaid(text="needle"))
    odd = journals.path("odd")
    odd.parent.mkdir()
    odd.symlink_to(odd)
    result = search("needle")
    assert len(result.hits) == 1
    assert result.behind.startswith("odd: ")
