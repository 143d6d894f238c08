"""How far base moved since a branch left it, and whether that is where the branch works."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from wuhu_tui.model.freshness import Freshness, FreshnessVerdict
from wuhu_tui.model.globs import in_scope
from wuhu_tui.repo.diffs import changed_paths, parting
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.landing import predict_conflicts
from wuhu_tui.repo.refs import is_ancestor, required_tip, tip_of
from wuhu_tui.repo.repository import Repository
from wuhu_tui.repo.rescue import drafted
from wuhu_tui.repo.snapshot import EXACT
from wuhu_tui.repo.worktrees import worktree_at

MAX_FILES = 500
"""How many of the files that base changed are named."""


async def compare(
    repository: Repository, branch: str, base: str, *, scope: Sequence[str], at: datetime
) -> Freshness:
    """The branch beside its base as both are now.

    A branch that changed nothing yet is judged by its scope.

    Raises:
        GitError: one of them does not exist, or they have nothing in common.
    """
    git = repository.git
    tip, head = await required_tip(git, base), await required_tip(git, branch)
    start = await parting(git, tip, head)
    theirs = await changed_paths(git, start, tip)
    ours = frozenset(await changed_paths(git, start, head))
    overlap = tuple(name for name in theirs if name in ours or (not ours and in_scope(name, scope)))
    behind = int(await git.read("rev-list", "--count", f"{start}..{tip}"))
    conflicts = await predict_conflicts(repository, tip, head) if overlap and ours else ()
    return Freshness(
        verdict=_verdict(behind, overlap or conflicts),
        base_branch=base,
        base_commit=start,
        tip=tip,
        at=at,
        behind=behind,
        base_from=await _made_at(git, start),
        theirs=theirs[:MAX_FILES],
        overlap=overlap[:MAX_FILES],
        conflicts=conflicts[:MAX_FILES],
    )


def _verdict(behind: int, overlap: tuple[str, ...]) -> FreshnessVerdict:
    if not behind:
        return FreshnessVerdict.PASSED
    return FreshnessVerdict.OVERLAPPING if overlap else FreshnessVerdict.MOVED


async def _made_at(git: Git, commit: str) -> datetime | None:
    said = await git.read("log", "-1", "--format=%ct", commit)
    return datetime.fromtimestamp(int(said), UTC) if said.isdecimal() else None


async def why_not_advanced(repository: Repository, path: Path, branch: str, base_tip: str) -> str:
    """Why a branch may not simply be moved on to base's tip; empty if it may."""
    git = repository.git
    tip = await tip_of(git, branch)
    if not tip or not await is_ancestor(git, tip, base_tip):
        return f"{branch} has commits of its own"
    there = await worktree_at(git, path)
    if there is None or there.missing:
        return "its worktree is missing"
    if there.branch != branch:
        return f"its worktree does not stand on {branch}"
    async with drafted(repository, path) as draft:
        if draft.snapshot.operation:
            return f"a {draft.snapshot.operation} is half-done in its worktree"
        if draft.snapshot.uncommitted or draft.snapshot.staged_tree:
            return "its worktree holds work that is not committed"
    return ""


async def advance(repository: Repository, path: Path, base_tip: str) -> str:
    """Move a branch without work of its own on to base's tip; says why if git would not.

    Git refuses where a file that it does not know would be overwritten.
    """
    words = ("merge", "--ff-only", "--no-autostash", "--no-overwrite-ignore", "--no-stat")
    answer = await repository.git.at(path).attempt(*EXACT, *words, base_tip, deadline=LONG)
    if answer.code == 0:
        return ""
    lines = [line.strip() for line in answer.words.splitlines() if line.strip()]
    return lines[0].removeprefix("error: ") if lines else "git would not move it"
