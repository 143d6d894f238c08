"""One session: its prompts, the messages that arrive while it works, and how a turn ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import acp
from acp.schema import PromptResponse

from wuhu_tui.sample_agent.performer import Performer
from wuhu_tui.sample_agent.scene import Scene
from wuhu_tui.sample_agent.script import Script


@dataclass
class _Caller:
    """A `session/prompt` that has not been answered yet."""

    answer: asyncio.Future[str]
    answered_at_all: bool = True


class SampleSession:
    """Follows the script from prompt to prompt."""

    def __init__(self, script: Script, scene: Scene, performer: Performer) -> None:
        self._script = script
        self._scene = scene
        self._performer = performer
        self._callers: list[_Caller] = []
        self._work: asyncio.Task[None] | None = None
        self._telling: asyncio.Future[None] | None = None
        scene.on_steers_read = self._handed_over

    @property
    def busy(self) -> bool:
        """Whether a turn is running."""
        return self._work is not None and not self._work.done()

    async def prompt(self, text: str) -> PromptResponse:
        """Run a turn, or fold the message into the running one."""
        if self.busy:
            await self._second_prompt(text)
        caller = _Caller(asyncio.get_running_loop().create_future())
        if self.busy:
            caller.answered_at_all = self._script.behaviour.second_prompt != "never"
            self._fold(text)
        else:
            self._work = asyncio.create_task(self._turn(text))
        self._callers.append(caller)
        reason = await caller.answer
        return PromptResponse.model_construct(stop_reason=reason, usage=self._performer.used)

    def _fold(self, text: str) -> None:
        self._scene.steers.append(text)
        if self._script.behaviour.tells_folded:
            told = self._scene.voice.client.ext_notification("sample/folded", {"text": text})
            self._telling = asyncio.ensure_future(told)

    async def _second_prompt(self, text: str) -> None:
        match self._script.behaviour.second_prompt:
            case "refuse":
                raise acp.RequestError(-32603, "a turn is running", {"prompt": text})
            case "cancels":
                await self.cancel()
            case _:
                pass

    def steer(self, text: str) -> bool:
        """Take a message into the running turn; False when none is running."""
        if self.busy:
            self._scene.steers.append(text)
        return self.busy

    async def cancel(self) -> None:
        """End the running turn and kill its command."""
        if self._work is None or self._script.behaviour.deaf:
            return
        if self._script.behaviour.cancel_waits_for_permission:
            await self._performer.permission_closed()
        self._work.cancel()
        await asyncio.wait({self._work})

    async def _turn(self, text: str) -> None:
        reason = "cancelled"
        try:
            await self._begin(text)
            reason = await self._performer.work()
        finally:
            self._answer_callers(reason)
            self._scene.bookmark.keep(running=False)

    def _answer_callers(self, reason: str) -> None:
        """Whatever ended the turn, a full disk too, nobody waits for it any more."""
        for caller in self._callers:
            if caller.answered_at_all and not caller.answer.done():
                caller.answer.set_result(reason)
        self._callers = [caller for caller in self._callers if not caller.answer.done()]

    async def _begin(self, text: str) -> None:
        bookmark = self._scene.bookmark
        place = bookmark.place
        self._scene.voice.keep(acp.update_user_message_text(text))
        bookmark.keep(last_prompt=text, running=True)
        if place.agenda:
            await self._scene.voice.say("I go on where I was.")
        elif place.running:
            await self._scene.voice.say("I had done everything when I was interrupted.")
        elif place.turn < len(self._script.turns):
            bookmark.keep(turn=place.turn + 1, agenda=self._script.turns[place.turn].steps)
        else:
            bookmark.keep(agenda=self._script.follow_up(text))
            await self._scene.voice.understood(text)

    def _handed_over(self) -> None:
        """A message of another prompt was read: some agents answer the earlier prompts now."""
        if self._script.behaviour.second_prompt != "early":
            return
        for caller in self._callers[:-1]:
            if not caller.answer.done():
                caller.answer.set_result("end_turn")
