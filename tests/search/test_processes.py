"""One index and several processes: who makes it, who fills it, who is told to stop."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.search.conftest import Search
from tests.search.journals import Journals
from tests.search.test_index import AUTH, CART, places, said
from wuhu_tui.core.search import store
from wuhu_tui.core.search.searching import fill_now, search_now
from wuhu_tui.core.search.store import index_file, open_index
from wuhu_tui.model.searches import SearchQuery

_CHILD = """
import json, sys
from pathlib import Path
from wuhu_tui.core.search.searching import search_now
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.searches import SearchQuery
found = search_now(ProjectFolder(Path(sys.argv[1])), SearchQuery(words="needle", limit=9999), catching_up=30)
print(json.dumps(sorted((hit.session, hit.cursor.seq) for hit in found.hits)))
"""


def test_several_processes_fill_it_at_once_and_nothing_twice(journals: Journals) -> None:
    for name in (AUTH, CART):
        journals.write(name, *(said(f"needle {number}", f"m{number}") for number in range(400)))
    command = [sys.executable, "-c", _CHILD, str(journals.folder.root)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    told = [json.loads(child.communicate(timeout=50)[0]) for child in children]
    expected = sorted([name, seq] for name in (AUTH, CART) for seq in range(1, 401))
    assert told == [expected] * 3


def test_an_index_that_another_process_fills_is_searched_as_it_is(
    journals: Journals, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhu_tui.core.search.store.PATIENCE_MS", 10)
    query = SearchQuery(words="needle")
    journals.write(AUTH, said("needle", "a"))
    search("needle")
    with open_index(index_file(journals.folder.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        journals.write(AUTH, said("needle", "b"))
        result = search_now(journals.folder, query, catching_up=0.05)
        other.execute("ROLLBACK")
    other.close()
    assert places(result) == [(AUTH, 1)]
    assert "1 journal is not wholly indexed yet" in result.behind
    assert len(search("needle").hits) == 2


def test_an_index_that_another_process_makes_at_that_moment_is_no_stranger(
    journals: Journals, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, look = index_file(journals.folder.path), store._versions

    def late(connection: sqlite3.Connection) -> tuple[int, int]:
        """What the disk says, and right after that it says something else."""
        monkeypatch.setattr(store, "_versions", look)
        found = look(connection)
        open_index(path).close()
        return found

    monkeypatch.setattr(store, "_versions", late)
    with closing(open_index(path)) as connection:
        assert store._tables(connection)


def test_filling_ends_when_it_is_told_to(journals: Journals) -> None:
    journals.write(AUTH, said("needle"))
    assert fill_now(journals.folder, lambda: True).journals == 2
    assert fill_now(journals.folder, lambda: False).journals == 0
