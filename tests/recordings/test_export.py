"""A recording holds what the project holds, and opens anywhere."""

from __future__ import annotations

import errno
import json
import os
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.recordings.projects import (
    BEGINNING,
    Journals,
    make_journals,
    make_run,
    make_written,
)
from tests.recordings.round_trip import ONE, TOKEN, TWO, board_of, opened, records
from tests.repo.gitbox import git
from wuhu_tui.core.core import Core
from wuhu_tui.core.initialise import initialise
from wuhu_tui.core.recordings import gathering
from wuhu_tui.core.recordings.container import ContainerWriter
from wuhu_tui.core.recordings.exporting import export
from wuhu_tui.core.recordings.unpacking import unpack
from wuhu_tui.core.recordings.wishes import ExportWish
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model import events
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.errors import JournalError, NotFound, NotPossible, UsageError
from wuhu_tui.model.project_events import LetterPosted, SessionMoved
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState


async def test_a_recording_opens_without_its_repository(tmp_path: Path) -> None:
    written = make_run(tmp_path / "shop")
    told = await export(written.folder, ExportWish(), tmp_path / "run.wuhu")
    there = unpack(tmp_path / "run.wuhu", into=tmp_path / "opened")
    folder = ProjectFolder(there.root)
    for name in ("", ONE, TWO):
        assert records(folder, name) == records(written.folder, name)
    assert folder.session(ONE).spec.read_bytes() == written.folder.session(ONE).spec.read_bytes()
    assert told.manifest == there.manifest
    assert (told.manifest.project, told.manifest.sessions) == ("shop", (ONE, TWO))
    head = written.box.head(f"wuhu/{ONE}")
    assert "basket 2" in git(there.root, "diff", written.box.head("main"), head)
    assert git(there.root, "rev-parse", "HEAD") == written.box.head("main")
    assert not list((there.root / ".git" / "hooks").glob("*"))


async def test_the_same_project_gives_the_same_bytes(tmp_path: Path) -> None:
    written = make_run(tmp_path / "shop")
    for name in ("a.wuhu", "b.wuhu"):
        await export(written.folder, ExportWish(), tmp_path / name)
    assert (tmp_path / "a.wuhu").read_bytes() == (tmp_path / "b.wuhu").read_bytes()


async def test_history_below_what_is_needed_stays_behind(tmp_path: Path) -> None:
    written = make_written(tmp_path / "shop")
    old = written.box.commit({"old.txt": "old\n"}, "Old")
    written.box.commit({"old.txt": "newer\n"}, "Newer")
    written.session(ONE)
    head = written.works(ONE)
    base = written.box.head("main")
    root = (await opened(written, tmp_path)).root
    assert git(root, "cat-file", "-t", old, check=False) == ""
    assert git(root, "merge-base", base, head) == base
    assert git(root, "show", f"{head}:old.txt") == "newer"
    assert git(root, "rev-list", head).split() == [head, base]


async def test_a_recording_can_be_recorded_again(tmp_path: Path) -> None:
    """What stands for a file with a secret stands for it in the second, too."""
    written = make_written(tmp_path / "shop")
    written.box.commit({"keys.env": f"token: {TOKEN}\n"})
    written.session(ONE)
    head = written.works(ONE)
    first = await opened(written, tmp_path)
    await export(ProjectFolder(first.root), ExportWish(), tmp_path / "again.wuhu")
    again = unpack(tmp_path / "again.wuhu", into=tmp_path / "again")
    assert git(again.root, "show", f"{head}:keys.env") == "token: [REDACTED]"
    assert again.manifest.objects == first.manifest.objects


async def test_one_session_is_told_without_the_others(tmp_path: Path) -> None:
    written = make_journals(tmp_path / "shop")
    written.letter(TWO, "letter-2", text="For the other alone")
    there = await opened(written, tmp_path, sessions=(ONE,))
    folder = ProjectFolder(there.root)
    assert there.manifest.sessions == (ONE,) == there.manifest.scope.sessions
    assert TWO not in folder.journal.read_text()
    assert "For the other alone" not in folder.journal.read_text()
    mine = board_of(written.folder).sessions[ONE]
    assert board_of(folder, (ONE,)).sessions[ONE] == mine
    spec = SessionSpec(id="shop-reviewer-01", project="shop", parent=ONE)
    judge = written.folder.session(spec.id)
    judge.path.mkdir()
    judge.spec.write_bytes(msgspec.json.encode(spec))
    there = await opened(written, tmp_path, sessions=(ONE,))
    assert "sessions that worked for these: shop-reviewer-01" in there.manifest.notes
    with pytest.raises(UsageError, match="ends before it begins"):
        await opened(written, tmp_path, since=BEGINNING, until=BEGINNING - timedelta(1))
    with pytest.raises(NotFound, match="no session shop-impl-09"):
        await export(written.folder, ExportWish(sessions=("shop-impl-09",)), tmp_path / "x.wuhu")


async def test_a_time_in_the_middle_still_folds_to_the_same_board(tmp_path: Path) -> None:
    written = Journals(tmp_path / "shop")
    written.session(ONE)
    written.tell(ONE, ScreenChanged(columns=80, rows=2, lines={0: "older"}, whole=True))
    written.tell(ONE, ScreenChanged(columns=80, rows=2, lines={0: "screen"}, whole=True))
    written.tell(ONE, ScreenChanged(columns=80, rows=2, lines={1: "row"}))
    written.works(ONE)
    since = written.clock()
    written.works(ONE, turn=2)
    there = await opened(written, tmp_path, since=since)
    told = ProjectFolder(there.root).session(ONE).journal.read_text()
    assert "I build part 1" not in told
    assert "I build part 2" in told
    assert "older" not in told
    assert "screen" in told
    assert '"row"' in told
    assert "part 1" in told.lower()
    assert board_of(ProjectFolder(there.root), (ONE,)) == board_of(written.folder, (ONE,))


