"""Turns what codex tells of its work into events; what is unknown becomes a note, once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wuhu_tui.agents import codex_messages as told
from wuhu_tui.agents.codex_text import as_json, shortened
from wuhu_tui.agents.codex_tools import COLLABORATION, TOOLS, Tools
from wuhu_tui.model.agent_events import (
    AgentDelayed,
    BackgroundEnded,
    BackgroundStarted,
    ContextCompacted,
    DelayKind,
)
from wuhu_tui.model.events import (
    AgentSaid,
    AgentThought,
    Event,
    Noted,
    PlanChanged,
    UsageChanged,
)
from wuhu_tui.model.reports import PlanStep, Usage

TOO_MANY_REQUESTS = 429
TRIES = re.compile(r"(\d{1,6})\s?/\s?(\d{1,6})")
RATE_LIMITS = {"usageLimitExceeded", "rateLimitExceeded"}
STEPS = {"inProgress": "in_progress", "completed": "completed"}

QUIET = frozenset(
    {
        "account/rateLimits/updated",
        "account/updated",
        "app/list/updated",
        "hook/completed",
        "hook/started",
        "item/reasoning/summaryPartAdded",
        "model/verification",
        "remoteControl/status/changed",
        "skills/changed",
        "thread/closed",
        "thread/compacted",
        "thread/environment/connected",
        "thread/goal/cleared",
        "thread/goal/updated",
        "thread/name/updated",
        "thread/readState/changed",
        "thread/settings/updated",
        "thread/started",
        "thread/status/changed",
        "turn/diff/updated",
        "turn/moderationMetadata",
    }
)
"""What tells nothing that other frames do not tell, or nothing of this session's work."""


