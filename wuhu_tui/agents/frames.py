"""Frames of the protocol: one JSON object a line, read so that nothing an agent writes can hurt."""

from __future__ import annotations

import json
from typing import Any

from wuhu_tui.model.value import Value

Frame = dict[str, Any]

EXCERPT = 200
NEWLINE = 0x0A


class Flaw(Value, frozen=True):
    """A line that is no frame, and why."""

    reason: str
    line: str

    @property
    def excerpt(self) -> str:
        """The line's beginning."""
        return self.line if len(self.line) <= EXCERPT else self.line[:EXCERPT] + "…"


def read_frame(line: bytes) -> Frame | Flaw | None:
    """The JSON-RPC frame in a line, or what is wrong with it; None for an empty line."""
    frame = read_object(line)
    if not isinstance(frame, dict):
        return frame
    reason = _flaw_in(frame)
    return Flaw(reason=reason, line=line.decode("utf-8", errors="replace")) if reason else frame


def read_object(line: bytes) -> Frame | Flaw | None:
    """The JSON object in a line, or what is wrong with it; None for an empty line."""
    text = line.decode("utf-8", errors="replace").strip()
    if not text:
        return None
    try:
        frame: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Flaw(reason=f"not JSON: {error}", line=text)
    if not isinstance(frame, dict):
        return Flaw(reason="not an object", line=text)
    sound: Frame = without_surrogates(frame) if "\\ud" in text.lower() else frame
    return sound


def _flaw_in(frame: Frame) -> str:
    if "method" in frame:
        return _flaw_in_call(frame)
    if not isinstance(frame.get("id"), int | str):
        return "an answer without an id"
    if not isinstance(frame.get("error", {}), dict | None):
        return "an error that is no object"
    return ""


def _flaw_in_call(frame: Frame) -> str:
    if not isinstance(frame["method"], str):
        return "a method that is no text"
    if not isinstance(frame.get("id", 0), int | str | None):
        return "an id that is neither number nor text"
    if not isinstance(frame.get("params", {}), dict | None):
        return "params that are no object"
    return ""


def without_surrogates(value: Any) -> Any:
    """The same JSON value with half characters, which no file can hold, replaced."""
    match value:
        case str():
            return value.encode("utf-8", errors="replace").decode("utf-8")
        case list():
            return [without_surrogates(item) for item in value]
        case dict():
            return {without_surrogates(k): without_surrogates(v) for k, v in value.items()}
    return value


class LineSplitter:
    """Cuts a stream of bytes into lines; a line longer than the limit is dropped and told."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = bytearray()
        self._searched = 0
        self._dropping = False

    def feed(self, data: bytes) -> list[bytes | Flaw]:
        """The lines that this data completes."""
        self._rest += data
        lines: list[bytes | Flaw] = []
        while (end := self._rest.find(NEWLINE, self._searched)) >= 0:
            line = bytes(self._rest[:end])
            del self._rest[: end + 1]
            self._searched = 0
            if self._dropping:
                self._dropping = False
            else:
                lines.append(line)
        self._searched = len(self._rest)
        if self._searched > self._limit:
            lines.extend(self._drop())
        return lines

    def end(self) -> bytes:
        """What came after the last line."""
        rest = b"" if self._dropping else bytes(self._rest)
        self._rest.clear()
        self._searched = 0
        return rest

    def _drop(self) -> list[bytes | Flaw]:
        beginning = bytes(self._rest[:EXCERPT]).decode("utf-8", errors="replace")
        told = self._dropping
        self._dropping = True
        self._rest.clear()
        self._searched = 0
        reason = f"a line longer than {self._limit} bytes"
        return [] if told else [Flaw(reason=reason, line=beginning)]
