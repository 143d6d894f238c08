"""What goes wrong with an agent, in words that say what to do."""

from __future__ import annotations

import json
import re
from typing import Any

import acp
from acp.exceptions import RequestError
from acp.schema import InitializeResponse
from pydantic import ValidationError

from wuhu_tui.agents.acp_content import as_json
from wuhu_tui.agents.troubles import RESUME, Troubles
from wuhu_tui.model.errors import AgentError

LOGIN_NEEDED = -32000
STATUS = re.compile(r"(?:status:?|error:?|rejected|repeated) \(?([45]\d\d)\b", re.IGNORECASE)
STATUS_OF_KIND = {"authentication_failed": 401, "rate_limit": 429, "server_error": 529}
HTTP_ERRORS = range(400, 600)
UNAUTHORISED = (401, 403)
TOO_MANY = 429
METHOD_NOT_FOUND = -32601


class AcpTroubles(Troubles):
    """What else goes wrong with one that speaks ACP."""

    def refused(self, step: str, error: RequestError, login: str = "") -> AgentError:
        """It answered with an error."""
        if error.code == LOGIN_NEEDED:
            return self.error(f"{self.name} is not logged in", login or "log in with its program")
        message = f"{self.name} answered “{step}” with: {error_words(error)}"
        return self.error(message, _remedy(model_status(error)))

    def broken(self, step: str, error: ValidationError) -> AgentError:
        """Its answer is not what the protocol says."""
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        return self.error(
            f"{self.name} broke the protocol in its answer to “{step}”: {place}: {first['msg']}",
            "check that the command in wuhu.toml starts an ACP agent, and which version",
        )

    def stranger(self, version: int) -> AgentError:
        """It speaks another version of the protocol."""
        return self.error(
            f"{self.name} speaks version {version} of the protocol, wuhu {acp.PROTOCOL_VERSION}",
            "install a version of the agent that speaks it too",
        )


def model_status(error: RequestError) -> int:
    """The HTTP status with which the model's service refused, as far as the error tells; 0: not."""
    if error.code in HTTP_ERRORS:
        return int(error.code)
    data = error.data if isinstance(error.data, dict) else {}
    named = STATUS_OF_KIND.get(str(data.get("errorKind")), 0)
    found = STATUS.search(error_words(error))
    return named or (int(found[1]) if found else 0)


def _remedy(status: int) -> str:
    if status in UNAUTHORISED:
        return "log in with the agent's own program, or mend its key; then send the message again"
    if status == TOO_MANY:
        return "its model's limit is used up: wait, then send the message again"
    if status:
        return "its model's service has trouble: wait a little, then send the message again"
    return RESUME


def error_words(error: RequestError) -> str:
    """An error's message and what else it says."""
    data: Any = error.data
    if isinstance(data, dict):
        data = data.get("details") or data.get("message") or data
    elif data is None:
        return _told_in(str(error))
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


def _told_in(message: str) -> str:
    """What a message says that is JSON itself."""
    try:
        told = json.loads(message)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return message
    return told if isinstance(told, str) else message