class Translator:
    """Follows one life of codex and emits what it tells of one conversation and its sub-agents."""

    def __init__(self, emit: Callable[[Event], None], worktree: Path) -> None:
        self.thread = ""
        """The session's own conversation; others are those of sub-agents."""
        self.plan = ""
        """What it proposed last in its plan mode; taken away by whoever asks the lead about it."""
        self.tools = Tools(emit, worktree)
        self._emit = emit
        self._streamed: dict[str, int] = {}
        self._parents: dict[str, str] = {}
        self._noted: set[str] = set()
        self._usage = Usage()
        self._context_before = 0
        self._handlers: Mapping[str, Callable[[Any], None]] = {
            "item/started": self._begun,
            "item/completed": self._ended,
            "item/agentMessage/delta": self._said,
            "item/plan/delta": self._said,
            "item/reasoning/summaryTextDelta": self._thought,
            "item/reasoning/textDelta": self._thought,
            "item/commandExecution/outputDelta": self._output,
            "item/commandExecution/terminalInteraction": self._typed,
            "item/fileChange/outputDelta": self._output,
            "item/fileChange/patchUpdated": self._patched,
            "item/mcpToolCall/progress": self._output,
            "turn/plan/updated": self._planned,
            "thread/tokenUsage/updated": self._used,
            "error": self._failed,
            "warning": self._warned,
            "guardianWarning": self._warned,
            "deprecationNotice": self._warned,
            "configWarning": self._warned,
            "model/rerouted": self._rerouted,
            "mcpServer/startupStatus/updated": self._server,
        }

    def take(self, method: str, params: dict[str, Any]) -> None:
        """Take one notification, whatever it holds."""
        if method in QUIET:
            return
        handler = self._handlers.get(method)
        try:
            if handler is None:
                self._unknown(method, params)
            else:
                handler(params)
        except ValidationError:
            self._unknown(method, params)

    def end_turn(self, why: str) -> None:
        """The turn is over; `why` names what ended its open calls, empty when it ended by itself."""
        self._streamed.clear()
        self.tools.end_turn(why)

    def end_all(self, why: str) -> None:
        """The agent is gone."""
        self.tools.end_all(why)

    def note(self, text: str, level: str = "warning") -> None:
        """Note something, once."""
        if text not in self._noted:
            self._noted.add(text)
            self._emit(Noted(text=text, level=level))

    def _begun(self, params: Any) -> None:
        begun = told.ItemTold.model_validate(params)
        item = begun.item
        if item.type in TOOLS:
            self.tools.begin(item, self._parent(begun.thread_id))
            self._adopt(item)
        elif item.type == "contextCompaction":
            self._context_before = self._usage.context_used

    def _ended(self, params: Any) -> None:
        ended = told.ItemTold.model_validate(params)
        item, parent = ended.item, self._parent(ended.thread_id)
        match item.type:
            case "agentMessage":
                self._rest_said(item.id, item.text, parent)
            case "plan":
                self._rest_said(item.id, item.text, parent)
                self.plan = self.plan if parent else item.text
            case "reasoning":
                self._rest_thought(item)
            case "contextCompaction":
                self._compacted(ended.thread_id)
            case "subAgentActivity":
                self._sub_agent(item)
            case "enteredReviewMode" | "exitedReviewMode":
                self._rest_said(item.id, item.review, parent)
            case "userMessage" | "hookPrompt" | "functionCallOutput":
                pass  # Our own words, or those of a hook, told back.
            case kind if kind in TOOLS:
                self._adopt(item)
                self.tools.end(item, parent)
            case kind:
                self._unknown(f"an item of type {kind}", params)

    def _adopt(self, item: told.Item) -> None:
        """Sub-agents speak in threads of their own; they belong to the call that began them."""
        if item.type == COLLABORATION:
            for thread in item.receiver_thread_ids:
                self._parents.setdefault(thread, item.id)

    def _parent(self, thread: str) -> str:
        if not thread or self.thread in ("", thread):
            return ""
        return self._parents.get(thread, thread)

    def _said(self, params: Any) -> None:
        piece = told.Piece.model_validate(params)
        self._streamed[piece.item_id] = self._streamed.get(piece.item_id, 0) + len(piece.delta)
        parent = self._parent(piece.thread_id)
        self._emit(AgentSaid(text=piece.delta, message=piece.item_id, parent=parent))

    def _rest_said(self, name: str, text: str, parent: str) -> None:
        """Whatever of a message was not told in pieces."""
        rest = text[self._streamed.pop(name, 0) :]
        if rest:
            self._emit(AgentSaid(text=rest, message=name, parent=parent))

    def _thought(self, params: Any) -> None:
        piece = told.Piece.model_validate(params)
        key = f"{piece.item_id} {piece.summary_index}"
        apart = "" if key in self._streamed or not piece.summary_index else "\n\n"
        self._streamed[key] = self._streamed[piece.item_id] = 1
        self._emit(AgentThought(text=apart + piece.delta))

    def _rest_thought(self, item: told.Item) -> None:
        thoughts = [*item.summary, *(part for part in item.content if isinstance(part, str))]
        if thoughts and item.id not in self._streamed:
            self._emit(AgentThought(text="\n\n".join(thoughts)))

    def _output(self, params: Any) -> None:
        piece = told.Piece.model_validate(params)
        self.tools.output(piece.item_id, piece.delta or piece.message)

    def _typed(self, params: Any) -> None:
        piece = told.Piece.model_validate(params)
        if piece.stdin.strip():
            self.tools.output(piece.item_id, f"[the agent typed: {piece.stdin.rstrip()}]\n")

    def _patched(self, params: Any) -> None:
        piece = told.Piece.model_validate(params)
        self.tools.changes(piece.item_id, piece.changes)

    def _planned(self, params: Any) -> None:
        plan = told.PlanTold.model_validate(params)
        if not self._parent(plan.thread_id):
            steps = (
                PlanStep(text=s.step, status=STEPS.get(s.status, "pending")) for s in plan.plan
            )
            self._emit(PlanChanged(steps=tuple(steps)))

    def _used(self, params: Any) -> None:
        used = told.UsageTold.model_validate(params)
        if self._parent(used.thread_id):
            return
        tokens = used.token_usage
        usage = Usage(
            input_tokens=tokens.total.input_tokens,
            output_tokens=tokens.total.output_tokens,
            context_used=tokens.last.total_tokens,
            context_size=tokens.model_context_window,
        )
        if usage != self._usage:
            self._usage = usage
            self._emit(UsageChanged(usage=usage))

    def _compacted(self, thread: str) -> None:
        if not self._parent(thread):
            after = self._usage.context_used
            self._emit(ContextCompacted(before=self._context_before, after=after))

    def _sub_agent(self, item: told.Item) -> None:
        task = item.agent_thread_id or item.id
        if item.kind == "started":
            title = item.agent_path or "a sub-agent"
            call = self._parents.get(task, "")
            self._emit(BackgroundStarted(task=task, title=title, kind="agent", call=call))
        elif item.kind in ("completed", "interrupted"):
            summary = "" if item.kind == "completed" else "interrupted"
            self._emit(BackgroundEnded(task=task, ok=item.kind == "completed", summary=summary))

    def _failed(self, params: Any) -> None:
        """An error that is tried again; the last one comes with the turn's end."""
        failed = told.ErrorTold.model_validate(params)
        if failed.will_retry:
            self._emit(delay(failed.error))

    def _warned(self, params: Any) -> None:
        warned = told.WarningTold.model_validate(params)
        words = (warned.message, warned.summary, warned.details)
        self.note(": ".join(filter(None, words)) or "the agent warns without words")

    def _rerouted(self, params: Any) -> None:
        route = told.Rerouted.model_validate(params)
        self.note(f"another model answers: {route.to_model} instead of {route.from_model}")

    def _server(self, params: Any) -> None:
        server = told.ServerTold.model_validate(params)
        if server.status == "failed":
            why = server.error or "no reason given"
            self.note(f"the tools of {server.name} did not start: {why}")

    def _unknown(self, method: str, params: Any) -> None:
        if method not in self._noted:
            self._noted.add(method)
            shown = shortened(as_json(params))
            self._emit(Noted(text=f"the agent told something unknown ({method}): {shown}"))


def delay(error: told.TurnError) -> AgentDelayed:
    """An error that codex tries to get over."""
    limited = error.status == TOO_MANY_REQUESTS or error.word in RATE_LIMITS
    tries = TRIES.search(error.message)
    return AgentDelayed(
        kind=DelayKind.RATE_LIMIT if limited else DelayKind.RETRY,
        reason=error.additional_details or error.message,
        attempt=int(tries[1]) if tries else 0,
        limit=int(tries[2]) if tries else 0,
        status=error.status,
    )
