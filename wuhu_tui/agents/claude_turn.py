"""A turn as wuhu means it: all that the agent does until everything handed to it has been worked on.

Claude Code ends a turn of its own with each `result`; a message that came too late for one becomes
the next. So a prompt is over when a turn ended and nothing that was sent is still without a sign.
"""

from __future__ import annotations

import asyncio

from wuhu_tui.agents.claude_frames import Result
from wuhu_tui.agents.protocol import PROMPT, AgentSink

NO_SIGN = "the agent ended its turn without a sign of it"
TAKEN_BACK = "the turn was interrupted before the agent took it"
AGENT_GONE = "the agent ended before it took it"


class Turns:
    """Counts what was sent against what the agent says it took in."""

    def __init__(self, sink: AgentSink, seconds: float) -> None:
        self._sink = sink
        self._seconds = seconds
        self._waiting: dict[str, str] = {}
        self._prompt = ""
        self._needs_sign = False
        self._over: asyncio.Future[Result] | None = None
        self._last = Result()
        self._patience: asyncio.TimerHandle | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self.running = False
        """Whether the agent works on a turn of its own."""
        self.interrupted = False
        self.came_back = False
        """Whether the prompt came back before the agent took it."""
        self.tells_all = False
        """Whether the agent gives a sign of each message, even of one that leads to nothing."""

    @property
    def prompted(self) -> bool:
        """Whether a prompt is worked on."""
        return self._over is not None and not self._over.done()

    @property
    def waiting(self) -> tuple[str, ...]:
        """What can be taken back: all without a sign, and a prompt that waits for another turn."""
        return tuple(n for n in self._waiting if n != self._prompt or self._needs_sign)

    def begin(self, name: str) -> asyncio.Future[Result]:
        """A prompt is sent under this name; the last result of all that follows ends it."""
        self.interrupted = self.came_back = False
        self._prompt = name
        self._last = Result()
        self._needs_sign = self.running
        self._waiting[name] = PROMPT
        self._stop_deadline()
        self._over = asyncio.get_running_loop().create_future()
        return self._over

    def steer(self, name: str, token: str) -> None:
        """A message was sent into the turn."""
        self._waiting[name] = token

    def agent_began(self) -> None:
        """The agent began a turn, whoever's."""
        self.running = True
        self._calm()

    def taken(self, name: str) -> None:
        """The agent says that it has a message."""
        if name not in self._waiting:
            return
        self._calm()
        token = self._waiting.pop(name)
        if token != PROMPT or self._needs_sign:
            self._sink.accepted(token)

    def unsent(self, name: str) -> None:
        """A message could not be sent at all."""
        self._waiting.pop(name, None)

    def taken_back(self, name: str) -> None:
        """A message will not be worked on."""
        self.came_back = self.came_back or (name == self._prompt and name in self._waiting)
        token = self._waiting.pop(name, PROMPT)
        if token != PROMPT:
            self._sink.not_accepted(token, TAKEN_BACK, lost=False)
        if not (self._waiting or self.running):
            self._finish()

    def ended(self, result: Result) -> None:
        """The agent ended a turn of its own."""
        self.running = False
        self._last = result
        for name in result.messages:
            self.taken(name)
        if not (self._needs_sign or self.tells_all):
            self._waiting.pop(self._prompt, None)
        if not self._waiting:
            self._finish()
        elif self.prompted:
            self._calm()
            loop = asyncio.get_running_loop()
            self._patience = loop.call_later(self._seconds, self._give_up)

    def hurry(self, seconds: float) -> None:
        """The turn was interrupted: it has that much time left to end."""
        self.interrupted = True
        if self._deadline is None and self.prompted:
            self._deadline = asyncio.get_running_loop().call_later(seconds, self._overdue)

    def withdrawn(self) -> None:
        """The lead's side took a question back: the agent is told to end its turn."""
        self.interrupted = True

    def forget(self) -> None:
        """The prompt is over, however it ended."""
        self._calm()
        self._stop_deadline()
        self._over = None
        self._lose(NO_SIGN)
        self._waiting.clear()

    def agent_gone(self) -> None:
        """There is nobody to give a sign any more."""
        self._calm()
        self.running = False
        self._lose(AGENT_GONE)

    def _give_up(self) -> None:
        self._lose(NO_SIGN)
        self._finish()

    def _lose(self, why: str) -> None:
        for name, token in list(self._waiting.items()):
            if token:
                del self._waiting[name]
                self._sink.not_accepted(token, why, lost=True)

    def _finish(self) -> None:
        self._calm()
        if self._over is not None and not self._over.done():
            self._over.set_result(self._last)

    def _overdue(self) -> None:
        if self._over is not None and not self._over.done():
            self._over.set_exception(TimeoutError())

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None

    def _calm(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
        self._patience = None
