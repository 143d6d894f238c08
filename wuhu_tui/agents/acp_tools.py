"""Follows an agent's tool calls from what it tells of them: begun, more output, ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from acp.schema import TerminalToolCallContent, ToolCallStart

from wuhu_tui.agents.acp_content import arguments_text, raw_text, tool_text
from wuhu_tui.agents.acp_diff import shown_path, unified_diff
from wuhu_tui.agents.acp_requests import AnyCall, parent_call, tool_name
from wuhu_tui.model.events import Event, ToolEnded, ToolOutput, ToolStarted

ENDS = {"completed", "failed"}

MAX_HEARD = 1 << 20
KEPT = 200
"""Ended calls that are remembered, for what an agent tells of them late; a life may see thousands."""


@dataclass
class _Call:
    """What is known of one call."""

    started: ToolStarted
    at: datetime
    output: str = ""
    diff: str = ""
    ended: bool = False
    raw: Any = None
    tool: str = ""
    heard: str = ""
    """What it wrote in a terminal of ours."""


class ToolCalls:
    """All tool calls of one life of an agent."""

    def __init__(
        self, emit: Callable[[Event], None], worktree: Path, clock: Callable[[], datetime]
    ) -> None:
        self._emit = emit
        self._clock = clock
        self._worktree = worktree
        self._calls: dict[str, _Call] = {}
        self._terminals: dict[str, _Call] = {}
        self._unclaimed: dict[str, str] = {}

    def take(self, told: AnyCall) -> None:
        """Take what the agent tells of a call; a call never heard of begins with it."""
        call = self._begun(told)
        self._claim_terminals(call, told)
        self._take_output(call, told)
        if told.status in ENDS and not call.ended:
            self._end(call, ok=told.status == "completed")

    def announce(self, told: AnyCall) -> None:
        """Take a call that the agent asks leave for: what it tells then is no output yet."""
        call = self._begun(told)
        call.diff = unified_diff(told.content, self._worktree) or call.diff

    def hear(self, terminal: str, text: str) -> None:
        """Take what a command wrote in a terminal; the call that shows the terminal may come later."""
        call = self._terminals.get(terminal)
        if call is None:
            self._unclaimed[terminal] = (self._unclaimed.get(terminal, "") + text)[-MAX_HEARD:]
            return
        call.heard = (call.heard + text)[-MAX_HEARD:]
        if not call.ended:
            self._emit(ToolOutput(call=call.started.call, text=text))

    def end_all(self, output: str) -> None:
        """End every call that is still open: its agent will tell no more of it."""
        for call in self._calls.values():
            if not call.ended:
                self._end(call, ok=False, output=output)

    def tool_of(self, name: str) -> str:
        """The agent's own name of the tool of a call; empty: not told."""
        return self._calls[name].tool if name in self._calls else ""

    @property
    def command_began(self) -> datetime | None:
        """When the oldest of the commands that run now began; None: none runs."""
        running = (call for call in self._calls.values() if not call.ended)
        return min((call.at for call in running if call.started.kind == "execute"), default=None)

    def _begun(self, told: AnyCall) -> _Call:
        known = self._calls.get(told.tool_call_id)
        if known and known.ended and isinstance(told, ToolCallStart):
            known = None
        started = self._started(told, known.started if known else None)
        if known is None:
            known = self._calls[told.tool_call_id] = _Call(started, self._clock())
            self._forget_oldest()
            self._emit(started)
        elif started != known.started:
            known.started = started
            if not known.ended:
                self._emit(started)
        known.tool = known.tool or tool_name(told)
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
            parent=parent_call(told) or old.parent,
        )

    def _claim_terminals(self, call: _Call, told: AnyCall) -> None:
        for part in told.content or ():
            if isinstance(part, TerminalToolCallContent):
                self._terminals[part.terminal_id] = call
                written = self._unclaimed.pop(part.terminal_id, "")
                if written:
                    self.hear(part.terminal_id, written)

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
            gone = self._calls.pop(name)
            self._terminals = {t: call for t, call in self._terminals.items() if call is not gone}

    def _end(self, call: _Call, *, ok: bool, output: str = "") -> None:
        call.ended = True
        text = call.output or call.heard or raw_text(call.raw)
        if output:
            text = f"{text}\n{output}" if text else output
        self._emit(ToolEnded(call=call.started.call, ok=ok, output=text, diff=call.diff))
