"""What a run that failed leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.journals import Runner
from tests.recorded import PLACE, Screen, held_to_witness, recorded
from tests.witness.__main__ import main
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.recordings.unpacking import unpack
from wuhu_tui.core.witness import FILE, Witness
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model.events import ReportMade
from wuhu_tui.model.project_events import ProjectOpened, SessionInstantiated
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.sessions import SessionSpec

NAME = "shop-impl-01"


def _project(root: Path) -> ProjectFolder:
    folder = ProjectFolder(root)
    folder.path.mkdir(parents=True)
    journal = JournalWriter.open(folder.journal, kind="project", name="shop")
    journal.append(ProjectOpened(project="shop", root=str(root), base_branch="main"))
    journal.append(SessionInstantiated(spec=SessionSpec(id=NAME, project="shop")))
    journal.close()
    runner = Runner(folder, NAME)
    folder.session(NAME).spec.write_text('{"id": "shop-impl-01", "project": "shop"}')
    runner.works()
    runner.write(ReportMade(report=Report(kind=ReportKind.DONE, summary="so it is")))
    runner.rests()
    runner.dies()
    return folder


def _records(folder: ProjectFolder) -> list[Record]:
    project = read_from(folder.journal, "").records
    return [*project, *read_from(folder.session(NAME).journal, NAME).records]


def _watch(folder: ProjectFolder, records: list[Record]) -> None:
    ledger = Ledger()
    ledger.listeners.append(Witness(folder.path / FILE, ledger, by="w"))
    for record in records:
        ledger.apply([record])


async def test_a_run_that_replays_as_it_was_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "left"))
    folder = _project(tmp_path / "shop")
    async with recorded(folder.root, "a run"):
        _watch(folder, _records(folder))
    assert not (tmp_path / "left").exists()


async def test_a_run_without_a_witness_has_proved_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "left"))
    folder = _project(tmp_path / "shop")
    with pytest.raises(AssertionError, match="no witness wrote along"):
        async with recorded(folder.root, "a run"):
            pass


async def _breaks(folder: ProjectFolder, screen: Screen) -> None:
    async with recorded(folder.root, "a run", screen), screen.kept(lambda: "<svg/>"):
        _watch(folder, _records(folder))
        raise ValueError("the story broke")


async def test_a_failing_run_leaves_recording_witness_and_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "left"))
    folder = _project(tmp_path / "shop")
    with pytest.raises(ValueError, match="the story broke") as caught:
        await _breaks(folder, Screen())
    left = tmp_path / "left" / "a-run"
    assert str(left / "a-run.wuhu") in "".join(caught.value.__notes__)
    assert (left / "screen.svg").read_text() == "<svg/>"
    assert "the story broke" in (left / "failure.txt").read_text()
    unpacked = unpack(left / "a-run.wuhu", into=tmp_path / "unpacked")
    assert _records(ProjectFolder(unpacked.root)) == _records(folder)


def _altered(folder: ProjectFolder) -> None:
    """What was live is written down, and then the journal says something else."""
    _watch(folder, _records(folder))
    journal = folder.session(NAME).journal
    journal.write_bytes(journal.read_bytes().replace(b"so it is", b"not so at all"))


async def _is_altered(folder: ProjectFolder) -> None:
    async with recorded(folder.root, "a run"):
        _altered(folder)


async def test_a_replay_that_differs_fails_the_run_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "left"))
    folder = _project(tmp_path / "shop")
    with pytest.raises(AssertionError, match=f"sessions/{NAME}, report"):
        await _is_altered(folder)
    left = tmp_path / "left" / "a-run"
    assert f"sessions/{NAME}, report" in (left / "failure.txt").read_text()


def test_developers_hold_a_replay_to_its_witness_by_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _project(tmp_path / "shop")
    assert main([str(folder.root)]) == 1  # nothing was proved
    _watch(folder, _records(folder))
    assert main([str(folder.root)]) == 0
    _altered(folder)
    assert main([str(folder.root)]) == 1
    assert f"sessions/{NAME}, report" in capsys.readouterr().out


async def test_a_run_that_is_over_is_held_in_passing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "left"))
    folder, left = _project(tmp_path / "shop"), tmp_path / "left" / "a-run"
    assert await held_to_witness(folder.root, "a run", failed=True) == ""  # nobody watched
    _watch(folder, _records(folder))
    assert await held_to_witness(folder.root, "a run", failed=False) == ""
    assert not left.exists()
    assert str(left / "a-run.wuhu") in await held_to_witness(folder.root, "a run", failed=True)
    _altered(folder)
    words = await held_to_witness(folder.root, "a run", failed=False)
    assert f"sessions/{NAME}, report" in words
    assert str(left / "a-run.wuhu") in words
