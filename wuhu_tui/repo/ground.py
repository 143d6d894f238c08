"""What all checkouts of a repository share beside its commits: hooks and settings, noted and compared."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from wuhu_tui.repo.git import Git

_BY_ITSELF = (
    "branch.",
    "submodule.",
    "lfs.",
    "gc.",
    "maintenance.",
    "extensions.worktreeconfig",
    "core.repositoryformatversion",
)
"""Settings that git and its companions write while work goes on in worktrees."""


async def ground_of(git: Git, common: Path) -> tuple[str, ...]:
    """A line for each hook and setting of the repository: a digest of what it says, and its name."""
    listed = await git.look("config", "--file", str(common / "config"), "--null", "--list")
    hooks = await asyncio.to_thread(lambda: tuple(_hooks(common / "hooks")))
    return (*hooks, *_settings(listed.text))


def changed_ground(before: Iterable[str], now: Iterable[str]) -> tuple[str, ...]:
    """What came, went or says something else, by name."""
    lines = set(before) ^ set(now)
    return tuple(sorted({line.partition(" ")[2] for line in lines}))


def _hooks(folder: Path) -> Iterator[str]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file() and path.suffix != ".sample":
            yield f"{_of_hook(path)} hook {path.name}"


def _of_hook(path: Path) -> str:
    try:
        return _digest(path.read_bytes() + str(path.stat().st_mode & 0o111).encode())
    except OSError:
        return "unreadable"


def _settings(listing: str) -> Iterator[str]:
    for entry in filter(None, listing.split("\0")):
        name = entry.partition("\n")[0]
        if not name.startswith(_BY_ITSELF):
            yield f"{_digest(entry.encode())} setting {_shown(name)}"


def _shown(name: str) -> str:
    """Without an address in it, which may hold a password."""
    section, last = name.partition(".")[0], name.rpartition(".")[2]
    return f"{section}.….{last}" if "://" in name else name


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]
