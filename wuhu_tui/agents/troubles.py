"""What goes wrong with an agent's process, in words that say what to do."""

from __future__ import annotations

import signal

from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.model.errors import AgentError

RESUME = "read the log named here, mend what it says, then resume the session"


class Troubles:
    """Makes the errors of one agent; every one names its log."""

    def __init__(self, setting: AgentSetting) -> None:
        self.name = setting.launch.name
        self._where = str(setting.log)

    def died(self, code: int | None, last_words: str) -> AgentError:
        """The process is gone."""
        last = last_words.splitlines()[-1] if last_words else "it left no last words"
        return self.error(f"{self.name} {_how(code)}: {last}", RESUME)

    def silent(self, step: str, seconds: float) -> AgentError:
        """A step of the start took too long."""
        return self.error(
            f"{self.name} did not answer “{step}” within {seconds:g} s",
            "read the log; if the agent is only slow, raise quirks.start_seconds in wuhu.toml",
        )

    def overdue(self, seconds: float) -> AgentError:
        """A cancelled turn did not end, so its agent was ended."""
        return self.error(
            f"{self.name} did not stop within {seconds:g} s after it was interrupted and was ended",
            RESUME,
        )

    def deaf(self) -> AgentError:
        """It closed its output but still runs."""
        return self.error(f"{self.name} closed its output although it still runs", RESUME)

    def unsure(self, reason: str) -> AgentError:
        """Nobody knows whether it took a message."""
        return self.error(
            f"{self.name} did not say whether it took the message: {reason}",
            "look at what it does next, and send the message again if need be",
        )

    def error(self, message: str, remedy: str = RESUME) -> AgentError:
        """Anything else."""
        return AgentError(message, where=self._where, remedy=remedy)


def _how(code: int | None) -> str:
    if code is None:
        return "is gone"
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
