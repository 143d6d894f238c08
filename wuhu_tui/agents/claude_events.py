"""Turns what Claude Code tells into events; what is unknown becomes a note, once for each type."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from wuhu_tui.agents.claude_frames import Block, RateLimitTold, Result, Spoken, Streamed, System
from wuhu_tui.agents.claude_plan import PLAN_TOOLS, PlanKeeper
from wuhu_tui.agents.claude_speech import Speech
from wuhu_tui.agents.claude_tasks import Tasks
from wuhu_tui.agents.claude_tools import ToolCalls
from wuhu_tui.agents.claude_usage import Meter
from wuhu_tui.agents.frames import Frame
from wuhu_tui.model.agent_events import AgentDelayed, ContextCompacted, DelayKind
from wuhu_tui.model.events import Event, Noted, PhaseChanged
from wuhu_tui.model.states import PhaseKind
from wuhu_tui.model.value import EPOCH_START

NO_END_TOLD = "(the agent told no end of this)"
MAX_SHOWN = 500
SILENT = {
    *("keep_alive", "tool_progress", "tool_use_summary", "prompt_suggestion", "auth_status"),
    *("transcript_mirror", "streamlined_text", "streamlined_tool_use_summary"),
    *(
        f"system/{subtype}"
        for subtype in (
            *("thinking_tokens", "hook_started", "hook_progress", "hook_response"),
            *("session_state_changed", "task_progress", "commands_changed", "files_persisted"),
            *("post_turn_summary", "memory_recall", "mirror_error", "plugin_install"),
            *("worker_shutting_down", "elicitation_complete"),
        )
    ),
}
"""Types that tell nothing a lead would want to read."""

HOOK_NOISE = "stop-hook-error"
LIMITS = {"rejected": "the limit of the subscription is reached"}


class Translator:
    """Follows one life of the agent and emits what it tells."""

    def __init__(
        self,
        emit: Callable[[Event], None],
        worktree: Path,
        clock: Callable[[], datetime],
        on_tool: Callable[[str, dict[str, Any]], None],
    ) -> None:
        self._emit = emit
        self._clock = clock
        self._on_tool = on_tool
        self.tools = ToolCalls(emit, worktree)
        self.tasks = Tasks(emit)
        self.meter = Meter(emit)
        self._plan = PlanKeeper(emit)
        self._speech = Speech(emit)
        self._noted: set[str] = set()

    def assistant(self, frame: Frame) -> None:
        """A block of a message: said, thought, or a tool called."""
        told = Spoken.model_validate(frame)
        if told.error:
            return  # What went wrong is told by the turn's result.
        for block in told.message.content:
            if block.type in ("text", "thinking"):
                self._speech.block(block, told.message.id, told.parent)
            elif block.type == "tool_use":
                self._called(block, told.parent)
        self.meter.message(told.message.id, told.message.usage, own=not told.parent)

    def user(self, told: Spoken) -> None:
        """What the agent's tools returned; words of others are no news."""
        for block in told.message.content:
            if block.type == "tool_result":
                self._plan.end(block, told.result)
                self.tools.end(block, told.result)

    def streamed(self, frame: Frame) -> None:
        """A piece of a message, as it came."""
        told = Streamed.model_validate(frame)
        self._speech.stream(told.event, told.parent)
        if told.event.type == "message_start":
            message = told.event.message
            self.meter.message(message.id, message.usage, own=not told.parent)

    def rate_limit(self, frame: Frame) -> None:
        """Where the subscription stands."""
        told = RateLimitTold.model_validate(frame).info
        if told.status == "rejected":
            reason = " ".join(filter(None, (LIMITS["rejected"], _in_brackets(told.kind))))
            until = _later(EPOCH_START, told.resets_at) if told.resets_at else None
            self._emit(AgentDelayed(kind=DelayKind.RATE_LIMIT, reason=reason, until=until))
        elif told.status == "allowed_warning":
            used = f"{told.utilization:.0%} of " if told.utilization else "nearly all of "
            text = f"the subscription has used {used}its limit {_in_brackets(told.kind)}".strip()
            self._note_once(text, text, "warning")

    def system(self, told: System) -> None:
        """Anything the program says of itself."""
        match told.subtype:
            case "init":
                self._began(told)
            case "status":
                self._status(told)
            case "compact_boundary":
                self._compacted(told)
            case "api_retry":
                self._retries(told)
            case "task_started":
                self.tasks.started(told)
            case "task_updated":
                self.tasks.updated(told)
            case "task_notification":
                self.tasks.ended(told)
            case "background_tasks_changed":
                self.tasks.listed(told)
            case _:
                self._words(told)

    def ended(self, told: Result) -> None:
        """A turn of the agent ended."""
        self.tools.end_all(NO_END_TOLD, with_parent=not self.tasks.running)
        self.meter.result(told)

    def end(self) -> None:
        """The agent is gone."""
        self.tools.end_all(NO_END_TOLD, with_parent=True)
        self.tasks.end_all("the agent is gone")

    def unknown(self, frame: Frame) -> None:
        """A frame of a type that nobody told of; the first one is shown."""
        name = str(frame.get("type") or "no type")
        if isinstance(frame.get("subtype"), str):
            name = f"{name}/{frame['subtype']}"
        if name not in SILENT:
            text = json.dumps(frame, ensure_ascii=False, default=str)
            shown = text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"
            self._note_once(name, f"the agent told something unknown ({name}): {shown}", "info")

    def _called(self, block: Block, parent: str) -> None:
        self._on_tool(block.name, block.input)
        self.tasks.called(block)
        if block.name in PLAN_TOOLS and not parent:
            self._plan.begin(block)
        else:
            self.tools.begin(block, parent)

    def _began(self, told: System) -> None:
        self.meter.model = told.model or self.meter.model
        for server in told.servers:
            if server.status in ("failed", "needs-auth"):
                text = f"the agent could not start the tools of “{server.name}”: {server.status}"
                self._note_once(text, text, "warning")

    def _status(self, told: System) -> None:
        if told.status == "compacting":
            self._emit(PhaseChanged(kind=PhaseKind.COMPACTING))
        elif told.compact_error:
            text = f"the agent could not shorten its memory: {told.compact_error}"
            self._emit(Noted(text=text, level="warning"))

    def _compacted(self, told: System) -> None:
        found = told.compact_metadata
        self._emit(
            ContextCompacted(
                before=found.pre_tokens, after=found.post_tokens, trigger=found.trigger
            )
        )
        self.meter.compacted(found.post_tokens)

    def _retries(self, told: System) -> None:
        self._emit(
            AgentDelayed(
                kind=DelayKind.RATE_LIMIT if told.error == "rate_limit" else DelayKind.RETRY,
                reason=told.error.replace("_", " "),
                attempt=told.attempt,
                limit=told.max_retries,
                status=told.error_status,
                until=_later(self._clock(), told.retry_delay_ms / 1000),
            )
        )

    def _words(self, told: System) -> None:
        """Banners and notices, and everything unknown."""
        if told.subtype == "permission_denied":
            text = f"{told.tool_name} was denied by the agent's own rules: {told.message}"
            self._emit(Noted(text=text, level="warning"))
        elif told.subtype in ("informational", "local_command_output", "model_refusal_fallback"):
            level = "warning" if told.level == "warning" else "info"
            self._emit(Noted(text=told.content, level=level))
        elif told.subtype == "notification":
            if told.key != HOOK_NOISE:
                self._emit(Noted(text=told.text))
        else:
            shown = told.model_dump(exclude_defaults=True, mode="json", by_alias=True)
            self.unknown({"type": "system", **shown})

    def _note_once(self, topic: str, text: str, level: str) -> None:
        if topic not in self._noted:
            self._noted.add(topic)
            self._emit(Noted(text=text, level=level))


def _later(moment: datetime, seconds: float) -> datetime | None:
    """So many seconds after a moment; None beyond all calendars."""
    try:
        return moment + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _in_brackets(text: str) -> str:
    return f"({text.replace('_', ' ')})" if text else ""
