"""Speaks to Claude Code over its stream of JSON, with its control protocol."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime

from wuhu_tui.agents.claude_command import forks, initialize_request, model_asked_for
from wuhu_tui.agents.claude_frames import Initialized
from wuhu_tui.agents.claude_life import Life
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import AgentSetting, AgentSink, Started, SteerOutcome
from wuhu_tui.journal.clock import now
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import AgentError, NotPossible
from wuhu_tui.model.events import Noted

PATIENCE = Patience()

CAPABILITIES = tuple(one for one in Capability if one is not Capability.ATTACH)
"""What every version can do that takes the words it is started with; others end at once."""

MODES = ("default", "acceptEdits", "plan", "auto", "dontAsk", "bypassPermissions")
"""Version 2.1.197 says yes to any word, and changes nothing."""

USED_BEFORE = re.compile(r"by model|\$0*(?:[1-9]|\.0*[1-9])")
"""In what it says of its costs: some model was used, or something paid."""


def new_uuid() -> str:
    """The agent wants names of this form for conversations and messages."""
    return str(uuid.uuid4())


class ClaudeAgent:
    """One Claude Code process, and its conversation."""

    def __init__(
        self,
        setting: AgentSetting,
        *,
        clock: Callable[[], datetime] = now,
        new_id: Callable[[], str] = new_uuid,
        patience: Patience = PATIENCE,
    ) -> None:
        self._setting = setting
        self._clock = clock
        self._new_id = new_id
        self._patience = patience
        self._life: Life | None = None
        self._session = ""

    async def start(self, sink: AgentSink, reference: str) -> Started:
        """Spawn the program and let it begin, or go on with, a conversation."""
        try:
            return await self._start(sink, reference)
        except AgentError:
            if not (reference and self._life is not None and self._life.forgotten):
                raise
            text = "the agent does not know its conversation any more, it begins anew"
            sink.emit(Noted(text=text, level="warning"))
            return await self._start(sink, "")

    async def prompt(self, text: str) -> str:
        """Run one turn to its last word."""
        return await self._alive().prompt(text)

    async def steer(self, text: str, token: str) -> SteerOutcome:
        """Hand a message into the running turn."""
        return SteerOutcome.NOT_NOW if self._life is None else self._life.steer(text, token)

    async def interrupt(self) -> None:
        """End the running turn; messages that it had not taken in come back."""
        if self._life is not None:
            await self._life.interrupt()

    async def type_keys(self, text: str) -> None:
        """It has no screen."""

    async def resize(self, columns: int, rows: int) -> None:
        """It has no screen."""

    async def set_mode(self, mode: str) -> None:
        """Change how it asks for leave.

        Raises:
            NotPossible: it has no such mode.
            AgentError: it refuses, or does not answer.
        """
        if mode not in MODES:
            known = ", ".join(MODES)
            raise NotPossible(f"Claude Code has no mode “{mode}”; one of: {known}")
        request = {"subtype": "set_permission_mode", "mode": mode}
        await self._alive().call(f"mode {mode}", request, self._patience.steer)

    async def set_model(self, model: str) -> None:
        """Change the model that it works with.

        Raises:
            AgentError: it refuses, or does not answer.
        """
        request = {"subtype": "set_model", "model": model}
        await self._alive().call(f"model {model}", request, self._patience.steer)

    async def close(self) -> None:
        """End the agent process."""
        if self._life is not None:
            await self._life.close()

    async def _start(self, sink: AgentSink, reference: str) -> Started:
        goes_on = reference if self._setting.launch.quirks.resumes else ""
        anew = not goes_on or forks(self._setting)
        self._session = self._new_id() if anew else goes_on
        self._life = life = Life(
            self._setting,
            sink,
            session=self._session,
            resumed=goes_on,
            clock=self._clock,
            new_id=self._new_id,
            patience=self._patience,
        )
        await life.begin()
        try:
            return await self._open(life, resumed=bool(goes_on))
        except BaseException:
            await life.close()
            raise

    async def _open(self, life: Life, *, resumed: bool) -> Started:
        seconds = self._setting.launch.quirks.start_seconds
        request = initialize_request(self._setting)
        known = Initialized.model_validate(await life.call("initialize", request, seconds))
        life.ready = True
        continues = resumed and await self._usage_continues(life)
        life.totals_known = not continues
        return Started(
            pid=life.pid,
            reference=self._session,
            version=f"Claude Code {known.version or await self._version(life)}".strip(),
            resumed=resumed,
            steers_in_turn=True,
            queues_steers=True,
            usage_continues=continues,
            capabilities=CAPABILITIES,
            model=await self._model(life, known),
        )

    async def _version(self, life: Life) -> str:
        """Older ones tell it only when asked."""
        told = await self._asked(life, "get_binary_version")
        version = told.get("version")
        return version if isinstance(version, str) else ""

    async def _usage_continues(self, life: Life) -> bool:
        """Whether a resumed conversation knows what was used before: newer versions do."""
        told = (await self._asked(life, "get_session_cost")).get("text")
        return isinstance(told, str) and USED_BEFORE.search(told) is not None

    async def _model(self, life: Life, known: Initialized) -> str:
        applied = (await self._asked(life, "get_settings")).get("applied")
        model = applied.get("model") if isinstance(applied, dict) else None
        if isinstance(model, str):
            return model
        wanted = model_asked_for(self._setting.launch.command) or "default"
        return next((one.resolved for one in known.models if one.value == wanted), wanted)

    async def _asked(self, life: Life, what: str) -> dict[str, object]:
        """Something that not every version tells."""
        try:
            return await life.call(what, {"subtype": what}, self._patience.steer)
        except AgentError:
            if life.ended:
                raise
            return {}

    def _alive(self) -> Life:
        if self._life is None or self._life.ended:
            name = self._setting.launch.name
            raise AgentError(f"{name} does not run", remedy="resume the session")
        return self._life
