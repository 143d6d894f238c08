"""`wuhu report`: the worker's word, laid into its session's mailbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wuhu_tui.cli.main import run
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.commands import MakeReport
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.session.mailbox import Mailbox


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SessionFolder:
    folder = SessionFolder(tmp_path / "shop-impl-01")
    Mailbox(folder.mailbox).prepare()
    monkeypatch.setenv("WUHU_SESSION_FOLDER", str(folder.path))
    return folder


def _taken(session: SessionFolder) -> list[MakeReport]:
    commands = [command for command, _ in Mailbox(session.mailbox).take_all()]
    return [command for command in commands if isinstance(command, MakeReport)]


@pytest.mark.parametrize("kind", [kind.value for kind in ReportKind])
def test_a_report_lies_in_the_mailbox(
    session: SessionFolder, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", kind, "--summary", "all tests pass", "--evidence", "pytest"]) == 0
    (report,) = _taken(session)
    assert (report.kind.value, report.summary, report.evidence) == (
        kind,
        "all tests pass",
        "pytest",
    )
    assert report.by == "shop-impl-01"
    assert capsys.readouterr().out == f"reported: {kind}\n"


def test_the_summary_may_stand_without_its_option(session: SessionFolder) -> None:
    assert run(["report", "note", "half", "of", "it"]) == 0
    assert _taken(session)[0].summary == "half of it"


def test_the_same_id_twice_is_one_report(session: SessionFolder) -> None:
    for _ in range(2):
        assert run(["report", "done", "-s", "x", "--id", "r1"]) == 0
    assert len(_taken(session)) == 1


def test_as_json(session: SessionFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "done", "-s", "x", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"session": "shop-impl-01", "report": "done", "id": _taken(session)[0].id}


@pytest.mark.parametrize("arguments", [["done"], ["finished", "-s", "x"], [], ["done", "-s", " "]])
def test_an_unclear_report_is_refused(
    session: SessionFolder, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", *arguments]) == 2
    assert "wuhu report done|blocked" in capsys.readouterr().err
    assert _taken(session) == []


def test_outside_a_session_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("WUHU_SESSION_FOLDER", raising=False)
    assert run(["report", "done", "-s", "x"]) == 2
    assert "not inside a session" in capsys.readouterr().err


def test_a_session_that_is_gone(
    session: SessionFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WUHU_SESSION_FOLDER", str(session.path / "gone"))
    assert run(["report", "done", "-s", "x"]) == 3
    assert str(session.path / "gone") in capsys.readouterr().err


def test_the_real_command_from_anywhere(session: SessionFolder, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "wuhu_tui.cli.main",
            "report",
            "done",
            "-s",
            "ünïcode \N{CHECK MARK}",
        ],
        check=False,
        cwd=tmp_path,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert _taken(session)[0].summary == "ünïcode \N{CHECK MARK}"


def test_through_the_framework_it_is_the_same(session: SessionFolder, tmp_path: Path) -> None:
    assert run(["-C", str(tmp_path), "report", "done", "--summary", "x"]) == 0
    assert len(_taken(session)) == 1
