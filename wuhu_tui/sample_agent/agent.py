"""The sample agent as its client sees it: an agent of the Agent Client Protocol."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import acp
from acp.interfaces import Client
from acp.schema import (
    AgentCapabilities,
    AudioContentBlock,
    ClientCapabilities,
    CurrentModeUpdate,
    EmbeddedResourceContentBlock,
    ImageContentBlock,
    Implementation,
    InitializeResponse,
    LoadSessionResponse,
    NewSessionResponse,
    PromptResponse,
    ResourceContentBlock,
    SessionMode,
    SessionModeState,
    SetSessionModeResponse,
    TextContentBlock,
)

from wuhu_tui.sample_agent.performer import Performer
from wuhu_tui.sample_agent.place import Bookmark, Memory, Place
from wuhu_tui.sample_agent.scene import Scene
from wuhu_tui.sample_agent.script import Script, Start
from wuhu_tui.sample_agent.session import SampleSession
from wuhu_tui.sample_agent.unsupported import Unsupported
from wuhu_tui.sample_agent.voice import Pace, Voice

VERSION = "1.0"
STEERING = "session/steering"
DEATH_AT_START = 3

Block = (
    TextContentBlock
    | ImageContentBlock
    | AudioContentBlock
    | ResourceContentBlock
    | EmbeddedResourceContentBlock
)


class SampleAgent(Unsupported):
    """Follows one script in each of its sessions."""

    def __init__(
        self, script: Script, pace: Pace, state: Path, write_raw: Callable[[bytes], None]
    ) -> None:
        self._script = script
        self._pace = pace
        self._state = state
        self._write_raw = write_raw
        self._capabilities: ClientCapabilities | None = None
        self._sessions: dict[str, SampleSession] = {}
        self._client: Client | None = None

    def on_connect(self, conn: Client) -> None:
        """Keep the client to talk to."""
        self._client = conn

    async def initialize(
        self,
        protocol_version: int,
        client_capabilities: ClientCapabilities | None = None,
        client_info: Implementation | None = None,
        **kwargs: Any,
    ) -> InitializeResponse:
        """Say what this agent can do."""
        await self._trouble_at("initialize")
        self._capabilities = client_capabilities
        behaviour = self._script.behaviour
        steering = {"steering": {"supported": True}} if behaviour.steering else None
        return InitializeResponse(
            protocol_version=behaviour.protocol_version,
            agent_capabilities=AgentCapabilities(load_session=behaviour.load, field_meta=steering),
            agent_info=Implementation(name="sample-agent", version=VERSION),
        )

    async def new_session(self, cwd: str, *args: Any, **kwargs: Any) -> NewSessionResponse:
        """Begin the script anew."""
        await self._trouble_at("new_session")
        name = f"sample-{uuid.uuid4().hex[:12]}"
        memory = Memory(self._state, name)
        place = Place(session=name)
        memory.save(place)
        self._open(place, memory, cwd)
        return NewSessionResponse(session_id=name, modes=self._modes())

    async def load_session(
        self, cwd: str, session_id: str, *args: Any, **kwargs: Any
    ) -> LoadSessionResponse:
        """Go on with a session of an earlier process; tells its history first."""
        await self._trouble_at("load_session")
        memory = Memory(self._state, session_id)
        if not memory.exists():
            raise acp.RequestError.resource_not_found(session_id)
        voice = self._open(memory.load(), memory, cwd)
        await voice.replay()
        return LoadSessionResponse(modes=self._modes())

    async def set_session_mode(
        self, session_id: str, mode_id: str, **kwargs: Any
    ) -> SetSessionModeResponse:
        """Change the mode and say so."""
        if mode_id not in self._script.behaviour.modes:
            raise acp.RequestError.invalid_params({"mode": mode_id})
        update = CurrentModeUpdate(session_update="current_mode_update", current_mode_id=mode_id)
        await self._connected().session_update(session_id=session_id, update=update)
        return SetSessionModeResponse()

    async def prompt(self, session_id: str, prompt: list[Block], **kwargs: Any) -> PromptResponse:
        """Run a turn."""
        return await self._session(session_id).prompt(_text(prompt))

    async def cancel(self, session_id: str, **kwargs: Any) -> None:
        """End the running turn."""
        await self._session(session_id).cancel()

    async def ext_method(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """`_session/steering`: take a message into the running turn."""
        if method != STEERING or not self._script.behaviour.steering:
            raise acp.RequestError.method_not_found(f"_{method}")
        session = self._session(str(params.get("sessionId")))
        text = "".join(str(block.get("text", "")) for block in params.get("prompt", []))
        if session.steer(text):
            return {"outcome": "injected"}
        return {"outcome": "promptRequired", "reason": "noRunningTurn"}

    async def ext_notification(self, method: str, params: dict[str, Any]) -> None:
        """Nothing is known; nothing happens."""

    async def end(self) -> None:
        """End all turns and kill their commands."""
        for session in self._sessions.values():
            await session.cancel()

    async def _trouble_at(self, step: Start) -> None:
        if self._script.behaviour.hangs_at == step:
            await asyncio.Event().wait()
        if self._script.behaviour.dies_at == step:
            os.write(2, f"cannot {step}: the model service is not configured\n".encode())
            os._exit(DEATH_AT_START)

    def _open(self, place: Place, memory: Memory, cwd: str) -> Voice:
        voice = Voice(self._connected(), place.session, memory, self._pace)
        scene = Scene(
            folder=Path(cwd),
            voice=voice,
            bookmark=Bookmark(place, memory),
            capabilities=self._capabilities,
            on_steer=self._script.on_steer,
            write_raw=self._write_raw,
            ends_open_tools=self._script.behaviour.ends_open_tools,
        )
        self._sessions[place.session] = SampleSession(self._script, scene, Performer(scene))
        return voice

    def _modes(self) -> SessionModeState | None:
        modes = self._script.behaviour.modes
        if not modes:
            return None
        known = [SessionMode(id=mode, name=mode.title()) for mode in modes]
        return SessionModeState(current_mode_id=modes[0], available_modes=known)

    def _session(self, name: str) -> SampleSession:
        try:
            return self._sessions[name]
        except KeyError:
            raise acp.RequestError.invalid_params({"sessionId": name}) from None

    def _connected(self) -> Client:
        assert self._client is not None, "nobody speaks to this agent yet"
        return self._client


def _text(blocks: list[Block]) -> str:
    return "\n".join(block.text for block in blocks if isinstance(block, TextContentBlock))
