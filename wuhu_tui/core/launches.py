"""Finds how a session's agent is started, from the project's settings and the built-in agents."""

from __future__ import annotations

from wuhu_tui.core.config import ProjectConfig
from wuhu_tui.model.sessions import AgentLaunch

DEFAULT_AGENT = "claude-agent-acp"
"""The agent of a session when neither it nor the project names one."""


def launch_of(config: ProjectConfig, agent: str) -> AgentLaunch:
    """How to start the agent of this name, or the project's agent if it is empty.

    Raises:
        ConfigError: there is no such agent, or its definition is not valid.
        AgentError: its program is missing; names how to install it.
    """
    from wuhu_tui.agents.definitions import load_definitions, resolve

    raise NotImplementedError
