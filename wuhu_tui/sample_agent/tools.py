"""Tool calls: what the agent does to the files and with the commands of its folder."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import acp
from acp.schema import ToolCallLocation, ToolCallStatus, ToolCallUpdate, ToolKind

from wuhu_tui.sample_agent import commands
from wuhu_tui.sample_agent.commands import Command, Result
from wuhu_tui.sample_agent.steps import Edit, Report
from wuhu_tui.sample_agent.voice import Voice

READ_SECONDS = 1.2
EDIT_SECONDS = 2.0
COMMAND_SECONDS = 1.2
SHOWN_LINES = 40
GIT_SECONDS = 60.0
REPORT_SECONDS = 60.0
MERGING = "git rev-parse -q --verify MERGE_HEAD >/dev/null"


class ToolCall:
    """One tool call as the client sees it."""

    def __init__(self, voice: Voice, name: str, title: str, kind: ToolKind) -> None:
        self.name = name
        self.title = title
        self.kind = kind
        self.ended = False
        self._voice = voice
        self._heard = ""

    async def begin(self, arguments: dict[str, Any], path: Path | None = None) -> None:
        """Tell that it starts."""
        places = [ToolCallLocation(path=str(path))] if path else None
        await self._voice.tell(
            acp.start_tool_call(
                self.name,
                self.title,
                kind=self.kind,
                status="in_progress",
                locations=places,
                raw_input=arguments,
            )
        )

    async def hear(self, text: str) -> None:
        """Tell more of its output; the content is always all of it so far."""
        self._heard += text
        content = acp.tool_content(acp.text_block(self._heard))
        update = acp.update_tool_call(self.name, status="in_progress", content=[content])
        await self._voice.tell(update, keep=False)

    async def end(self, ok: bool, text: str = "", diff: Any = None) -> None:
        """Tell how it ended."""
        self.ended = True
        content = [diff] if diff else [acp.tool_content(acp.text_block(text))]
        status: ToolCallStatus = "completed" if ok else "failed"
        await self._voice.tell(acp.update_tool_call(self.name, status=status, content=content))

    def as_request(self, command: str) -> ToolCallUpdate:
        """The call as a permission request shows it."""
        arguments = {"command": command} if command else None
        return ToolCallUpdate(
            tool_call_id=self.name, title=self.title, kind=self.kind, raw_input=arguments
        )


async def read(call: ToolCall, folder: Path, path: str, voice: Voice) -> bool:
    """Read a file."""
    await call.begin({"path": path}, folder / path)
    await voice.pace.wait(READ_SECONDS)
    try:
        text = (folder / path).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        await call.end(ok=False, text=f"{path}: {error.strerror}")
        return False
    await call.end(ok=True, text="\n".join(text.splitlines()[:SHOWN_LINES]))
    return True


async def write(call: ToolCall, folder: Path, path: str, content: str, voice: Voice) -> bool:
    """Write a whole file."""
    target = folder / path
    await call.begin({"path": path}, target)
    await voice.pace.wait(EDIT_SECONDS)
    try:
        before = target.read_text(encoding="utf-8") if target.exists() else None
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    except OSError as error:
        await call.end(ok=False, text=f"{path}: {error.strerror}")
        return False
    await call.end(ok=True, diff=acp.tool_diff_content(str(target), content, before))
    return True


async def edit(call: ToolCall, folder: Path, step: Edit, voice: Voice) -> bool:
    """Replace the one place where `find` stands; done before, it succeeds again."""
    path, find, replace = step.edit, step.find, step.replace
    target = folder / path
    await call.begin({"path": path, "find": find, "replace": replace}, target)
    await voice.pace.wait(EDIT_SECONDS)
    try:
        before = target.read_text(encoding="utf-8")
    except OSError as error:
        await call.end(ok=False, text=f"{path}: {error.strerror}")
        return False
    if replace in before and (find in replace or find not in before):
        await call.end(ok=True, text="already so")
        return True
    if before.count(find) != 1:
        await call.end(ok=False, text=_why_not(before.count(find)))
        return False
    after = before.replace(find, replace)
    target.write_text(after, encoding="utf-8")
    await call.end(ok=True, diff=acp.tool_diff_content(str(target), after, before))
    return True


def _why_not(count: int) -> str:
    return "the text to replace is not there" if count == 0 else f"the text is there {count} times"


async def execute(
    call: ToolCall, folder: Path, command: Command, timeout: float, voice: Voice
) -> bool:
    """Run a command and tell its output while it runs."""
    await call.begin({"command": commands.as_text(command)})
    return await finish(call, folder, command, timeout, voice)


async def finish(
    call: ToolCall, folder: Path, command: Command, timeout: float, voice: Voice
) -> bool:
    """Run a command for a tool call that has begun."""
    await voice.pace.wait(COMMAND_SECONDS)
    result = await commands.run(command, folder, timeout, call.hear)
    await call.end(result.ok, text=_with_code(result))
    return result.ok


async def leave_running(call: ToolCall, folder: Path, command: Command) -> bool:
    """Start a command in the background."""
    await call.begin({"command": commands.as_text(command), "background": True})
    await commands.leave_running(command, folder)
    await call.end(ok=True, text="runs in the background")
    return True


async def commit(
    call: ToolCall, folder: Path, message: str, paths: tuple[str, ...], voice: Voice
) -> bool:
    """Commit with git what the paths hold; nothing to commit is fine."""
    add = shlex.join(("git", "add", "-A", "--", *paths))
    commit_ = shlex.join(("git", "commit", "-q", "-m", message))
    nothing = f"git diff --cached --quiet && ! {MERGING}"
    command = f"{add} && {{ {nothing} || {commit_}; }} && git log -1 --oneline"
    return await execute(call, folder, command, GIT_SECONDS, voice)


async def report(call: ToolCall, folder: Path, step: Report, voice: Voice) -> bool:
    """Report with the `wuhu` command found on PATH."""
    more = ("--evidence", step.evidence) if step.evidence else ()
    command = ("wuhu", "report", step.report, "--summary", step.summary, *more)
    return await execute(call, folder, command, REPORT_SECONDS, voice)


def _with_code(result: Result) -> str:
    return result.output if result.ok else f"{result.output.rstrip()}\n(exit code {result.code})"
