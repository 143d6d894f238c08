"""Who did what to the files in a conflict: each side's commits that touch them."""

from __future__ import annotations

from wuhu_tui.model.merges import FileConflict
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.plain_merges import Clash
from wuhu_tui.repo.refs import merge_base

MOST_FILES = 50
"""So many files have their commits looked up; of more, only the names are told."""

_MOST_COMMITS = "--max-count=5"
_FORMAT = "--format=%h%x00%s%x00%(trailers:key=Wuhu-Session,valueonly,separator=%x2C)"


async def name_sides(
    git: Git, clashes: tuple[Clash, ...], base: str, head: str
) -> tuple[FileConflict, ...]:
    """Each file with the newest commits of both sides that touch it: id, subject and session."""
    start = await merge_base(git, base, head)
    told = [await _named(git, clash, start, base, head) for clash in clashes[:MOST_FILES]]
    rest = [FileConflict(path=clash.path, kind=clash.kind) for clash in clashes[MOST_FILES:]]
    return (*told, *rest)


async def _named(git: Git, clash: Clash, start: str, base: str, head: str) -> FileConflict:
    return FileConflict(
        path=clash.path,
        kind=clash.kind,
        base_side=await _touching(git, start, base, clash.path, "--first-parent"),
        session_side=await _touching(git, start, head, clash.path),
    )


async def _touching(git: Git, start: str, tip: str, path: str, *more: str) -> tuple[str, ...]:
    """Commits of one side that touch a path; base is read along its own line."""
    span = f"{start}..{tip}" if start else tip
    words = ("log", "--no-show-signature", "--no-color", _MOST_COMMITS, _FORMAT, *more, span)
    answer = await git.look(*words, "--", f":(top,literal){path}", deadline=LONG)
    return (
        tuple(_told(line) for line in answer.text.splitlines() if line) if not answer.code else ()
    )


def _told(line: str) -> str:
    commit, subject, session = (*line.split("\0"), "", "")[:3]
    return f"{commit} {subject}" + (f" ({session})" if session else "")
