"""The spool of commands addressed to one session: one file a command, taken once, by id."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from wuhu_tui.journal.clock import new_id
from wuhu_tui.journal.views import sync_folder
from wuhu_tui.model.commands import MAX_SIZE, AnyCommand, Keys, Resize, encode_command
from wuhu_tui.model.errors import JournalError, NotFound
from wuhu_tui.model.value import Value

_MOMENT = re.compile(r"[01]\d{19}\.")
"""How the names of our files begin; for three hundred years to come."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")

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
        self._unmovable: set[str] = set()

    @property
    def bell(self) -> Path:
        """The FIFO that wakes the runner."""
        return self.path / "bell"

    def prepare(self) -> None:
        """Make what folders are missing."""
        self._make_folders("tmp", "new", "cur", "bad")

    def _make_folders(self, *names: str) -> None:
        for name in names:
            (self.path / name).mkdir(parents=True, exist_ok=True)

    def put(self, command: AnyCommand) -> None:
        """Lay a command down durably and ring the bell; a command that waits already is a no-op.

        Raises:
            NotFound: there is no session here.
            UsageError: it is larger than a mailbox takes.
            JournalError: the disk refused; nothing was laid down.
        """
        if not self.path.parent.is_dir():
            raise NotFound(
                "this session has no folder to lay a command into",
                where=str(self.path),
                remedy="look at the sessions there are: wuhu sessions",
            )
        waiting = self._names()
        ending = f".{_file_name(command.id)}.json"
        if not any(name.endswith(ending) for name in waiting):
            self._lay_down(command, _after(waiting))
        self.ring()

    def take_all(self) -> list[tuple[AnyCommand, Path]]:
        """Every waiting command in the order it was put; each stays until `done`."""
        taken: list[tuple[AnyCommand, Path]] = []
        for path in self._files():
            try:
                taken.append((_decoder.decode(_content(path)), path))
            except FileNotFoundError:
                continue
            except (msgspec.DecodeError, OSError, ValueError) as error:
                self._set_aside(path, str(error))
        return taken

    def done(self, path: Path) -> None:
        """Move a command that took effect out of the way; one that is gone already is done.

        Raises:
            JournalError: the disk refused; the file lies where it lay.
        """
        if os.path.lexists(path):
            self._move(path, "cur")

    def discard(self, path: Path) -> None:
        """Remove a command of which nothing is kept.

        Raises:
            JournalError: the disk refused; the file lies where it lay.
        """
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _refused("cannot be removed", path, error) from error

    def ring(self) -> None:
        """Wake the runner, if one listens."""
        try:
            descriptor = os.open(self.bell, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            if error.errno not in (errno.ENXIO, errno.ENOENT):
                sys.stderr.write(f"cannot ring, the runner looks by itself: {error}\n")
            return
        try:
            os.write(descriptor, b"!")
        except BlockingIOError:
            return  # the bell is full of rings already
        finally:
            os.close(descriptor)

    def _names(self) -> list[str]:
        """What waits, in no order."""
        try:
            names = os.listdir(self.path / "new")  # noqa: PTH208 - thousands of names, at every put
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [name for name in names if not name.startswith(".")]

    def _files(self) -> list[Path]:
        return [self.path / "new" / name for name in sorted(self._names())]

    def _lay_down(self, command: AnyCommand, after: int) -> None:
        name = f"{_next_moment(after):020d}.{_file_name(command.id)}.json"
        draft = self.path / "tmp" / f"{new_id()}.json"
        content = encode_command(command)
        try:
            self._make_folders("tmp", "new")
            if isinstance(command, Keys | Resize):  # of no use to a runner that starts later
                draft.write_bytes(content)
                draft.replace(self.path / "new" / name)
                return
            _write_durably(draft, content)
            draft.replace(self.path / "new" / name)
            sync_folder(self.path / "new")
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise _refused("cannot lay a command down", self.path, error) from error

    def _set_aside(self, path: Path, reason: str) -> None:
        """Told once, also of a file that cannot be moved and so is found again and again."""
        if path.name in self._unmovable:
            return
        try:
            kept = self._move(path, "bad")
        except JournalError as error:
            self._unmovable.add(path.name)
            kept, reason = path, f"{reason}; {error.message}"
        self._tell(BadCommand(path=kept, reason=reason))

    def _move(self, path: Path, folder: str) -> Path:
        kept = self.path / folder / path.name
        try:
            kept.parent.mkdir(exist_ok=True)
            if kept.is_dir():
                kept = kept.with_name(f"{kept.name}.{new_id()}")
            path.replace(kept)
        except OSError as error:
            raise _refused(f"cannot be moved to {folder}/", path, error) from error
        return kept


def _content(path: Path) -> bytes:
    """What a waiting file holds; a link, a pipe or a device is never followed nor waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is no plain file")
        if status.st_size > MAX_SIZE:
            raise ValueError(f"it is larger than {MAX_SIZE} bytes")
        return file.read()


def _refused(what: str, where: Path, error: OSError) -> JournalError:
    return JournalError(
        f"{what}: {error.strerror or error}",
        where=str(where),
        remedy="free some space or repair the folder's permissions",
    )


def _file_name(command: str) -> str:
    """An id as part of a file's name: itself, or its hash when it holds anything but letters."""
    if _PLAIN_NAME.fullmatch(command):
        return command
    return "h" + hashlib.sha256(command.encode()).hexdigest()


def _after(waiting: list[str]) -> int:
    """The greatest moment of what waits; junk whose name is of no time we could know is passed."""
    newest = max(filter(_MOMENT.match, waiting), default="0.")
    return int(newest.partition(".")[0])


def _next_moment(after: int = 0) -> int:
    """Nanoseconds that only rise: the order of putting is the order of taking.

    They rise within this process, and above `after`, also when the clock was set back.
    """
    global _newest  # noqa: PLW0603
    _newest = max(_newest + 1, after + 1, time.time_ns())
    return _newest


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