async def test_what_came_later_is_not_in_it_and_nothing_refers_to_it(tmp_path: Path) -> None:
    written = make_journals(tmp_path / "shop")
    until = written.clock()
    written.letter(ONE, "letter-late")
    written.session("shop-impl-03")
    written.works("shop-impl-03")
    there = await opened(written, tmp_path, until=until)
    folder = ProjectFolder(there.root)
    assert there.manifest.sessions == (ONE, TWO)
    assert "letter-late" not in folder.journal.read_text()
    assert "letter-late" not in folder.session(ONE).journal.read_text()
    assert there.manifest.last is not None
    assert there.manifest.last < until


async def test_clocks_that_differ_break_no_cause(tmp_path: Path) -> None:
    """The session's clock is far behind, so its records look as if they came before."""
    written = make_journals(tmp_path / "shop")
    until = written.clock()
    written.skew[ONE] = timedelta(hours=-1)
    written.letter(ONE, "letter-late")
    record = written.tell(ONE, events.Noted(text="after it"))
    assert record.ts < until
    written.skew[""] = timedelta(hours=-1)
    moved = SessionMoved(
        session=ONE,
        before=SessionState.REPORTED,
        after=SessionState.IN_REVIEW,
        cause="told",
        after_record=record.cursor,
    )
    written.tell("", moved)
    there = ProjectFolder((await opened(written, tmp_path, until=until)).root)
    assert "letter-late" not in there.session(ONE).journal.read_text()
    assert not [r for r in records(there) if isinstance(r.event, SessionMoved)]


async def test_a_project_that_is_being_written_is_cut_where_causes_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the project's journal and that at the session's, a letter is taken."""
    from wuhu_tui.core.recordings import copying, cutting

    written = make_journals(tmp_path / "shop")
    before = len(records(written.folder, ONE))
    look = copying.whole_size
    looked: list[Path] = []

    def meanwhile(path: Path) -> int:
        size = look(path)
        if not looked:
            written.letter(ONE, "letter-late")
            with written.folder.session(ONE).journal.open("ab") as file:
                file.write(b'{"epoch":1,"seq":')
        looked.append(path)
        return size

    monkeypatch.setattr(cutting, "whole_size", meanwhile)
    there = ProjectFolder((await opened(written, tmp_path)).root)
    assert len(records(there, ONE)) == before
    letters = [r.event.letter.id for r in records(there) if isinstance(r.event, LetterPosted)]
    assert letters == ["letter-1"]


async def test_a_file_that_is_there_is_replaced_only_when_told(tmp_path: Path) -> None:
    written = Journals(tmp_path / "shop")
    target = tmp_path / "run.wuhu"
    target.write_text("mine")
    with pytest.raises(NotPossible, match="there is a file of that name"):
        await export(written.folder, ExportWish(), target)
    assert target.read_text() == "mine"
    await export(written.folder, ExportWish(force=True), target)
    assert unpack(target, into=tmp_path / "opened").manifest.project == "shop"


async def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = make_journals(tmp_path / "shop")
    add: Callable[..., Any] = ContainerWriter.add

    def full(writer: ContainerWriter, name: str, write: Callable[[Any], None]) -> None:
        def breaking(take: Callable[[bytes], None]) -> None:
            write(take)
            raise OSError(errno.ENOSPC, "No space left on device")

        add(writer, name, breaking)

    monkeypatch.setattr(ContainerWriter, "add", full)
    (tmp_path / "out" / ".wuhu-export-killed").mkdir(parents=True)
    os.utime(tmp_path / "out" / ".wuhu-export-killed", (0, 0))
    with pytest.raises(JournalError, match="No space left on device") as refused:
        await export(written.folder, ExportWish(), tmp_path / "out" / "run.wuhu")
    assert "-o FILE" in refused.value.remedy
    assert not list((tmp_path / "out").iterdir())


async def test_progress_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "_TOLD_EVERY", 100_000)
    written = make_journals(tmp_path / "shop")
    for _ in range(3):
        written.tell(ONE, events.AgentSaid(text="x" * 200_000))
    told: list[float] = []
    await export(
        written.folder,
        ExportWish(without_files=False),
        tmp_path / "run.wuhu",
        progress=lambda words, share: told.append(share),
    )
    assert len(told) >= 2
    assert told == sorted(told)
    assert told[-1] == 1.0


async def test_an_unpacked_recording_is_no_project(tmp_path: Path) -> None:
    written = make_run(tmp_path / "shop")
    root = (await opened(written, tmp_path)).root
    with pytest.raises(NotPossible, match="recording, not a project") as refused:
        await Core.open(root, conduct=False)
    assert "wuhu replay" in refused.value.remedy
    with pytest.raises(NotPossible, match="recording, not a project"):
        await initialise(root)


def test_the_members_are_plain_files_of_a_zip(tmp_path: Path) -> None:
    import asyncio

    written = make_run(tmp_path / "shop")
    asyncio.run(export(written.folder, ExportWish(), tmp_path / "run.wuhu"))
    with zipfile.ZipFile(tmp_path / "run.wuhu") as archive:
        assert archive.testzip() is None
        told = json.loads(archive.read("manifest.json"))
        assert {one["name"] for one in told["members"]} | {"manifest.json"} == set(
            archive.namelist()
        )
    assert (tmp_path / "run.wuhu").stat().st_mode & 0o777 == 0o600
    assert BEGINNING.isoformat()[:10] in str(told["first"])
