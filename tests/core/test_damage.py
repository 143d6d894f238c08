"""Files that somebody broke or removed: told, never a dead end."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.core.conftest import Desk, open_desk
from wuhu_tui.core import project as project_module
from wuhu_tui.core.initialise import initialise
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.errors import JournalError, NotFound, NotPossible
from wuhu_tui.model.states import SessionState


async def reopened(desk: Desk, root: Path) -> Desk:
    await desk.core.aclose()
    return await open_desk(root)


def warnings(desk: Desk) -> str:
    return "\n".join(desk.core.board.project.warnings)


async def test_a_project_journal_without_its_header_is_written_on(desk: Desk, root: Path) -> None:
    session = await desk.made()
    header, rest = desk.folder.journal.read_bytes().split(b"\n", 1)
    desk.folder.journal.write_bytes(b"\0" * len(header) + b"\n" + rest)
    again = await reopened(desk, root)
    assert session in again.core.board.sessions
    other = await again.made()
    await again.core.aclose()
    assert other != session


async def test_a_project_journal_of_a_newer_wuhu_is_never_written(desk: Desk, root: Path) -> None:
    before = desk.folder.journal.read_bytes().replace(b'"format":1', b'"format":99', 1)
    desk.folder.journal.write_bytes(before)
    with pytest.raises(JournalError, match="format 99"):
        await desk.made()
    assert desk.folder.journal.read_bytes() == before


async def test_many_damaged_lines_are_one_warning(desk: Desk, root: Path) -> None:
    session = await desk.made()
    desk.folder.session(session).journal.write_bytes(b"junk\n" * 300)
    again = await reopened(desk, root)
    (told,) = again.core.board.project.warnings
    await again.core.aclose()
    assert f"{session}: the line at byte 0 is damaged" in told
    assert "299 more" in told
