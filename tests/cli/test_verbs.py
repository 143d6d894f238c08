"""Every verb on a real repository with real agents, as a script uses it."""

from __future__ import annotations

import json
import signal
import time
from datetime import datetime

import pytest

from tests.architecture.source import ROOT
from tests.cli.conftest import PATIENCE, Wuhu

ID = "shop-impl-01"


def test_from_a_task_to_merged_work_and_back(wuhu: Wuhu) -> None:
    made = wuhu.json("new", "Choose a colour", "--title", "colour", "--agent", "asking")
    assert (made["session"], made["branch"]) == (ID, f"wuhu/{ID}")
    assert made["spec"]["task"] == "Choose a colour"

    woke = wuhu.json("join", "colour", "--timeout", "20s", code=10)
    assert (woke["reason"], woke["session"], woke["exit_code"]) == ("question", ID, 10)
    assert woke["outcomes"] == {ID: "waiting"}

    (question,) = wuhu.json("questions")
    assert (question["session"], question["text"]) == (ID, "Which colour?")
    assert [option["label"] for option in question["options"]] == ["red", "blue"]
    assert "1  red (recommended)" in wuhu("questions")

    answered = wuhu.json("answer", "colour", "red")
    assert (answered["choice"], answered["question"]) == ("r", question["id"])
    refused = wuhu("answer", "colour", "blue", "--question", question["id"], code=8)
    assert refused.startswith("Somebody was first: ")

    assert wuhu.json("join", "colour", "--timeout", "20s")["outcomes"] == {ID: "done"}
    review = wuhu.json("review", "colour")
    assert review["checks_green"]
    assert [file["path"] for file in review["diff"]["files"]] == ["colour.py"]
    head = review["review"]["head"]
    text = wuhu("review", "colour")
    assert "+COLOUR = 'red'" in text
    assert "check   tests: passed" in text
    assert wuhu.json("review")[0]["session"] == ID

    assert "merge with: wuhu merge" in wuhu("approve", "colour", "--head", head[:10])
    before = wuhu.git("rev-parse", "main")
    merged = wuhu.json("merge", "colour")
    assert (merged["exit_code"], merged["merge"]["outcome"]) == (0, "merged")
    assert wuhu.git("rev-parse", "main") == merged["merge"]["result"] != before
    assert (wuhu.root / "colour.py").exists()

    undone = wuhu.json("undo-merge", "colour")
    assert (undone["session"], undone["outcome"]) == (ID, "undone")
    assert undone["detail"].startswith("main moved back to ")
    assert wuhu.git("rev-parse", "main") == before


@pytest.mark.long
def test_the_journal_as_lines_and_as_text(wuhu: Wuhu) -> None:
    wuhu("new", "Add it", "--agent", "clean")
    wuhu("join", "--timeout", "20s")
    lines = [json.loads(line) for line in wuhu("log", ID, "--json").splitlines()]
    assert [line["seq"] for line in lines] == sorted(line["seq"] for line in lines)
    kinds = [line["type"] for line in lines]
    assert kinds[0] == "runner.started"
    assert {"agent.said", "tool.started", "commit.seen", "report.made"} <= set(kinds)
    for line in lines:
        assert datetime.fromisoformat(line["ts"]).tzinfo is not None
    text = wuhu("log", "impl-01")
    assert "done: place is there" in text
    assert len(wuhu("log", ID, "--last", "2", "--json").splitlines()) == 2


