"""A program in a real terminal: typed to, shown, interrupted, ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from tests.agents.sink import RecordingSink
from wuhu_tui.agents.protocol import NOT_TAKEN, AgentSetting, SteerOutcome
from wuhu_tui.agents.terminal import TerminalAgent, Timing, terminal_environment
from wuhu_tui.agents.terminal_process import Patience
from wuhu_tui.model.agent_events import GuessMade, ScreenChanged
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.sessions import AgentLaunch

PROGRAM = (sys.executable, str(Path(__file__).with_name("program.py")))
QUICK = Timing(quiet=0.25, settled=0.08, start=10, before_enter=0.03, enter=0.5, cancelled=0.5)


class Stage:
    """One running terminal agent, and what its screen became."""

    def __init__(self, agent: TerminalAgent, sink: RecordingSink) -> None:
        self.agent = agent
        self.sink = sink

    @property
    def screen(self) -> list[str]:
        screen: Screen | None = None
        for change in self.sink.all(ScreenChanged):
            screen = (screen or Screen()).changed(change)
        return list(screen.lines) if screen else []

    async def shows(self, words: str) -> None:
        """Wait until words stand on the screen."""
        await self.sink.until(lambda: any(words in line for line in self.screen))


def setting(folder: Path, command: tuple[str, ...] = PROGRAM) -> AgentSetting:
    return AgentSetting(
        launch=AgentLaunch(name="screen", protocol="terminal", command=command),
        worktree=folder,
        environment={"PATH": os.environ["PATH"], "TERM": "dumb", "CI": "1", "LANG": "C.UTF-8"},
        log=folder / "agent.log",
        columns=60,
        rows=8,
    )


@asynccontextmanager
async def on_stage(
    folder: Path, command: tuple[str, ...] = PROGRAM, timing: Timing = QUICK
) -> AsyncIterator[Stage]:
    patience = Patience(hang_up=0.3, terminate=0.3, drain=0.3)
    agent = TerminalAgent(setting(folder, command), timing=timing, patience=patience)
    sink = RecordingSink()
    started = await agent.start(sink, "")
    assert Capability.ATTACH in started.capabilities
    try:
        yield Stage(agent, sink)
    finally:
        await agent.close()
        assert not psutil.pid_exists(started.pid)
        assert len(sink.exits) == 1


async def test_a_turn_types_its_words_and_ends_when_nothing_moves(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        assert stage.screen[0] == "\x1b[0;1;31mready\x1b[0m"
        assert await stage.agent.prompt("say hello there") == "quiet"
        assert "\x1b[0;32mhello there\x1b[0m" in stage.screen
        first, *later = stage.sink.all(ScreenChanged)
        assert first.whole
        assert not any(change.whole for change in later)


async def test_it_is_a_terminal_of_its_own_and_answers_queries(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.agent.prompt("terminal\nenvironment TERM\nenvironment CI\nquery")
        told = "\n".join(stage.screen)
        assert "True True" in told
        assert "'xterm-256color'" in told
        assert "None" in told
        assert r"\x1b[?62" in told


async def test_scrolled_lines_are_said_and_the_rest_at_the_end(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.agent.prompt("count 40")
        assert "line 0\nline 1\n" in stage.sink.said
        assert "line 39" not in stage.sink.said
    lines = stage.sink.said.splitlines()
    assert [line for line in lines if line.startswith("line")] == [
        f"line {number}" for number in range(40)
    ]
    assert stage.sink.order[-1] == "exited"


async def test_a_new_size_reaches_the_program_and_the_screen(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.agent.resize(44, 6)
        await stage.shows("size 44x6")
        last = stage.sink.all(ScreenChanged)[-1]
        assert (last.columns, last.rows) == (44, 6)


async def test_what_it_seems_to_ask_is_a_guess_and_holds_messages_back(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.agent.type_keys("ask overwrite it?\r")
        await stage.sink.until_event(GuessMade)
        guess = stage.sink.all(GuessMade)[-1]
        assert (guess.state, guess.line) == ("asking", "overwrite it? [y/n]")
        waiting = asyncio.create_task(stage.agent.prompt("say next"))
        await stage.sink.until(lambda: any("waits until" in text for _, text in stage.sink.notes))
        assert await stage.agent.steer("yes", "t1") is SteerOutcome.NOT_NOW
        await stage.agent.type_keys("n\r")
        assert await waiting == "quiet"
        assert "> got n" not in stage.screen[-1]
        assert any("got n" in line for line in stage.screen)
        assert any("\x1b[0;32mnext" in line for line in stage.screen)


async def test_a_message_that_was_held_back_is_not_taken_when_its_turn_is_interrupted(
    tmp_path: Path,
) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.agent.type_keys("ask overwrite it?\r")
        await stage.sink.until_event(GuessMade)
        waiting = asyncio.create_task(stage.agent.prompt("say next"))
        await stage.sink.until(lambda: any("waits until" in text for _, text in stage.sink.notes))
        await stage.agent.interrupt()
        assert await waiting == NOT_TAKEN
        assert not any("say next" in line for line in stage.screen)


async def test_a_turn_whose_screen_seems_to_ask_goes_on_once_it_is_answered(
    tmp_path: Path,
) -> None:
    async with on_stage(tmp_path) as stage:
        turn = asyncio.create_task(stage.agent.prompt("ask overwrite it?"))
        await stage.sink.until_event(GuessMade)
        done, _ = await asyncio.wait({turn}, timeout=3 * QUICK.quiet)
        assert not done
        await stage.agent.type_keys("y\r")
        assert await turn == "quiet"
        assert any("got y" in line for line in stage.screen)


async def test_steered_words_are_accepted_once_they_are_seen(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        turn = asyncio.create_task(stage.agent.prompt("say one"))
        await stage.shows("one")
        assert await stage.agent.steer("say two", "t1") is SteerOutcome.DELIVERED
        assert await turn == "quiet"
        assert stage.sink.accepted_tokens == ["t1"]
        assert stage.sink.not_accepted_tokens == []


async def test_no_key_of_the_lead_comes_between_words_and_their_enter(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        turn = asyncio.create_task(stage.agent.prompt("say one"))
        await asyncio.sleep(0)
        await stage.agent.type_keys("say ")
        await stage.agent.type_keys("two\r")
        await stage.agent.steer("say three", "t1")
        assert await turn == "quiet"
        said = [line for line in stage.screen if "32m" in line]
        assert [word for line in said for word in line.split("32m")[1:]] == [
            "one\x1b[0m",
            "two\x1b[0m",
            "three\x1b[0m",
        ]


async def test_steered_words_nobody_sees_are_unsure_at_the_turns_end(tmp_path: Path) -> None:
    silent = (sys.executable, "-c", "import tty,time;tty.setraw(0);print('on');time.sleep(60)")
    async with on_stage(tmp_path, silent) as stage:
        turn = asyncio.create_task(stage.agent.prompt("work"))
        await asyncio.sleep(0)
        assert await stage.agent.steer("more", "t1") is SteerOutcome.DELIVERED
        assert await turn == "quiet"
        (token, reason, lost), *others = stage.sink.not_accepted_tokens
        assert (token, lost, others) == ("t1", True, [])
        assert "screen" in reason


async def test_an_interrupt_is_ctrl_c(tmp_path: Path) -> None:
    sleeper = (sys.executable, "-u", "-c", _INTERRUPTIBLE)
    async with on_stage(tmp_path, sleeper, QUICK_BUT_PATIENT) as stage:
        turn = asyncio.create_task(stage.agent.prompt("begin"))
        await stage.shows("at work")
        await stage.agent.interrupt()
        assert await turn == "cancelled"
        await stage.shows("stopped")
        assert await stage.agent.steer("x", "t") is SteerOutcome.NOT_NOW


async def test_ctrl_c_counts_for_what_was_started_in_the_background(tmp_path: Path) -> None:
    """A shell makes what it starts with `&` ignore Ctrl+C, and children inherit that."""
    sleeper = (sys.executable, "-u", "-c", _INTERRUPTIBLE)
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        async with on_stage(tmp_path, sleeper, QUICK_BUT_PATIENT) as stage:
            signal.signal(signal.SIGINT, heard)
            turn = asyncio.create_task(stage.agent.prompt("begin"))
            await stage.shows("at work")
            await stage.agent.interrupt()
            assert await turn == "cancelled"
            await stage.shows("stopped")
    finally:
        signal.signal(signal.SIGINT, heard)


_INTERRUPTIBLE = """
import time
print("hello")
while True:
    try:
        input()
        print("at work")
        time.sleep(60)
    except KeyboardInterrupt:
        print("stopped")
