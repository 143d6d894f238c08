"""Chooses the adapter for an agent's protocol; loads it only when it is needed."""

from __future__ import annotations

from wuhu_tui.agents.protocol import Agent, AgentSetting
from wuhu_tui.model.errors import ConfigError

PROTOCOLS = ("acp",)
"""Every protocol that some adapter speaks."""


def adapter_for(setting: AgentSetting) -> Agent:
    """An adapter that can start this agent.

    Raises:
        ConfigError: no adapter speaks its protocol.
    """
    if setting.launch.protocol == "acp":
        from wuhu_tui.agents.acp import AcpAgent

        return AcpAgent(setting)
    raise ConfigError(
        f"nobody speaks the protocol “{setting.launch.protocol}”",
        where=f"agents.{setting.launch.name}.protocol",
        remedy=f"use one of: {', '.join(PROTOCOLS)}",
    )
