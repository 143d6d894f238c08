"""The wire between an agent process and the protocol package: sorts what the agent writes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from acp.meta import CLIENT_METHODS

from wuhu_tui.agents.acp_client import REQUEST
from wuhu_tui.agents.acp_content import as_json
from wuhu_tui.agents.frames import Flaw, Frame, read_frame
from wuhu_tui.agents.intake import Intake
from wuhu_tui.model.events import Event, Noted

UPDATE = CLIENT_METHODS["session_update"]
CANCEL_REQUEST = "$/cancel_request"
KNOWN_NOTIFICATIONS = {CLIENT_METHODS["elicitation_complete"]}
MAX_SHOWN = 2000


class Wire:
    """A transport of the protocol package over the lines of an agent process.

    Updates are handed on at once and in order; they never pass through the package's tasks.
    """

    def __init__(
        self,
        emit: Callable[[Event], None],
        on_update: Callable[[Any], None],
        on_cancel_request: Callable[[Any], None],
        log: Callable[[str], None],
        on_answer: Callable[[], None] = lambda: None,
    ) -> None:
        self.write: Callable[[bytes], None] = _not_connected
        """Writes a line to the agent; set once its process runs."""
        self.muted = False
        """Whether updates are history told again; ends with the next answer of the agent."""
        self.model = ""
        """The model that an agent told in a way the package does not read."""
        self._emit = emit
        self._on_update = on_update
        self._on_cancel_request = on_cancel_request
        self._on_answer = on_answer
        self._frames: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._intake = Intake(read_frame, self._sort, emit=emit, log=log)

    def line(self, line: bytes) -> None:
        """Take a line that the agent wrote."""
        self._intake.line(line)

    def flaw(self, flaw: Flaw) -> None:
        """Tell of something that is no frame."""
        self._intake.flaw(flaw)

    def end_of_output(self) -> None:
        """The agent will write no more."""
        self._frames.put_nowait(None)

    async def send(self, message: dict[str, Any]) -> None:
        """Write a frame to the agent."""
        self.write(json.dumps(message, separators=(",", ":"), default=str).encode())

    async def receive(self) -> dict[str, Any] | None:
        """The next frame for the package; None at the end."""
        return await self._frames.get()

    async def close(self) -> None:
        """Nothing to do: the process is ended by its owner."""

    def _sort(self, frame: Frame) -> None:
        method = frame.get("method")
        if method is None:
            self.muted = False
            self._on_answer()
            self.model = _model_in(frame.get("result")) or self.model
            self._frames.put_nowait(frame)
        elif "id" in frame:
            self._frames.put_nowait(_with_own_id(frame))
        else:
            self._notification(method, frame)

    def _notification(self, method: str, frame: Frame) -> None:
        params = frame.get("params")
        if method == UPDATE:
            if not self.muted:
                self._on_update(params)
        elif method == CANCEL_REQUEST:
            self._on_cancel_request((params or {}).get("requestId"))
        elif method in KNOWN_NOTIFICATIONS or method.startswith("_"):
            self._frames.put_nowait(frame)
        else:
            text = f"the agent told {method}: {as_json(params)[:MAX_SHOWN]}"
            self._emit(Noted(text=text))


def _with_own_id(frame: Frame) -> Frame:
    """The request with its id where its handler sees it.

    The agent's own extras are left out: the package would let them take the place of arguments.
    """
    params = frame.get("params") or {}
    return {**frame, "params": {**params, "_meta": {REQUEST: frame["id"]}}}


def _model_in(result: Any) -> str:
    models = result.get("models") if isinstance(result, dict) else None
    told = models.get("currentModelId") if isinstance(models, dict) else None
    return told if isinstance(told, str) else ""


def _not_connected(line: bytes) -> None:
    raise ConnectionError("the agent does not run")
