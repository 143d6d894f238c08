"""Chooses the adapter for an agent's protocol; loads it only when it is needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from wuhu_tui.agents.protocol import Agent, AgentSetting
from wuhu_tui.model.errors import ConfigError

ADAPTERS = {
    "acp": ("wuhu_tui.agents.acp", "AcpAgent"),
    "claude": ("wuhu_tui.agents.claude", "ClaudeAgent"),
    "codex": ("wuhu_tui.agents.codex", "CodexAgent"),
    "terminal": ("wuhu_tui.agents.terminal", "TerminalAgent"),
    "command": ("wuhu_tui.agents.command", "CommandAgent"),
}
"""Which module and class speaks a protocol."""

PROTOCOLS = tuple(ADAPTERS)
"""Every protocol that some adapter speaks."""


def adapter_for(setting: AgentSetting) -> Agent:
    """An adapter that can start this agent.

    Raises:
        ConfigError: no adapter speaks its protocol.
    """
    if setting.launch.protocol not in ADAPTERS:
        raise ConfigError(
            f"nobody speaks the protocol “{setting.launch.protocol}”",
            where=f"agents.{setting.launch.name}.protocol",
            remedy=f"use one of: {', '.join(PROTOCOLS)}",
        )
    return cast("Agent", _loaded(*ADAPTERS[setting.launch.protocol])(setting))


def _loaded(module: str, name: str) -> Any:
    """The adapter; a second of a small processor is saved with every life of a session."""
    from wuhu_tui.agents.lean_models import lean_models

    with lean_models():
        return getattr(import_module(module), name)
