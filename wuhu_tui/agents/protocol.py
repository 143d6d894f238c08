"""What the runner expects of an adapter, and what an adapter may expect of the runner."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Protocol

from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.events import Event
from wuhu_tui.model.questions import Answer, Question
from wuhu_tui.model.sessions import AgentLaunch
from wuhu_tui.model.value import Value

NOT_TAKEN = "not_taken"
"""The stop reason of a turn whose prompt the agent never took in: its messages wait again."""

PROMPT = ""
"""In place of a token: the prompt of the running turn."""


class SteerOutcome(StrEnum):
    """What became of a message that was handed into a running turn.

    `delivered`: it is with the agent, and the adapter will call `AgentSink.accepted` or
    `AgentSink.not_accepted` with its token, at the turn's end at the latest. `not_now` and
    `not_supported`: the agent does not have it.
    """

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    NOT_NOW = "not_now"
    NOT_SUPPORTED = "not_supported"


class AgentSink(Protocol):
    """The runner's side: takes what the agent says; never blocks the adapter's reading."""

    def emit(self, event: Event) -> None:
        """Record what the agent says and does.

        Any of `model.agent_events`, and AgentSaid, AgentThought, Tool*, PlanChanged, UsageChanged,
        PhaseChanged and Noted of `model.events`.

        A `ToolEnded` is the `tool_end` boundary: the runner may call `Agent.steer` because of it.
        An agent that goes on by itself after its turn says so: a PhaseChanged to thinking when it
        begins, and one to none or background when it is done.
        """

    async def ask(self, question: Question) -> Answer | None:
        """Put a question to the lead and wait; None when it was withdrawn (turn interrupted).

        The adapter cancels this call when the agent no longer wants to know. After `exited` a
        cancelled call says nothing about the question: its agent is gone, the question stays.
        """

    def accepted(self, token: str) -> None:
        """The agent says that it took in a message that was `delivered`, or its `PROMPT`.

        Said of a prompt only where it waited behind work that the agent did by itself: else any
        sign of work says it.
        """

    def not_accepted(self, token: str, reason: str, *, lost: bool) -> None:
        """A `delivered` message was not taken in: it came back (`lost` false), or nobody knows."""

    def pass_on(self, text: str) -> None:
        """Words of the lead that the protocol could not carry with an answer: queued as a steer."""

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
    queues_steers: bool = False
    """Whether it may be steered at any moment of a turn: it keeps the message until its own next
    boundary. Else `steer` is called at a tool's end only."""
    usage_continues: bool = False
    """Whether the totals it tells go on from the life before."""
    capabilities: tuple[Capability, ...] = ()
    """Found out, not assumed; never from a version number alone."""
    model: str = ""


class McpServer(Value, frozen=True):
    """A server of tools that the agent is to start and use, over stdio; `environment` adds to its own."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = {}


class AgentSetting(Value, frozen=True):
    """Where and with what an agent process runs; `environment` is complete, nothing is inherited."""

    launch: AgentLaunch
    worktree: Path
    environment: dict[str, str]
    log: Path
    """File that receives the agent's stderr."""
    mcp_servers: tuple[McpServer, ...] = ()
    scope: tuple[str, ...] = ()
    """Path patterns that the session may change; empty: all of the worktree."""
    columns: int = 100
    rows: int = 30
    """The screen of an agent that has one."""


class Agent(Protocol):
    """One agent process, spoken to in its own protocol."""

    async def start(self, sink: AgentSink, reference: str) -> Started:
        """Spawn the program and make it ready; `reference` non-empty: load that conversation.

        Raises:
            AgentError: program missing, died, or broke its protocol; names the remedy.
        """

    async def prompt(self, text: str) -> str:
        """Run one turn; returns its stop reason (`end_turn`, `cancelled`, `refusal`, …) at its end.

        `NOT_TAKEN`: the text never reached the agent's model, or came back.

        The text is written before the call pauses for the first time, or the call fails.

        Raises:
            AgentError: the agent died or answered with an error; the turn is over.
        """

    async def steer(self, text: str, token: str) -> SteerOutcome:
        """Hand a message into the running turn; `token` names it towards the sink.

        One call at a time, one message a call. A message that came back is handed in again with the
        same token. After the turn's end the runner waits a second for words on what was delivered.

        Raises:
            AgentError: nobody can say whether the agent took it.
        """

    async def interrupt(self) -> None:
        """Ask the agent to end the running turn; `prompt` then returns `cancelled`."""

    async def set_mode(self, mode: str) -> None:
        """Change how it works and asks for leave, from its next turn on at the latest.

        Raises:
            NotPossible: it has no such mode, or no modes; names those it tells.
            AgentError: it refuses, or does not answer.
        """

    async def set_model(self, model: str) -> None:
        """Change the model that it works with, from its next turn on at the latest.

        Raises:
            NotPossible: it knows no such model, or its model cannot be changed while it runs.
            AgentError: it refuses, or does not answer.
        """

    async def type_keys(self, text: str) -> None:
        """Type into the agent's screen; an agent without one ignores it."""

    async def resize(self, columns: int, rows: int) -> None:
        """Give the agent's screen another size; an agent without one ignores it."""

    async def close(self) -> None:
        """End the agent process; whatever it leaves behind is killed by the runner."""