@pytest.mark.long
def test_following_a_journal_until_ctrl_c(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Add it", "--agent", "clean")
    with wuhu.begin("log", ID, "--follow", "--json") as follower:
        assert follower.stdout is not None
        wuhu("start", ID)
        for line in follower.stdout:
            if json.loads(line)["type"] == "report.made":
                break
        follower.send_signal(signal.SIGINT)
        assert follower.wait(PATIENCE) == 130
        assert follower.stderr is not None
        assert follower.stderr.read() == ""


@pytest.mark.long
def test_a_reader_that_goes_away_is_no_defect(wuhu: Wuhu) -> None:
    wuhu("new", "Add it", "--agent", "clean")
    wuhu("join", "--timeout", "20s")
    with wuhu.begin("log", ID, "--follow", "--json") as log:
        assert log.stdout is not None
        log.stdout.readline()
        log.stdout.close()
        wuhu("steer", ID, "go on")
        assert log.wait(PATIENCE) == 141
        assert log.stderr is not None
        assert log.stderr.read() == ""


def test_instantiate_runs_nothing_and_a_key_adopts(wuhu: Wuhu) -> None:
    arguments = ("instantiate", "Add it", "--key", "k1", "--role", "fix", "--scope", "src")
    made = wuhu.json(*arguments)
    assert wuhu.json(*arguments) == made
    assert made["spec"]["scope"] == ["src"]
    (session,) = wuhu.json("sessions")
    assert (session["id"], session["state"], session["runner_alive"]) == (
        "shop-fix-01",
        "instantiated",
        False,
    )
    assert (session["needs"], session["command"]) == ("start", "wuhu start shop-fix-01")


def test_a_task_from_a_pipe(wuhu: Wuhu) -> None:
    wuhu("instantiate", "-", stdin="Line one\nLine two\n")
    assert wuhu.json("status", ID)["task"] == "Line one\nLine two\n"


def test_what_crashed_says_why_and_comes_back(wuhu: Wuhu) -> None:
    wuhu("new", "Do it", "--agent", "crashing")
    assert wuhu.json("join", "--timeout", "20s", code=13)["outcomes"] == {ID: "failed"}
    text = wuhu("status", ID)
    assert "out of memory" in text
    assert f"wuhu resume {ID}" in text
    assert wuhu.json("status")["needs_you"] == [ID]
    assert wuhu.json("resume", ID) == {"sessions": [ID], "done": "resumed"}
    assert wuhu.wait_for(ID, "reported")["report"]["summary"] == "back"


@pytest.mark.long
def test_idle_is_not_done(wuhu: Wuhu) -> None:
    wuhu("new", "Do it", "--agent", "silent")
    woke = wuhu.json("join", "--until", "idle", "--timeout", "20s", code=16)
    assert (woke["reason"], woke["outcomes"]) == ("reached", {ID: "no_report"})
    assert "no report" in wuhu("status")


@pytest.mark.long
def test_a_join_whose_time_is_up(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Do it")
    woke = wuhu.json("join", "--timeout", "0.3s", code=14)
    assert (woke["reason"], woke["outcomes"]) == ("timeout", {ID: "timed_out"})


@pytest.mark.long
def test_a_join_ended_by_ctrl_c_leaves_nothing_open(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Do it")
    with wuhu.begin("join") as join:
        give_up = time.monotonic() + PATIENCE
        while not wuhu.json("status")["joins"]:
            assert time.monotonic() < give_up
        join.send_signal(signal.SIGINT)
        assert join.wait(PATIENCE) == 130
    assert wuhu.json("status")["joins"] == []


def test_messages_that_wait_can_be_changed(wuhu: Wuhu) -> None:
    wuhu("new", "Choose", "--agent", "asking")
    wuhu.wait_for(ID, "asking")
    first = wuhu.json("follow-up", ID, "first", "--by", "ci")
    assert (first["session"], first["lane"]) == (ID, "follow_up")
    second = wuhu.json("follow-up", ID, "second")["message"]
    _until_waiting(wuhu, 2)
    asked = wuhu.json("messages", ID, "--edit", first["message"], "--text", "better")
    assert asked == {"session": ID, "message": first["message"], "asked": "edit"}
    wuhu("messages", ID, "--cancel", second)
    waiting = _until_waiting(wuhu, 1)
    assert (waiting[0]["text"], waiting[0]["by"]) == ("better", "ci")
    assert "better" in wuhu("messages", ID)
    assert "no such message" in wuhu("messages", ID, "--cancel", second, code=3)


def _until_waiting(wuhu: Wuhu, number: int) -> list[dict[str, str]]:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        waiting: list[dict[str, str]] = wuhu.json("messages", ID)["waiting"]
        if len(waiting) == number:
            return waiting
    raise AssertionError(f"{len(waiting)} messages wait, not {number}")


def test_stop_keeps_the_work_and_archive_asks_for_it(wuhu: Wuhu) -> None:
    wuhu("new", "Choose", "--agent", "asking")
    status = wuhu.wait_for(ID, "asking")
    assert status["runner_alive"]
    wuhu("stop", "--all")
    wuhu.wait_for(ID, "stopped")
    assert (wuhu.folder.worktrees / ID).is_dir()
    assert "archived" in wuhu("archive", ID)
    assert wuhu.json("sessions") == []
    assert [session["state"] for session in wuhu.json("sessions", "--archived")] == ["archived"]


@pytest.mark.long
def test_one_that_cannot_be_stopped_does_not_spare_the_others(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Wait")
    other = wuhu.json("new", "Choose", "--agent", "asking")["session"]
    wuhu.wait_for(other, "asking")
    assert f"{other}  stopped" in wuhu("stop", ID, other, code=4)
    assert wuhu.wait_for(other, "stopped")["runner_alive"] is False


def test_changes_are_requested_with_findings(wuhu: Wuhu) -> None:
    wuhu("new", "Choose", "--agent", "asking")
    wuhu.wait_for(ID, "asking")
    wuhu("answer", ID, "1")
    wuhu("join", "--timeout", "20s")
    wuhu("review", ID)
    verdict = wuhu.json(
        "request-changes", ID, "Make it green.", "--finding", "colour.py:1: not red"
    )["verdict"]
    assert verdict["kind"] == "changes_requested"
    assert verdict["findings"][0]["line"] == 1
    wuhu("join", ID, "--timeout", "20s")
    said = wuhu("log", ID)
    assert "Make it green." in said


def test_red_work_is_not_merged(wuhu: Wuhu) -> None:
    before = wuhu.git("rev-parse", "main")
    wuhu("new", "Break it", "--agent", "breaking")
    wuhu("join", "--timeout", "20s")
    assert not wuhu.json("review", ID)["checks_green"]
    assert "ZeroDivisionError" in wuhu("review", ID)
    wuhu("approve", ID, code=4)
    wuhu("merge", ID, code=4)
    assert wuhu.git("rev-parse", "main") == before


REFUSALS = [
    (("status", "nobody"), 3),
    (("log", "nobody"), 3),
    (("answer", ID, "yes"), 3),
    (("merge", ID), 4),
    (("approve", ID), 4),
    (("interrupt", ID), 4),
    (("mode", ID, "plan"), 4),
    (("mode", ID, " "), 2),
    (("model", ID, "opus"), 4),
    (("steer", ID, " "), 2),
    (("join", "--timeout", "soon"), 2),
    (("stop",), 2),
    (("messages", ID, "--cancel", "a", "--edit", "b"), 2),
    (("new", "x", "--agent", "nobody"), 5),
    (("new", "x", "--base", "no-such-branch"), 6),
]


def test_refusals_have_their_exit_codes(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Do it")
    for arguments, code in REFUSALS:
        error = wuhu.json(*arguments, code=code)["error"]
        assert (error["exit_code"], bool(error["remedy"])) == (code, True), arguments


def test_a_missing_agent_says_how_to_get_it(wuhu: Wuhu) -> None:
    config = (wuhu.root / "wuhu.toml").read_text()
    ghost = '\n[agents.ghost]\ncommand = ["no-such-program"]\ninstall = "make ghost"\n'
    wuhu.write("wuhu.toml", config + ghost)
    assert "make ghost" in wuhu("new", "x", "--agent", "ghost", code=7)
    found = {agent["name"]: agent for agent in wuhu.json("agents")}
    assert not found["ghost"]["found"]
    assert found["clean"]["found"]
    assert "missing" in wuhu("agents")


def test_a_wrong_setting_names_file_and_key(wuhu: Wuhu) -> None:
    wuhu.write("wuhu.toml", '[project]\nbas = "main"\n')
    error = wuhu.json("status", code=5)["error"]
    assert "wuhu.toml" in error["where"]
    assert "base" in error["remedy"] + error["message"]


def test_a_journal_of_a_newer_wuhu_is_left_alone(wuhu: Wuhu) -> None:
    journal = wuhu.folder.journal
    journal.write_text(journal.read_text().replace('"format":1', '"format":99', 1))
    before = journal.read_bytes()
    assert wuhu.json("status", code=9)["error"]["remedy"]
    assert journal.read_bytes() == before


def test_what_agents_write_is_only_shown(wuhu: Wuhu) -> None:
    wuhu("new", "Try it", "--agent", "hostile")
    wuhu.wait_for(ID, "asking")
    told = [wuhu("questions"), wuhu("status"), wuhu("status", ID), wuhu("sessions")]
    assert "red?" in told[0]
    wuhu("answer", ID, "2")
    wuhu.wait_for(ID, "reported")
    told += [wuhu("log", ID), wuhu("log", ID, "--json"), wuhu("status", "--json")]
    assert "cannot" in told[-3]
    for text in told:
        assert not set(text) & set("\x1b\x07\x9b\u202e\r")


def test_every_field_of_a_session_is_told_in_the_page(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Do it")
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    status = wuhu.json("status")
    untold = [key for key in (*status, *status["sessions"][0]) if f"`{key}`" not in page]
    assert [key for key in untold if f'"{key}"' not in page] == []


def test_outside_a_repository_git_says_so(wuhu: Wuhu) -> None:
    outside = Wuhu(wuhu.root.parent)
    assert "git init" in outside("init", code=6)
    assert "wuhu init" in outside("status", code=3)
    assert "shop" in outside("-C", str(wuhu.root), "status")


def test_init_tells_what_it_made_and_twice_changes_nothing(repository: Wuhu) -> None:
    made = repository.json("init")
    assert made == {
        "project": "shop",
        "root": str(repository.root),
        "base_branch": "main",
        "config": str(repository.root / "wuhu.toml"),
    }
    before = repository.folder.journal.read_bytes()
    assert repository.json("init") == made
    assert repository.folder.journal.read_bytes() == before
    assert repository.git("status", "--porcelain") == ""


def test_inside_a_worktree_the_project_is_found(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Do it")
    inside = Wuhu(wuhu.folder.worktrees / ID)
    assert inside.json("sessions")[0]["id"] == ID
