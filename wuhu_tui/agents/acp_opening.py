"""How an ACP agent is made ready: initialize, then a new session or the old one, then its mode."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import acp
from acp.schema import (
    AcpMcpServer,
    ClientCapabilities,
    ElicitationCapabilities,
    ElicitationFormCapabilities,
    EnvVariable,
    HttpMcpServer,
    Implementation,
    InitializeResponse,
    LoadSessionResponse,
    McpServerStdio,
    NewSessionResponse,
    ResumeSessionResponse,
    SseMcpServer,
)

from wuhu_tui.agents.acp_errors import error_words, login_help
from wuhu_tui.agents.acp_life import Life
from wuhu_tui.agents.acp_settings import Continued, Opened, Settings
from wuhu_tui.agents.introduction import own_version
from wuhu_tui.agents.protocol import AgentSetting, McpServer, Started
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.events import Noted
from wuhu_tui.model.sessions import Quirks

FOLDED = "folded"

Servers = list[HttpMcpServer | SseMcpServer | AcpMcpServer | McpServerStdio]


def client_capabilities(quirks: Quirks) -> ClientCapabilities:
    """What we offer the agent.

    File access is served but not advertised: agents have the worktree on their own disk, and gemini
    0.61 takes our word that a file is missing for a fault, so that it could create none.
    """
    return ClientCapabilities(
        terminal=quirks.terminals or None,
        elicitation=ElicitationCapabilities(form=ElicitationFormCapabilities()),
    )


@dataclass(frozen=True)
class Opening:
    """What came of it."""

    session: str
    started: Started
    settings: Settings


class Opener:
    """Makes one life of an agent ready."""

    def __init__(self, life: Life, setting: AgentSetting) -> None:
        self._life = life
        self._setting = setting
        self._quirks = setting.launch.quirks
        self._seconds = self._quirks.start_seconds
        self._cwd = str(setting.worktree)

    async def open(self, reference: str) -> Opening:
        """Initialize it and open its session; `reference` non-empty: the old one, if it can.

        Raises:
            AgentError: it died, was silent, is not logged in, or broke the protocol.
        """
        known = await self._initialize()
        opened: Opened | None = await self._continued(known, reference)
        resumed = opened is not None
        session = reference
        if opened is None:
            opened = await self._new_session(known)
            session = opened.session_id
        settings = Settings(self._life, session, opened)
        await self._set_mode(settings)
        started = self._started(session, known, settings, resumed=resumed)
        return Opening(session, started, settings)

    async def _initialize(self) -> InitializeResponse:
        known = await self._life.call(
            "initialize",
            self._life.connection.initialize(
                protocol_version=acp.PROTOCOL_VERSION,
                client_capabilities=client_capabilities(self._quirks),
                client_info=Implementation(name="wuhu", version=own_version()),
            ),
            seconds=self._seconds,
        )
        if known.protocol_version != acp.PROTOCOL_VERSION:
            raise self._life.troubles.stranger(known.protocol_version)
        return known

    async def _new_session(self, known: InitializeResponse) -> NewSessionResponse:
        return await self._life.call(
            "session/new",
            self._life.connection.new_session(cwd=self._cwd, mcp_servers=self._servers()),
            seconds=self._seconds,
            login=login_help(known),
        )

    async def _continued(self, known: InitializeResponse, reference: str) -> Continued | None:
        """The old conversation; None when there is none to go on with."""
        if not reference or not self._quirks.resumes:
            return None
        if _resumes(known):
            resumed: Continued | None = await self._tried("session/resume", self._resume(reference))
            if resumed is not None:
                return resumed
        if not _loads(known):
            return None
        self._life.wire.muted = True
        try:
            loaded: Continued | None = await self._tried("session/load", self._load(reference))
        finally:
            self._life.wire.muted = False
        return loaded

    async def _tried(self, step: str, call: Coroutine[Any, Any, Any]) -> Any:
        return await self._life.call(step, self._unless_refused(step, call), seconds=self._seconds)

    async def _unless_refused(self, step: str, call: Coroutine[Any, Any, Any]) -> Any:
        try:
            return await call
        except acp.RequestError as error:
            why = error_words(error)
            self._note(f"the agent could not go on with its conversation, {step}: {why}")
            return None

    def _resume(self, reference: str) -> Coroutine[Any, Any, ResumeSessionResponse]:
        return self._life.connection.resume_session(
            session_id=reference, cwd=self._cwd, mcp_servers=self._servers()
        )

    def _load(self, reference: str) -> Coroutine[Any, Any, LoadSessionResponse]:
        return self._life.connection.load_session(
            cwd=self._cwd, session_id=reference, mcp_servers=self._servers()
        )

    def _servers(self) -> Servers:
        return [_server(server) for server in self._setting.mcp_servers]

    async def _set_mode(self, settings: Settings) -> None:
        if not self._quirks.mode:
            return
        try:
            await settings.set_mode(self._quirks.mode, self._seconds)
        except NotPossible as error:
            self._note(f"{error.message}; it stays in its own")

    def _started(
        self, session: str, known: InitializeResponse, settings: Settings, *, resumed: bool
    ) -> Started:
        info = known.agent_info
        steers = bool(self._quirks.steer_method) or self._quirks.second_prompt == FOLDED
        return Started(
            pid=self._life.process.pid,
            reference=session,
            version=f"{info.name} {info.version}" if info else "",
            resumed=resumed,
            steers_in_turn=steers,
            queues_steers=steers,
            capabilities=tuple(_capabilities(self._quirks, known, settings, steers=steers)),
            model=settings.model or self._life.wire.model,
        )

    def _note(self, text: str) -> None:
        self._life.sink.emit(Noted(text=text, level="warning"))


def _capabilities(
    quirks: Quirks, known: InitializeResponse, settings: Settings, *, steers: bool
) -> list[Capability]:
    """What it said of itself, and what every agent of the protocol must do."""
    found = {
        Capability.STEER: steers,
        Capability.RECEIPTS: steers and (quirks.hand_over_told or bool(quirks.steer_method)),
        Capability.INTERRUPT: True,
        Capability.PERMISSION: True,
        Capability.RESUME: quirks.resumes and (_loads(known) or _resumes(known)),
        Capability.MCP: quirks.mcp,
        Capability.MODES: settings.has_modes,
    }
    return [capability for capability, offered in found.items() if offered]


def _loads(known: InitializeResponse) -> bool:
    return bool(known.agent_capabilities and known.agent_capabilities.load_session)


def _resumes(known: InitializeResponse) -> bool:
    able = known.agent_capabilities
    sessions = able.session_capabilities if able else None
    return sessions is not None and sessions.resume is not None


def _server(server: McpServer) -> McpServerStdio:
    program, *arguments = server.command
    variables = [EnvVariable(name=name, value=value) for name, value in server.environment.items()]
    return McpServerStdio(name=server.name, command=program, args=arguments, env=variables)
