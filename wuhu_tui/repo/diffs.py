"""Diffs: exactly what a line of work changed since it left base."""

from __future__ import annotations

import asyncio

from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.patches import parse_diff, readable
from wuhu_tui.repo.refs import commit_of, merge_base

PLAIN = (
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--find-renames",
    "--ignore-submodules=none",
)
"""Whatever the lead's own git configuration says, the diff is the same."""

PATCH = (
    "--submodule=short",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--inter-hunk-context=0",
    "--no-abbrev",
)
"""How a patch is written, beside its lines of context."""


class DiffStat(Value, frozen=True):
    """How much a diff changes, without its lines; binary files count no lines."""

    paths: tuple[str, ...] = ()
    added: int = 0
    removed: int = 0


async def parting(git: Git, base: str, head: str) -> str:
    """The commit where `head` left `base`.

    Raises:
        GitError: they have no commit in common, or one of them does not exist.
    """
    found = await merge_base(git, await commit_of(git, base), await commit_of(git, head))
    if not found:
        raise GitError(
            f"{head[:12]} and {base[:12]} have no commit in common",
            where=str(git.folder),
            remedy="rebase the session's branch onto base, or start the session again from base",
        )
    return found


async def structured_diff(git: Git, base: str, head: str) -> Diff:
    """Everything in `head` since it left `base`, as files, hunks and lines."""
    start = await parting(git, base, head)
    output = await git.read_bytes(
        "diff",
        "--raw",
        "--patch",
        "-z",
        *PLAIN,
        *PATCH,
        "--unified=3",
        start,
        head,
        "--",
        deadline=LONG,
    )
    files = await asyncio.to_thread(parse_diff, output)
    return Diff(base=start, head=await commit_of(git, head), files=files)


async def diff_stat(git: Git, base: str, head: str) -> DiffStat:
    """How much `head` changed since it left `base`."""
    start = await parting(git, base, head)
    return parse_numstat(
        await git.read_bytes("diff", "--numstat", "-z", *PLAIN, start, head, "--", deadline=LONG)
    )


async def changed_paths(git: Git, old: str, new: str) -> tuple[str, ...]:
    """Paths that differ between two commits; a rename is both of its names."""
    output = await git.read_bytes("diff", "--name-only", "-z", "--no-renames", old, new, "--")
    return tuple(readable(name) for name in output.split(b"\0") if name)


def parse_numstat(output: bytes) -> DiffStat:
    """Reads what `git diff --numstat -z` writes."""
    parts = iter(output.split(b"\0"))
    paths: list[str] = []
    added = removed = 0
    for part in parts:
        if not part:
            continue
        plus, minus, path = part.split(b"\t", 2)
        if not path:
            next(parts)
            path = next(parts)
        paths.append(readable(path))
        added += _count(plus)
        removed += _count(minus)
    return DiffStat(paths=tuple(paths), added=added, removed=removed)


def _count(number: bytes) -> int:
    return 0 if number == b"-" else int(number)
