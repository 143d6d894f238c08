"""What goes wrong with codex, in words that say what to do."""

from __future__ import annotations

from pydantic import ValidationError

from wuhu_tui.agents.codex_messages import TurnError
from wuhu_tui.agents.codex_text import shortened
from wuhu_tui.agents.codex_wire import CallError
from wuhu_tui.agents.troubles import Troubles
from wuhu_tui.model.errors import AgentError

UNAUTHORIZED = {401, 403}
TOO_MANY_REQUESTS = 429
AGAIN = "send it a message to let it try again"
LOG_IN = "log in with: codex login, or give its key in agents.<name>.environment; then resume"
WAIT = "wait until the model service's limit has passed, then send it a message to go on"
COMPACT = "its conversation is too long for the model: start a new session for the rest"


class CodexTroubles(Troubles):
    """What else goes wrong with codex."""

    def refused(self, step: str, error: CallError) -> AgentError:
        """It answered a call with an error."""
        return self.error(f"{self.name} answered “{step}” with: {shortened(error.message)}")

    def broken(self, step: str, error: ValidationError) -> AgentError:
        """Its answer is not what the protocol says."""
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "all of it"
        return self.error(
            f"{self.name} broke the protocol in its answer to “{step}”: {place}: {first['msg']}",
            "check that the command in wuhu.toml starts `codex app-server`, and which version",
        )

    def logged_out(self) -> AgentError:
        """It has no account to work with."""
        return self.error(f"{self.name} is not logged in", LOG_IN)

    def failed(self, error: TurnError) -> AgentError:
        """Its turn failed."""
        words = [error.message or "it gave no reason", error.additional_details]
        text = ": ".join(filter(None, dict.fromkeys(words)))
        return self.error(f"{self.name} gave up its turn: {shortened(text)}", _remedy(error))


def _remedy(error: TurnError) -> str:
    if error.word == "unauthorized" or error.status in UNAUTHORIZED:
        return LOG_IN
    if error.word in {"usageLimitExceeded", "rateLimitExceeded", "sessionBudgetExceeded"}:
        return WAIT
    if error.word == "contextWindowExceeded":
        return COMPACT
    return WAIT if error.status == TOO_MANY_REQUESTS else AGAIN
