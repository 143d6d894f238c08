"""Pipes, folders and devices where files should be: nobody waits for them, and they are told."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.conftest import Desk
from wuhu_tui.journal.index import index_path, seek
from wuhu_tui.journal.lock import FileLock, is_held
from wuhu_tui.journal.reader import JournalReader, Problem, quarantine, read_header
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model.errors import JournalError

ODD: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "endless": lambda path: path.symlink_to("/dev/zero"),
    "nothing": lambda path: path.symlink_to("/dev/null"),
}


@pytest.mark.parametrize("kind", ODD)
def test_a_journal_that_is_no_plain_file(tmp_path: Path, kind: str) -> None:
    """A pipe lay where a journal should: whoever read it waited for ever, the dashboard too.

    Here it is refused at once, by readers and by writers.
    """
    path = tmp_path / "events.jsonl"
    ODD[kind](path)
    for use in (
        lambda: JournalReader(path, "s").read(),
        lambda: read_header(path),
        lambda: seek(path, 1),
        lambda: JournalWriter.open(path, kind="session", name="s"),
    ):
        with pytest.raises(JournalError, match=r"plain file|directory"):
            use()


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_lies_beside_a_journal_is_no_plain_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "events.jsonl"
    with JournalWriter.open(path, kind="session", name="s"):
        pass
    ODD[kind](index_path(path))
    assert seek(path, 1) == path.stat().st_size
    ODD[kind](path.with_suffix(".quarantine"))
    with pytest.raises(JournalError):
        quarantine(path, [Problem(offset=0, line=b"x", reason="bad")])


def test_a_lock_that_is_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "runner.lock"
    os.mkfifo(path)
    assert not is_held(path)
    with FileLock(path):
        assert is_held(path)


@pytest.mark.parametrize("kind", ODD)
async def test_a_session_whose_journal_is_no_plain_file(desk: Desk, kind: str) -> None:
    """It is told, and the other sessions go on."""
    first, second = await desk.started(), await desk.started()
    path = desk.folder.session(first).journal
    path.rename(path.with_name("away"))
    ODD[kind](path)
    async with asyncio.timeout(20):
        await desk.core.steer(second, "go on")
        await desk.core.project.catch_up()
    told = [*desk.core.board.project.warnings, *desk.view(first).warnings]
    assert any(first in words or "plain file" in words for words in told), told
