"""A program in a real pseudo-terminal; everything it writes is read at once and searched."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.measuring import end

STAMP = re.compile(rb"<(\d{10,})>")
"""A line's own time: nanoseconds of the monotonic clock, the same in every process here."""

KEEP = 1 << 16
"""Bytes of the newest output that are kept."""


class Terminal:
    """Runs a command in a terminal of its own; `latencies` are stamp → seen, each stamp once."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        size: tuple[int, int] = (200, 60),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.latencies: list[tuple[float, float]] = []
        self.recent = b""
        self.started = time.monotonic()
        self._seen: set[bytes] = set()
        self._tail = b""
        self._wanted: bytes | None = None
        self._found = threading.Event()
        self._found_at = 0.0
        self._guard = threading.Lock()
        self.pid, self._master = self._spawn(command, folder, size, dict(environment or {}))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _spawn(
        self, command: Sequence[str], folder: Path, size: tuple[int, int], extra: dict[str, str]
    ) -> tuple[int, int]:
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            **extra,
        }
        pid, master = pty.fork()
        if pid == 0:
            try:
                columns, lines = size
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
                os.chdir(folder)
                os.execvpe(command[0], list(command), environment)
            finally:
                os._exit(127)
        return pid, master

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def press(self, keys: str, awaiting: str | None = None) -> None:
        """Type; `awaiting` is looked for from the first byte on, `expected` tells when it came."""
        if awaiting is not None:
            self.expect(awaiting)
        os.write(self._master, keys.encode())

    def wait_for(self, text: str, timeout: float) -> float:
        """The moment at which `text` was first on its way to the screen after this call began."""
        self.expect(text)
        return self.expected(timeout)

    def expect(self, text: str) -> None:
        """Begin to look for `text` in what comes from now on."""
        with self._guard:
            self._wanted = text.encode()
            self._tail = b""
            self._found.clear()

    def expected(self, timeout: float) -> float:
        """The moment at which it came.

        Raises:
            TimeoutError: it did not come.
        """
        if not self._found.wait(timeout):
            with self._guard:
                tail = self._tail[-400:]
            raise TimeoutError(f"{self._wanted!r} was not painted; the last output: {tail!r}")
        return self._found_at

    def ended(self, timeout: float) -> bool:
        """Whether the program ended by itself in time."""
        self._reader.join(timeout)
        return not self._reader.is_alive()

    def close(self) -> None:
        """End the program and all it started."""
        end(self.pid)
        self._reader.join(5)
        with contextlib.suppress(OSError):
            os.close(self._master)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _read(self) -> None:
        while True:
            try:
                chunk = os.read(self._master, 1 << 16)
            except OSError:
                return
            if not chunk:
                return
            self._take(chunk, time.monotonic())

    def _take(self, chunk: bytes, moment: float) -> None:
        with self._guard:
            self.recent = (self.recent + chunk)[-KEEP:]
            text = self._tail + chunk
            for match in STAMP.finditer(text):
                if match[1] not in self._seen:
                    self._seen.add(match[1])
                    self.latencies.append((moment, moment - int(match[1]) / 1e9))
            if self._wanted is not None and self._wanted in text:
                self._wanted, self._found_at = None, moment
                self._found.set()
            self._tail = text[-KEEP:] if self._wanted else text[-64:]
