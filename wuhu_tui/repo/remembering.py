"""Conflicts that were settled once and come again: git's rerere, kept apart from the lead's own.

In the shared git folder its records alone would switch rerere on for the lead. So it runs on the
scratch worktree's index and files with a small repository of its own, inside the worktree's own git
folder, whose records lie in the project's folder.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from wuhu_tui.repo.git import Git
from wuhu_tui.repo.landing import unmerged_files
from wuhu_tui.repo.markers import marker_lines
from wuhu_tui.repo.plain_merges import Tried

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
    await _make_room(scratch, here, records)
    own = _with(
        scratch,
        GIT_DIR=here,
        GIT_WORK_TREE=scratch.folder,
        GIT_INDEX_FILE=folder / "index",
        GIT_OBJECT_DIRECTORY=objects,
    )
    return Memory(scratch=scratch, own=own)


async def foretell(git: Git, tried: Tried, records: Path) -> tuple[str, ...]:
    """Which files of a merge that was only tried would be settled by memory; `git` sees its objects."""
    if not await asyncio.to_thread(_has_any, records):
        return ()
    room = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="wuhu-memory-"))
    try:
        return await _foretold(git, tried, records, room)
    finally:
        await asyncio.to_thread(shutil.rmtree, room, ignore_errors=True)


async def _foretold(git: Git, tried: Tried, records: Path, room: Path) -> tuple[str, ...]:
    """Lays out the clashing files alone, in a folder of their own."""
    here, files, index = room / _HERE, room / "files", room / "index"
    await asyncio.to_thread(files.mkdir)
    await _make_room(git, here, records)
    filled = _with(git, GIT_INDEX_FILE=index)
    await filled.run("update-index", "-z", "--index-info", given=tried.stages)
    names = tuple(clash.path for clash in tried.clashes)
    for name in names:
        answer = await git.look("cat-file", "blob", f"{tried.tree}:{name}")
        if answer.code == 0:
            await asyncio.to_thread(_write, files / name, answer.output)
    before = await asyncio.to_thread(_contents, files, names)
    own = _with(git.at(files), GIT_DIR=here, GIT_WORK_TREE=files, GIT_INDEX_FILE=index)
    await own.attempt(*_REMEMBER, "rerere")
    after = await asyncio.to_thread(_contents, files, names)
    return tuple(name for name in names if _is_settled(before[name], after[name]))


def _write(path: Path, content: bytes) -> None:
    with suppress(OSError):  # a file and a folder of one name: that is not settled by memory
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _with(git: Git, **variables: Path) -> Git:
    """The same git, with these variables."""
    added = {name: str(value) for name, value in variables.items()}
    return replace(git, environment={**git.environment, **added})


def _has_any(records: Path) -> bool:
    return records.is_dir() and any(records.iterdir())


async def _make_room(git: Git, here: Path, records: Path) -> None:
    """A repository that holds nothing but the way to the records."""
    if not (here / "HEAD").exists():
        form = await git.read("rev-parse", "--show-object-format")
        await asyncio.to_thread(shutil.rmtree, here, ignore_errors=True)
        words = ("init", "--quiet", "--bare", "--template=", f"--object-format={form}", str(here))
        await git.run(*words)
    await asyncio.to_thread(_link, here / _RECORDS, records)


def _link(link: Path, records: Path) -> None:
    records.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(records, target_is_directory=True)
