"""The file by which a dashboard says that the lead is at it, so that a killed one is not forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import msgspec

from wuhu_tui.journal.clock import new_id
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.journal.plain_files import read_plain
from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.presence import Presence

_MOST = 4096

_THIS_PROCESS = new_id()
"""No number of a process: in containers each dashboard may have the same one."""


class PresenceFile:
    """One dashboard's file; the lock beside it is held for as long as the dashboard lives."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path.with_suffix(".lock"))

    @classmethod
    def new(cls, folder: Path) -> Self:
        """A file of this process, not written yet.

        Raises:
            JournalError: the folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise JournalError(
                f"cannot write: {error.strerror or error}",
                where=str(folder),
                remedy="repair the folder's permissions: who looked when is not noted until then",
            ) from error
        made = cls(folder / f"{_THIS_PROCESS}-{new_id()}.json")
        made._lock.acquire()
        return made

    def write(self, presence: Presence) -> None:
        """Say since when the lead is here, and when the last key was pressed.

        Raises:
            JournalError: the disk refused.
        """
        write_atomic(self.path, msgspec.json.encode(presence))

    def read(self) -> Presence | None:
        """What it says; None where it says nothing that makes sense."""
        try:
            found = msgspec.json.decode(read_plain(self.path, _MOST), type=Presence)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None
        sound = found.since.tzinfo is not None and found.until.tzinfo is not None
        return found if sound and found.since <= found.until else None

    def take_over(self) -> bool:
        """Whether the dashboard it is of is gone and nobody else takes it up."""
        try:
            return self._lock.acquire(timeout=0)
        except JournalError:
            return False

    def remove(self) -> None:
        """The file is of no more use; whoever holds the lock lets go."""
        self.path.unlink(missing_ok=True)
        self._lock.path.unlink(missing_ok=True)
        self._lock.release()

    @property
    def is_own(self) -> bool:
        """Whether it is of this process."""
        return self.path.name.startswith(f"{_THIS_PROCESS}-")


def presence_files(folder: Path) -> list[PresenceFile]:
    """The files of all dashboards, living or not; of one that was killed early only the lock."""
    paths = {
        path.with_suffix(".json") for kind in ("*.json", "*.lock") for path in folder.glob(kind)
    }
    return [PresenceFile(path) for path in sorted(paths)]


def left_behind(folder: Path) -> list[tuple[PresenceFile, Presence]]:
    """What dashboards say that are gone without a word; remove each once it is journaled."""
    found = []
    for file in presence_files(folder):
        if file.is_own or not file.take_over():
            continue
        presence = file.read()
        if presence is None:
            file.remove()
        else:
            found.append((file, presence))
    return found


def looking_now(folder: ProjectFolder, *, others: bool = False) -> list[Presence]:
    """What the files of dashboards say that no journal does yet; `others`: not of this process."""
    files = presence_files(folder.presence)
    told = (file.read() for file in files if not (others and file.is_own))
    return [presence for presence in told if presence is not None]
