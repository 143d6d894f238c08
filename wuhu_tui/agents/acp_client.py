"""Our side of the protocol: what an agent may ask of its client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import acp
from acp.interfaces import Client
from acp.schema import (
    AcceptElicitationResponse,
    CancelElicitationResponse,
    CreateTerminalResponse,
    DeclineElicitationResponse,
    ElicitationFormRequestMode,
    ElicitationFormSessionMode,
    ElicitationSchema,
    EnvVariable,
    KillTerminalResponse,
    PermissionOption,
    ReadTextFileResponse,
    ReleaseTerminalResponse,
    RequestPermissionResponse,
    TerminalExitStatus,
    TerminalOutputResponse,
    ToolCallUpdate,
    WaitForTerminalExitResponse,
    WriteTextFileResponse,
)

from wuhu_tui.agents import acp_files, acp_forms
from wuhu_tui.agents.acp_content import as_json
from wuhu_tui.agents.acp_events import Translator
from wuhu_tui.agents.acp_permissions import (
    allows,
    permission_question,
    permission_reply,
    unsaid_words,
)
from wuhu_tui.agents.acp_terminals import Terminals
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
        self.terminals = Terminals(setting, translator.hear, new_id)
        self.turn_was_denied = False
        """Whether something was denied in the running turn; some agents end it then."""
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
            tool=self._translator.tool_of(tool_call.tool_call_id),
            worktree=self._setting.worktree,
            reject_ends_turn=self._setting.launch.quirks.reject_ends_turn,
        )
        answer = await self._ask(question, kwargs.get(REQUEST))
        reply = permission_reply(answer, question, options)
        self.turn_was_denied = self.turn_was_denied or not allows(reply, options)
        words = unsaid_words(answer, question) if answer else ""
        if words:
            self._sink.pass_on(words)
        return reply

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

    async def create_terminal(  # noqa: PLR0917 - as the protocol package calls it
        self,
        session_id: str,
        command: str,
        args: list[str] | None = None,
        env: list[EnvVariable] | None = None,
        cwd: str | None = None,
        output_byte_limit: int | None = None,
        **kwargs: Any,
    ) -> CreateTerminalResponse:
        """Run a command in a terminal of ours."""
        folder = cwd or str(self._setting.worktree)
        name = await self.terminals.create(
            command, args or (), env or (), folder, output_byte_limit
        )
        return CreateTerminalResponse(terminal_id=name)

    async def terminal_output(
        self, session_id: str, terminal_id: str, **kwargs: Any
    ) -> TerminalOutputResponse:
        """What a command wrote so far, and how it ended if it has."""
        terminal = self.terminals.named(terminal_id)
        ended = terminal.ended
        return TerminalOutputResponse(
            output=terminal.output,
            truncated=terminal.truncated,
            exit_status=TerminalExitStatus(exit_code=ended.code, signal=ended.signal)
            if ended
            else None,
        )

    async def wait_for_terminal_exit(
        self, session_id: str, terminal_id: str, **kwargs: Any
    ) -> WaitForTerminalExitResponse:
        """Wait until a command has ended."""
        ended = await self.terminals.named(terminal_id).wait()
        return WaitForTerminalExitResponse(exit_code=ended.code, signal=ended.signal)

    async def kill_terminal(
        self, session_id: str, terminal_id: str, **kwargs: Any
    ) -> KillTerminalResponse:
        """End a command; its terminal stays."""
        await self.terminals.named(terminal_id).kill()
        return KillTerminalResponse()

    async def release_terminal(
        self, session_id: str, terminal_id: str, **kwargs: Any
    ) -> ReleaseTerminalResponse:
        """End a command and forget its terminal."""
        await self.terminals.release(terminal_id)
        return ReleaseTerminalResponse()
