"""`wuhu demo`: a sample that really runs, and that is removed without a trace."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bench.terminal import Terminal
from tests.cli.conftest import PATIENCE, Wuhu
from wuhu_tui.cli.main import run


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where demos are made; what still runs there at the end is ended."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    yield tmp_path
    for demo in tmp_path.glob("wuhu-demo-*"):
        Wuhu(tmp_path)("demo", "--remove", str(demo))
    assert _running_in(tmp_path) == []


def _running_in(place: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(place) in word for word in process.info["cmdline"] or ())
    ]


def test_the_samples_have_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--list"]) == 0
    assert capsys.readouterr().out.split() == ["notes-web", "shop-api"]
    assert run(["demo", "--list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == ["notes-web", "shop-api"]


def test_an_unknown_sample_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "shop"]) == 3
    assert 'did you mean "shop-api"' in capsys.readouterr().err


def test_a_demo_begins_and_is_removed(place: Path) -> None:
    outside = Wuhu(place)
    begun = outside.json("demo", "notes-web", "--delay", "0", "--sessions", "2")
    root = Path(begun["folder"])
    assert (begun["sample"], len(begun["sessions"])) == ("notes-web", 2)
    assert root.parent.parent == place
    states = {session["id"]: session["state"] for session in Wuhu(root).json("sessions")}
    assert len(states) == 4
    assert sum(state == "instantiated" for state in states.values()) == 2
    assert outside.json("demo", "--remove", str(root)) == {"removed": str(root.parent)}
    assert list(place.iterdir()) == []
    assert _running_in(place) == []


@pytest.mark.long
def test_without_a_terminal_it_tells_what_happens(place: Path) -> None:
    told = Wuhu(place)("demo", "--delay", "0", "--sessions", "1")
    assert "passwords     asking" in told
    assert "needs you" in told
    assert "to remove it:  wuhu demo --remove" in told


def test_what_is_no_demo_is_not_removed(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "work").mkdir()
    assert run(["demo", "--remove", str(place / "work")]) == 2
    assert (place / "work").is_dir()
    assert "not removed" in capsys.readouterr().err


@pytest.mark.terminal
def test_in_a_terminal_it_is_the_dashboard(place: Path) -> None:
    command = [sys.executable, "-m", "wuhu_tui", "demo", "--delay", "0"]
    with Terminal(command, folder=place, size=(140, 40)) as terminal:
        terminal.wait_for("Which hash", PATIENCE)
        terminal.press("q", awaiting="Leave")
        terminal.expected(PATIENCE)
        terminal.press("\r", awaiting="to remove it:")
        terminal.expected(PATIENCE)
        assert terminal.ended(PATIENCE)


@pytest.mark.terminal
def test_in_a_terminal_wuhu_offers_to_make_a_project(repository: Wuhu) -> None:
    command = [sys.executable, "-m", "wuhu_tui"]
    with Terminal(command, folder=repository.root, size=(100, 30)) as terminal:
        terminal.wait_for("Do it now?", PATIENCE)
        terminal.press("n\r", awaiting="nothing was changed")
        terminal.expected(PATIENCE)
        assert terminal.ended(PATIENCE)
    assert not repository.folder.path.exists()
    with Terminal(command, folder=repository.root, size=(100, 30)) as terminal:
        terminal.wait_for("Do it now?", PATIENCE)
        terminal.press("\r", awaiting="Sessions")
        terminal.expected(PATIENCE)
        terminal.press("q")
        assert terminal.ended(PATIENCE)
    assert repository.folder.journal.exists()


_DEFECT = """
from wuhu_tui.tui.app import WuhuApp
def boom(self, **news):
    secret = "hunter2hunter2"
    raise ZeroDivisionError("a defect")
WuhuApp._paint = boom
from wuhu_tui.cli.main import main
main()
"""


@pytest.mark.terminal
def test_a_defect_of_the_dashboard_is_kept_in_a_file_and_told_in_words(wuhu: Wuhu) -> None:
    with Terminal([sys.executable, "-c", _DEFECT], folder=wuhu.root, size=(100, 30)) as terminal:
        terminal.wait_for("what to do:", PATIENCE)
        assert terminal.ended(PATIENCE)
        told = terminal.recent.rpartition(b"Something went wrong")[2].decode()
    assert "ZeroDivisionError: a defect" in told
    (kept,) = wuhu.folder.path.glob("crash-*.log")
    assert kept.name in told
    assert b"Traceback" not in terminal.recent
    assert b"hunter2" not in terminal.recent
    assert "Traceback" in kept.read_text(encoding="utf-8")
