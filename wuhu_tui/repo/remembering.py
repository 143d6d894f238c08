"""Conflicts that were settled once and come again: git's rerere, kept apart from the lead's own.

In the shared git folder its records alone would switch rerere on for the lead. So it runs on the
scratch worktree's index and files with a small repository of its own, inside the worktree's own git
folder, whose records lie in the project's folder.
"""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from wuhu_tui.repo.git import Git
from wuhu_tui.repo.landing import unmerged_files
from wuhu_tui.repo.markers import marker_lines

_HERE = "wuhu-memory"
_RECORDS = "rr-cache"
_REMEMBER = ("-c", "rerere.enabled=true", "-c", "rerere.autoupdate=false")


@dataclass(frozen=True)
class Memory:
    """What one scratch worktree can recall, and add to."""

    scratch: Git
    own: Git
    """Runs git on the same index and files, with the records of the project."""

    async def recall(self) -> tuple[str, ...]:
        """Settle what was settled before, as it was then; the files, staged now."""
        unmerged = await unmerged_files(self.scratch)
        before = await asyncio.to_thread(_contents, self.scratch.folder, unmerged)
        await self.own.attempt(*_REMEMBER, "rerere")
        after = await asyncio.to_thread(_contents, self.scratch.folder, unmerged)
        settled = tuple(path for path in unmerged if _is_settled(before[path], after[path]))
        if settled:
            await self.scratch.run("add", "--", *(f":(top,literal){path}" for path in settled))
        return settled

    async def learn(self) -> None:
        """Remember how the conflicts recalled before are settled in the index now."""
        await self.own.attempt(*_REMEMBER, "rerere")


def _is_settled(before: bytes, after: bytes) -> bool:
    """Whether rerere put something in place of all markers; a file it cannot read it passes over."""
    return after != before and not marker_lines(after)


def _contents(folder: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    return {name: _content(folder / name) for name in names}


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else b""


async def open_memory(scratch: Git, records: Path) -> Memory:
    """The memory of this scratch worktree; `records` is where the project keeps it."""
    folder = Path(await scratch.read("rev-parse", "--absolute-git-dir"))
    objects = Path(
        await scratch.read("rev-parse", "--path-format=absolute", "--git-path", "objects")
    )
    here = folder / _HERE
    if not (here / "HEAD").exists():
        form = await scratch.read("rev-parse", "--show-object-format")
        await asyncio.to_thread(shutil.rmtree, here, ignore_errors=True)
        words = ("init", "--quiet", "--bare", "--template=", f"--object-format={form}", str(here))
        await scratch.run(*words)
    await asyncio.to_thread(_link, here / _RECORDS, records)
    own = Git(
        scratch.folder,
        scratch.deadline,
        {
            **scratch.environment,
            "GIT_DIR": str(here),
            "GIT_WORK_TREE": str(scratch.folder),
            "GIT_INDEX_FILE": str(folder / "index"),
            "GIT_OBJECT_DIRECTORY": str(objects),
        },
    )
    return Memory(scratch=scratch, own=own)


def _link(link: Path, records: Path) -> None:
    records.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(records, target_is_directory=True)
