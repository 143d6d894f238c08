"""The keeper: the small process that owns one job, and writes down how it ended.

`python -m wuhu_tui.hosts.job_keeper <job folder> <lock> <pulse> <bell>` gets its task as a line on
stdin and detaches itself. It holds the job's lock and pulse for as long as it lives.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from wuhu_tui.hosts.job import JobProcesses, JobTask
from wuhu_tui.hosts.job_output import JobOutput
from wuhu_tui.journal.forensics import forgive_stderr
from wuhu_tui.journal.layout import JobFolder
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.jobs import JobOutcome, JobResult
from wuhu_tui.session.orphans import ORPHANS
from wuhu_tui.session.processes import ProcessTree

GRACE = 2.0
"""Seconds between the polite signal and the one nobody can ignore."""

LAST_WORDS = 1.0
"""Seconds in which what was printed before the end must have been read."""

HOLD = 0.2
"""Seconds without news after which an unfinished line is written."""

NOT_STARTED = 127
"""Exit code of a command that could not be started, as a shell has it."""

WRITE_PATIENCE = 60.0
"""Seconds in which a full disk may get room for the result."""

_PAUSE = 0.5
_PIECE = 1 << 16


class Keeper:
    """Runs one command and waits for whatever ends it."""

    def __init__(
        self, folder: JobFolder, task: JobTask, *, bell: int, caller: int, grace: float
    ) -> None:
        self._folder = folder
        self._task = task
        self._grace = grace
        redactor = Redactor({**os.environ, **task.environment})
        self._output = JobOutput(folder, redactor)
        self._selector = selectors.DefaultSelector()
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe = -1
        self._cut: JobResult | None = None
        """Why it has to end before its time."""
        self._listen(bell, caller if task.attended else -1)

    def keep(self) -> JobResult:
        """Run the command to its end, whatever that is."""
        try:
            self._process = self._begin()
        except OSError as error:
            said = f"it could not be started: {error.strerror or error}"
            return JobResult(outcome=JobOutcome.ENDED, exit_code=NOT_STARTED, detail=said)
        until = None if self._task.deadline is None else time.monotonic() + self._task.deadline
        self._attend(lambda: self._cut is not None or self._is_over, until)
        result = self._ended() if self._is_over else self._end()
        self._drain()
        self._output.close()
        if self._output.trouble and not result.detail:
            result = msgspec.structs.replace(result, detail=self._output.trouble)
        return result

    def _listen(self, bell: int, caller: int) -> None:
        waking, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _take_note)
        signal.signal(signal.SIGTERM, self._told_to_end)
        self._selector.register(waking, selectors.EVENT_READ, lambda: _empty(waking))
        self._selector.register(bell, selectors.EVENT_READ, lambda: self._rung(bell))
        if caller >= 0:
            gone = lambda: self._cut_short("whoever waited for it is gone")  # noqa: E731
            self._selector.register(caller, selectors.EVENT_READ, gone)

    def _begin(self) -> subprocess.Popen[bytes]:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        try:
            process = subprocess.Popen(
                ["/bin/sh", "-c", self._task.command],
                cwd=self._task.place,
                env=self._task.environment,
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
            )
        finally:
            os.close(writing)
        self._pipe = reading
        self._selector.register(reading, selectors.EVENT_READ, self._hear)
        return process

    @property
    def _is_over(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _attend(self, enough: Callable[[], bool], until: float | None) -> None:
        """Take in what comes until it is enough; at the end of its time the job is cut short."""
        while not enough():
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                self._cut = self._cut or JobResult(outcome=JobOutcome.TIMED_OUT)
                return
            held = HOLD if self._output.holds else None
            patience = min((limit for limit in (left, held) if limit is not None), default=None)
            ready = self._selector.select(patience)
            for key, _ in ready:
                key.data()
            if not ready:
                self._output.flush()

    def _hear(self) -> None:
        """Take a piece of output; at its end nothing more is expected of this pipe."""
        try:
            data = os.read(self._pipe, _PIECE)
        except BlockingIOError:
            return
        if data:
            self._output.take(data)
            return
        self._selector.unregister(self._pipe)
        os.close(self._pipe)
        self._pipe = -1

    def _rung(self, bell: int) -> None:
        who = _empty(bell).decode("utf-8", "replace").split("\n")[0]
        self._cut_short(f"stopped by {who or 'nobody'}")

    def _told_to_end(self, number: int, frame: object) -> None:
        self._cut_short("the system told it to end")

    def _cut_short(self, detail: str) -> None:
        self._cut = self._cut or JobResult(outcome=JobOutcome.STOPPED, detail=detail)

    def _ended(self) -> JobResult:
        """It ended by itself: what it left in its process group goes with it."""
        assert self._process is not None
        self._signal(signal.SIGKILL)
        code = self._process.returncode
        return JobResult(outcome=JobOutcome.ENDED, exit_code=code if code >= 0 else 128 - code)

    def _end(self) -> JobResult:
        """End everything it began, wherever that hides."""
        assert self._cut is not None
        self._signal(signal.SIGTERM)
        self._attend(lambda: self._is_over, time.monotonic() + self._grace)
        self._signal(signal.SIGKILL)
        mine = JobProcesses(self._folder.path, adopter=ORPHANS.adopter)
        left = ProcessTree(mine).end()
        if not left:
            return self._cut
        numbers = ", ".join(str(process.pid) for process in left)
        detail = f"{self._cut.detail}; these would not die: {numbers}".removeprefix("; ")
        return msgspec.structs.replace(self._cut, detail=detail)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _drain(self) -> None:
        """Take what was printed before the end; a daemon that holds the pipe keeps nobody waiting."""
        until = time.monotonic() + LAST_WORDS
        while self._pipe >= 0 and time.monotonic() < until:
            if not _is_ready(self._pipe):
                return
            self._hear()


def _is_ready(descriptor: int) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        return bool(selector.select(0))


def _take_note(number: int, frame: object) -> None:
    """Of a child's end the wake-up descriptor has told; a closing terminal is not our business."""


