"""`wuhu agents` and `wuhu agents check`, as a script uses them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Wuhu

MORE = """
[agents.ghost]
command = ["no-such-program"]
install = "make ghost"

[agents.tool]
command = ["{project}/tool"]
version_arguments = ["--version"]

[agents.dying]
extends = "silent"
command = ["{python}", "-m", "wuhu_tui.sample_agent", "--script", "{project}/scripts/dying.toml"]
"""

DYING = """
name = "dying"
[behaviour]
dies_at = "initialize"
"""


@pytest.fixture
def shop(repository: Wuhu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wuhu:
    """A repository with agents of all kinds; temporary files go to a folder of the test."""
    config = (repository.root / "wuhu.toml").read_text()
    repository.write("wuhu.toml", config + MORE)
    repository.write("scripts/dying.toml", DYING)
    repository.write("tool", "#!/bin/sh\necho tool 7.8\n")
    (repository.root / "tool").chmod(0o755)
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    repository("init")
    return repository


def _nothing_is_left() -> bool:
    return list(Path(os.environ["TMPDIR"]).iterdir()) == []


def test_agents_are_listed_with_what_is_known_of_them(shop: Wuhu) -> None:
    found = {agent["name"]: agent for agent in shop.json("agents")}
    assert {"claude", "claude-acp", "codex", "codex-acp", "gemini", "opencode"} <= set(found)
    assert found["tool"]["version"] == "tool 7.8"
    assert found["tool"]["command"] == [str(shop.root / "tool")]
    assert (found["ghost"]["found"], found["ghost"]["remedy"]) == (False, "install it: make ghost")
    assert found["clean"]["found"]
    assert "steer" in found["clean"]["capabilities"]
    assert found["clean"]["last_start"] is None
    shop("new", "Try it", "--agent", "silent")
    shop.wait_for("shop-impl-01", "idle")
    told = shop("agents")
    assert "install it: make ghost" in told
    assert "can, as measured" in told
    assert "last start found  sample-agent 1.0" in told


def test_a_check_starts_the_agent_and_leaves_nothing(shop: Wuhu) -> None:
    trial = shop.json("agents", "check", "silent")
    assert (trial["works"], trial["stop_reason"], trial["error"]) == (True, "end_turn", None)
    assert trial["said"] == "I have nothing to say."
    assert trial["version"] == "sample-agent 1.0"
    assert "resume" in trial["capabilities"]
    assert trial["ready_seconds"] > 0
    assert _nothing_is_left()


def test_a_check_that_fails_says_why(shop: Wuhu) -> None:
    trial = shop.json("agents", "check", "dying", code=7)
    assert not trial["works"]
    assert "exit code 3" in trial["error"]["message"]
    assert "cannot initialize" in trial["last_words"]
    assert "does not work" in shop("agents", "check", "dying", code=7)
    assert "make ghost" in shop("agents", "check", "ghost", code=7)
    assert _nothing_is_left()


def test_what_is_unclear_is_refused(shop: Wuhu) -> None:
    assert "wuhu agents check NAME" in shop("agents", "check", code=2)
    assert "wuhu agents check NAME" in shop("agents", "chekc", "silent", code=2)
    assert 'did you mean "silent"' in shop("agents", "check", "silnt", code=5)
