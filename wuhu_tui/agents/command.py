"""A plain program for every turn: the words on its stdin, its stdout as its answer, its exit code.

Between two turns no process of it exists, and none is expected.
"""

from __future__ import annotations

import codecs
import shutil

from msgspec.structs import replace

from wuhu_tui.agents.command_process import CommandProcess, run_command
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import AgentSetting, AgentSink, Started, SteerOutcome
from wuhu_tui.agents.troubles import Troubles
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import AgentError, NotPossible
from wuhu_tui.model.events import AgentSaid, Noted

END_TURN, CANCELLED = "end_turn", "cancelled"

FIRST, LATER = "first", "later"

BEGAN = "began"
"""Given to the next life, which so knows that it is not the first."""

PATIENCE = Patience()

LOOK_AT_OUTPUT = "read what it said, mend it, then send a message to run it again"


class CommandAgent:
    """Runs the agent's command once a turn.

    `WUHU_TURN` counts the turns of this life; `WUHU_TURN_KIND` is `first` in a session's very
    first turn, else `later`.
    """

    def __init__(self, setting: AgentSetting, *, patience: Patience = PATIENCE) -> None:
        self._setting = setting
        self._patience = patience
        self._troubles = Troubles(setting)
        self._sink: AgentSink | None = None
        self._process: CommandProcess | None = None
        self._interrupted = False
        self._turn = 0
        self._began_before = False

    async def start(self, sink: AgentSink, reference: str) -> Started:
        """Check that there is a program; it runs with the first turn."""
        self._sink = sink
        self._began_before = bool(reference)
        command = self._setting.launch.command
        path = self._setting.environment.get("PATH")
        if not command or not _is_there(self._setting, command[0], path):
            raise AgentError(
                f"{command[0] if command else self._troubles.name} cannot be started: "
                "there is no such program",
                where=str(self._setting.worktree),
                remedy="check the agent's command in wuhu.toml and that it is installed",
            )
        return Started(pid=0, reference=BEGAN, capabilities=(Capability.INTERRUPT,))

    async def prompt(self, text: str) -> str:
        """Run the command with these words; its exit code 0 is a turn's good end."""
        sink = self._sink
        assert sink is not None
        self._turn += 1
        self._interrupted = False
        told = _Told(sink, f"turn-{self._turn}")
        self._process = process = await run_command(
            self._for_turn(), text, told.more, self._patience
        )
        try:
            code = await process.gone()
        finally:
            await process.end()
            self._process = None
            told.end()
        if self._interrupted:
            return CANCELLED
        if code == 0:
            return END_TURN
        raise self._failed(code, process.last_words())

    async def steer(self, text: str, token: str) -> SteerOutcome:
        """It reads its words once."""
        return SteerOutcome.NOT_SUPPORTED

    async def interrupt(self) -> None:
        """End the running program: asked first, then killed, with all its process group."""
        if self._process is not None and not self._interrupted:
            self._interrupted = True
            await self._process.end()

    async def set_mode(self, mode: str) -> None:
        """The program has what its command line says."""
        raise NotPossible("a plain command has no modes", remedy="change its command in wuhu.toml")

    async def set_model(self, model: str) -> None:
        """The program has what its command line says."""
        raise NotPossible("a plain command has no models", remedy="change its command in wuhu.toml")

    async def type_keys(self, text: str) -> None:
        """It has no screen."""

    async def resize(self, columns: int, rows: int) -> None:
        """It has no screen."""

    async def close(self) -> None:
        """End what runs; between turns that is nothing."""
        if self._process is not None:
            self._interrupted = True
            await self._process.end()

    def _for_turn(self) -> AgentSetting:
        first = self._turn == 1 and not self._began_before
        marks = {"WUHU_TURN": str(self._turn), "WUHU_TURN_KIND": FIRST if first else LATER}
        return replace(self._setting, environment={**self._setting.environment, **marks})

    def _failed(self, code: int | None, last_words: str) -> AgentError:
        died = self._troubles.died(code, last_words)
        if last_words and self._sink is not None:
            self._sink.emit(Noted(text=f"its last words: {last_words}", level="warning"))
        return AgentError(died.message, where=died.where, remedy=LOOK_AT_OUTPUT)


class _Told:
    """What the program writes, handed on line by line as it comes."""

    def __init__(self, sink: AgentSink, message: str) -> None:
        self._sink = sink
        self._message = message
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def more(self, data: bytes) -> None:
        """More of it."""
        self._say(self._decoder.decode(data))

    def end(self) -> None:
        """That was all."""
        self._say(self._decoder.decode(b"", final=True))

    def _say(self, text: str) -> None:
        if text:
            self._sink.emit(AgentSaid(text=text, message=self._message))


def _is_there(setting: AgentSetting, program: str, path: str | None) -> bool:
    name = str(setting.worktree / program) if "/" in program else program
    return shutil.which(name, path=path) is not None
