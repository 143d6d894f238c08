"""`wuhu ask`, `wuhu progress` and `wuhu read-brief`, as an agent runs them inside its session."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.worker.stand_in import StandIn
from wuhu_tui.cli import exits
from wuhu_tui.cli.inside import INSIDE
from wuhu_tui.cli.main import run
from wuhu_tui.model.commands import AnswerTaken, MakeReport
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.questions import OnTimeout
from wuhu_tui.model.reports import ReportKind

OPTIONS = ["--option", "a: argon2 — newer", "--option", "b: bcrypt"]


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    stand_in = StandIn(tmp_path, acceptance=("login takes 0.3 s",), scope=("src/",))
    for name, value in stand_in.environment.items():
        monkeypatch.setenv(name, value)
    yield stand_in
    stand_in.close()


def _while(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_the_answer_is_printed(runner: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    thread = _while(lambda: runner.answer(runner.next_question(), choice="a", note="do"))
    assert run(["ask", "Which hash?", *OPTIONS, "--recommend", "1"]) == 0
    thread.join()
    assert capsys.readouterr().out == "argon2 — do\n"
    assert isinstance(runner.next_command(), AnswerTaken)


def test_the_question_carries_what_was_said(runner: StandIn) -> None:
    options = [
        "--recommend",
        "b",
        "--default",
        "b",
        "--deadline",
        "1h",
        "--context",
        "c",
        "--id",
        "q",
    ]
    assert run(["ask", "Which", "hash?", *OPTIONS, *options, "--no-wait"]) == 0
    question = runner.next_question()
    assert (question.id, question.text, question.context) == ("q", "Which hash?", "c")
    assert [option.key for option in question.options] == ["b", "a"]
    assert (question.default, question.on_timeout) == ("b", OnTimeout.DEFAULT)
    assert question.deadline is not None
    assert (question.deadline - question.asked_at).total_seconds() == 3600


def test_without_waiting_the_id_is_printed_and_the_answer_is_had_later(
    runner: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", "Which?", "--no-wait"]) == 0
    question = runner.next_question()
    assert capsys.readouterr().out == f"{question.id}\n"
    assert run(["ask", "--result", question.id]) == exits.NO_ANSWER
    assert question.id in capsys.readouterr().err
    runner.answer(question, text="the second")
    assert run(["ask", "--result", question.id]) == 0
    assert capsys.readouterr().out == "the second\n"


def test_the_same_question_again_prints_the_answer_at_once(
    runner: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", "Which?", *OPTIONS, "--wait", "0"]) == exits.NO_ANSWER
    runner.answer(runner.next_question(), choice="b")
    capsys.readouterr()
    assert run(["ask", "Which?", *OPTIONS]) == 0
    assert capsys.readouterr().out == "bcrypt\n"


def test_the_default_says_that_nobody_answered(
    runner: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", "Which?", *OPTIONS, "--default", "a", "--no-wait"]) == 0
    question = runner.next_question()
    runner.answer(question, choice="a", expired=True)
    capsys.readouterr()
    assert run(["ask", "--result", question.id]) == 0
    told = capsys.readouterr()
    assert told.out == "argon2\n"
    assert "nobody answered in time" in told.err


def test_a_deadline_without_a_default_has_its_exit_code(runner: StandIn) -> None:
    assert run(["ask", "Which?", "--deadline", "1s", "--no-wait"]) == 0
    question = runner.next_question()
    runner.answer(question, text="nobody answered in time", expired=True)
    assert run(["ask", "--result", question.id]) == exits.NOBODY_ANSWERED


def test_as_json(runner: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "Which?", *OPTIONS, "--no-wait", "--json"]) == 0
    question = runner.next_question()
    shape = {"session": "shop-impl-01", "question": question.id, "answered": False}
    assert json.loads(capsys.readouterr().out) == shape
    assert run(["ask", "--result", question.id, "--json"]) == exits.NO_ANSWER
    assert json.loads(capsys.readouterr().out) == shape
    runner.answer(question, choice="a")
    assert run(["ask", "--result", question.id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        **shape,
        "answered": True,
        "words": "argon2",
        "choice": "a",
        "text": "",
        "note": "",
        "by": "lead",
        "expired": False,
    }


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [" "],
        ["Which?", "--option", "only one"],
        ["Which?", "--default", "x", *OPTIONS],
        ["Which?", "--deadline", "soon"],
        ["Which?", "--nonsense"],
        ["Which?", "--result", "q"],
    ],
)
def test_an_unclear_question_is_refused(
    runner: StandIn, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", *arguments]) == UsageError.exit_code
    assert "what to do: " in capsys.readouterr().err
    assert runner.look() == []


def test_progress_is_a_note(runner: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["progress", "half", "of it"]) == 0
    report = runner.next_command()
    assert isinstance(report, MakeReport)
    assert (report.kind, report.summary) == (ReportKind.NOTE, "half of it")
    assert capsys.readouterr().out == "reported: note\n"


def test_the_brief_tells_task_files_and_what_waits(
    runner: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    (runner.folder.brief / "DESIGN.md").write_text("four", encoding="utf-8")
    assert run(["ask", "Which?", "--no-wait"]) == 0
    runner.answer(runner.next_question(), text="this one")
    capsys.readouterr()
    assert run(["read-brief"]) == 0
    told = capsys.readouterr().out
    for words in (
        "Hash the passwords.",
        "Scope: change nothing outside:\n- src/",
        "Acceptance criteria:\n1. login takes 0.3 s",
        f"- {runner.folder.brief}/DESIGN.md (4 bytes)",
        "Which? (answered: this one)",
    ):
        assert words in told
    assert run(["read-brief", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["questions"][0]["words"] == "this one"


@pytest.mark.parametrize("name", INSIDE)
def test_outside_a_session_each_says_so(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("WUHU_SESSION_FOLDER", raising=False)
    words = {"report": ["done", "x"], "reply": ["c1", "x"], "read-brief": []}.get(name, ["x"])
    assert run([name, *words]) == UsageError.exit_code
    assert "not inside a session" in capsys.readouterr().err


@pytest.mark.parametrize("name", INSIDE)
def test_each_tells_its_use(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: wuhu {name}" in capsys.readouterr().out


def test_killed_while_it_waits_the_question_stays(runner: StandIn) -> None:
    arguments = [sys.executable, "-m", "wuhu_tui.cli.main", "ask", "Which?"]
    process = subprocess.Popen(arguments, env=dict(os.environ), stdout=subprocess.PIPE)
    question = runner.next_question()
    process.kill()
    process.communicate(timeout=20)
    runner.answer(question, text="this one")
    again = subprocess.run(arguments, check=True, capture_output=True, text=True, timeout=20)
    assert again.stdout == "this one\n"


def test_the_exit_codes_are_told() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    assert {exits.NO_ANSWER, exits.NOBODY_ANSWERED} <= told
