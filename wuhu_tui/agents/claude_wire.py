"""The wire to Claude Code: sorts its frames, and brings answers to those who asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from wuhu_tui.agents.frames import Flaw, Frame, read_object
from wuhu_tui.agents.intake import Intake
from wuhu_tui.model.events import Event

CALL, ANSWER, WITHDRAWAL = "control_request", "control_response", "control_cancel_request"


class Refused(Exception):
    """The agent answered a request of ours with an error."""


class Wire:
    """Both directions of the agent's stream; nothing that comes in can stop the reading."""

    def __init__(
        self,
        emit: Callable[[Event], None],
        *,
        on_frame: Callable[[Frame], None],
        on_call: Callable[[str, Frame], None],
        on_withdrawal: Callable[[str], None],
        log: Callable[[str], None],
        new_id: Callable[[], str],
    ) -> None:
        self.write: Callable[[bytes], None] = _not_connected
        """Writes a line to the agent; set once its process runs."""
        self._on_frame = on_frame
        self._on_call = on_call
        self._on_withdrawal = on_withdrawal
        self._new_id = new_id
        self._asked: dict[str, asyncio.Future[Frame]] = {}
        self._intake = Intake(read_object, self._sort, emit=emit, log=log)

    def line(self, line: bytes) -> None:
        """Take a line that the agent wrote."""
        self._intake.line(line)

    def flaw(self, flaw: Flaw) -> None:
        """Tell of something that is no frame."""
        self._intake.flaw(flaw)

    def end_of_output(self) -> None:
        """The agent will write no more: whoever watches its process hears of it."""

    def send(self, frame: Frame) -> None:
        """Write a frame to the agent.

        Raises:
            ConnectionError: it does not listen any more.
        """
        self.write(json.dumps(frame, separators=(",", ":"), default=str).encode())

    async def call(self, request: Frame) -> Frame:
        """The agent's answer to a request.

        Raises:
            Refused: it answered with an error.
            ConnectionError: it does not listen any more.
        """
        name = self._new_id()
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._asked[name] = answer
        try:
            self.send({"type": CALL, "request_id": name, "request": request})
            return await answer
        finally:
            del self._asked[name]

    def answer(self, name: str, response: Frame) -> None:
        """Answer a request of the agent."""
        said = {"subtype": "success", "request_id": name, "response": response}
        self.send({"type": ANSWER, "response": said})

    def refuse(self, name: str, why: str) -> None:
        """Answer a request of the agent with an error."""
        self.send(
            {"type": ANSWER, "response": {"subtype": "error", "request_id": name, "error": why}}
        )

    def _sort(self, frame: Frame) -> None:
        kind, name = frame.get("type"), frame.get("request_id")
        if kind == ANSWER:
            self._take_answer(_object(frame.get("response")))
        elif kind == CALL:
            self._on_call(str(name), _object(frame.get("request")))
        elif kind == WITHDRAWAL:
            self._on_withdrawal(str(name))
        else:
            self._on_frame(frame)

    def _take_answer(self, said: Frame) -> None:
        """An answer to nobody is one of ours, told back."""
        asked = self._asked.get(str(said.get("request_id")))
        if asked is None or asked.done():
            return
        if said.get("subtype") == "success":
            asked.set_result(_object(said.get("response")))
        else:
            asked.set_exception(Refused(str(said.get("error") or "it did not say why")))


def _object(value: Any) -> Frame:
    return value if isinstance(value, dict) else {}


def _not_connected(line: bytes) -> None:
    raise ConnectionError("the agent does not run")