def _empty(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except BlockingIOError:
        return b""


def keep(folder: JobFolder, line: bytes, *, bell: int, caller: int, grace: float = GRACE) -> None:
    """Run the task and write its result; nothing on disk means that nobody knows the end."""
    task = msgspec.json.decode(line, type=JobTask)
    result = Keeper(folder, task, bell=bell, caller=caller, grace=grace).keep()
    write_result(folder, result)


def write_result(folder: JobFolder, result: JobResult, patience: float = WRITE_PATIENCE) -> None:
    """Write how it ended, once the disk takes it.

    Raises:
        JournalError: it did not in time.
    """
    give_up = time.monotonic() + patience
    content = msgspec.json.encode(result)
    while True:
        try:
            write_atomic(folder.result, content)
        except JournalError as error:
            if _write_into_room(folder, content):
                return
            if time.monotonic() > give_up or not folder.path.is_dir():
                raise
            sys.stderr.write(f"{error}\n")
            time.sleep(_PAUSE)
        else:
            with suppress(OSError):
                folder.room.unlink(missing_ok=True)
            return


def _write_into_room(folder: JobFolder, content: bytes) -> bool:
    """Put the result where room was kept for it; whether it fits and the disk takes it."""
    with suppress(OSError):
        size = folder.room.stat().st_size
        if len(content) <= size:
            with folder.room.open("rb+") as file:
                file.write(content.ljust(size))
                file.flush()
                os.fsync(file.fileno())
            folder.room.replace(folder.result)
            return True
    return False


def _read_line(descriptor: int) -> bytes:
    """The first line, byte by byte at its end: what comes after it is not ours to take."""
    line = bytearray()
    while not line.endswith(b"\n"):
        piece = os.read(descriptor, _PIECE)
        if not piece:
            break
        line += piece
    return bytes(line)


def main(arguments: list[str] | None = None) -> int:
    """Run the job that the command line names."""
    forgive_stderr()
    folder, *numbers = sys.argv[1:] if arguments is None else arguments
    held = [int(number) for number in numbers]
    for descriptor in held:
        os.set_inheritable(descriptor, False)
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGHUP, _take_note)  # unlike SIG_IGN, the command does not inherit this
    line = _read_line(0)
    if not line.endswith(b"\n"):
        return 1  # whoever began it is gone and has not said all
    ORPHANS.adopt()
    keep(JobFolder(Path(folder)), line, bell=held[-1], caller=0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
