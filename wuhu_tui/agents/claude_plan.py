"""The agent's own plan, from the tools that it keeps it with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wuhu_tui.agents.claude_frames import Block
from wuhu_tui.model.events import Event, PlanChanged
from wuhu_tui.model.reports import PlanStep

TODO, CREATE, UPDATE = "TodoWrite", "TaskCreate", "TaskUpdate"
PLAN_TOOLS = {TODO, CREATE, UPDATE, "TaskList", "TaskGet"}
STATES = {"pending", "in_progress", "completed"}
DELETED = "deleted"


class PlanKeeper:
    """Follows the plan; older versions write it whole, newer ones step by step."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._asked: dict[str, Block] = {}
        self._steps: dict[str, PlanStep] = {}

    def begin(self, block: Block) -> None:
        """A plan tool was called."""
        if block.name == TODO:
            self._rewrite(block.input.get("todos"))
        elif block.name in (CREATE, UPDATE):
            self._asked[block.id] = block

    def end(self, block: Block, result: Any) -> None:
        """A plan tool returned; a step counts when it did so well."""
        asked = self._asked.pop(block.tool_use_id, None)
        if asked is None or block.is_error:
            return
        if asked.name == CREATE:
            self._add(asked, result)
        else:
            self._change(asked)

    def _rewrite(self, todos: Any) -> None:
        found = (
            [todo for todo in todos if isinstance(todo, dict)] if isinstance(todos, list) else []
        )
        steps = [_step(str(todo.get("content", "")), todo.get("status")) for todo in found]
        self._steps = {str(number): step for number, step in enumerate(steps)}
        self._tell()

    def _add(self, asked: Block, result: Any) -> None:
        task = result.get("task") if isinstance(result, dict) else None
        name = str(task.get("id")) if isinstance(task, dict) else asked.id
        self._steps[name] = _step(str(asked.input.get("subject", "")), "pending")
        self._tell()

    def _change(self, asked: Block) -> None:
        name, status = str(asked.input.get("taskId", "")), asked.input.get("status")
        known = self._steps.get(name)
        if known is None:
            return
        if status == DELETED:
            del self._steps[name]
        else:
            text = str(asked.input.get("subject") or known.text)
            self._steps[name] = _step(text, status or known.status)
        self._tell()

    def _tell(self) -> None:
        self._emit(PlanChanged(steps=tuple(self._steps.values())))


def _step(text: str, status: Any) -> PlanStep:
    return PlanStep(text=text, status=status if status in STATES else "pending")
