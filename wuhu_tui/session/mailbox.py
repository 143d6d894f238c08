"""The spool of commands addressed to one session: one file a command, taken once, by id."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from wuhu_tui.journal.clock import new_id
from wuhu_tui.journal.views import sync_folder
from wuhu_tui.model.commands import AnyCommand
from wuhu_tui.model.errors import JournalError, NotFound
from wuhu_tui.model.value import Value

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_newest = 0


class BadCommand(Value, frozen=True):
    """A file in the mailbox that is no command; it lies in `bad/` now."""

    path: Path
    reason: str


class Mailbox:
    """Commands wait in `new/`, lie in `cur/` once taken, and in `bad/` if nobody can read them."""

    def __init__(self, path: Path, tell: Callable[[BadCommand], None] | None = None) -> None:
        self.path = path
        self._tell = tell or (lambda problem: None)

    @property
    def bell(self) -> Path:
        """The FIFO that wakes the runner."""
        return self.path / "bell"

    def prepare(self) -> None:
        """Make what folders are missing."""
        for name in ("tmp", "new", "cur", "bad"):
            (self.path / name).mkdir(parents=True, exist_ok=True)

    def put(self, command: AnyCommand) -> None:
        """Lay a command down durably and ring the bell; a command that waits already is a no-op.

        Raises:
            NotFound: there is no mailbox here.
            JournalError: the disk refused; nothing was laid down.
        """
        if not (self.path / "new").is_dir():
            raise NotFound(
                "this session has no mailbox",
                where=str(self.path),
                remedy="look at the sessions there are: wuhu sessions",
            )
        if not self._waits(command.id):
            self._lay_down(command)
        self.ring()

    def take_all(self) -> list[tuple[AnyCommand, Path]]:
        """Every waiting command in the order it was put; each stays until `done`."""
        taken: list[tuple[AnyCommand, Path]] = []
        for path in self._files():
            try:
                taken.append((_decoder.decode(path.read_bytes()), path))
            except FileNotFoundError:
                continue
            except (msgspec.DecodeError, OSError, ValueError) as error:
                self._set_aside(path, str(error))
        return taken

    def done(self, path: Path) -> None:
        """Move a command that took effect out of the way."""
        with suppress(FileNotFoundError):
            path.replace(self.path / "cur" / path.name)

    def ring(self) -> None:
        """Wake the runner, if one listens."""
        try:
            descriptor = os.open(self.bell, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            if error.errno in (errno.ENXIO, errno.ENOENT):
                return
            raise
        try:
            os.write(descriptor, b"!")
        except BlockingIOError:
            return  # the bell is full of rings already
        finally:
            os.close(descriptor)

    def _files(self) -> list[Path]:
        try:
            with os.scandir(self.path / "new") as entries:
                names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
        except FileNotFoundError:
            return []
        return [self.path / "new" / name for name in names]

    def _waits(self, command: str) -> bool:
        ending = f".{_file_name(command)}.json"
        return any(path.name.endswith(ending) for path in self._files())

    def _lay_down(self, command: AnyCommand) -> None:
        name = f"{_next_moment():020d}.{_file_name(command.id)}.json"
        draft = self.path / "tmp" / f"{new_id()}.json"
        try:
            _write_durably(draft, _encoder.encode(command))
            draft.replace(self.path / "new" / name)
            sync_folder(self.path / "new")
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise JournalError(
                f"cannot lay a command down: {error.strerror or error}",
                where=str(self.path),
                remedy="free some space or repair the folder's permissions",
            ) from error

    def _set_aside(self, path: Path, reason: str) -> None:
        kept = self.path / "bad" / path.name
        path.replace(kept)
        self._tell(BadCommand(path=kept, reason=reason))


def _file_name(command: str) -> str:
    """An id as part of a file's name: itself, or its hash when it holds anything but letters."""
    if _PLAIN_NAME.fullmatch(command):
        return command
    return "h" + hashlib.sha256(command.encode()).hexdigest()


def _next_moment() -> int:
    """Nanoseconds that only rise within this process: the order of putting is the order of taking."""
    global _newest  # noqa: PLW0603
    _newest = max(_newest + 1, time.time_ns())
    return _newest


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
