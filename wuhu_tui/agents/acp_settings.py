"""What of an ACP session can be set while it lives: its mode, its model."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from acp.schema import (
    LoadSessionResponse,
    NewSessionResponse,
    ResumeSessionResponse,
    SessionConfigOptionSelect,
    SessionConfigSelectGroup,
)

from wuhu_tui.agents.acp_life import Life
from wuhu_tui.model.errors import NotPossible

MODE = "mode"
MODEL = "model"

Continued = LoadSessionResponse | ResumeSessionResponse
Opened = NewSessionResponse | Continued


class Settings:
    """The settings that one session offered when it was opened."""

    def __init__(self, life: Life, session: str, opened: Opened) -> None:
        self._life = life
        self._session = session
        self._opened = opened

    @property
    def has_modes(self) -> bool:
        """Whether its mode can be changed."""
        return bool(self._modes) or MODE in self._current

    @property
    def model(self) -> str:
        """The model it said it works with."""
        return self._current.get(MODEL, "")

    async def set_mode(self, mode: str, seconds: float) -> None:
        """Change its mode.

        Raises:
            NotPossible: it offers no such mode; names those that it does.
            AgentError: it refuses, or does not answer.
        """
        change: Coroutine[Any, Any, Any]
        if mode in self._modes:
            change = self._life.connection.set_session_mode(session_id=self._session, mode_id=mode)
        else:
            self._check(MODE, mode, self._modes)
            change = self._option(MODE, mode)
        await self._life.call(f"mode {mode}", change, seconds=seconds)

    async def set_model(self, model: str, seconds: float) -> None:
        """Change its model.

        Raises:
            NotPossible: it offers no such model; names those that it does.
            AgentError: it refuses, or does not answer.
        """
        self._check(MODEL, model, [])
        await self._life.call(f"model {model}", self._option(MODEL, model), seconds=seconds)

    def _option(self, name: str, value: str) -> Coroutine[Any, Any, Any]:
        return self._life.connection.set_config_option(
            config_id=name, session_id=self._session, value=value
        )

    def _check(self, name: str, wanted: str, known: list[str]) -> None:
        """Pass only what it offers; an option that lists nothing may take anything."""
        known = self._choices(name) or known
        if wanted in known or (not known and name in self._current):
            return
        others = f"; one of: {', '.join(known)}" if known else ""
        raise NotPossible(f"the agent offers no {name} “{wanted}”{others}")

    def _choices(self, name: str) -> list[str]:
        for option in self._opened.config_options or ():
            if option.id == name and isinstance(option, SessionConfigOptionSelect):
                return [value for entry in option.options for value in _values(entry)]
        return []

    @property
    def _modes(self) -> list[str]:
        modes = self._opened.modes
        return [mode.id for mode in modes.available_modes] if modes else []

    @property
    def _current(self) -> dict[str, str]:
        """What can be set, and how it stood when the session was opened."""
        options = self._opened.config_options or ()
        return {option.id: str(option.current_value) for option in options}


def _values(entry: Any) -> list[str]:
    if isinstance(entry, SessionConfigSelectGroup):
        return [option.value for option in entry.options]
    return [entry.value]
