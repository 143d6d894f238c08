"""Hooks that Claude Code asks back: edits outside the scope, and turns that end without a report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from wuhu_tui.agents.claude_command import OWN_COMMANDS, SCOPE_HOOK, STOP_HOOK, WUHU
from wuhu_tui.agents.claude_frames import HookCall, HookInput
from wuhu_tui.agents.claude_tools import PATH_KEYS, command_of, kind_of
from wuhu_tui.agents.frames import Frame
from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.model.command_words import read_line
from wuhu_tui.model.globs import in_scope

NOTHING: Frame = {}
REPORT = f"mcp__{WUHU}__report"
WORKING_KINDS = {"edit", "execute"}
REPORT_FIRST = (
    "You have not reported on this work yet. If it is not finished, go on. If it is, or if you "
    "cannot go on, report first: call the tool `report` of the server `wuhu` (or run `wuhu report`) "
    "with done, blocked or failed and a summary."
)


class Hooks:
    """Decides for one life of the agent; a turn's end is held up once at most."""

    def __init__(self, setting: AgentSetting, *, resumed: bool) -> None:
        self._worktree = setting.worktree
        self._scope = setting.scope
        self._owes_report = not resumed
        self._held_up = False

    def turn_begins(self) -> None:
        """A prompt goes to the agent."""
        self._held_up = False

    def tool_called(self, tool: str, arguments: dict[str, Any]) -> None:
        """A tool was called: work wants a report, a report ends that."""
        if is_report(tool, arguments):
            self._owes_report = False
        elif kind_of(tool) in WORKING_KINDS and not is_own(tool, arguments):
            self._owes_report = True

    def answer(self, call: HookCall) -> Frame:
        """What the agent is told."""
        if call.callback == SCOPE_HOOK:
            return self._scope_answer(call.input)
        if call.callback == STOP_HOOK:
            return self._stop_answer(call.input)
        return NOTHING

    def _scope_answer(self, told: HookInput) -> Frame:
        outside = [path for path in self._inside_worktree(told.input) if not self._allowed(path)]
        if not outside:
            return NOTHING
        reason = (
            f"{outside[0]} lies outside the scope of this session ({', '.join(self._scope)}). "
            "Change only files inside it; if you need this one, ask the lead."
        )
        return {
            "hookSpecificOutput": {
                "hookEventName": "PreToolUse",
                "permissionDecision": "deny",
                "permissionDecisionReason": reason,
            }
        }

    def _allowed(self, path: str) -> bool:
        """A pattern that names a folder means all of it, with or without its slash."""
        scope = [f"{one}/" if (self._worktree / one).is_dir() else one for one in self._scope]
        return not scope or in_scope(path, [*self._scope, *scope])

    def _inside_worktree(self, arguments: dict[str, Any]) -> list[str]:
        """Named paths as seen from the worktree's top, links followed; others are no work of it."""
        top = Path(os.path.realpath(self._worktree))
        named = [arguments[key] for key in PATH_KEYS if isinstance(arguments.get(key), str)]
        whole = [Path(os.path.realpath(top / path)) for path in named if path and "\0" not in path]
        return [path.relative_to(top).as_posix() for path in whole if path.is_relative_to(top)]

    def _stop_answer(self, told: HookInput) -> Frame:
        waits = told.stop_hook_active or bool(told.background_tasks)
        if waits or self._held_up or not self._owes_report:
            return NOTHING
        self._held_up = True
        return {"decision": "block", "reason": REPORT_FIRST}


def is_own(tool: str, arguments: dict[str, Any]) -> bool:
    """Whether a call only speaks to the lead."""
    return tool.startswith(f"mcp__{WUHU}__") or bool(_own_verb(tool, arguments))


def is_report(tool: str, arguments: dict[str, Any]) -> bool:
    """Whether a call reports on the work, in words that end it."""
    return tool == REPORT or _own_verb(tool, arguments) == "report"


def _own_verb(tool: str, arguments: dict[str, Any]) -> str:
    """The verb of wuhu's own command that is all a call runs; empty: something else."""
    line = read_line(command_of(tool, arguments))
    if line.opaque or len(line.commands) != 1:
        return ""
    only = line.commands[0]
    plain = not (only.assignments or only.redirects) and len(only.words) > 1
    fitting = plain and only.words[0] == WUHU and only.words[1] in OWN_COMMANDS
    return only.words[1] if fitting else ""
