"""Whether base has what a branch changed, judged by content: a squash or a rebase is a merge too."""

from __future__ import annotations

import asyncio

from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.quarantine import quarantine
from wuhu_tui.repo.refs import is_ancestor, merge_base
from wuhu_tui.repo.refusals import refused
from wuhu_tui.repo.repository import Repository

MAX_COMMITS = 500
"""How many commits of base are compared with a branch's whole change."""


async def how_integrated(repository: Repository, tip: str, base_tip: str) -> str:
    """How base has everything that `tip` changed; empty if it does not."""
    git = repository.git
    if await is_ancestor(git, tip, base_tip):
        return "base has its commits"
    if await adds_nothing(repository, tip, base_tip):
        return "base has its content"
    if await _picked(git, tip, base_tip):
        return "base has each of its commits, rebased"
    if await _squashed(git, tip, base_tip):
        return "base has all of it in one commit"
    return ""


async def adds_nothing(repository: Repository, tip: str, base_tip: str) -> bool:
    """Whether merging it now would leave base as it is."""
    words = ("merge-tree", "--write-tree", "--no-messages", base_tip, tip)
    async with quarantine(repository) as aside:
        git = Git(repository.root, environment=aside.environment)
        answer = await git.look(*words, deadline=LONG)
    if answer.code > 1:
        raise refused(words, answer.words, repository.root)
    same = await repository.git.read("rev-parse", f"{base_tip}^{{tree}}")
    return answer.code == 0 and answer.text == same


async def _picked(git: Git, tip: str, base_tip: str) -> bool:
    """Whether base has a commit with the same change for each of its commits."""
    if await git.read("rev-list", "--merges", "--max-count=1", f"{base_tip}..{tip}"):
        return False
    lines = (await git.read("cherry", base_tip, tip, deadline=LONG)).splitlines()
    return bool(lines) and all(line.startswith("-") for line in lines)


async def _squashed(git: Git, tip: str, base_tip: str) -> bool:
    """Whether one commit of base makes the same change as the whole branch."""
    start = await merge_base(git, base_tip, tip)
    if not start:
        return False
    whole = await _patch_ids(git, ("diff-tree", "-p", "--full-index", start, tip))
    log = ("log", "-p", "--full-index", "--no-merges", f"--max-count={MAX_COMMITS}")
    return bool(whole) and whole <= await _patch_ids(git, (*log, f"{start}..{base_tip}"))


async def _patch_ids(git: Git, words: tuple[str, ...]) -> frozenset[str]:
    plain = ("--no-ext-diff", "--no-textconv", "--no-color", "--no-renames")
    patch = await git.read_bytes(words[0], *plain, *words[1:], deadline=LONG)
    if not await asyncio.to_thread(patch.strip):
        return frozenset()
    listed = await git.read("patch-id", "--stable", given=patch, deadline=LONG)
    return frozenset(line.split()[0] for line in listed.splitlines())
