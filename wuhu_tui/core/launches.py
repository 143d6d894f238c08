"""Finds how a session's agent is started, from the project's settings and the built-in agents."""

from __future__ import annotations

from wuhu_tui.core.config import ProjectConfig
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.sessions import AgentLaunch

DEFAULT_AGENT = "claude"
"""The agent of a session when neither it nor the project names one."""


def launch_of(config: ProjectConfig, folder: ProjectFolder, agent: str) -> AgentLaunch:
    """How to start the agent of this name, or the project's own if it is empty.

    Raises:
        ConfigError: there is no such agent, or its definition is not valid.
        AgentError: its program is missing; says how to get it.
    """
    from wuhu_tui.agents.definitions import definition_named, load_definitions, resolve

    where = str(folder.config)
    definitions = load_definitions(config.agents, where)
    name = agent or config.project.agent or DEFAULT_AGENT
    return resolve(definition_named(definitions, name, where), project=folder.root)
