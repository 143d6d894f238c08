"""The one place that runs git: argument lists, explicit folders, scrubbed environment, deadlines."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.refusals import held_lock, refused, shown, verb

DEADLINE = 60.0
"""Seconds after which a git call is ended."""

LONG = 600.0
"""Seconds for calls that may check out a whole tree."""

_GRACE = 2.0
_PAUSE = 0.05

_FOREIGN = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_QUARANTINE_PATH",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_REFLOG_ACTION",
    "GIT_DEFAULT_HASH",
)

_ENGLISH = {"LC_ALL": "C", "LANGUAGE": ""}

_FIXED = {
    "TERM": "dumb",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": ":",
    "GIT_SEQUENCE_EDITOR": ":",
    "GIT_MERGE_AUTOEDIT": "no",
    "GIT_TERMINAL_PROMPT": "0",
}

_ALWAYS = ("-c", "maintenance.auto=false", "-c", "gc.auto=0", "-c", "rerere.enabled=false")


def scrubbed(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would send git to another repository, and never asking."""
    kept = {
        name: value
        for name, value in environment.items()
        if name not in _FOREIGN and not name.startswith("GIT_TRACE")
    }
    return {**kept, **_FIXED}


@dataclass(frozen=True)
class Answer:
    """How a git call ended."""

    code: int
    output: bytes
    words: str
    """What it wrote to stderr."""

    @property
    def text(self) -> str:
        """Its output as text, without the last newline."""
        return self.output.decode("utf-8", "backslashreplace").rstrip("\n")


@dataclass(frozen=True)
class Git:
    """Runs git in one folder; every call has a deadline and ends its processes there."""

    folder: Path
    deadline: float = DEADLINE
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the scrubbed environment of every call."""
    program: tuple[str, ...] = ("git",)
    """What runs git: git itself, or something that makes it yield to others."""

    def at(self, folder: Path) -> Git:
        """The same, in another folder."""
        return replace(self, folder=folder)

    def marked(self, name: str, value: Path) -> Git:
        """The same, with a variable that tells its processes from others after a crash."""
        return replace(self, environment={**self.environment, name: str(value)})

    async def run(
        self, *arguments: str, given: bytes = b"", deadline: float = 0.0, patience: float = 0.0
    ) -> str:
        """Run a command that may change something; returns its output.

        `patience` is how long to try again while another git process holds a lock.

        Raises:
            GitError: git refused; with what, where and remedy.
        """
        answer = await self.attempt(*arguments, given=given, deadline=deadline, patience=patience)
        return self._accepted(arguments, answer).text

    async def read(self, *arguments: str, given: bytes = b"", deadline: float = 0.0) -> str:
        """Run a command that only looks, without taking git's optional locks."""
        return self._accepted(
            arguments, await self.look(*arguments, given=given, deadline=deadline)
        ).text

    async def read_bytes(self, *arguments: str, deadline: float = 0.0) -> bytes:
        """Like `read`, with the output as it is: paths and contents need not be text."""
        return self._accepted(arguments, await self.look(*arguments, deadline=deadline)).output

    async def look(self, *arguments: str, given: bytes = b"", deadline: float = 0.0) -> Answer:
        """Run a command that only looks, whatever its exit code."""
        quiet = replace(self, environment={**self.environment, "GIT_OPTIONAL_LOCKS": "0"})
        return await quiet.attempt(*arguments, given=given, deadline=deadline)

    async def attempt(
        self, *arguments: str, given: bytes = b"", deadline: float = 0.0, patience: float = 0.0
    ) -> Answer:
        """Run a command that may change something, whatever its exit code."""
        until = asyncio.get_running_loop().time() + patience
        while True:
            answer = await self._once(arguments, given, deadline or self.deadline)
            late = asyncio.get_running_loop().time() >= until
            if answer.code == 0 or late or not held_lock(answer.words):
                return answer
            await asyncio.sleep(_PAUSE)

    def _accepted(self, arguments: tuple[str, ...], answer: Answer) -> Answer:
        if answer.code:
            raise refused(arguments, answer.words or answer.text, self.folder)
        return answer

    async def _once(self, arguments: tuple[str, ...], given: bytes, deadline: float) -> Answer:
        process = await self._spawn(arguments)
        try:
            async with asyncio.timeout(deadline):
                output, words = await process.communicate(given)
        except TimeoutError:
            await _end(process)
            raise self._late(arguments, deadline) from None
        except BaseException:
            await _end(process)
            raise
        code = process.returncode or 0
        return Answer(code=code, output=output, words=words.decode("utf-8", "backslashreplace"))

    async def _spawn(self, arguments: tuple[str, ...]) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                *self.program,
                *_ALWAYS,
                *arguments,
                cwd=self.folder,
                env={**scrubbed(os.environ), **_ENGLISH, **self.environment},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except (FileNotFoundError, NotADirectoryError) as error:
            raise self._absent() from error
        except OSError as error:
            raise GitError(
                f"git {verb(arguments)} could not start: {error.strerror}", where=str(self.folder)
            ) from error

    def _absent(self) -> GitError:
        if not self.folder.is_dir():
            return GitError(
                "this folder does not exist",
                where=str(self.folder),
                remedy="check the path; a removed worktree comes back with: wuhu resume",
            )
        return GitError(
            "the program git is not on PATH",
            where=str(self.folder),
            remedy="install git 2.38 or newer",
        )

    def _late(self, arguments: tuple[str, ...], deadline: float) -> GitError:
        return GitError(
            f"git {verb(arguments)} did not end within {deadline:g} s and was stopped",
            where=str(self.folder),
            remedy=f"try it by hand: {shown(arguments)}",
        )


def yielding() -> tuple[str, ...]:
    """How git is run so that everybody else goes first."""
    places = (os.path.join(folder, "nice") for folder in os.get_exec_path())  # noqa: PTH118
    nice = next((place for place in places if os.access(place, os.X_OK)), "")
    return (nice, "-n", "10", "git") if nice else ("git",)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the process and all it started: politely first, so that git removes its lock files."""
    _signal(process, signal.SIGTERM)
    await _exited(process)
    _signal(process, signal.SIGKILL)
    _close(process)
    await _exited(process)


async def _exited(process: asyncio.subprocess.Process) -> None:
    """Wait a moment: the pipes may have gone to somebody who keeps them open."""
    try:
        async with asyncio.timeout(_GRACE):
            await process.wait()
    except TimeoutError:
        return


def _signal(process: asyncio.subprocess.Process, kind: signal.Signals) -> None:
    try:
        os.killpg(process.pid, kind)
    except (ProcessLookupError, PermissionError):
        return


def _close(process: asyncio.subprocess.Process) -> None:
    """Let go of the pipes even when a process outside the group still holds them."""
    transport = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()
