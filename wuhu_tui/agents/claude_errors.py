"""What goes wrong with Claude Code, in words that say what to do."""

from __future__ import annotations

from wuhu_tui.agents.claude_frames import Result
from wuhu_tui.agents.troubles import Troubles
from wuhu_tui.model.errors import AgentError

UNAUTHORIZED, FORBIDDEN, TOO_MANY, OVERLOADED = 401, 403, 429, 529
SERVER_ERROR = 500
NOT_LOGGED_IN = ("not logged in", "failed to authenticate", "/login", "invalid api key")
LOG_IN = (
    "run claude once by hand and log in, or give it a valid ANTHROPIC_API_KEY in the agent's "
    "environment; then resume the session"
)
WAIT = "wait a while, then send a message: it goes on where it was"
GO_ON = "send a message to let it go on, or resume the session"
RAISE = "raise the limit in the agent's command in wuhu.toml, then resume the session"

ENDS = {"error_max_turns": "max_turn_requests"}
"""Results that end a turn by a limit, which is no fault of the agent."""

STOP_REASONS = {"refusal", "max_tokens", "model_context_window_exceeded"}


class ClaudeTroubles(Troubles):
    """What else goes wrong with Claude Code."""

    def refused(self, step: str, why: str) -> AgentError:
        """It answered a request with an error."""
        return self.error(f"{self.name} answered “{step}” with: {why}")

    def failed(self, told: Result) -> AgentError:
        """A turn ended with an error."""
        words = told.result or "; ".join(told.errors) or told.subtype.replace("_", " ")
        return self.error(f"{self.name}: {words or 'the turn failed'}", _remedy(told, words))


def stop_reason(told: Result) -> str:
    """Why a turn ended; empty: it failed."""
    if told.terminal_reason.startswith("aborted"):
        return "cancelled"
    if told.subtype in ENDS:
        return ENDS[told.subtype]
    if told.is_error or told.subtype.startswith("error"):
        return ""
    return told.stop_reason if told.stop_reason in STOP_REASONS else "end_turn"


def _remedy(told: Result, words: str) -> str:
    status, said = told.api_error_status, words.lower()
    if status in (UNAUTHORIZED, FORBIDDEN) or any(sign in said for sign in NOT_LOGGED_IN):
        return LOG_IN
    if status == TOO_MANY or status >= SERVER_ERROR or f" {OVERLOADED} " in said:
        return WAIT
    return RAISE if told.subtype == "error_max_budget_usd" else GO_ON
