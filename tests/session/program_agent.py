"""Speaks to `program.py`, an agent in its own process."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from wuhu_tui.agents.protocol import AgentSetting, AgentSink, Started, SteerOutcome
from wuhu_tui.journal.clock import now
from wuhu_tui.model.errors import AgentError, NotPossible
from wuhu_tui.model.events import AgentSaid, ToolEnded, ToolStarted
from wuhu_tui.model.questions import Question, QuestionKind

PROGRAM = Path(__file__).with_name("program.py")


class ProgramAgent:
    def __init__(self, setting: AgentSetting) -> None:
        self._setting = setting
        self._turn: asyncio.Future[str] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._process: asyncio.subprocess.Process | None = None
        self._sink: AgentSink | None = None

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process

    @property
    def sink(self) -> AgentSink:
        assert self._sink is not None
        return self._sink

    async def start(self, sink: AgentSink, reference: str) -> Started:
        self._sink = sink
        with self._setting.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(PROGRAM),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                cwd=self._setting.worktree,
                env=self._setting.environment,
            )
        self._spawn(self._read())
        self._spawn(self._watch())
        return Started(pid=self.process.pid, reference="c1", resumed=bool(reference))

    async def prompt(self, text: str) -> str:
        self._turn = asyncio.get_running_loop().create_future()
        self._write(prompt=text)
        return await self._turn

    async def steer(self, text: str, token: str) -> SteerOutcome:
        return SteerOutcome.NOT_SUPPORTED

    async def set_mode(self, mode: str) -> None:
        raise NotPossible("it has no modes")

    async def set_model(self, model: str) -> None:
        raise NotPossible("it has no models")

    async def type_keys(self, text: str) -> None:
        """It has no screen."""

    async def resize(self, columns: int, rows: int) -> None:
        """It has no screen."""

    async def interrupt(self) -> None:
        self.process.send_signal(signal.SIGUSR1)

    async def close(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()

    def _write(self, **fields: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(fields).encode() + b"\n")

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self._heard(json.loads(line))

    async def _watch(self) -> None:
        """Not by the end of its output: what it started may hold that open."""
        code = await self.process.wait()
        self.sink.exited(code, self._setting.log.read_text()[-500:])
        if self._turn and not self._turn.done():
            self._turn.set_exception(AgentError("the program died"))

    def _heard(self, told: dict[str, str]) -> None:
        match told:
            case {"said": text}:
                self.sink.emit(AgentSaid(text=text))
            case {"tool": name, "kind": kind}:
                self.sink.emit(ToolStarted(call=name, title=name, kind=kind))
            case {"done": name}:
                self.sink.emit(ToolEnded(call=name))
            case {"ask": name, "words": words}:
                self._spawn(self._ask(name, words))
            case {"end": reason}:
                assert self._turn is not None
                self._turn.set_result(reason)

    async def _ask(self, name: str, words: str) -> None:
        question = Question(id=name, kind=QuestionKind.OPEN, text=words, asked_at=now())
        answer = await self.sink.ask(question)
        self._write(answer=answer.text if answer else "")

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
