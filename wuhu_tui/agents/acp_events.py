"""Turns what an agent tells of its work into events; what is unknown becomes a note."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from acp import schema
from msgspec.structs import replace
from pydantic import ValidationError

from wuhu_tui.agents.acp_content import as_json, block_text
from wuhu_tui.agents.acp_requests import AnyCall, parent_call
from wuhu_tui.agents.acp_tools import ToolCalls
from wuhu_tui.journal.clock import now
from wuhu_tui.model.agent_events import AgentDelayed, DelayKind
from wuhu_tui.model.events import (
    AgentSaid,
    AgentThought,
    Event,
    Noted,
    PlanChanged,
    UsageChanged,
)
from wuhu_tui.model.reports import PlanStep, Usage

MAX_SHOWN = 2000
WORK = (
    schema.AgentMessageChunk,
    schema.AgentThoughtChunk,
    schema.ToolCallStart,
    schema.ToolCallProgress,
)
"""What an agent tells only while a turn runs."""

RATE_LIMIT = "_claude/rateLimit"


class Translator:
    """Follows one life of an agent and emits what it tells."""

    def __init__(
        self,
        emit: Callable[[Event], None],
        worktree: Path,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._emit = emit
        self._tools = ToolCalls(emit, worktree, clock)
        self._usage = Usage()
        self._messages = 0
        self._goes_on = False
        self._speaking = False
        self._notes: dict[str, str] = {}
        self._todo_steps: tuple[PlanStep, ...] = ()

    def take(self, params: Any) -> None:
        """Take the parameters of one `session/update`, whatever they are."""
        try:
            update = schema.SessionNotification.model_validate(params).update
        except ValidationError:
            self._unknown(params)
            return
        if not isinstance(update, schema.AgentMessageChunk):
            self._speaking = False
        self._goes_on = self._goes_on or isinstance(update, WORK)
        self._translate(update)
        self._tell_left_out(params["update"], update)

    def take_call(self, call: AnyCall) -> None:
        """Take a tool call that was told along with a request for leave."""
        self._speaking = False
        self._tools.announce(call)

    def answered(self) -> None:
        """The agent answered a call."""
        self._goes_on = False

    def goes_on(self) -> bool:
        """Whether the agent said or did something since its last answer."""
        return self._goes_on

    def tool_of(self, call: str) -> str:
        """The agent's own name of the tool of a call; empty: not told."""
        return self._tools.tool_of(call)

    def hear(self, terminal: str, text: str) -> None:
        """Take what a command wrote in a terminal of ours."""
        self._speaking = False
        self._tools.hear(terminal, text)

    @property
    def command_began(self) -> datetime | None:
        """When the oldest of the commands that run now began; None: none runs."""
        return self._tools.command_began

    def end_turn(self, used: schema.Usage | None, open_calls: str) -> None:
        """Take what the end of a turn tells; calls still open end with these words."""
        self._speaking = False
        self._tools.end_all(open_calls)
        if used is not None and (used.input_tokens or used.output_tokens):
            self._use(
                input_tokens=self._usage.input_tokens + used.input_tokens,
                output_tokens=self._usage.output_tokens + used.output_tokens,
            )

    def _translate(self, update: Any) -> None:
        match update:
            case schema.AgentMessageChunk():
                self._said(update)
            case schema.AgentThoughtChunk(content=content):
                self._emit(AgentThought(text=block_text(content)))
            case schema.ToolCallStart() | schema.ToolCallProgress():
                self._tools.take(update)
                self._todos(update.raw_input)
            case schema.AgentPlanUpdate(entries=entries):
                self._emit(PlanChanged(steps=_plan_steps(entries)))
            case schema.AgentPlanContentUpdate(plan=plan):
                self._plan_content(plan)
            case schema.AgentPlanRemovedUpdate():
                self._emit(PlanChanged(steps=()))
            case schema.UsageUpdate():
                self._used(update)
            case schema.UserMessageChunk():
                pass  # Our own words, told back.
            case _:
                self._settings(update)

    def _said(self, update: schema.AgentMessageChunk) -> None:
        if not self._speaking:
            self._speaking = True
            self._messages += 1
        message = update.message_id or f"message-{self._messages}"
        text, parent = block_text(update.content), parent_call(update)
        if text:
            self._emit(AgentSaid(text=text, message=message, parent=parent))

    def _todos(self, raw: Any) -> None:
        """Some agents keep their plan with a tool and tell it in no other way."""
        told = raw.get("todos") if isinstance(raw, dict) else None
        steps = _todo_steps(told) if isinstance(told, list) else ()
        if steps and steps != self._todo_steps:
            self._todo_steps = steps
            self._emit(PlanChanged(steps=steps))

    def _plan_content(self, plan: Any) -> None:
        if isinstance(plan, schema.PlanUpdateItems):
            steps = _plan_steps(plan.entries)
        else:
            steps = (PlanStep(text=str(getattr(plan, "content", getattr(plan, "uri", "")))),)
        self._emit(PlanChanged(steps=steps))

    def _used(self, update: schema.UsageUpdate) -> None:
        cost = self._usage.cost
        if update.cost is not None and update.cost.currency.upper() == "USD":
            cost = update.cost.amount if isfinite(update.cost.amount) else cost
        elif update.cost is not None:
            self._note_once("cost", f"cost so far: {update.cost.amount} {update.cost.currency}")
        self._use(context_used=update.used, context_size=update.size, cost=cost)
        self._waits((update.field_meta or {}).get(RATE_LIMIT))

    def _waits(self, told: Any) -> None:
        """A limit of the model's service that keeps the agent waiting."""
        if isinstance(told, dict) and told.get("status") == "rejected":
            self._emit(AgentDelayed(kind=DelayKind.RATE_LIMIT, until=_moment(told.get("resetsAt"))))

    def _use(self, **changes: float) -> None:
        usage = replace(self._usage, **changes)
        if usage != self._usage:
            self._usage = usage
            self._emit(UsageChanged(usage=usage))

    def _settings(self, update: Any) -> None:
        match update:
            case schema.CurrentModeUpdate(current_mode_id=mode):
                self._note_once("mode", f"mode: {mode}")
            case schema.SessionInfoUpdate(title=str(title)):
                self._note_once("title", f"title: {title}")
            case schema.SessionInfoUpdate():
                pass
            case schema.AvailableCommandsUpdate(available_commands=known):
                names = ", ".join(f"/{command.name}" for command in known)
                self._note_once("commands", f"commands: {names}")
            case schema.ConfigOptionUpdate(config_options=options):
                values = ", ".join(f"{option.name} = {option.current_value}" for option in options)
                self._note_once("options", f"settings: {values}")
            case _:
                self._unknown(update.model_dump(mode="json", by_alias=True))

    def _note_once(self, topic: str, text: str) -> None:
        """Note something that agents tell again and again only when it changed."""
        if self._notes.get(topic) != text:
            self._notes[topic] = text
            self._emit(Noted(text=text))

    def _tell_left_out(self, told: Any, update: Any) -> None:
        """The protocol package leaves out content it does not know; nothing is lost unseen."""
        given, taken = told.get("content"), getattr(update, "content", None)
        if isinstance(given, list) and len(given) > len(taken or ()):
            self._unknown({"update": told})

    def _unknown(self, params: Any) -> None:
        update = params.get("update") if isinstance(params, dict) else params
        told = update.get("sessionUpdate") if isinstance(update, dict) else None
        text = as_json(update if update is not None else params)
        shown = text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"
        self._emit(Noted(text=f"the agent told something unknown ({told or 'no kind'}): {shown}"))


def _moment(seconds: Any) -> datetime | None:
    """A time told in seconds of the epoch."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _plan_steps(entries: list[schema.PlanEntry]) -> tuple[PlanStep, ...]:
    return tuple(PlanStep(text=entry.content, status=entry.status) for entry in entries)


def _todo_steps(told: list[Any]) -> tuple[PlanStep, ...]:
    known = [todo for todo in told if isinstance(todo, dict) and todo.get("content")]
    return tuple(
        PlanStep(text=str(todo["content"]), status=str(todo.get("status") or "pending"))
        for todo in known
    )
