"""Objects written aside: in the repository all at once, or not at all."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from wuhu_tui.repo.repository import Repository

PREFIX = "tmp_wuhu-"
"""How the folder begins; what a crash leaves of it, the next one removes, and `git gc`."""

_INDEXES = (".idx", ".midx")


@dataclass(frozen=True)
class Quarantine:
    """A folder inside the repository's objects that new objects go to first."""

    folder: Path
    objects: Path
    """The repository's own."""

    @property
    def environment(self) -> dict[str, str]:
        """What makes git write here, and still see everything that is there."""
        return {
            "GIT_OBJECT_DIRECTORY": str(self.folder),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": quoted(self.objects),
        }

    async def admit(self) -> None:
        """Take all of them into the repository, durably."""
        await asyncio.to_thread(self._admit)

    def _admit(self) -> None:
        folders = set()
        for path in sorted(_objects(self.folder), key=_order):
            target = self.objects / path.relative_to(self.folder)
            target.parent.mkdir(exist_ok=True)
            path.replace(target)
            folders.add(target.parent)
        for folder in (*folders, self.objects):
            _sync_folder(folder)


@asynccontextmanager
async def quarantine(repository: Repository) -> AsyncIterator[Quarantine]:
    """Hold new objects back until they are admitted; what is not admitted goes at the end.

    Raises:
        OSError: there is no room for it, or no leave.
    """
    objects = repository.common / "objects"
    await asyncio.to_thread(_sweep, objects)
    folder, claim = await asyncio.to_thread(_claimed, objects)
    try:
        yield Quarantine(folder=folder, objects=objects)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        os.close(claim)


def _claimed(objects: Path) -> tuple[Path, int]:
    """A new folder, and what keeps it claimed for as long as its maker lives."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=objects))
        try:
            claim = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        with suppress(OSError):
            fcntl.flock(claim, fcntl.LOCK_EX)
        if folder.is_dir():
            return folder, claim
        os.close(claim)


def _sweep(objects: Path) -> None:
    """Remove the folders whose makers are gone."""
    for folder in objects.glob(f"{PREFIX}*"):
        with suppress(OSError):
            _remove_unclaimed(folder)


def _remove_unclaimed(folder: Path) -> None:
    claim = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(claim)


def _objects(folder: Path) -> Iterator[Path]:
    """Loose objects and packs; nothing else that lies there."""
    for part in folder.iterdir():
        if part.is_dir() and (part.name == "pack" or len(part.name) == 2):
            yield from (path for path in part.iterdir() if not path.name.startswith("tmp_"))


def _order(path: Path) -> tuple[bool, bool, str]:
    """A pack's index comes last: what it names must be there."""
    return path.suffix in _INDEXES, path.parent.name == "pack", path.name


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def quoted(path: Path) -> str:
    """A path as an entry of a list that colons part."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
