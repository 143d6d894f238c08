"""A client that plays the human: records updates, answers what it was told to answer."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import acp
from acp.interfaces import Client
from acp.schema import (
    AcceptElicitationResponse,
    AgentMessageChunk,
    AgentThoughtChunk,
    AllowedOutcome,
    CancelElicitationResponse,
    ClientCapabilities,
    DeniedOutcome,
    ElicitationCapabilities,
    ElicitationFormCapabilities,
    RequestPermissionResponse,
    ToolCallProgress,
    ToolCallStart,
    UserMessageChunk,
)

CAPABILITIES = ClientCapabilities(
    elicitation=ElicitationCapabilities(form=ElicitationFormCapabilities())
)


class Human:
    """Records what the agent says; answers from `answers`, else leaves the question open."""

    def __init__(self) -> None:
        self.updates: list[Any] = []
        self.asked: list[Any] = []
        self.answers: deque[dict[str, Any] | str | None] = deque()
        self._news = asyncio.Condition()

    async def session_update(self, session_id: str, update: Any, **_: Any) -> None:
        async with self._news:
            self.updates.append(update)
            self._news.notify_all()

    async def until_told(self, kind: type) -> None:
        """Wait for an update of that kind."""
        async with self._news:
            await self._news.wait_for(lambda: any(isinstance(u, kind) for u in self.updates))

    async def until_asked(self) -> None:
        """Wait for a question."""
        async with self._news:
            await self._news.wait_for(lambda: bool(self.asked))

    async def create_elicitation(self, message: str, mode: Any, **_: Any) -> Any:
        answer = await self._answer((message, mode.requested_schema))
        if answer is None:
            return CancelElicitationResponse(action="cancel")
        return AcceptElicitationResponse(action="accept", content=cast("dict[str, Any]", answer))

    async def request_permission(
        self, session_id: str, tool_call: Any, options: Any, **_: Any
    ) -> RequestPermissionResponse:
        answer = await self._answer((tool_call.title, options))
        if answer is None:
            return RequestPermissionResponse(outcome=DeniedOutcome(outcome="cancelled"))
        outcome = AllowedOutcome(outcome="selected", option_id=str(answer))
        return RequestPermissionResponse(outcome=outcome)

    async def _answer(self, asked: Any) -> dict[str, Any] | str | None:
        async with self._news:
            self.asked.append(asked)
            self._news.notify_all()
        if not self.answers:
            await asyncio.Event().wait()
        return self.answers.popleft()

    @property
    def said(self) -> str:
        """All the agent said."""
        return "".join(u.content.text for u in self.updates if isinstance(u, AgentMessageChunk))

    @property
    def thought(self) -> str:
        return "".join(u.content.text for u in self.updates if isinstance(u, AgentThoughtChunk))

    @property
    def heard(self) -> list[str]:
        """User messages as told again on load."""
        return [u.content.text for u in self.updates if isinstance(u, UserMessageChunk)]

    @property
    def tools(self) -> list[tuple[str, str]]:
        """Every ended tool call with its status."""
        titles = {u.tool_call_id: u.title for u in self.updates if isinstance(u, ToolCallStart)}
        return [(titles[u.tool_call_id], str(u.status)) for u in self._ended()]

    @property
    def outputs(self) -> list[str]:
        """What every ended tool call said at its end."""
        return [
            part.content.text if part.type == "content" else part.new_text
            for update in self._ended()
            for part in update.content or []
        ]

    def _ended(self) -> list[ToolCallProgress]:
        return [
            u
            for u in self.updates
            if isinstance(u, ToolCallProgress) and u.status in {"completed", "failed"}
        ]


class Talk:
    """One agent process and the human who talks to it."""

    def __init__(self, human: Human, connection: Any, process: asyncio.subprocess.Process) -> None:
        self.human = human
        self.connection = connection
        self.process = process
        self.session = ""

    async def prompt(self, text: str) -> str:
        """Run a turn; returns its stop reason."""
        reply = await self.connection.prompt(session_id=self.session, prompt=[acp.text_block(text)])
        return str(reply.stop_reason)

    async def steer(self, text: str) -> str:
        """Steer the running turn; returns the outcome."""
        params = {"sessionId": self.session, "prompt": [{"type": "text", "text": text}]}
        return str((await self.connection.ext_method("session/steering", params))["outcome"])


class Stage:
    """A folder with a git repository, a script, and agents that follow it."""

    def __init__(self, folder: Path, state: Path) -> None:
        self.folder = folder
        self._state = state
        self._script = state / "script.json"
        self.log = state / "agent.log"

    def play(self, *turns: list[dict[str, Any]], **more: Any) -> None:
        """Write the script: one list of steps for each turn."""
        script = {"turns": [{"steps": steps} for steps in turns], **more}
        self._script.write_text(json.dumps(script), encoding="utf-8")

    @asynccontextmanager
    async def agent(
        self, load: str = "", capabilities: ClientCapabilities = CAPABILITIES
    ) -> AsyncIterator[Talk]:
        """A running agent with a session."""
        human = Human()
        with self.log.open("ab") as log:
            async with acp.spawn_agent_process(
                cast(Client, human),
                *(sys.executable, "-m", "wuhu_tui.sample_agent"),
                *("--script", str(self._script), "--delay", "0"),
                env={**os.environ, "WUHU_SESSION_FOLDER": str(self._state)},
                cwd=self.folder,
                use_unstable_protocol=True,
                transport_kwargs={"limit": 1 << 26, "stderr": log},
            ) as (connection, process):
                talk = Talk(human, connection, process)
                await connection.initialize(protocol_version=1, client_capabilities=capabilities)
                if load:
                    talk.session = load
                    await connection.load_session(cwd=str(self.folder), session_id=load)
                else:
                    opened = await connection.new_session(cwd=str(self.folder))
                    talk.session = opened.session_id
                yield talk
