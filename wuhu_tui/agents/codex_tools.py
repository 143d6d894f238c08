"""Follows the tool calls of codex: begun, more output, ended, or left running beside the turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wuhu_tui.agents.codex_diff import changed_paths, edit_title, unified_diff
from wuhu_tui.agents.codex_messages import Change, Item
from wuhu_tui.agents.codex_text import as_json, bare_command, shown_path, title_of
from wuhu_tui.model.agent_events import BackgroundEnded, BackgroundStarted
from wuhu_tui.model.events import Event, ToolEnded, ToolOutput, ToolStarted

COMMAND = "commandExecution"
EDIT = "fileChange"
MCP = "mcpToolCall"
DYNAMIC = "dynamicToolCall"
COLLABORATION = "collabAgentToolCall"
TOOLS = {COMMAND, EDIT, MCP, DYNAMIC, COLLABORATION, "webSearch", "imageView", "sleep"}
"""The types of items that are tool calls."""

FAILED = {"failed", "declined"}
GOES_ON = "(goes on beside the turn)"
MAX_KEPT = 1 << 20
KEPT = 200
"""Calls given up that are remembered, for what the agent tells of them late."""


@dataclass
class Call:
    """One call that runs."""

    started: ToolStarted
    item: Item
    pieces: list[str] = field(default_factory=list)
    kept: int = 0
    beside: bool = False
    """Whether its turn is over."""


class Tools:
    """All calls of one life that have not ended."""

    def __init__(self, emit: Callable[[Event], None], worktree: Path) -> None:
        self._emit = emit
        self._worktree = worktree
        self._calls: dict[str, Call] = {}
        self._given_up: deque[str] = deque(maxlen=KEPT)

    def begin(self, item: Item, parent: str = "") -> None:
        """A call began; told again, it is known better."""
        started = self._started(item, parent)
        known = self._calls.get(item.id)
        if item.id in self._given_up:
            self._given_up.remove(item.id)
        if known is None:
            self._calls[item.id] = Call(started, item)
        else:
            known.started, known.item = started, item
        self._emit(started)

    def output(self, name: str, text: str) -> None:
        """A call wrote something; of one that has ended, nothing is told."""
        call = self._calls.get(name)
        if call is None or not text:
            return
        if call.kept < MAX_KEPT:
            call.pieces.append(text)
            call.kept += len(text)
        if not call.beside:
            self._emit(ToolOutput(call=name, text=text))

    def changes(self, name: str, changes: list[Change]) -> None:
        """An edit is known better."""
        call = self._calls.get(name)
        if call is not None and changes:
            item = call.item.model_copy(update={"changes": changes})
            self.begin(item, call.started.parent)

    def changes_of(self, name: str) -> list[Change]:
        """What an edit changes."""
        call = self._calls.get(name)
        return call.item.changes if call else []

    def end(self, item: Item, parent: str = "") -> None:
        """A call ended; one never heard of begins with it, one given up is not told again."""
        if item.id in self._given_up:
            return
        if item.id not in self._calls:
            self.begin(item, parent)
        call = self._calls.pop(item.id)
        if call.beside:
            self._end_beside(call, item)
            return
        diff = unified_diff(item.changes, self._worktree) if item.type == EDIT else ""
        output = _result_of(item) or "".join(call.pieces)
        self._emit(ToolEnded(call=item.id, ok=_succeeded(item), output=output, diff=diff))

    def running_commands(self) -> list[str]:
        """The agent's numbers of the commands of this turn that run now."""
        running = (call for call in self._calls.values() if not call.beside)
        return [call.item.process_id for call in running if call.item.process_id]

    def end_turn(self, why: str) -> None:
        """The turn is over; commands that still run go on beside it, anything else has ended."""
        for name, call in list(self._calls.items()):
            if call.beside:
                continue
            if call.item.type == COMMAND and call.item.process_id and not why:
                self._go_on_beside(call)
            else:
                self._give_up(name, why or "(the agent told no end of this)")

    def end_all(self, why: str) -> None:
        """The agent is gone, and with it all that it ran."""
        for name, call in list(self._calls.items()):
            if call.beside:
                self._emit(BackgroundEnded(task=name, ok=False, summary=why))
                del self._calls[name]
            else:
                self._give_up(name, why)

    def _give_up(self, name: str, why: str) -> None:
        call = self._calls.pop(name)
        self._given_up.append(name)
        output = "\n".join(filter(None, ("".join(call.pieces).rstrip("\n"), why)))
        self._emit(ToolEnded(call=name, ok=False, output=output))

    def _go_on_beside(self, call: Call) -> None:
        name = call.started.call
        call.beside = True
        self._emit(BackgroundStarted(task=name, title=call.started.title, call=name))
        output = "\n".join(filter(None, ("".join(call.pieces).rstrip("\n"), GOES_ON)))
        self._emit(ToolEnded(call=name, output=output))

    def _end_beside(self, call: Call, item: Item) -> None:
        code = f"exit code {item.exit_code}" if item.exit_code else ""
        last = (item.aggregated_output or "".join(call.pieces)).strip().rsplit("\n", 1)[-1]
        summary = ": ".join(filter(None, (code, last)))
        self._emit(BackgroundEnded(task=item.id, ok=_succeeded(item), summary=summary))

    def _started(self, item: Item, parent: str) -> ToolStarted:
        title, kind, arguments, paths = _shown(item, self._worktree)
        return ToolStarted(
            call=item.id,
            title=title_of(title) or item.type,
            kind=kind,
            arguments=arguments,
            paths=paths,
            parent=parent,
        )


def tool_name(server: str, tool: str) -> str:
    """A tool of an MCP server, as rules name it."""
    return f"mcp__{server}__{tool}"


def _shown(item: Item, worktree: Path) -> tuple[str, str, str, tuple[str, ...]]:
    """Title, kind, arguments and paths of a call."""
    name, arguments, kind = item.type, as_json(item.arguments), "other"
    paths: tuple[str, ...] = ()
    match item.type:
        case "commandExecution":
            name = arguments = bare_command(item.command)
            kind = "execute"
        case "fileChange":
            name, kind = edit_title(item.changes, worktree), "edit"
            paths = changed_paths(item.changes, worktree)
        case "mcpToolCall":
            name = f"{item.server}: {item.tool}"
        case "webSearch":
            name, kind, arguments = f"Search the web: {item.query}", "search", item.query
        case "imageView":
            paths = (shown_path(item.path, worktree),)
            name, kind = f"View {paths[0]}", "read"
        case "dynamicToolCall" | "collabAgentToolCall":
            name = ": ".join(filter(None, (item.namespace, item.tool, item.prompt)))
    return name, kind, arguments, paths


def _succeeded(item: Item) -> bool:
    refused = isinstance(item.result, dict) and item.result.get("isError") is True
    return item.status not in FAILED and not item.error and not refused and item.success


def _result_of(item: Item) -> str:
    """What came of a call."""
    if item.error:
        return str(item.error.get("message") or as_json(item.error))
    if item.status == "declined":
        return "(declined)"
    if item.aggregated_output:
        return item.aggregated_output
    if isinstance(item.result, dict):
        content = item.result.get("content")
        return _content_text(content) or as_json(item.result.get("structuredContent"))
    return _content_text(item.content_items) or as_json(item.result)


def _content_text(content: Any) -> str:
    parts = content if isinstance(content, list) else []
    texts = (part.get("text") if isinstance(part, dict) else part for part in parts)
    return "\n".join(
        text if isinstance(text, str) else as_json(part)
        for text, part in zip(texts, parts, strict=True)
    )
