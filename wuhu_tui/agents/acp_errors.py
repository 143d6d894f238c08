"""What goes wrong with an agent, in words that say what to do."""

from __future__ import annotations

import signal
from typing import Any

import acp
from acp.exceptions import RequestError
from acp.schema import InitializeResponse
from pydantic import ValidationError

from wuhu_tui.agents.acp_content import as_json
from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.model.errors import AgentError

LOGIN_NEEDED = -32000
METHOD_NOT_FOUND = -32601
RESUME = "read the log named here, mend what it says, then resume the session"


class Troubles:
    """Makes the errors of one agent; every one names its log."""

    def __init__(self, setting: AgentSetting) -> None:
        self._name = setting.launch.name
        self._where = str(setting.log)

    def died(self, code: int | None, last_words: str) -> AgentError:
        """The process is gone."""
        last = last_words.splitlines()[-1] if last_words else "it left no last words"
        return self._error(f"{self._name} {_how(code)}: {last}", RESUME)

    def silent(self, step: str, seconds: float) -> AgentError:
        """A step of the start took too long."""
        return self._error(
            f"{self._name} did not answer “{step}” within {seconds:g} s",
            "read the log; if the agent is only slow, raise quirks.start_seconds in wuhu.toml",
        )

    def overdue(self, seconds: float) -> AgentError:
        """A cancelled turn did not end, so its agent was ended."""
        return self._error(
            f"{self._name} did not stop within {seconds:g} s after it was interrupted and was ended",
            RESUME,
        )

    def deaf(self) -> AgentError:
        """It closed its output but still runs."""
        return self._error(f"{self._name} closed its output although it still runs", RESUME)

    def unsure(self, reason: str) -> AgentError:
        """Nobody knows whether it took a message."""
        return self._error(
            f"{self._name} did not say whether it took the message: {reason}",
            "look at what it does next, and send the message again if need be",
        )

    def refused(self, step: str, error: RequestError, login: str = "") -> AgentError:
        """It answered with an error."""
        if error.code == LOGIN_NEEDED:
            return self._error(f"{self._name} is not logged in", login or "log in with its program")
        return self._error(f"{self._name} answered “{step}” with: {error_words(error)}", RESUME)

    def broken(self, step: str, error: ValidationError) -> AgentError:
        """Its answer is not what the protocol says."""
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        return self._error(
            f"{self._name} broke the protocol in its answer to “{step}”: {place}: {first['msg']}",
            "check that the command in wuhu.toml starts an ACP agent, and which version",
        )

    def stranger(self, version: int) -> AgentError:
        """It speaks another version of the protocol."""
        return self._error(
            f"{self._name} speaks version {version} of the protocol, wuhu {acp.PROTOCOL_VERSION}",
            "install a version of the agent that speaks it too",
        )

    def _error(self, message: str, remedy: str) -> AgentError:
        return AgentError(message, where=self._where, remedy=remedy)


def error_words(error: RequestError) -> str:
    """An error's message and what else it says."""
    data: Any = error.data
    if isinstance(data, dict):
        data = data.get("details") or data.get("message") or data
    return ": ".join(filter(None, (str(error), as_json(data))))


def login_help(known: InitializeResponse) -> str:
    """How the agent wants to be logged in to."""
    methods = [method.name or method.id for method in known.auth_methods or ()]
    way = f" ({', '.join(methods)})" if methods else ""
    return f"start the agent's own program once by hand and log in{way}, then resume the session"


def unknown_stop_reason(error: ValidationError) -> str:
    """The stop reason that the protocol package does not know, if that is all it objects to."""
    troubles = error.errors(include_url=False)
    if [trouble["loc"] for trouble in troubles] != [("stopReason",)]:
        return ""
    given = troubles[0]["input"]
    return given if isinstance(given, str) else ""


def _how(code: int | None) -> str:
    if code is None:
        return "is gone"
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
