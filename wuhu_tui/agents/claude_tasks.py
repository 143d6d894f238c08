"""Work of the agent that goes on beside its turns: background commands and sub-agents."""

from __future__ import annotations

from collections.abc import Callable

from wuhu_tui.agents.claude_frames import Block, System
from wuhu_tui.model.agent_events import BackgroundEnded, BackgroundStarted
from wuhu_tui.model.events import Event

AGENT_TASKS = {"local_agent", "remote_agent", "local_workflow", "in_process_teammate"}
MAX_REMEMBERED = 500


class Tasks:
    """Tells of tasks that run in the background; a task that holds up its tool call is no such."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._meant: set[str] = set()
        self._known: dict[str, System] = {}
        self._running: set[str] = set()

    @property
    def running(self) -> bool:
        """Whether any goes on."""
        return bool(self._running)

    def called(self, block: Block) -> None:
        """A tool was called: some say themselves that they are meant for the background."""
        if block.input.get("run_in_background") is True:
            self._meant.add(block.id)

    def started(self, told: System) -> None:
        """A task began."""
        if len(self._known) > MAX_REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[told.task_id] = told
        beside = told.is_backgrounded
        if beside if beside is not None else told.tool_use_id in self._meant:
            self._begin(told.task_id)

    def updated(self, told: System) -> None:
        """A task became different: one that held up its tool call may have let it go."""
        if told.patch.is_backgrounded:
            self._begin(told.task_id)

    def ended(self, told: System) -> None:
        """A task ended."""
        self._end(told.task_id, ok=told.status == "completed", summary=told.summary)
        self._known.pop(told.task_id, None)
        self._meant.discard(told.tool_use_id)

    def listed(self, told: System) -> None:
        """The agent told all that goes on now; what it forgot to end has ended."""
        listed = {task.task_id for task in told.tasks}
        for task in sorted(self._running - listed):
            self._end(task, ok=True, summary="")

    def end_all(self, summary: str) -> None:
        """The agent is gone, and all of this with it."""
        for task in sorted(self._running):
            self._end(task, ok=False, summary=summary)

    def _begin(self, task: str) -> None:
        if task in self._running:
            return
        known = self._known.get(task, System())
        self._running.add(task)
        kind = "agent" if known.task_type in AGENT_TASKS else "command"
        title = known.description or task
        self._emit(BackgroundStarted(task=task, title=title, kind=kind, call=known.tool_use_id))

    def _end(self, task: str, *, ok: bool, summary: str) -> None:
        if task in self._running:
            self._running.discard(task)
            self._emit(BackgroundEnded(task=task, ok=ok, summary=summary))
