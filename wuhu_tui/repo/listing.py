"""The files of a diff with their counts, at once; the lines of those that are asked for."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Iterable
from dataclasses import replace as with_fields

from msgspec.structs import replace

from wuhu_tui.model.diff import Diff, DiffFile
from wuhu_tui.model.value import Value
from wuhu_tui.repo.contents import with_sizes
from wuhu_tui.repo.diffs import PATCH, PLAIN
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.patches import Entry, parse_counted_diff, parse_listing, parse_raw

MOST_NAMED = 1000
"""Files that are named to git; of more, the whole diff is read."""


class Reading(Value, frozen=True):
    """How a diff is read."""

    whitespace: bool = True
    """Whether changes of white space alone count."""
    context: int = 3

    @property
    def words(self) -> tuple[str, ...]:
        """What git is told of it."""
        return () if self.whitespace else ("--ignore-all-space",)


async def listed(git: Git, old: str, new: str, reading: Reading) -> Diff:
    """Every file that differs between two commits or trees, without its lines."""
    words = ("diff", "--raw", "--numstat", "-z", "--no-abbrev", *PLAIN, *reading.words)
    output = await git.read_bytes(*words, old, new, "--", deadline=LONG)
    files = await asyncio.to_thread(parse_listing, output)
    return Diff(base=old, head=new, files=await with_sizes(git, files))


async def read_files(
    git: Git, old: str, new: str, paths: Collection[str], reading: Reading
) -> Diff:
    """The files of these paths, as the listing names them, with their lines."""
    wanted = frozenset(paths)
    entries = [entry for entry in await changed_entries(git, old, new) if entry.path in wanted]
    if not entries:
        return Diff(base=old, head=new)
    words = ("diff", "--raw", "--numstat", "--patch", "-z", *PLAIN, *PATCH, *reading.words)
    exactly = with_fields(git, environment={**git.environment, "GIT_LITERAL_PATHSPECS": "1"})
    output = await exactly.read_bytes(
        *words,
        f"--unified={max(0, reading.context)}",
        old,
        new,
        "--",
        *_named(entries),
        deadline=LONG,
    )
    files = await asyncio.to_thread(parse_counted_diff, output)
    found = tuple(file for file in files if file.path in wanted)
    return Diff(base=old, head=new, files=await with_sizes(git, found))


async def changed_entries(git: Git, old: str, new: str) -> tuple[Entry, ...]:
    """What differs between two commits or trees: names, modes and contents' ids, no counts."""
    words = ("diff", "--raw", "-z", "--no-abbrev", *PLAIN)
    entries, _ = parse_raw(await git.read_bytes(*words, old, new, "--", deadline=LONG))
    return entries


def _named(entries: list[Entry]) -> tuple[str, ...]:
    """Both names of every file, so that a rename is seen as one; nothing means all files."""
    if len(entries) > MOST_NAMED:
        return ()
    return tuple(dict.fromkeys(os.fsdecode(name) for one in entries for name in one.names))


def marked_whole(files: Iterable[DiffFile], why: str) -> tuple[DiffFile, ...]:
    """The same files, each saying that all of it is shown, and why."""
    return tuple(
        replace(file, whole=True, note="; ".join(part for part in (why, file.note) if part))
        for file in files
    )


async def renamed(git: Git, old: str, new: str) -> dict[str, str]:
    """The new path of every file that was renamed between two commits; nothing if one is gone."""
    words = ("diff", "--raw", "-z", "--no-abbrev", "--diff-filter=R", *PLAIN)
    answer = await git.look(*words, old, new, "--", deadline=LONG)
    entries, _ = parse_raw(answer.output) if answer.code == 0 else ((), b"")
    return {entry.old_path: entry.path for entry in entries}
