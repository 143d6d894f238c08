"""Whatever goes wrong is told in words, with an exit code; never as a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wuhu_tui.cli import main as main_module
from wuhu_tui.cli.exits import BROKEN_PIPE, INTERRUPTED, exit_of_join
from wuhu_tui.cli.failures import tell
from wuhu_tui.cli.main import run
from wuhu_tui.model import errors
from wuhu_tui.model.errors import NotFound, WuhuError
from wuhu_tui.model.joins import Outcome, Wake, WakeReason


def _fail(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def dispatch(arguments: object) -> int:
        raise error

    monkeypatch.setattr(main_module, "_dispatch", dispatch)


ERRORS = [error for error in vars(errors).values() if isinstance(error, type)]


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if kind is not errors.IllegalTransition])
def test_every_error_has_its_exit_code_and_words(
    kind: type[WuhuError], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _fail(monkeypatch, kind("it broke", where="wuhu.toml", remedy="mend it"))
    assert run(["status"]) == kind.exit_code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (f"{kind.title}: it broke\n  where:      wuhu.toml\n  what to do: mend it\n")


def test_with_json_errors_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(NotFound("no such session", remedy="look"), as_json=True) == 3
    assert json.loads(capsys.readouterr().err) == {
        "error": {
            "kind": "NotFound",
            "title": "Not found",
            "message": "no such session",
            "where": "",
            "remedy": "look",
            "exit_code": 3,
        }
    }


def test_a_defect_is_kept_in_a_file_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    _fail(monkeypatch, ZeroDivisionError("by zero"))
    assert run(["status"]) == 1
    told = capsys.readouterr().err
    (kept,) = tmp_path.glob("crash-*.log")
    assert str(kept) in told
    assert "Traceback" not in told
    assert "Traceback" in kept.read_text()


def test_in_a_project_a_defect_is_kept_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / ".wuhu").mkdir()
    (tmp_path / ".wuhu" / "project.jsonl").touch()
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    _fail(monkeypatch, ZeroDivisionError("by zero"))
    assert run([]) == 1
    assert len(list((tmp_path / ".wuhu").glob("crash-*.log"))) == 1
    assert "crash-" in capsys.readouterr().err


def test_an_error_with_hostile_words_is_only_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _fail(monkeypatch, NotFound("\x1b[2Jgone", where="\x1b]0;x\x07"))
    run(["status"])
    assert "\x1b" not in capsys.readouterr().err


def test_ctrl_c(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _fail(monkeypatch, KeyboardInterrupt())
    assert run(["join"]) == INTERRUPTED
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["steer"], ["status", "--nonsense"], ["start"]]
)
def test_a_wrong_command_line_says_so(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    told = capsys.readouterr().err
    assert told.startswith("That request is not clear: ")
    assert "what to do:" in told


def test_with_json_a_wrong_command_line_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["nonsense", "--json"]) == 2
    assert json.loads(capsys.readouterr().err)["error"]["kind"] == "UsageError"


def test_outside_a_project_every_verb_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (["status"], ["sessions"], ["log", "x"], ["steer", "x", "y"], ["join"]):
        assert run(arguments) == 3
        assert "wuhu init" in capsys.readouterr().err


def test_a_folder_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", "/nonexistent/place", "status"]) == 2
    assert "/nonexistent/place" in capsys.readouterr().err


def test_without_a_terminal_there_is_no_dashboard(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run([]) == 2
    assert "needs a terminal" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wake", "code"),
    [
        (Wake(reason=WakeReason.REACHED, outcomes={"a": Outcome.DONE}), 0),
        (Wake(reason=WakeReason.REACHED, outcomes={"a": Outcome.NO_REPORT}), 16),
        (Wake(reason=WakeReason.QUESTION), 10),
        (Wake(reason=WakeReason.REVIEW_READY), 11),
        (Wake(reason=WakeReason.STEER), 12),
        (Wake(reason=WakeReason.SYSTEM), 12),
        (Wake(reason=WakeReason.FAILED), 13),
        (Wake(reason=WakeReason.TIMEOUT), 14),
        (Wake(reason=WakeReason.CANCELLED), 15),
    ],
)
def test_join_says_by_its_exit_code_why_it_woke(wake: Wake, code: int) -> None:
    assert exit_of_join(wake) == code


def test_every_reason_has_an_exit_code() -> None:
    codes = [exit_of_join(Wake(reason=reason)) for reason in WakeReason]
    assert 1 not in codes
    assert BROKEN_PIPE not in codes


def test_a_verb_used_wrongly_says_where_its_use_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["steer", "somebody"]) == errors.UsageError.exit_code
    assert "what to do: how it is used: wuhu steer --help" in capsys.readouterr().err
