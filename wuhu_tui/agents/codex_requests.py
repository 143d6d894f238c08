"""Answers what codex asks of its client: leave, the lead's word, and what nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from wuhu_tui.agents import codex_permissions, codex_questions
from wuhu_tui.agents.codex_events import Translator
from wuhu_tui.agents.codex_launch import OWN_SERVERS
from wuhu_tui.agents.codex_messages import ApprovalAsked, Elicitation, InputAsked
from wuhu_tui.agents.codex_permissions import Wish
from wuhu_tui.agents.codex_wire import INVALID_PARAMS, METHOD_NOT_FOUND, Wire
from wuhu_tui.agents.protocol import AgentSetting, AgentSink
from wuhu_tui.model.questions import Answer, Question

Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class Requests:
    """The requests of one life; each is answered once, unless codex takes it back."""

    def __init__(
        self,
        setting: AgentSetting,
        sink: AgentSink,
        translator: Translator,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._worktree = setting.worktree
        self._sink = sink
        self._translator = translator
        self._clock = clock
        self._new_id = new_id
        self._open: dict[int | str, asyncio.Task[None]] = {}
        self._handlers: Mapping[str, Handler] = {
            "item/commandExecution/requestApproval": self._command,
            "item/fileChange/requestApproval": self._edit,
            "item/permissions/requestApproval": self._rights,
            "item/tool/requestUserInput": self._input,
            "mcpServer/elicitation/request": self._elicitation,
        }

    def take(self, wire: Wire, name: int | str, method: str, params: dict[str, Any]) -> None:
        """Take a request; its answer follows when there is one."""
        handler = self._handlers.get(method)
        if handler is None:
            self._translator.note(f"the agent asked for the unknown {method}")
            self._say(wire.refuse, name, METHOD_NOT_FOUND, f"wuhu does not know {method}")
            return
        task = asyncio.ensure_future(self._answer(wire, name, handler, params))
        self._open[name] = task
        task.add_done_callback(lambda done: self._forget(name, done))

    def resolved(self, name: int | str) -> None:
        """The agent does not want to know any more."""
        task = self._open.get(name)
        if task is not None:
            task.cancel()

    def abandon(self) -> None:
        """Nobody is there to be answered."""
        for task in self._open.values():
            task.cancel()

    async def _answer(
        self, wire: Wire, name: int | str, handler: Handler, params: dict[str, Any]
    ) -> None:
        try:
            result = await handler(params)
        except ValidationError as error:
            where = ".".join(map(str, error.errors(include_url=False)[0]["loc"]))
            self._translator.note(f"the agent asked something that cannot be read: {where}")
            self._say(wire.refuse, name, INVALID_PARAMS, f"cannot be read: {where}")
        else:
            self._say(wire.answer, name, result)

    async def _command(self, params: dict[str, Any]) -> dict[str, Any]:
        asked = ApprovalAsked.model_validate(params)
        wish = codex_permissions.command_wish(asked, self._worktree)
        return codex_permissions.decision(await self._permission(wish))

    async def _edit(self, params: dict[str, Any]) -> dict[str, Any]:
        asked = ApprovalAsked.model_validate(params)
        changes = self._translator.tools.changes_of(asked.item_id)
        wish = codex_permissions.edit_wish(asked, changes, self._worktree)
        return codex_permissions.decision(await self._permission(wish))

    async def _rights(self, params: dict[str, Any]) -> dict[str, Any]:
        asked = ApprovalAsked.model_validate(params)
        answer = await self._permission(codex_permissions.rights_wish(asked))
        return codex_permissions.granted(answer, asked)

    async def _elicitation(self, params: dict[str, Any]) -> dict[str, Any]:
        asked = Elicitation.model_validate(params)
        if asked.meta.get("codex_approval_kind") != codex_permissions.TOOL_CALL:
            self._note_declined(asked)
            return {"action": "decline"}
        if asked.server_name in OWN_SERVERS:
            return {"action": "accept", "content": {}}
        return codex_permissions.elicited(
            await self._permission(codex_permissions.tool_wish(asked))
        )

    async def _input(self, params: dict[str, Any]) -> dict[str, Any]:
        asked = InputAsked.model_validate(params)
        answers: dict[str, list[str]] = {}
        for number, one in enumerate(asked.questions, 1):
            question = codex_questions.lead_question(
                self._new_id(), self._clock(), asked, one, number
            )
            answer = await self._sink.ask(question)
            if answer is None:
                return codex_questions.reply({})
            answers[one.id] = codex_questions.answers_for(answer, one)
        return codex_questions.reply(answers)

    async def _permission(self, wish: Wish) -> Answer | None:
        question: Question = codex_permissions.permission_question(
            self._new_id(), self._clock(), wish
        )
        answer = await self._sink.ask(question)
        words = codex_permissions.words_beside(answer) if answer else ""
        if words:
            self._sink.pass_on(words)
        return answer

    def _note_declined(self, asked: Elicitation) -> None:
        where = f" at {asked.url}" if asked.url else ""
        self._translator.note(
            f"the tools of {asked.server_name} wanted to know{where}: {asked.message}; wuhu has no "
            "form for it and declined"
        )

    def _say(self, say: Callable[..., None], *words: Any) -> None:
        """An answer to an agent that is gone is heard by nobody; its end is told elsewhere."""
        try:
            say(*words)
        except ConnectionError:
            return

    def _forget(self, name: int | str, done: asyncio.Task[None]) -> None:
        if self._open.get(name) is done:
            del self._open[name]
        if not done.cancelled() and (error := done.exception()) is not None:
            self._translator.note(f"a question of the agent was lost: {error}", "error")
