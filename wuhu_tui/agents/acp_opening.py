"""How an ACP agent is made ready: initialize, then a new session or the old one, then its mode."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from importlib import metadata
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
from wuhu_tui.agents.protocol import AgentSetting, McpServer, Started
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.events import Noted
from wuhu_tui.model.sessions import Quirks

MODE = "mode"
MODEL = "model"
FOLDED = "folded"

Continued = LoadSessionResponse | ResumeSessionResponse
Opened = NewSessionResponse | Continued
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
        await self._set_mode(session, opened)
        return Opening(session, self._started(session, known, opened, resumed=resumed))

    async def _initialize(self) -> InitializeResponse:
        known = await self._life.call(
            "initialize",
            self._life.connection.initialize(
                protocol_version=acp.PROTOCOL_VERSION,
                client_capabilities=client_capabilities(self._quirks),
                client_info=Implementation(name="wuhu", version=_version()),
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

    async def _set_mode(self, session: str, opened: Opened) -> None:
        mode = self._quirks.mode
        if not mode:
            return
        connection = self._life.connection
        change: Coroutine[Any, Any, Any]
        if mode in _modes(opened):
            change = connection.set_session_mode(session_id=session, mode_id=mode)
        elif MODE in _settings(opened):
            change = connection.set_config_option(config_id=MODE, session_id=session, value=mode)
        else:
            self._note(f"the agent offers no mode “{mode}”; it stays in its own")
            return
        await self._life.call(f"mode {mode}", change, seconds=self._seconds)

    def _started(
        self, session: str, known: InitializeResponse, opened: Opened, *, resumed: bool
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
            capabilities=tuple(_capabilities(self._quirks, known, opened, steers=steers)),
            model=_settings(opened).get(MODEL, "") or self._life.wire.model,
        )

    def _note(self, text: str) -> None:
        self._life.sink.emit(Noted(text=text, level="warning"))


def _capabilities(
    quirks: Quirks, known: InitializeResponse, opened: Opened, *, steers: bool
) -> list[Capability]:
    """What it said of itself, and what every agent of the protocol must do."""
    found = {
        Capability.STEER: steers,
        Capability.RECEIPTS: steers and (quirks.hand_over_told or bool(quirks.steer_method)),
        Capability.INTERRUPT: True,
        Capability.PERMISSION: True,
        Capability.RESUME: quirks.resumes and (_loads(known) or _resumes(known)),
        Capability.MCP: quirks.mcp,
        Capability.MODES: bool(_modes(opened)) or MODE in _settings(opened),
    }
    return [capability for capability, offered in found.items() if offered]


def _loads(known: InitializeResponse) -> bool:
    return bool(known.agent_capabilities and known.agent_capabilities.load_session)


def _resumes(known: InitializeResponse) -> bool:
    able = known.agent_capabilities
    sessions = able.session_capabilities if able else None
    return sessions is not None and sessions.resume is not None


def _modes(opened: Opened) -> list[str]:
    return [mode.id for mode in opened.modes.available_modes] if opened.modes else []


def _settings(opened: Opened) -> dict[str, str]:
    """What can be set, and how it stands."""
    return {option.id: str(option.current_value) for option in opened.config_options or ()}


def _server(server: McpServer) -> McpServerStdio:
    program, *arguments = server.command
    variables = [EnvVariable(name=name, value=value) for name, value in server.environment.items()]
    return McpServerStdio(name=server.name, command=program, args=arguments, env=variables)


def _version() -> str:
    try:
        return metadata.version("wuhu-tui")
    except metadata.PackageNotFoundError:
        return "0"
