"""Our side of the protocol: what an agent may ask of its client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

import acp
from acp.interfaces import Client
from acp.schema import (
    AcceptElicitationResponse,
    CancelElicitationResponse,
    DeclineElicitationResponse,
    ElicitationFormRequestMode,
    ElicitationFormSessionMode,
    ElicitationSchema,
    PermissionOption,
    ReadTextFileResponse,
    RequestPermissionResponse,
    ToolCallUpdate,
    WriteTextFileResponse,
)

from wuhu_tui.agents import acp_files, acp_forms
from wuhu_tui.agents.acp_content import as_json
from wuhu_tui.agents.acp_events import Translator
from wuhu_tui.agents.acp_permissions import chosen_option, permission_question, permission_reply
from wuhu_tui.agents.protocol import AgentSetting, AgentSink
from wuhu_tui.model.events import Noted
from wuhu_tui.model.questions import Answer, Question

REQUEST = "wuhu_request"
"""Under this key of `_meta` a request carries its own id into its handler."""

ElicitationReply = (
    AcceptElicitationResponse | DeclineElicitationResponse | CancelElicitationResponse
)
CANCELLED = CancelElicitationResponse(action="cancel")


class AcpClient(Client):
    """Answers an agent's requests: questions by the lead, files from the worktree."""

    def __init__(
        self,
        setting: AgentSetting,
        sink: AgentSink,
        translator: Translator,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._setting = setting
        self._sink = sink
        self._translator = translator
        self._clock = clock
        self._new_id = new_id
        self._open: dict[asyncio.Task[Answer | None], Any] = {}
        self._handlers: set[asyncio.Task[Any]] = set()

    async def withdraw(self) -> None:
        """Answer every open question `cancelled`; returns when the agent has been told."""
        for asking in self._open:
            asking.cancel()
        handlers = self._handlers - {asyncio.current_task()}
        if handlers:
            await asyncio.wait(handlers, timeout=1)

    def cancel_request(self, request: Any) -> None:
        """The agent does not want to know any more."""
        for asking, asked_by in self._open.items():
            if asked_by == request:
                asking.cancel()

    async def request_permission(
        self,
        session_id: str,
        tool_call: ToolCallUpdate,
        options: list[PermissionOption],
        **kwargs: Any,
    ) -> RequestPermissionResponse:
        """Ask the lead for leave."""
        self._translator.take_call(tool_call)
        question = permission_question(
            self._new_id(),
            self._clock(),
            tool_call,
            options,
            worktree=self._setting.worktree,
            reject_ends_turn=self._setting.launch.quirks.reject_ends_turn,
        )
        answer = await self._ask(question, kwargs.get(REQUEST))
        if answer is not None:
            self._note_unsaid(answer, options)
        return permission_reply(answer, options)

    def _note_unsaid(self, answer: Answer, options: list[PermissionOption]) -> None:
        """This protocol cannot carry words with a permission; they are not lost silently."""
        chosen = chosen_option(answer, options)
        words = " ".join(filter(None, (answer.text, answer.note)))
        if words and not (chosen and words.lower() in {chosen.name.lower(), chosen.kind}):
            text = f"the agent was told “{chosen.name if chosen else 'cancelled'}” without your "
            self._sink.emit(Noted(text=f"{text}words, steer it to tell: {words}", level="warning"))

    async def create_elicitation(self, message: str, mode: Any, **kwargs: Any) -> ElicitationReply:
        """Ask the lead what a form wants to know."""
        if not isinstance(mode, ElicitationFormSessionMode | ElicitationFormRequestMode):
            address = getattr(mode, "url", "")
            text = f"the agent wants you to open {address}: {message}"
            self._sink.emit(Noted(text=text, level="warning"))
            return DeclineElicitationResponse(action="decline")
        return await self._ask_form(message, mode.requested_schema, kwargs.get(REQUEST))

    async def _ask_form(
        self, message: str, schema: ElicitationSchema, request: Any
    ) -> ElicitationReply:
        fields = acp_forms.fields_of(schema)
        if not fields:
            return await self._ask_consent(message, request)
        content: dict[str, Any] = {}
        for field in fields:
            found = await self._ask_field(message, field, len(fields), request)
            if found is None:
                return CANCELLED
            content |= found
        if not content:
            return DeclineElicitationResponse(action="decline")
        return AcceptElicitationResponse(action="accept", content=content)

    async def _ask_field(
        self, message: str, field: acp_forms.Field, count: int, request: Any
    ) -> dict[str, Any] | None:
        """What the lead answers for one field; asked again until the field can hold it."""
        complaint = ""
        while True:
            question = acp_forms.form_question(
                self._new_id(),
                self._clock(),
                message,
                field,
                count=count,
                complaint=complaint,
            )
            answer = await self._ask(question, request)
            if answer is None:
                return None
            try:
                return acp_forms.content_of(field, answer)
            except acp_forms.Unfit as unfit:
                complaint = str(unfit)

    async def _ask_consent(self, message: str, request: Any) -> ElicitationReply:
        question = acp_forms.consent_question(self._new_id(), self._clock(), message)
        answer = await self._ask(question, request)
        if answer is None:
            return CANCELLED
        if answer.choice == acp_forms.ACCEPT:
            return AcceptElicitationResponse(action="accept", content={})
        return DeclineElicitationResponse(action="decline")

    async def _ask(self, question: Question, request: Any) -> Answer | None:
        """The lead's answer; None when the question was withdrawn."""
        asking = asyncio.ensure_future(self._sink.ask(question))
        handler = asyncio.current_task()
        assert handler is not None
        self._open[asking] = request
        self._handlers.add(handler)
        handler.add_done_callback(self._handlers.discard)
        try:
            await asyncio.wait({asking})
            return None if asking.cancelled() else asking.result()
        finally:
            asking.cancel()
            del self._open[asking]

    async def read_text_file(
        self,
        session_id: str,
        path: str,
        line: int | None = None,
        limit: int | None = None,
        **kwargs: Any,
    ) -> ReadTextFileResponse:
        """Read a file of the worktree."""
        worktree = self._setting.worktree
        text = await asyncio.to_thread(acp_files.read_text, path, worktree, line, limit)
        return ReadTextFileResponse(content=text)

    async def write_text_file(
        self, session_id: str, path: str, content: str, **kwargs: Any
    ) -> WriteTextFileResponse:
        """Write a file of the worktree."""
        worktree = self._setting.worktree
        await asyncio.to_thread(acp_files.write_text, path, worktree, content)
        return WriteTextFileResponse()

    async def session_update(self, session_id: str, update: Any, **kwargs: Any) -> None:
        """Never called: updates are taken off the wire before the package sees them."""

    async def ext_method(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Refuse what nobody knows, and say so."""
        self._sink.emit(Noted(text=f"the agent asked for the unknown _{method}"))
        raise acp.RequestError.method_not_found(f"_{method}")

    async def ext_notification(self, method: str, params: dict[str, Any]) -> None:
        """Note what nobody knows."""
        self._sink.emit(Noted(text=f"the agent told _{method}: {as_json(params)[:2000]}"))

    async def complete_elicitation(self, elicitation_id: str, **kwargs: Any) -> None:
        """Only forms are shown, and they complete by themselves."""

    def on_connect(self, conn: Any) -> None:
        """The connection is kept by the agent's adapter."""

    async def create_terminal(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Terminals are not advertised."""
        raise acp.RequestError.method_not_found("terminal/create")

    async def terminal_output(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Terminals are not advertised."""
        raise acp.RequestError.method_not_found("terminal/output")

    async def release_terminal(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Terminals are not advertised."""
        raise acp.RequestError.method_not_found("terminal/release")

    async def wait_for_terminal_exit(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Terminals are not advertised."""
        raise acp.RequestError.method_not_found("terminal/wait_for_exit")

    async def kill_terminal(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Terminals are not advertised."""
        raise acp.RequestError.method_not_found("terminal/kill")
