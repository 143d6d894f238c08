"""The disk is full: nothing that was confirmed is lost, the lead is told, and it goes on after."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tests.core.conftest import Desk, open_desk
from tests.core.fake_host import Worker
from tests.fault.faults import fill, remove_disk, small_disk
from tests.session.stage import Stage
from wuhu_tui.core import delivery
from wuhu_tui.core.initialise import prepare_folder
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import MessageLanded, MessageQueued
from wuhu_tui.model.reports import ExitReason
from wuhu_tui.model.states import SessionState


class FullDisk:
    """Refuses every byte for one file while it is full; other files have room."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
        self.full = False
        self._path = path
        self._write = os.write
        monkeypatch.setattr("wuhu_tui.journal.appending.os.write", self.write)

    def write(self, descriptor: int, data: Any) -> int:
        if self.full and Path(f"/dev/fd/{descriptor}").resolve() == self._path:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._write(descriptor, data)


def _queued(worker: Worker) -> list[str]:
    records = read_from(worker.folder.journal, worker.spec.id).records
    return [r.event.message.text for r in records if isinstance(r.event, MessageQueued)]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TAKE_PATIENCE", 0.1)


async def test_the_project_s_journal_has_no_room(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk ran full while the lead steered; the key was swallowed and the words were gone.

    Here the verb is refused with what to do, what was confirmed before stays, and once there is
    room the next word goes as if nothing had been.
    """
    session = await desk.started()
    desk.host.workers[session].deaf = True
    disk = FullDisk(monkeypatch, desk.folder.journal)
    kept = await desk.core.steer(session, "keep this")
    before = desk.folder.journal.read_bytes()
    disk.full = True
    with pytest.raises(JournalError, match="No space left") as refused:
        await desk.core.steer(session, "this is refused")
    assert "space" in refused.value.remedy
    assert desk.folder.journal.read_bytes() == before
    disk.full = False
    after = await desk.core.steer(session, "this goes")
    worker = desk.host.workers[session]
    worker.deaf = False
    worker.listen()
    assert _queued(worker) == ["keep this", "this goes"]
    assert kept != after


async def test_a_session_s_journal_has_no_room(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runner could not write any more and went on all the same: hours of work, no record.

    Here a life that cannot record ends and says why; the message that lay before it is not taken,
    and lands once in the next life, when there is room.
    """
    disk = FullDisk(monkeypatch, stage.folder.journal.resolve())
    await stage.idle()
    disk.full = True
    word = stage.steer("after the flood")
    exit_ = await stage.ended()
    assert exit_.reason is ExitReason.FAILED
    assert "No space left" in str(stage.log.broken)
    disk.full = False
    turn = await stage.first_turn()
    assert "after the flood" in turn.text
    turn.end()
    await stage.in_state(SessionState.IDLE)
    assert [e.id for e in stage.events(MessageLanded)].count(word.id) == 1


async def test_a_mailbox_has_no_room(desk: Desk) -> None:
    """A message was confirmed because its file had been opened; the disk had no room for its words.

    Here a message is confirmed when it is whole on the disk; a refused one does not come later.
    """
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.deaf = True
    place = worker.folder.mailbox
    why_not = small_disk(place, 1)
    if why_not:
        pytest.skip(f"no disk of its own can be mounted here: {why_not}")
    try:
        filler = place / "filler"
        fill(filler)
        with pytest.raises(JournalError, match="No space left"):
            await desk.core.steer(session, "this is refused")
        filler.unlink()
        await desk.core.steer(session, "this goes")
        worker.deaf = False
        worker.listen()
        assert _queued(worker) == ["this goes"]
    finally:
        worker.deaf = False
        remove_disk(place)


async def test_a_session_for_which_there_is_no_room(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk had bytes left and no inodes: the lead read an error number of the system's.

    Here it is told as what it is, nothing is left behind, and the next one is made.
    """
    before = set(desk.core.board.sessions)

    def full(folder: Path, *_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(folder))

    with monkeypatch.context() as patch:
        patch.setattr("wuhu_tui.hosts.local.Mailbox.prepare", full)
        with pytest.raises(JournalError, match="folder cannot be made: No space"):
            await desk.made()
    assert set(desk.core.board.sessions) == before
    made = await desk.made()
    assert set(desk.core.board.sessions) == before | {made}


async def test_a_project_on_a_disk_that_takes_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk had become read-only, and every command ended, also those that only look.

    Here everything can be looked at, and the lead is told why nothing can be done.
    """

    def refuses(folder: ProjectFolder) -> None:
        raise JournalError("cannot be made ready: Read-only file system", where=str(folder.path))

    monkeypatch.setattr("wuhu_tui.core.opening.prepare_folder", refuses)
    desk = await open_desk(root)
    try:
        assert any("Read-only" in told for told in desk.core.board.project.warnings)
    finally:
        await desk.core.aclose()


async def test_what_a_project_needs_is_made_ready_without_touching_what_is(root: Path) -> None:
    """Nothing is written to what is as it should be; what cannot be made is told as that."""
    folder = ProjectFolder(root)
    before = folder.sessions.stat().st_ctime_ns
    prepare_folder(folder)
    assert folder.sessions.stat().st_ctime_ns == before
    folder.commands.rename(folder.path / "away")
    folder.commands.write_text("in the way")
    with pytest.raises(JournalError, match="cannot be made ready: File exists"):
        prepare_folder(folder)
