"""`wuhu doctor` as a script and a person see it; and what is told when the dashboard closes."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import PATIENCE, Wuhu
from tests.core.boards import Story
from wuhu_tui.cli import doctor as cli
from wuhu_tui.cli.leaving import Leaving, leaving_lines
from wuhu_tui.cli.output import Painted
from wuhu_tui.model.board import Board
from wuhu_tui.model.health import Level, Observation
from wuhu_tui.model.letters import Letter, LetterKind, LetterState
from wuhu_tui.model.states import SessionState

EVIL = "x\x1b]0;owned\x07[bold]"


def observation(check: str, level: Level, text: str, repair: str = "") -> Observation:
    return Observation(id=check, check=check, level=level, text=text, repair=repair)


def test_troubles_come_first_and_one_reason_is_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    why = "could not look: there is no wuhu project here"
    cli.say_observations(
        [
            observation("git", Level.OK, "git is new enough"),
            observation("letters", Level.UNKNOWN, why),
            observation("sessions", Level.UNKNOWN, why),
            observation("worktrees", Level.TROUBLE, EVIL, "rm it"),
        ]
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("[!!] worktrees: x")
    assert lines[1] == "       → rm it"
    assert lines[2] == f"[..] letters, sessions: {why}"
    assert lines[3] == "[ok] git: git is new enough"
    assert "1 trouble, 2 not known" in lines[-1]
    assert not {"\x1b", "\x07"} & set("".join(lines))


@pytest.mark.parametrize(("level", "code"), [(Level.OK, 0), (Level.TROUBLE, 1), (Level.UNKNOWN, 2)])
def test_the_exit_code_tells_trouble_from_not_knowing(
    level: Level, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def visit(*_: object, **__: object) -> object:
        return [], [], (observation("git", level, "so it is"),)

    monkeypatch.setattr(cli, "_visit", visit)
    assert cli.doctor(json=True) == code
    assert json.loads(capsys.readouterr().out)["verdict"] == level.value


def test_what_is_safe_is_mended_and_written_down(wuhu: Wuhu) -> None:
    lock = wuhu.root / ".git" / "index.lock"
    lock.touch()
    os.utime(lock, (time.time() - 3600,) * 2)
    assert "a killed git left" in wuhu("doctor", code=1)
    mending = wuhu.begin("doctor", "--fix", "all", "--by", "ada", "--json")
    told, _ = mending.communicate(timeout=PATIENCE)
    assert [one["id"] for one in json.loads(told)["mended"]] == [f"locks:git:{lock}"], told
    assert not lock.exists()
    assert '"by":"ada"' in wuhu.folder.journal.read_text(encoding="utf-8")


def test_where_the_core_cannot_open_the_doctor_still_looks(repository: Wuhu) -> None:
    repository.write("wuhu.toml", "[project\n")
    found = repository.json("doctor", code=1)
    told = {one["id"]: one for one in found["observations"]}
    assert told["settings:wuhu.toml"]["level"] == "trouble"
    assert told["letters"]["level"] == "unknown"
    assert told["letters"]["text"] == "could not look: there is no wuhu project here"
    assert told["repository"]["level"] == "ok"
    refused = repository.json("doctor", "--fix", "command", "--fix", "nonsense", code=1)
    assert [one["id"] for one in refused["not_mended"]] == ["command", "nonsense"]
    assert not repository.folder.path.exists()


# when the dashboard closes


def told(leaving: Leaving) -> list[str]:
    lines = leaving_lines(leaving, Path("/shop"))
    return ["".join(p.text if isinstance(p, Painted) else p for p in line) for line in lines]


def test_nothing_is_said_when_nothing_goes_on() -> None:
    assert told(Leaving(board=Board())) == []


def test_what_goes_on_and_what_waits_is_said() -> None:
    story = Story()
    story.working("shop-impl-01")
    story.asks("shop-impl-01")
    dead = [
        Letter(
            id=f"l{number}",
            kind=LetterKind.STEER,
            sender="lead",
            recipient="shop-impl-02",
            text="go on",
            posted_at=story.now - timedelta(hours=1),
            state=LetterState.DEAD,
        )
        for number in range(147)
    ]
    board = Board(sessions=story.board.sessions, letters={one.id: one for one in dead})
    assert told(Leaving(board=board, running=("shop-impl-01",))) == [
        "1 session running on: shop-impl-01",
        "nobody conducts meanwhile; without a screen: wuhu conduct",
        "1 question open of shop-impl-01: wuhu questions",
        "147 dead letters: wuhu doctor",
        "come back with: wuhu -C /shop",
    ]
    conducted = told(Leaving(board=board, running=("shop-impl-01",), conducted=True))
    assert not [line for line in conducted if "nobody conducts" in line]


def test_questions_of_what_is_merged_or_archived_wait_no_more() -> None:
    story = Story()
    story.working("shop-impl-01")
    story.asks("shop-impl-01")
    story.ended("shop-impl-01", SessionState.STOPPED)
    story.moved("shop-impl-01", SessionState.ARCHIVED)
    assert told(Leaving(board=story.board)) == []
