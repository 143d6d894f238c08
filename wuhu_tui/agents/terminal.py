"""Any program with a screen: shown live, typed into, and never taken at the screen's word.

Nobody can read from a screen when a turn is over. It ends here when nothing on the screen has
moved for a while, unless it seems to wait for an answer; what the work came to is told by git and
by the session's own report.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from wuhu_tui.agents.protocol import (
    NOT_TAKEN,
    AgentSetting,
    AgentSink,
    Started,
    SteerOutcome,
)
from wuhu_tui.agents.terminal_guess import ASKING
from wuhu_tui.agents.terminal_process import Patience, TerminalProcess, spawn_in_terminal
from wuhu_tui.agents.terminal_screen import LiveScreen, Pace
from wuhu_tui.agents.terminal_typing import ENTER, INTERRUPT, as_keys, as_words, is_echoed
from wuhu_tui.agents.terminal_veil import Veil
from wuhu_tui.agents.troubles import Troubles
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import AgentError, NotPossible
from wuhu_tui.model.events import Noted
from wuhu_tui.model.value import Value

QUIET, CANCELLED, EXITED = "quiet", "cancelled", "exited"

UNKNOWABLE = "nobody can tell from a screen"

TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
"""A screen that can show everything; unlike other agents, this one is looked at."""

_NOT_OURS = ("CI", "NO_COLOR", "LINES", "COLUMNS", "TERM_PROGRAM", "TMUX", "STY")
"""What would tell the program that nobody looks, or that another terminal surrounds it."""

_LOCALE = ("LC_ALL", "LC_CTYPE", "LANG")


class Timing(Value, frozen=True):
    """Seconds: what counts as quiet, and how long it is waited for."""

    quiet: float = 8.0
    """Without any movement on the screen: the turn is over."""
    settled: float = 0.5
    """Without any output after the start: it is ready to be typed to."""
    start: float = 10.0
    """The longest wait for that."""
    before_enter: float = 0.1
    """Without any output after words were typed: they are there, Enter counts."""
    enter: float = 2.0
    """The longest wait for that."""
    cancelled: float = 2.0
    """The longest wait for a screen to come to rest after an interrupt."""


TIMING, PACE, PATIENCE = Timing(), Pace(), Patience()


class TerminalAgent:
    """One program in a terminal of its own."""

    def __init__(
        self,
        setting: AgentSetting,
        *,
        timing: Timing = TIMING,
        pace: Pace = PACE,
        patience: Patience = PATIENCE,
    ) -> None:
        self._setting = setting
        self._timing = timing
        self._pace = pace
        self._patience = patience
        self._troubles = Troubles(setting)
        self._process: TerminalProcess | None = None
        self._screen: LiveScreen | None = None
        self._sink: AgentSink | None = None
        self._watch: asyncio.Task[None] | None = None
        self._interrupted = asyncio.Event()
        self._exited = asyncio.Event()
        self._in_turn = False
        self._typed: dict[str, str] = {}
        """Words typed into a running turn, by token, until they are seen on the screen."""
        self._typing = asyncio.Lock()
        self._keys_behind: list[str] = []
        """What the lead typed between words and their Enter: it comes after that."""

    async def start(self, sink: AgentSink, reference: str) -> Started:
        """Start the program and wait until its first screen stands."""
        setting = self._setting
        size = {"columns": setting.columns, "rows": setting.rows}
        self._sink = sink
        self._process = process = await spawn_in_terminal(
            setting.launch.command,
            environment=terminal_environment(setting.environment, setting.launch.environment),
            worktree=setting.worktree,
            **size,
        )
        veil = Veil(Redactor(self._setting.environment))
        self._screen = screen = LiveScreen(
            sink.emit, self._reply, pace=self._pace, veil=veil, **size
        )
        screen.on_shown = self._look_for_echoes
        process.listen(screen.feed)
        self._watch = asyncio.create_task(self._until_gone(process, screen))
        await screen.still(
            self._timing.settled, self._timing.start, first=True, unless=self._exited
        )
        if self._exited.is_set():
            raise self._troubles.died(process.code, screen.last_words())
        return Started(
            pid=process.pid,
            steers_in_turn=True,
            queues_steers=True,
            capabilities=(Capability.ATTACH, Capability.INTERRUPT, Capability.STEER),
        )

    async def prompt(self, text: str) -> str:
        """Type the words and Enter; returns when the screen has come to rest."""
        screen = self._alive()
        self._interrupted.clear()
        self._in_turn = True
        try:
            await self._free_to_type(screen)
            if self._over:
                self._note("the turn ended while the screen seemed to ask: nothing was typed")
                await self._end_of_turn(screen)
                return NOT_TAKEN
            await self._type_words(text)
            return await self._end_of_turn(screen)
        finally:
            self._in_turn = False
            self._give_up_on_echoes()

    async def steer(self, text: str, token: str) -> SteerOutcome:
        """Type the words while it works; not where they would answer what the screen asks."""
        screen = self._alive()
        if not self._in_turn or self._interrupted.is_set() or screen.seems(ASKING):
            return SteerOutcome.NOT_NOW
        await self._type_words(text)
        self._typed[token] = text
        look = self._look_for_echoes if self._in_turn else self._give_up_on_echoes
        asyncio.get_running_loop().call_soon(look)
        return SteerOutcome.DELIVERED

    async def interrupt(self) -> None:
        """Press Ctrl+C, once."""
        if self._process is not None and not self._interrupted.is_set():
            self._interrupted.set()
            self._process.write(INTERRUPT.encode())

    async def set_mode(self, mode: str) -> None:
        """Only its own keys change it."""
        raise NotPossible(
            "an agent on a screen tells no modes", remedy="attach and change it with its own keys"
        )

    async def set_model(self, model: str) -> None:
        """Only its own keys change it."""
        raise NotPossible(
            "an agent on a screen tells no models", remedy="attach and change it with its own keys"
        )

    async def type_keys(self, text: str) -> None:
        """Type keys as the lead presses them."""
        if self._process is None or self._screen is None:
            return
        keys = as_keys(
            text,
            takes_pastes=self._screen.emulator.takes_pastes,
            application_cursor=self._screen.emulator.application_cursor,
        )
        self._screen.hurry()
        self._keys_behind.append(keys)
        if not self._typing.locked():
            self._press_keys()

    def _press_keys(self) -> None:
        """Give the program all keys of the lead that it has not got."""
        keys, self._keys_behind = "".join(self._keys_behind), []
        if not keys or self._process is None:
            return
        if not self._process.write(keys.encode("utf-8", errors="replace")):
            self._note("the program does not read what is typed; some keys were dropped")

    async def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        if self._process is not None and self._screen is not None and columns > 0 < rows:
            self._process.resize(columns, rows)
            self._screen.resize(columns, rows)

    async def close(self) -> None:
        """Hang up; what does not go is killed."""
        if self._process is not None:
            await self._process.end(self._patience)
            if self._watch is not None:
                await self._watch

    async def _type_words(self, text: str) -> None:
        """Type words and Enter; no other words and no key of the lead comes between the two."""
        async with self._typing:
            try:
                await self._type_and_enter(text)
            finally:
                self._press_keys()

    async def _type_and_enter(self, text: str) -> None:
        """Words, a quiet moment, Enter: in the midst of an output the key would be lost."""
        screen, process = self._alive(), self._process
        assert process is not None
        words = as_words(text, takes_pastes=screen.emulator.takes_pastes)
        if not process.write(words.encode()):
            raise self._troubles.unsure("it does not read what is typed")
        timing = self._timing
        await screen.still(timing.before_enter, timing.enter, first=True, unless=self._exited)
        process.write(ENTER.encode())
        screen.moved()

    async def _free_to_type(self, screen: LiveScreen) -> None:
        """Words and Enter would answer a question that stands on the screen: wait until it does not."""
        if screen.seems(ASKING):
            self._note(
                f"the screen seems to ask “{screen.guessed_line}”: the message waits until "
                "that is answered; attach to the session and answer there"
            )
        while screen.seems(ASKING) and not self._over:
            await screen.next_change(self._timing.quiet, self._exited, self._interrupted)

    async def _end_of_turn(self, screen: LiveScreen) -> str:
        while not self._over:
            left = screen.seconds_until_still(self._timing.quiet)
            if self._typing.locked():
                left = max(left, self._timing.before_enter)
            if left <= 0 and not screen.seems(ASKING):
                return QUIET
            if left <= 0:  # it goes on once the lead has answered there
                left = self._timing.quiet
            await screen.next_change(left, self._exited, self._interrupted)
        if not self._exited.is_set():
            await screen.still(
                self._timing.settled, self._timing.cancelled, first=False, unless=self._exited
            )
            return CANCELLED
        return EXITED

    @property
    def _over(self) -> bool:
        return self._exited.is_set() or self._interrupted.is_set()

    async def _until_gone(self, process: TerminalProcess, screen: LiveScreen) -> None:
        """Tell the program's end, after all that it wrote."""
        code = await process.gone(self._patience)
        process.close()
        screen.finish()
        self._keep_last_screen(screen)
        assert self._sink is not None
        self._sink.exited(code, screen.last_words())
        self._exited.set()

    def _keep_last_screen(self, screen: LiveScreen) -> None:
        """In the log, where whoever mends it will look; a terminal has no stderr of its own."""
        log = self._setting.log
        shown = screen.emulator.rest()
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{shown}\n")
        except OSError as error:
            self._note(f"the last screen cannot be kept in {log}: {error.strerror}")

    def _look_for_echoes(self) -> None:
        if not self._typed or self._screen is None or self._sink is None:
            return
        shown = self._screen.shown_lately()
        for token in [token for token, words in self._typed.items() if is_echoed(words, shown)]:
            del self._typed[token]
            self._sink.accepted(token)

    def _give_up_on_echoes(self) -> None:
        typed, self._typed = self._typed, {}
        for token in typed:
            if self._sink is not None:
                self._sink.not_accepted(token, UNKNOWABLE, lost=True)

    def _reply(self, data: bytes) -> None:
        if self._process is not None:
            self._process.write(data)

    def _note(self, text: str) -> None:
        if self._sink is not None:
            self._sink.emit(Noted(text=text, level="warning"))

    def _alive(self) -> LiveScreen:
        if self._screen is None or self._exited.is_set():
            raise AgentError(f"{self._troubles.name} does not run", remedy="resume the session")
        return self._screen


def terminal_environment(given: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program that is looked at; `own`, its definition's, has the last word."""
    kept = {name: value for name, value in given.items() if name not in _NOT_OURS}
    if not any(name in kept for name in _LOCALE):
        kept["LC_CTYPE"] = "C.UTF-8"
    chosen = {name: given[name] for name in own if name in given}
    return {**kept, **TERMINAL, **chosen}
