"""The wire to an agent that speaks JSON-RPC in lines without a version: calls go both ways."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from itertools import count
from typing import Any, Protocol

from wuhu_tui.agents.frames import Flaw, Frame, read_frame
from wuhu_tui.agents.intake import Intake
from wuhu_tui.model.events import Event

METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
CLOSED = "the agent closed its output"


class CallError(Exception):
    """The agent answered a call with an error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Hearer(Protocol):
    """Who takes what the agent says of itself."""

    def notification(self, method: str, params: dict[str, Any]) -> None:
        """The agent told something."""

    def request(self, name: int | str, method: str, params: dict[str, Any]) -> None:
        """The agent wants an answer to this."""

    def silence(self) -> None:
        """The agent will tell no more."""


class Wire:
    """Sorts the lines of an agent, and writes calls and answers to it."""

    def __init__(
        self, hearer: Hearer, emit: Callable[[Event], None], log: Callable[[str], None]
    ) -> None:
        self.write: Callable[[bytes], None] = _not_connected
        """Writes a line to the agent; set once its process runs."""
        self._hearer = hearer
        self._numbers = count(1)
        self._waiting: dict[int | str, asyncio.Future[Any]] = {}
        self._intake = Intake(read_frame, self._sort, emit=emit, log=log)

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        """What the agent answers.

        Raises:
            CallError: it answered with an error.
            ConnectionError: it does not listen, or will write no more.
        """
        number = next(self._numbers)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._send({"id": number, "method": method, "params": params})
            return await answer
        finally:
            self._waiting.pop(number, None)

    def notify(self, method: str) -> None:
        """Tell the agent something that wants no answer."""
        self._send({"method": method})

    def answer(self, name: int | str, result: dict[str, Any]) -> None:
        """Answer a request of the agent."""
        self._send({"id": name, "result": result})

    def refuse(self, name: int | str, code: int, message: str) -> None:
        """Answer a request of the agent with an error."""
        self._send({"id": name, "error": {"code": code, "message": message}})

    def line(self, line: bytes) -> None:
        """Take a line that the agent wrote."""
        self._intake.line(line)

    def flaw(self, flaw: Flaw) -> None:
        """Tell of something that is no frame."""
        self._intake.flaw(flaw)

    def end_of_output(self) -> None:
        """The agent will write no more: no call will be answered."""
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError(CLOSED))
        self._hearer.silence()

    def _sort(self, frame: Frame) -> None:
        method, params = frame.get("method"), frame.get("params") or {}
        if method is None:
            self._answered(frame)
        elif frame.get("id") is not None:
            self._hearer.request(frame["id"], method, params)
        else:
            self._hearer.notification(method, params)

    def _answered(self, frame: Frame) -> None:
        answer = self._waiting.get(frame["id"])
        if answer is None or answer.done():
            return  # nobody waits for it any more
        error = frame.get("error")
        if error is None:
            answer.set_result(frame.get("result"))
        else:
            code = error.get("code")
            message = str(error.get("message") or "no reason given")
            answer.set_exception(CallError(code if isinstance(code, int) else 0, message))

    def _send(self, frame: Frame) -> None:
        self.write(json.dumps(frame, separators=(",", ":"), ensure_ascii=False).encode())


def _not_connected(line: bytes) -> None:
    raise ConnectionError("the agent does not run")
