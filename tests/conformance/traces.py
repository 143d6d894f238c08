"""What a scenario must not leave: processes, files outside its worktree, secrets in a journal."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

MARK = "CONFORMANCE_STAGE"
"""The variable that every process of a scenario inherits."""

PATIENCE = 8.0
"""Seconds in which processes that were told to end must be gone."""


def processes_of(mark: str) -> list[psutil.Process]:
    """Every living process that carries the mark, and all that descend from one."""
    roots = [
        process for process in psutil.process_iter() if _environment(process).get(MARK) == mark
    ]
    found = {process.pid: process for process in roots}
    for root in roots:
        try:
            found.update((child.pid, child) for child in root.children(recursive=True))
        except psutil.Error:
            continue
    return [process for process in found.values() if _lives(process)]


def left_behind(mark: str, patience: float = PATIENCE) -> list[str]:
    """The processes that do not end by themselves, in words; they are killed then."""
    give_up = time.monotonic() + patience
    while (found := processes_of(mark)) and time.monotonic() < give_up:
        time.sleep(0.05)
    words = [words_of(process) for process in found]
    for process in found:
        try:
            process.kill()
        except psutil.Error:
            continue
    return words


def of_life(mark: str) -> list[int]:
    """The numbers of the processes that a runner started itself, as the agent of its life."""
    marked = {p.pid: p for p in processes_of(mark) if "WUHU_LIFE" in _environment(p)}
    return [pid for pid, process in marked.items() if process.ppid() not in marked]


def _environment(process: psutil.Process) -> Mapping[str, str]:
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return {}


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def words_of(process: psutil.Process) -> str:
    """Its number and its command."""
    try:
        return f"{process.pid} {' '.join(process.cmdline())[:150]}"
    except psutil.Error:
        return str(process.pid)


def snapshot(root: Path) -> dict[str, str]:
    """Every file of the main checkout by what is in it; sessions and what git itself keeps apart."""
    return {str(path.relative_to(root)): _digest(path) for path in _files(root)}


def _files(root: Path) -> Iterator[Path]:
    ours = root / ".wuhu"
    kept = root / ".git"
    for path in sorted(root.rglob("*")):
        if path.is_relative_to(ours) or not path.is_file():
            continue
        if path.is_relative_to(kept) and path.parent != kept / "hooks" and path != kept / "config":
            continue
        yield path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The files that are new, gone or otherwise."""
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )


def files_with(secret: str, folder: Path) -> list[str]:
    """What wuhu wrote of a project in which the secret stands; an agent's own files may have it."""
    needle = secret.encode()
    places = (*folder.glob("*"), *(folder / "sessions").glob("*/*"))
    paths = {path for path in places if path.is_file()}
    return sorted(str(path.relative_to(folder)) for path in paths if needle in path.read_bytes())
