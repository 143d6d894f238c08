from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.repo.gitbox import Box
from wuhu_tui.repo.branch_watch import BranchWatch, Tips, is_of_branches, read_tips
from wuhu_tui.repo.repository import Repository

PATIENCE = 20.0


class Seen:
    """What a watch told so far."""

    def __init__(self, watch: BranchWatch) -> None:
        self.watch = watch
        self.tips: list[Tips] = []
        self.words: list[str] = []
        self._news = asyncio.Event()

    async def follow(self) -> None:
        async for tips in self.watch.tips():
            self.tips.append(tips)
            self._news.set()

    async def until(self, branch: str, commit: str | None) -> Tips:
        async with asyncio.timeout(PATIENCE):
            while not self.tips or self.tips[-1].local.get(branch) != commit:
                self._news.clear()
                await self._news.wait()
        return self.tips[-1]


@asynccontextmanager
async def watching(repository: Repository) -> AsyncIterator[Seen]:
    words: list[str] = []
    watch = BranchWatch(
        repository.git, repository.common, words.append, safety_look=600, debounce=0.1
    )
    seen = Seen(watch)
    seen.words = words
    task = asyncio.create_task(seen.follow())
    await seen.until(repository.branch, repository.head)
    yield seen
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_moved_branch_is_told_by_itself(box: Box, repository: Repository) -> None:
    async with watching(repository) as seen:
        box.git("branch", "side/one")
        await seen.until("side/one", repository.head)
        box.git("commit", "-q", "--allow-empty", "-m", "more")
        await seen.until(repository.branch, box.git("rev-parse", "HEAD"))
        box.git("branch", "-D", "side/one")
        await seen.until("side/one", None)


async def test_a_commit_in_a_worktree_is_told(box: Box, repository: Repository) -> None:
    place = box.path.parent / "side"
    box.git("worktree", "add", "-q", "-b", "side", str(place))
    async with watching(repository) as seen:
        box.git("-C", str(place), "commit", "-q", "--allow-empty", "-m", "there")
        await seen.until("side", box.git("rev-parse", "side"))


async def test_packed_branches_are_told(box: Box, repository: Repository) -> None:
    box.git("branch", "old")
    box.git("pack-refs", "--all")
    async with watching(repository) as seen:
        assert seen.tips[-1].local["old"] == repository.head
        box.git("branch", "-D", "old")
        await seen.until("old", None)


async def test_a_thousand_branches_are_one_look_a_burst(box: Box, repository: Repository) -> None:
    async with watching(repository) as seen:
        before = seen.watch.looks
        lines = "".join(
            f"create refs/heads/b{number} {repository.head}\n" for number in range(1000)
        )
        subprocess.run(
            ["git", "update-ref", "--stdin"], cwd=box.path, input=lines, text=True, check=True
        )
        tips = await seen.until("b999", repository.head)
        assert len(tips.local) == 1001
        assert seen.watch.looks - before <= 12


async def test_a_look_that_git_refuses_is_told_once(box: Box, repository: Repository) -> None:
    words: list[str] = []
    watch = BranchWatch(repository.git, repository.common, words.append, safety_look=0, debounce=0)
    (repository.common / "HEAD").rename(repository.common / "AWAY")
    tips = watch.tips()
    task = asyncio.create_task(anext(tips))
    async with asyncio.timeout(PATIENCE):
        while watch.looks < 3:
            await asyncio.sleep(0)
    (repository.common / "AWAY").rename(repository.common / "HEAD")
    async with asyncio.timeout(PATIENCE):
        assert (await task).local == {repository.branch: repository.head}
    await tips.aclose()
    assert len(words) == 1
    assert words[0].startswith("branches cannot be looked at")


async def test_what_a_remote_has_is_known_by_branch(box: Box, repository: Repository) -> None:
    box.git("update-ref", "refs/remotes/origin/wuhu/one", repository.head)
    tips = await read_tips(repository.git)
    assert tips.pushed == {"wuhu/one": repository.head}


@pytest.mark.parametrize(
    ("path", "matters"),
    [
        ("/p/.git/refs/heads/main", True),
        ("/p/.git/refs/remotes/origin/main", True),
        ("/p/.git/packed-refs", True),
        ("/p/.git/reftable/tables.list", True),
        ("/p/.git/refs/heads/main.lock", False),
        ("/p/.git/index", False),
        ("/p/.git/FETCH_HEAD", False),
    ],
)
def test_only_what_may_move_a_branch_counts(path: str, matters: bool) -> None:
    assert is_of_branches(path) is matters