"""
QUICK_BUT_PATIENT = Timing(quiet=30, settled=0.08, before_enter=0.03, enter=0.5, cancelled=0.5)


async def test_a_program_that_ends_ends_the_turn(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        assert await stage.agent.prompt("exit 3") == "exited"
        assert [code for code, _ in stage.sink.exits] == [3]
        with pytest.raises(AgentError, match="does not run"):
            await stage.agent.prompt("more")


async def test_a_stubborn_program_is_killed(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.agent.prompt("stubborn")
    assert [code for code, _ in stage.sink.exits] == [-9]


async def test_a_program_that_is_missing_or_dies_at_once_is_told(tmp_path: Path) -> None:
    missing = TerminalAgent(setting(tmp_path, ("no-such-program",)), timing=QUICK)
    with pytest.raises(AgentError, match="no such program"):
        await missing.start(RecordingSink(), "")
    dying = TerminalAgent(
        setting(tmp_path, (sys.executable, "-c", "exit('no licence')")), timing=QUICK
    )
    sink = RecordingSink()
    with pytest.raises(AgentError, match="exit code 1: no licence"):
        await dying.start(sink, "")
    await dying.close()
    assert len(sink.exits) == 1
    assert (tmp_path / "agent.log").read_text() == "no licence\n"


HOSTILE = (
    b"\x1b]52;c;c2VjcmV0\x07\x1b]2;OWNED\x07",
    b"\x9b31m\x1b[\xff\xfe\x1b[1;1;1;1m\xf0\x9f",
    b"\x1bPq#0;2;0;0;0\x1b\\\x1b_Ga=T;AAAA\x1b\\",
    b"\x1b[" + b"1;" * 200 + b"m",
)


async def test_hostile_output_leaves_only_colours(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.agent.prompt("\n".join(f"hostile {written.hex()}" for written in HOSTILE))
        told = stage.sink.said + "\n".join(stage.screen)
        assert told.count("survived") == len(HOSTILE), told
        for change in stage.sink.all(ScreenChanged):
            for line in change.lines.values():
                assert line.replace("\x1b[", "").isprintable()
                assert "OWNED" not in line


def test_the_environment_is_one_of_a_real_terminal() -> None:
    given = {"TERM": "dumb", "CI": "1", "NO_COLOR": "1", "PAGER": "cat", "LANG": "de_DE"}
    made = terminal_environment(given, {})
    assert made["TERM"] == "xterm-256color"
    assert made["PAGER"] == "cat"
    assert "CI" not in made
    assert "NO_COLOR" not in made
    assert terminal_environment({"TERM": "vt100"}, {"TERM": "vt100"})["TERM"] == "vt100"
    assert terminal_environment({}, {})["LC_CTYPE"] == "C.UTF-8"
