"""Files that somebody broke or removed: told, never a dead end."""

from __future__ import annotations

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


async def test_a_removed_session_folder_is_made_anew_at_its_next_life(
    desk: Desk, root: Path
) -> None:
    session = await desk.started()
    await desk.core.stop(session)
    folder = desk.folder.session(session)
    kept = folder.spec.read_bytes()
    shutil.rmtree(folder.path)
    again = await reopened(desk, root)
    for verb in (again.core.steer(session, "go on"), again.core.stop(session)):
        with pytest.raises(NotFound, match=r"folder .*(gone|removed)") as caught:
            await verb
        assert f"wuhu resume {session}" in caught.value.remedy
    await again.core.resume(session)
    assert folder.spec.read_bytes() == kept
    assert "made anew" in warnings(again)
    again.host.end_all()
    await again.core.aclose()


async def test_a_broken_spec_is_written_anew_at_the_next_life(desk: Desk) -> None:
    session = await desk.made()
    spec = desk.folder.session(session).spec
    kept = spec.read_bytes()
    spec.write_bytes(kept[:40])
    await desk.core.start(session)
    assert spec.read_bytes() == kept


async def test_a_lost_project_journal_is_told_and_its_sessions_are_taken_up_again(
    desk: Desk, root: Path
) -> None:
    session = await desk.started()
    await desk.core.stop(session)
    (desk.folder.sessions / "junk").mkdir()
    (desk.folder.sessions / "junk" / "session.json").write_text("{")
    await desk.core.aclose()
    desk.folder.journal.unlink()
    with pytest.raises(NotFound, match="journal is gone") as caught:
        await open_desk(root)
    assert "init" in caught.value.remedy
    await initialise(root)
    again = await open_desk(root)
    assert list(again.core.board.sessions) == [session]
    assert again.view(session).spec.branch
    assert again.view(session).state is SessionState.STOPPED
    other = await again.made()
    await again.core.aclose()
    assert other != session
    assert len(read_from(desk.folder.journal, "").records) == 3


async def test_a_runner_that_hangs_is_told_with_the_way_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_module, "END_PATIENCE", 0.2)
    session = await desk.started()
    desk.host.workers[session].deaf = True
    with pytest.raises(NotPossible, match="not ended yet") as caught:
        await desk.core.stop(session)
    assert f"kill -9 {desk.view(session).runner_pid} " in caught.value.remedy
    desk.host.workers[session].deaf = False
