"""What is found out about agents without a session."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.agents.conftest import Theatre
from tests.agents.sink import LIMIT, NOW
from wuhu_tui.agents.definitions import load_definitions
from wuhu_tui.agents.probe import known_capabilities, versions
from wuhu_tui.agents.probe_place import trial_place
from wuhu_tui.agents.probe_turn import Trial, trial
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.sessions import AgentLaunch

PATH = {"PATH": "/usr/bin:/bin"}


def _program(folder: Path, name: str, text: str) -> AgentLaunch:
    program = folder / name
    program.write_text(text)
    program.chmod(0o755)
    return AgentLaunch(name=name, command=(str(program), "acp"))


def test_what_is_known_follows_protocol_quirks_and_measurements() -> None:
    known = {name: set(known_capabilities(one)) for name, one in load_definitions().items()}
    assert {Capability.STEER, Capability.RECEIPTS, Capability.ASK} <= known["claude-acp"]
    assert Capability.STEER in known["opencode"]
    assert Capability.RECEIPTS not in known["opencode"]
    assert not {Capability.STEER, Capability.RESUME} & known["gemini"]
    assert Capability.DENY_REASON in known["claude"]
    others = load_definitions(
        {
            "screen": {"protocol": "terminal", "command": "x"},
            "once": {"protocol": "command", "command": "x"},
            "plain": {"command": "x", "quirks": {"mcp": False}},
            "shy": {"extends": "claude-acp", "quirks": {"resumes": False}},
        }
    )
    assert known_capabilities(others["screen"]) == (Capability.INTERRUPT, Capability.ATTACH)
    assert known_capabilities(others["once"]) == (Capability.INTERRUPT,)
    assert known_capabilities(others["plain"]) == (Capability.INTERRUPT, Capability.PERMISSION)
    assert Capability.RESUME not in known_capabilities(others["shy"])


async def test_versions_are_asked_at_once_and_within_a_deadline(tmp_path: Path) -> None:
    asked = {
        "plain": (
            _program(tmp_path, "plain", "#!/bin/sh\necho hello\necho tool $1 1.2\n"),
            ("-V",),
        ),
        "failing": (_program(tmp_path, "failing", "#!/bin/sh\necho 3.4\nexit 1\n"), ("-V",)),
        "missing": (AgentLaunch(name="m", command=(str(tmp_path / "no"),)), ("-V",)),
    }
    async with asyncio.timeout(LIMIT):
        told = await versions(asked, PATH, seconds=LIMIT)
        assert told == {"plain": "tool -V 1.2", "failing": "", "missing": ""}
        hanging = _program(tmp_path, "hanging", "#!/bin/sh\necho 5.6\nsleep 60\n")
        assert await versions({"h": (hanging, ("-V",))}, PATH, seconds=0.2) == {"h": ""}


async def _tried(theatre: Theatre, seconds: float = LIMIT) -> Trial:
    return await trial(theatre.adapter(), "sample", seconds=seconds, clock=lambda: NOW)


async def test_a_trial_finds_out_and_ends_everything(theatre: Theatre) -> None:
    removal = {"permission": "Remove the cart", "command": "rm cart.py", "on_reject": []}
    theatre.play([{"say": "ready"}, removal])
    done = await _tried(theatre)
    assert done.error is None
    assert (done.stop_reason, done.said) == ("end_turn", "ready")
    assert done.started is not None
    assert Capability.RESUME in done.started.capabilities
    assert (theatre.worktree / "cart.py").exists(), "a trial must allow nothing"
    with pytest.raises(ProcessLookupError):
        os.kill(done.started.pid, 0)


async def test_a_trial_that_takes_too_long_says_where(theatre: Theatre) -> None:
    theatre.play([], behaviour={"hangs_at": "initialize"})
    done = await _tried(theatre, seconds=0.1)
    assert done.started is None
    assert done.error is not None
    assert "sample was not ready within 0.1 s" in done.error.message


async def test_a_trial_of_an_agent_that_dies_keeps_its_reason(theatre: Theatre) -> None:
    theatre.play([], behaviour={"dies_at": "new_session"})
    done = await _tried(theatre)
    assert done.error is not None
    assert "ended with exit code 3" in done.error.message


def test_a_place_for_a_trial_is_a_linked_worktree_and_goes_away() -> None:
    with trial_place() as place:
        assert (place.worktree / ".git").is_file()
        (place.worktree / "left.txt").write_text("x")
        top = place.worktree.parent
    assert not top.exists()
