"""The commands inside a session: its own are its children, and merging wants the lead's leave."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.core.conftest import _any_agent, open_desk, root
from wuhu_tui.cli.main import run
from wuhu_tui.model.errors import NotPossible

__all__ = ["_any_agent", "root"]


@pytest.fixture
def chief(root: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The session in which the commands run."""

    async def make() -> str:
        desk = await open_desk(root)
        try:
            return await desk.made("orchestrator")
        finally:
            await desk.core.aclose()

    name = asyncio.run(make())
    monkeypatch.chdir(root)
    monkeypatch.setenv("WUHU_SESSION", name)
    return name


def said(capsys: pytest.CaptureFixture[str], *words: str) -> object:
    assert run([*words, "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_what_is_made_inside_a_session_is_its_child(
    chief: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = said(capsys, "instantiate", "do it", "--title", "first", "--key", "k")
    again = said(capsys, "instantiate", "do it", "--title", "first", "--key", "k")
    assert isinstance(made, dict)
    assert isinstance(again, dict)
    assert made["session"] == again["session"]
    assert made["spec"]["parent"] == chief
    monkeypatch.delenv("WUHU_SESSION")
    own = said(capsys, "instantiate", "do it", "--key", "k")
    assert isinstance(own, dict)
    assert own["spec"]["parent"] == ""
    assert own["session"] != made["session"]
    listed = said(capsys, "sessions")
    assert isinstance(listed, list)
    assert {one["id"]: one["parent"] for one in listed} == {
        chief: "",
        made["session"]: chief,
        own["session"]: "",
    }
    assert run(["sessions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [chief in lines[0], f"└ {made['session']} (first)" in lines[1]] == [True, True]


@pytest.mark.parametrize(
    "words",
    [
        ("merge",),
        ("undo-merge",),
        ("archive",),
        ("archive", "--discard"),
        ("interrupt",),
        ("mode", "bypassPermissions"),
        ("interrupt", "--by", "lead"),
    ],
)
def test_what_the_lead_is_asked_for_no_command_of_a_session_does_instead(
    chief: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    made = said(capsys, "instantiate", "do it", "--title", "first")
    assert isinstance(made, dict)
    verb, *rest = words
    assert run([verb, made["session"], *rest, "--json"]) == NotPossible.exit_code
    assert "without the lead's leave" in capsys.readouterr().err
    assert Path(made["worktree"]).is_dir()


def test_a_session_stops_what_it_made_and_nothing_else(
    chief: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = said(capsys, "instantiate", "do it", "--title", "first")
    assert isinstance(made, dict)
    assert run(["stop", made["session"]]) == NotPossible.exit_code
    assert "it was never started" in capsys.readouterr().err
    monkeypatch.setenv("WUHU_SESSION", made["session"])
    assert run(["stop", chief]) == NotPossible.exit_code
    assert "for one that directs it" in capsys.readouterr().err
    assert run(["archive", made["session"]]) == NotPossible.exit_code
    assert "a session cannot archive itself" in capsys.readouterr().err
