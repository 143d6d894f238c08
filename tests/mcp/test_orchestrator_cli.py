"""The commands inside a session: its own are its children, and merging wants the lead's leave."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.core.conftest import _any_agent, open_desk, root
from wuhu_tui.cli.main import run
from wuhu_tui.cli.speaker import refuse_without_leave
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


def test_a_session_merges_by_command_only_where_the_project_lets_it(
    chief: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotPossible, match="without the lead's leave") as caught:
        refuse_without_leave("request_merge", "other")
    assert '"request_merge" in alone' in caught.value.remedy
    with (root / "wuhu.toml").open("a", encoding="utf-8") as file:
        file.write('\n[orchestrator]\nalone = ["default", "request_merge"]\n')
    refuse_without_leave("request_merge", "other")
    monkeypatch.delenv("WUHU_SESSION")
    (root / "wuhu.toml").write_text("")
    refuse_without_leave("request_merge", "other")
