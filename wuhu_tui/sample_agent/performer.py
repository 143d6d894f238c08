"""Performs a session's agenda: the steps of a turn, one by one, each remembered when it is done."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys

import acp
from acp.schema import Cost, PlanEntry, PlanEntryStatus, UsageUpdate
from acp.schema import Usage as TokenUsage

from wuhu_tui.sample_agent import asking, commands, steps
from wuhu_tui.sample_agent.scene import Scene
from wuhu_tui.sample_agent.steps import Steps
from wuhu_tui.sample_agent.tools import ToolCall
from wuhu_tui.sample_agent.workbench import Workbench

STEP_SECONDS = 0.7


class Performer:
    """Works off the agenda of one session."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._voice = scene.voice
        self._bookmark = scene.bookmark
        self._workbench = Workbench(scene)
        self._no_permission_open = asyncio.Event()
        self._no_permission_open.set()
        self._stop = ""
        self.used = _no_tokens()
        """Tokens used in this turn."""

    async def work(self) -> str:
        """Do all steps of the agenda; returns the turn's stop reason."""
        self._stop = ""
        self.used = _no_tokens()
        while True:
            if self._bookmark.place.agenda:
                await self._next()
            elif self._scene.steers:
                await self._read_steers()
            else:
                return self._stop or "end_turn"

    async def permission_closed(self) -> None:
        """Wait until no permission request is open."""
        await self._no_permission_open.wait()

    async def _next(self) -> None:
        step, *rest = self._bookmark.place.agenda
        if isinstance(step, steps.Crash | steps.Hang):
            self._bookmark.keep(agenda=tuple(rest))
        try:
            more = await self._perform(step)
        except asyncio.CancelledError:
            self._bookmark.keep(agenda=tuple(rest), asking="")
            raise
        self._bookmark.keep(agenda=() if self._stop else (*more, *rest))
        if step.tool:
            await self._read_steers()
        await self._voice.pace.wait(STEP_SECONDS)

    async def _read_steers(self) -> None:
        """Read what arrived during the turn, as agents do when a tool has ended."""
        waiting, self._scene.steers[:] = tuple(self._scene.steers), ()
        for text in waiting:
            self._bookmark.keep(last_steer=text)
            await self._voice.understood(text)
            agenda = (*self._scene.on_steer, *self._bookmark.place.agenda)
            self._bookmark.keep(agenda=agenda)
        if waiting:
            self._scene.on_steers_read()

    async def _perform(self, step: steps.Step) -> Steps:
        """Do one step; returns the steps it calls for, to be done next."""
        if step.tool:
            return await self._workbench.use(step)
        match step:
            case steps.Ask():
                return await self._ask(step)
            case steps.Permission():
                return await self._permission(step)
            case steps.Repeat(repeat=count):
                again = (step.model_copy(update={"repeat": count - 1}),) if count > 1 else ()
                return (*step.steps, *again) if count else ()
            case steps.Crash() | steps.Hang() | steps.Stop() | steps.Frame() | steps.Log():
                await self._misbehave(step)
            case _:
                await self._tell(step)
        return ()

    async def _tell(self, step: steps.Step) -> None:
        match step:
            case steps.Say():
                await self._voice.say(self._bookmark.fill(step.say))
            case steps.Think():
                await self._voice.think(self._bookmark.fill(step.think))
            case steps.Plan():
                await self._voice.tell(acp.update_plan(_plan_entries(step)))
            case steps.Usage():
                await self._tell_usage(step.usage)
            case steps.Sleep():
                await self._voice.pace.wait(step.sleep)

    async def _misbehave(self, step: steps.Step) -> None:
        match step:
            case steps.Stop():
                self._stop = step.stop
            case steps.Log():
                _write_words(self._bookmark.fill(step.log))
            case steps.Frame():
                line = step.frame.replace("{session}", self._voice.session)
                self._scene.write_raw(line.encode("utf-8", "surrogateescape") + b"\n")
            case steps.Hang():
                await asyncio.Event().wait()
            case steps.Crash():
                _die(step)

    async def _ask(self, step: steps.Ask) -> Steps:
        question, place = self._bookmark.fill(step.ask), self._bookmark.place
        known = None
        if place.asking == question:
            known = asking.option_in(step, question, place.last_prompt)
        answer = known.key if known else await self._put(question, step)
        self._bookmark.keep(asking="", last_answer=answer or "")
        if answer is None:
            return step.on_none
        chosen = next((option for option in step.options if option.key == answer), None)
        return chosen.steps if chosen else step.on_text

    async def _put(self, question: str, step: steps.Ask) -> str | None:
        if not asking.can_ask(self._scene.capabilities):
            await self._voice.say(f"I would ask “{question}”, but nobody can be asked here.")
            return None
        self._bookmark.keep(asking=question)
        return await asking.ask(self._voice.client, self._voice.session, question, step)

    async def _permission(self, step: steps.Permission) -> Steps:
        command = self._bookmark.fill(step.command, shlex.quote)
        call = self._workbench.call(self._bookmark.fill(step.permission), "execute")
        await call.begin({"command": commands.as_text(command)} if command else {})
        if not await self._workbench.finish(call, self._request(call, command)):
            await call.end(ok=False, text="not allowed")
            return step.on_reject
        if command:
            await self._workbench.run_for(call, command)
        else:
            await call.end(ok=True, text="allowed")
        return step.on_allow

    async def _request(self, call: ToolCall, command: str) -> bool:
        self._no_permission_open.clear()
        try:
            request = call.as_request(commands.as_text(command))
            return bool(await asking.permitted(self._voice.client, self._voice.session, request))
        finally:
            self._no_permission_open.set()

    async def _tell_usage(self, used: steps.Used) -> None:
        self._bookmark.keep(cost=self._bookmark.place.cost + used.cost)
        self.used = TokenUsage(
            total_tokens=self.used.total_tokens + used.input + used.output,
            input_tokens=self.used.input_tokens + used.input,
            output_tokens=self.used.output_tokens + used.output,
        )
        cost = Cost(amount=round(self._bookmark.place.cost, 6), currency="USD")
        await self._voice.tell(
            UsageUpdate(session_update="usage_update", used=used.used, size=used.size, cost=cost)
        )


def _no_tokens() -> TokenUsage:
    return TokenUsage(total_tokens=0, input_tokens=0, output_tokens=0)


def _plan_entries(step: steps.Plan) -> list[PlanEntry]:
    def status(number: int) -> PlanEntryStatus:
        if number < step.done:
            return "completed"
        return "in_progress" if number == step.done else "pending"

    return [acp.plan_entry(text, status=status(n)) for n, text in enumerate(step.plan)]


def _write_words(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def _die(step: steps.Crash) -> None:
    _write_words(step.words)
    if isinstance(step.crash, str):
        os.kill(os.getpid(), signal.Signals[f"SIG{step.crash}"])
    else:
        os._exit(step.crash)
