"""`wuhu lint` and `wuhu skills`, and all that `wuhu instantiate` may be told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Wuhu
from wuhu_tui.cli.exits import NOT_COMPLETE
from wuhu_tui.cli.main import run
from wuhu_tui.worker.skills import NAMES


def test_lint_names_what_is_missing_and_how_to_say_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["lint", "Hash the passwords anew in src/auth.py"]) == NOT_COMPLETE
    told = capsys.readouterr().out
    assert "no scope\n  → " in told
    assert "--accept" in told
    assert run(["new", "--lint", "Hash the passwords anew in src/auth.py"]) == NOT_COMPLETE
    assert capsys.readouterr().out == told


def test_lint_has_nothing_to_say_of_a_whole_task(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    whole = ["--scope", "src/", "--accept", "all tests pass", "--turns", "8"]
    assert run(["lint", "Hash new passwords with Argon2id", *whole]) == 0
    assert capsys.readouterr().out == "nothing is missing\n"
    assert run(["lint", "Hash new passwords with Argon2id", *whole, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_skills_are_listed_and_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["skills"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(NAMES)
    assert run(["skills", "worker"]) == 0
    assert "# Working in a session" in capsys.readouterr().out
    assert run(["skills", "worker", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "worker"
    assert run(["skills", "wroker"]) == 3
    assert "multi-session-delivery" in capsys.readouterr().err
    assert run(["skills", "worker", "--write"]) == 3
    assert "wuhu init" in capsys.readouterr().err


def test_what_a_task_lacks_is_told_and_hinders_nothing(
    wuhu: Wuhu, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(wuhu.root)
    assert run(["instantiate", "Improve the shop"]) == 0
    told = capsys.readouterr()
    assert told.err.startswith("hint: hardly any context, no scope, no acceptance criteria")
    assert "no tests named" not in told.err
    assert "instantiated" in told.out


def test_in_a_project_all_of_it_reaches_the_session(wuhu: Wuhu) -> None:
    path = wuhu.root / "wuhu" / "skills" / "worker.md"
    assert str(path) in wuhu("skills", "worker", "--write")
    assert str(path) in wuhu("skills", "worker", "--write", code=8)
    path.write_text(path.read_text().replace("# Working", "# Our own working"), encoding="utf-8")
    wuhu.write("PLAN.md", "the plan")
    made = wuhu.json(
        "instantiate", "Add a place", "--scope", "shop/", "--accept", "it passes", "--rule", "small",
        "--focus", "Soon.", "--turns", "8", "--brief", "PLAN.md",
    )  # fmt: skip
    spec = made["spec"]
    assert (spec["acceptance"], spec["rules"], spec["turn_limit"]) == (["it passes"], ["small"], 8)
    assert spec["checks"][0].startswith("tests: ")
    folder = wuhu.folder.session(made["session"])
    assert (folder.brief / "PLAN.md").read_text() == "the plan"
    assert "# Our own working" in (folder.skills / "worker.md").read_text()


def test_a_worker_asks_by_a_command_and_the_lead_answers(wuhu: Wuhu) -> None:
    ask = "wuhu ask 'Which hash?' -o 'a: argon2 — newer' -o 'b: bcrypt' --recommend b > answer.txt"
    wuhu.write(
        "scripts/clean.toml",
        f'name = "clean"\n[[turns]]\nsteps = [ {{ run = """{ask}""" }}, {{ commit = "Choose" }}, '
        '{ report = "done", summary = "chosen" } ]\n',
    )
    session = wuhu.json("new", "Choose a hash", "--title", "hash")["session"]
    question = wuhu.wait_for(session, "asking")["questions"][0]
    assert [option["key"] for option in question["options"]] == ["b", "a"]
    wuhu("answer", session, "argon2")
    branch = wuhu.wait_for(session, "in_review")["branch"]
    assert wuhu.git("show", f"{branch}:answer.txt") == "argon2"
