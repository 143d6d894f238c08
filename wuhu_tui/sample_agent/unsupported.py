"""The methods of the protocol that the sample agent does not have."""

from __future__ import annotations

from typing import Any, NoReturn

import acp
from acp.interfaces import Agent


class Unsupported(Agent):
    """Refuses what is not advertised, as the protocol wants it."""

    async def authenticate(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Nobody needs to log in."""
        raise acp.RequestError.method_not_found("authenticate")

    async def list_sessions(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Sessions are found by their id alone."""
        raise acp.RequestError.method_not_found("session/list")

    async def set_config_option(self, *args: Any, **kwargs: Any) -> NoReturn:
        """There are no options."""
        raise acp.RequestError.method_not_found("session/set_config_option")

    async def fork_session(self, *args: Any, **kwargs: Any) -> NoReturn:
        """A script has one line of events."""
        raise acp.RequestError.method_not_found("session/fork")

    async def resume_session(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Loading is enough."""
        raise acp.RequestError.method_not_found("session/resume")

    async def close_session(self, *args: Any, **kwargs: Any) -> NoReturn:
        """The process ends with its session."""
        raise acp.RequestError.method_not_found("session/close")
