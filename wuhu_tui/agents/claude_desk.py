"""What Claude Code asks of wuhu: answered by the lead, by a hook, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime

from wuhu_tui.agents import claude_questions as questions
from wuhu_tui.agents.claude_frames import AskInput, HookCall, ToolRequest
from wuhu_tui.agents.claude_hooks import Hooks, is_own
from wuhu_tui.agents.frames import Frame
from wuhu_tui.agents.protocol import AgentSetting, AgentSink
from wuhu_tui.model.events import Noted
from wuhu_tui.model.questions import Question

NOT_ASKED = "wuhu cannot show this; ask in plain words instead"
NO_QUESTION = "There was no question in that call."


class Desk:
    """The open requests of one life of the agent."""

    def __init__(
        self,
        setting: AgentSetting,
        sink: AgentSink,
        hooks: Hooks,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        on_withdrawn: Callable[[], None],
    ) -> None:
        self.answer: Callable[[str, Frame], None] = _nobody
        self.refuse: Callable[[str, str], None] = _nobody
        self._setting = setting
        self._sink = sink
        self._hooks = hooks
        self._clock = clock
        self._new_id = new_id
        self._on_withdrawn = on_withdrawn
        self._open: dict[str, asyncio.Task[None]] = {}

    def take(self, name: str, request: Frame) -> None:
        """Take a request of the agent."""
        kind = request.get("subtype")
        if kind == "can_use_tool":
            self._put(name, ToolRequest.model_validate(request))
        elif kind == "hook_callback":
            self._tell(name, self._hooks.answer(HookCall.model_validate(request)))
        else:
            self._sink.emit(Noted(text=f"the agent asked for the unknown “{kind}”"))
            with contextlib.suppress(ConnectionError):
                self.refuse(name, NOT_ASKED)

    def withdraw(self, name: str) -> None:
        """The agent no longer wants to know."""
        task = self._open.get(name)
        if task is not None:
            task.cancel()

    def close(self) -> None:
        """Nobody is there to be answered."""
        for task in self._open.values():
            task.cancel()

    def _put(self, name: str, request: ToolRequest) -> None:
        if is_own(request.tool, request.input):
            self._tell(name, {"behavior": "allow", "updatedInput": request.input})
            return
        task = asyncio.ensure_future(self._ask(name, request))
        self._open[name] = task
        task.add_done_callback(lambda done: self._over(name, done))

    def _over(self, name: str, done: asyncio.Task[None]) -> None:
        if self._open.get(name) is done:
            del self._open[name]
        if not done.cancelled() and (error := done.exception()) is not None:
            self._sink.emit(Noted(text=f"a question of the agent failed: {error}", level="error"))

    async def _ask(self, name: str, request: ToolRequest) -> None:
        if request.tool == questions.ASK_TOOL:
            reply = await self._ask_choices(request)
        else:
            reply = await self._ask_leave(request)
        if reply is questions.WITHDRAWN:
            self._on_withdrawn()
        self._tell(name, reply)

    async def _ask_leave(self, request: ToolRequest) -> Frame:
        answer = await self._sink.ask(self._leave_question(request))
        if answer is None:
            return questions.WITHDRAWN
        reply, unsaid = questions.decision(answer, request)
        if unsaid:
            self._sink.pass_on(unsaid)
        return reply

    def _leave_question(self, request: ToolRequest) -> Question:
        name, at = self._new_id(), self._clock()
        if request.tool == questions.PLAN_TOOL:
            return questions.plan_question(name, at, request)
        return questions.permission_question(name, at, request, self._setting.worktree)

    async def _ask_choices(self, request: ToolRequest) -> Frame:
        answers: dict[str, str] = {}
        for asked in AskInput.model_validate(request.input).questions:
            question = questions.choice_question(self._new_id(), self._clock(), asked)
            answer = await self._sink.ask(question)
            if answer is None:
                return questions.WITHDRAWN
            answers[asked.question] = questions.answer_words(asked, answer)
        if not answers:
            return {"behavior": "deny", "message": NO_QUESTION}
        return questions.answered(request, answers)

    def _tell(self, name: str, reply: Frame) -> None:
        with contextlib.suppress(ConnectionError):  # Its end is told by whoever watches it.
            self.answer(name, reply)


def _nobody(name: str, reply: Frame | str) -> None:
    raise ConnectionError("the agent does not run")
