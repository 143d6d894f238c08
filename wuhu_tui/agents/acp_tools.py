"""Follows an agent's tool calls from what it tells of them: begun, more output, ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acp.schema import ToolCallProgress, ToolCallStart, ToolCallUpdate

from wuhu_tui.agents.acp_content import arguments_text, raw_text, tool_text
from wuhu_tui.agents.acp_diff import shown_path, unified_diff
from wuhu_tui.model.events import Event, ToolEnded, ToolOutput, ToolStarted

AnyCall = ToolCallStart | ToolCallProgress | ToolCallUpdate
ENDS = {"completed", "failed"}

KEPT = 200
"""Ended calls that are remembered, for what an agent tells of them late; a life may see thousands."""


@dataclass
class _Call:
    """What is known of one call."""

    started: ToolStarted
    output: str = ""
    diff: str = ""
    ended: bool = False
    raw: Any = None


class ToolCalls:
    """All tool calls of one life of an agent."""

    def __init__(self, emit: Callable[[Event], None], worktree: Path) -> None:
        self._emit = emit
        self._worktree = worktree
        self._calls: dict[str, _Call] = {}

    def take(self, told: AnyCall) -> None:
        """Take what the agent tells of a call; a call never heard of begins with it."""
        call = self._begun(told)
        self._take_output(call, told)
        if told.status in ENDS and not call.ended:
            self._end(call, ok=told.status == "completed")

    def announce(self, told: AnyCall) -> None:
        """Take a call that the agent asks leave for: what it tells then is no output yet."""
        call = self._begun(told)
        call.diff = unified_diff(told.content, self._worktree) or call.diff

    def end_all(self, output: str) -> None:
        """End every call that is still open: its agent will tell no more of it."""
        for call in self._calls.values():
            if not call.ended:
                self._end(call, ok=False, output=output)

    def _begun(self, told: AnyCall) -> _Call:
        known = self._calls.get(told.tool_call_id)
        if known and known.ended and isinstance(told, ToolCallStart):
            known = None
        started = self._started(told, known.started if known else None)
        if known is None:
            known = self._calls[told.tool_call_id] = _Call(started)
            self._forget_oldest()
            self._emit(started)
        elif started != known.started:
            known.started = started
            if not known.ended:
                self._emit(started)
        return known

    def _started(self, told: AnyCall, known: ToolStarted | None) -> ToolStarted:
        old = known or ToolStarted(call=told.tool_call_id, title=told.tool_call_id)
        paths = tuple(shown_path(spot.path, self._worktree) for spot in told.locations or ())
        return ToolStarted(
            call=told.tool_call_id,
            title=told.title or old.title,
            kind=told.kind or old.kind,
            arguments=arguments_text(told.raw_input) or old.arguments,
            paths=paths or old.paths,
        )

    def _take_output(self, call: _Call, told: AnyCall) -> None:
        call.diff = unified_diff(told.content, self._worktree) or call.diff
        call.raw = told.raw_output if told.raw_output is not None else call.raw
        text = tool_text(told.content)
        if not text or text == call.output:
            return
        more = text.removeprefix(call.output)
        call.output = text
        if told.status not in ENDS or call.ended:
            self._emit(ToolOutput(call=told.tool_call_id, text=more))

    def _forget_oldest(self) -> None:
        ended = [name for name, call in self._calls.items() if call.ended]
        for name in ended[:-KEPT]:
            del self._calls[name]

    def _end(self, call: _Call, *, ok: bool, output: str = "") -> None:
        call.ended = True
        text = call.output or raw_text(call.raw)
        if output:
            text = f"{text}\n{output}" if text else output
        self._emit(ToolEnded(call=call.started.call, ok=ok, output=text, diff=call.diff))
