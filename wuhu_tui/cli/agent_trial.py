"""Tries an agent as a session would start it, in a place of its own, and leaves nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from wuhu_tui.agents.adapters import adapter_for
from wuhu_tui.agents.probe_place import BRANCH, TrialPlace, trial_place
from wuhu_tui.agents.probe_turn import Trial, trial
from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.sessions import AgentLaunch, SessionSpec
from wuhu_tui.session.guarded import setting_of
from wuhu_tui.session.processes import Belonging, ProcessTree

LAST_LINES = 5


def run_trial(launch: AgentLaunch, seconds: float) -> tuple[Trial, int, str]:
    """What came of it, how many processes had to be ended besides, and the agent's last words."""
    with trial_place() as place:
        setting = _setting(launch, place)
        tree = ProcessTree(Belonging(place.session))
        try:
            done = asyncio.run(trial(adapter_for(setting), launch.name, seconds=seconds, clock=now))
        finally:
            left = len(tree.look())
            tree.end()
        return done, left, _last_words(setting.log)


def _setting(launch: AgentLaunch, place: TrialPlace) -> AgentSetting:
    """As a session has it, but for wuhu's own tools: there is nobody they could report to."""
    spec = SessionSpec(
        id=BRANCH, project=BRANCH, agent=launch, worktree=str(place.worktree), branch=BRANCH
    )
    setting = setting_of(spec, SessionFolder(place.session), 1)
    return msgspec.structs.replace(setting, mcp_servers=())


def _last_words(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-LAST_LINES:])
