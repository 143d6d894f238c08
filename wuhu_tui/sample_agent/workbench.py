"""Performs the steps that are tool calls."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Coroutine
from typing import Any

import acp
from acp.schema import ToolKind

from wuhu_tui.sample_agent import commands, steps, tools
from wuhu_tui.sample_agent.scene import Scene
from wuhu_tui.sample_agent.steps import Steps
from wuhu_tui.sample_agent.tools import ToolCall

COMMAND_SECONDS = 120.0


class Workbench:
    """The tools of one session."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._folder = scene.folder
        self._voice = scene.voice
        self._bookmark = scene.bookmark

    async def use(self, step: steps.Step) -> Steps:
        """Perform a tool step; returns the steps that its result calls for."""
        match step:
            case steps.Edit():
                return await self._edit(step)
            case steps.Run():
                return await self._run(step)
            case steps.Read(read=path):
                call = self.call(f"Read {path}", "read")
                await self.finish(call, tools.read(call, self._folder, path, self._voice))
            case steps.Write():
                await self._write(step)
            case steps.Commit():
                await self._commit(step)
            case steps.Report():
                await self._report(step)
            case steps.ClientRead(client_read=path):
                call = self.call(f"Read {path}", "read")
                await self._through_client(call, path, self._client_read(path))
            case steps.ClientWrite(client_write=path):
                call = self.call(f"Write {path}", "edit")
                content = self._bookmark.fill(step.content)
                await self._through_client(call, path, self._client_write(path, content))
        return ()

    def call(self, title: str, kind: ToolKind) -> ToolCall:
        """A new tool call."""
        return ToolCall(self._voice, self._bookmark.next_call(), title, kind)

    async def finish(self, call: ToolCall, work: Coroutine[Any, Any, bool]) -> bool:
        """Do the work of a tool call; when it is cancelled, tell that the call failed."""
        try:
            return await work
        except asyncio.CancelledError:
            if self._scene.ends_open_tools and not call.ended:
                await call.end(ok=False, text="cancelled")
            raise

    async def run_for(self, call: ToolCall, command: str) -> bool:
        """Run a command for a call that has begun, because it was allowed."""
        work = tools.finish(call, self._folder, command, COMMAND_SECONDS, self._voice)
        return await self.finish(call, work)

    async def _edit(self, step: steps.Edit) -> Steps:
        call = self.call(f"Edit {step.edit}", "edit")
        filled = step.model_copy(update={"replace": self._bookmark.fill(step.replace)})
        done = await self.finish(call, tools.edit(call, self._folder, filled, self._voice))
        return () if done else step.on_failure

    async def _write(self, step: steps.Write) -> None:
        call = self.call(f"Write {step.write}", "edit")
        content = self._bookmark.fill(step.content)
        work = tools.write(call, self._folder, step.write, content, self._voice)
        await self.finish(call, work)

    async def _run(self, step: steps.Run) -> Steps:
        command = self._bookmark.fill_command(step.run)
        call = self.call(step.title or commands.as_text(command), "execute")
        if step.background:
            work = tools.leave_running(call, self._folder, command)
        else:
            work = tools.execute(call, self._folder, command, step.timeout, self._voice)
        return step.on_success if await self.finish(call, work) else step.on_failure

    async def _commit(self, step: steps.Commit) -> None:
        message = self._bookmark.fill(step.commit)
        call = self.call(f"git commit: {message.splitlines()[0]}", "execute")
        work = tools.commit(call, self._folder, message, step.paths, self._voice)
        await self.finish(call, work)

    async def _report(self, step: steps.Report) -> None:
        fill = self._bookmark.fill
        summary, evidence = fill(step.summary), fill(step.evidence)
        filled = step.model_copy(update={"summary": summary, "evidence": evidence})
        call = self.call(f"wuhu report {step.report} {shlex.quote(summary)}", "execute")
        await self.finish(call, tools.report(call, self._folder, filled, self._voice))

    async def _through_client(
        self, call: ToolCall, path: str, asked: Coroutine[Any, Any, str]
    ) -> None:
        await call.begin({"path": path})
        try:
            await call.end(ok=True, text=await asked)
        except acp.RequestError as error:
            await call.end(ok=False, text=f"{error}: {error.data}")

    async def _client_read(self, path: str) -> str:
        found = await self._voice.client.read_text_file(
            session_id=self._voice.session, path=str(self._folder / path)
        )
        return found.content

    async def _client_write(self, path: str, content: str) -> str:
        await self._voice.client.write_text_file(
            session_id=self._voice.session, path=str(self._folder / path), content=content
        )
        return "written"
