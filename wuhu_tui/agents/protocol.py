"""What the runner expects of an adapter, and what an adapter may expect of the runner."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from wuhu_tui.model.events import Event
from wuhu_tui.model.questions import Answer, Question
from wuhu_tui.model.sessions import AgentLaunch
from wuhu_tui.model.value import Value


class AgentSink(Protocol):
    """The runner's side: takes what the agent says; never blocks the adapter's reading."""

    def emit(self, event: Event) -> None:
        """Record one of AgentSaid, AgentThought, Tool*, PlanChanged, UsageChanged, Noted.

        A `ToolEnded` is the `tool_end` boundary: the runner may call `Agent.steer` because of it.
        """

    async def ask(self, question: Question) -> Answer | None:
        """Put a question to the lead and wait; None when it was withdrawn (turn interrupted).

        The adapter cancels this call when the agent no longer wants to know. After `exited` a
        cancelled call says nothing about the question: its agent is gone, the question stays.
        """

    def exited(self, code: int | None, last_words: str) -> None:
        """The agent process is gone, wanted or not; `last_words` is the tail of its stderr.

        Called once for each spawned process, after all it said was emitted, and before a waiting
        `prompt` raises.
        """


class Started(Value, frozen=True):
    """What is known of an agent once it is ready for a prompt."""

    pid: int
    reference: str = ""
    """The agent's own session id; given to `start` of the next life."""
    version: str = ""
    resumed: bool = False
    """Whether the agent itself loaded its old conversation."""
    steers_in_turn: bool = False


class AgentSetting(Value, frozen=True):
    """Where and with what an agent process runs; `environment` is complete, nothing is inherited."""

    launch: AgentLaunch
    worktree: Path
    environment: dict[str, str]
    log: Path
    """File that receives the agent's stderr."""


class Agent(Protocol):
    """One agent process, spoken to in its own protocol."""

    async def start(self, sink: AgentSink, reference: str) -> Started:
        """Spawn the program and make it ready; `reference` non-empty: load that conversation.

        Raises:
            AgentError: program missing, died, or broke its protocol; names the remedy.
        """

    async def prompt(self, text: str) -> str:
        """Run one turn; returns its stop reason (`end_turn`, `cancelled`, `refusal`, …) at its end.

        Raises:
            AgentError: the agent died or answered with an error; the turn is over.
        """

    async def steer(self, text: str) -> bool:
        """Hand a message into the running turn; False when this agent cannot take one now.

        Raises:
            AgentError: nobody can say whether the agent took it.
        """

    async def interrupt(self) -> None:
        """Ask the agent to end the running turn; `prompt` then returns `cancelled`."""

    async def close(self) -> None:
        """End the agent process; whatever it leaves behind is killed by the runner."""
