"""One trial turn of an agent: is it ready, does it answer, and what is found out on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from wuhu_tui.agents.protocol import Agent, Started
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import AgentSaid, Event
from wuhu_tui.model.permissions import DENY
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.model.value import Value

PROMPT = "Say the word ready. Use no tools."
PASSED = ("end_turn", "quiet")
"""How a good turn ends; a screen comes to rest, and nobody can tell more of it."""

WHO = "wuhu agents check"


class Trial(Value, frozen=True):
    """What came of it; `error` is why it did not work, None when it did."""

    started: Started | None = None
    ready_seconds: float = 0.0
    turn_seconds: float = 0.0
    stop_reason: str = ""
    said: str = ""
    error: AgentError | None = None


class TrialSink:
    """The runner's side of a trial: nobody is there to be asked, so nothing is allowed."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.said = ""
        self._clock = clock

    def emit(self, event: Event) -> None:
        """Keep what it says."""
        if isinstance(event, AgentSaid):
            self.said += event.text

    async def ask(self, question: Question) -> Answer | None:
        """Deny what needs leave; leave everything else unanswered."""
        if question.kind is not QuestionKind.PERMISSION:
            return None
        return Answer(question=question.id, by=WHO, at=self._clock(), choice=DENY)

    def accepted(self, token: str) -> None:
        """Nothing is steered."""

    def not_accepted(self, token: str, reason: str, *, lost: bool) -> None:
        """Nothing is steered."""

    def pass_on(self, text: str) -> None:
        """Nothing is said with a denial."""

    def exited(self, code: int | None, last_words: str) -> None:
        """The adapter's calls tell it too."""


async def trial(agent: Agent, name: str, *, seconds: float, clock: Callable[[], datetime]) -> Trial:
    """Start the agent, let it take one turn, and end it."""
    sink = TrialSink(clock)
    time = asyncio.get_running_loop().time
    found = Trial()
    begun = time()
    try:
        async with asyncio.timeout(seconds):
            started = await agent.start(sink, "")
            found = Trial(started=started, ready_seconds=time() - begun)
            begun = time()
            reason = await agent.prompt(PROMPT)
        error = None if reason in PASSED else _unusual(name, reason)
    except TimeoutError:
        reason, error = "", _late(name, seconds, ready=found.started is not None)
    except AgentError as trouble:
        reason, error = "", trouble
    finally:
        await agent.close()
    return Trial(
        started=found.started,
        ready_seconds=found.ready_seconds,
        turn_seconds=time() - begun if found.started else 0.0,
        stop_reason=reason,
        said=sink.said,
        error=error,
    )


def _late(name: str, seconds: float, *, ready: bool) -> AgentError:
    step = "did not end its trial turn" if ready else "was not ready"
    return AgentError(
        f"{name} {step} within {seconds:g} s",
        where=f"agents.{name}",
        remedy="see what it says when you start it by hand, or give it longer: --seconds",
    )


def _unusual(name: str, reason: str) -> AgentError:
    return AgentError(
        f"{name} ended its trial turn with “{reason}”",
        where=f"agents.{name}",
        remedy="see what it says when you start it by hand",
    )
