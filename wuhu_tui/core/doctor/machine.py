"""The machine: room on its disks, inodes, memory, and what the project takes of them."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from wuhu_tui.core.config import LimitSettings, load_config
from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.check import LONG, SECONDS, Check, trouble, well
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.core.memory import Memory, probe, shortage
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.model.health import Observation
from wuhu_tui.model.quantities import counted, size
from wuhu_tui.model.value import Value

LEAST_ROOM = 1 << 30
"""Bytes that must be free on a disk: a journal that cannot be written stops its session."""

LEAST_SHARE = 0.1
"""Share of a small disk that must be free instead."""

LEAST_INODES = 10_000

LEAST_SHARE_OF_INODES = 0.02

_GIGABYTE = 1 << 30


class Disk(Value, frozen=True):
    """A file system, in bytes and files; `files` is 0 where it counts none."""

    what: str
    """What of the project lies on it."""
    device: int
    total: int
    free: int
    files: int = 0
    free_files: int = 0
    writable: bool = True


class Sizes(Value, frozen=True):
    """What the project takes, in bytes."""

    worktrees: dict[str, int] = {}
    sessions: int = 0
    """Journals, mailboxes and logs."""
    largest_journal: str = ""
    largest: int = 0


def judge_disks(disks: Iterable[Disk]) -> list[Observation]:
    """Too little room, or too few inodes."""
    found = []
    for disk in disks:
        least = min(LEAST_ROOM, disk.total * LEAST_SHARE)
        if not disk.writable:
            text = f"nothing can be written where {disk.what} lie: read-only, or not yours"
            found.append(
                trouble("disk", disk.what, text, kind="closed", repair="mount; ls -ld .wuhu")
            )
        elif disk.free < least:
            text = f"only {size(disk.free)} are free where {disk.what} lie"
            found.append(trouble("disk", disk.what, text, repair="wuhu trash"))
        elif disk.files and disk.free_files < min(LEAST_INODES, disk.files * LEAST_SHARE_OF_INODES):
            text = f"only {disk.free_files} files can be made where {disk.what} lie: no inodes"
            found.append(trouble("disk", disk.what, text, kind="inodes", repair="df -i ."))
    return found or [well("disk", "; ".join(map(_room, disks)) or "there is room on the disk")]


def _room(disk: Disk) -> str:
    files = f", room for {disk.free_files} files" if disk.files else ""
    return f"{size(disk.free)} free for {disk.what}{files}"


def judge_sizes(sizes: Sizes) -> list[Observation]:
    """What everything takes: a fact, never a trouble."""
    trees = sizes.worktrees
    words = f"{counted(len(trees), 'worktree')} {size(sum(trees.values()))}"
    if trees:
        largest = max(trees, key=lambda name: trees[name])
        words += f" (the largest, {largest}: {size(trees[largest])})"
    words += f", journals and logs {size(sizes.sessions)}"
    if sizes.largest_journal:
        words += f" (the largest journal, {sizes.largest_journal}: {size(sizes.largest)})"
    return [well("sizes", words)]


def judge_memory(memory: Memory, limits: LimitSettings) -> list[Observation]:
    """Whether one more session may start."""
    short = shortage(limits, memory)
    if short:
        text = f"{short}: no new session starts"
        return [trouble("memory", "", text, repair="wuhu hibernate SESSION")]
    free, total = memory.available / _GIGABYTE, memory.total / _GIGABYTE
    return [well("memory", f"{free:.1f} of {total:.1f} GB of memory are free")]


def look_at_disks(places: Sequence[tuple[str, Path]]) -> list[Disk]:
    """Each file system once."""
    found: dict[tuple[int, bool], Disk] = {}
    for what, path in places:
        if not path.exists():
            continue
        device, room = path.stat().st_dev, os.statvfs(path)
        writable = os.access(path, os.W_OK)
        found.setdefault(
            (device, writable),
            Disk(
                what=what,
                device=device,
                total=room.f_frsize * room.f_blocks,
                free=room.f_frsize * room.f_bavail,
                files=room.f_files,
                free_files=room.f_favail,
                writable=writable,
            ),
        )
    return list(found.values())


def measure(folder: ProjectFolder, seconds: float = 60.0) -> Sizes:
    """Add up what lies in the project's folder.

    Raises:
        TimeoutError: there is more than can be counted in that time.
    """
    until = time.monotonic() + seconds
    trees = sorted(folder.worktrees.iterdir()) if folder.worktrees.is_dir() else ()
    journals = {path.parent.name: _length(path) for path in folder.sessions.glob("*/events.jsonl")}
    largest = max(journals, key=lambda name: journals[name], default="")
    return Sizes(
        worktrees={path.name: below(path, until) for path in trees if path.is_dir()},
        sessions=below(folder.sessions, until) + _length(folder.journal),
        largest_journal=largest,
        largest=journals.get(largest, 0),
    )


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def below(path: Path, until: float) -> int:
    """Bytes on the disk of everything below a folder; links are not followed."""
    total, todo = 0, [path]
    while todo:
        if time.monotonic() > until:
            raise TimeoutError
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(Path(entry.path))
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
        except OSError:
            continue  # removed meanwhile, or not ours to see
    return total


async def _look_at_disks(patient: Patient) -> list[Observation]:
    folder = patient.folder
    places = [
        ("the project's journals", folder.path),
        ("the repository", folder.root),
        ("temporary files", Path(tempfile.gettempdir())),
    ]
    return judge_disks(await aside(lambda: look_at_disks(places)))


async def _look_at_sizes(patient: Patient) -> list[Observation]:
    seconds = LONG if patient.deep else SECONDS
    return judge_sizes(await aside(lambda: measure(patient.folder, seconds)))


async def _look_at_memory(patient: Patient) -> list[Observation]:
    return judge_memory(await aside(probe), await aside(lambda: _limits(patient.root)))


def _limits(root: Path) -> LimitSettings:
    try:
        return load_config(root).limits
    except ConfigError:
        return LimitSettings()  # what is wrong with it is told by its own check


DISK = Check("disk", "there is room on the disk", _look_at_disks)
SIZES = Check("sizes", "nothing lies there", _look_at_sizes)
MEMORY = Check("memory", "there is memory", _look_at_memory)
