"""Where all branches stand, told whenever one moved: by the operating system's word, not by asking."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Iterable
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import Git

SAFETY_LOOK = 300.0
"""Seconds between looks that no change asked for: some file systems tell no changes."""

AGAIN = 5.0
"""Seconds until a folder is watched again that could not be."""

DEBOUNCE = 0.3
"""Seconds in which a burst must have ended: a push or a rebase moves many refs."""

_FORMAT = "%(objectname) %(refname)"
_HEADS = "refs/heads/"
_REMOTES = "refs/remotes/"


class Tips(Value, frozen=True):
    """The newest commit of every branch: the local ones, and those of remotes as last fetched."""

    local: dict[str, str] = {}
    pushed: dict[str, str] = {}
    """By branch, without the remote's name: the commit that a remote has of it."""


async def read_tips(git: Git) -> Tips:
    """Where all branches stand now; one call of git, however many there are.

    Raises:
        GitError: git refused.
    """
    listing = await git.read("for-each-ref", f"--format={_FORMAT}", _HEADS, _REMOTES)
    local: dict[str, str] = {}
    pushed: dict[str, str] = {}
    for line in listing.splitlines():
        commit, _, name = line.partition(" ")
        if name.startswith(_HEADS):
            local[name.removeprefix(_HEADS)] = commit
        elif name.startswith(_REMOTES) and not name.endswith("/HEAD"):
            branch = name.removeprefix(_REMOTES).partition("/")[2]
            pushed.setdefault(branch, commit)
    return Tips(local=local, pushed=pushed)


class BranchWatch:
    """Looks once at the beginning, then once after every burst of changes."""

    def __init__(
        self,
        git: Git,
        common: Path,
        tell: Callable[[str], object],
        *,
        safety_look: float = SAFETY_LOOK,
        debounce: float = DEBOUNCE,
    ) -> None:
        self._git = git
        self._common = common
        self._tell = tell
        self._safety_look = safety_look
        self._debounce = debounce
        self._changed = asyncio.Event()
        self._told: set[str] = set()
        self.looks = 0
        """How often git was asked."""

    async def tips(self) -> AsyncGenerator[Tips, None]:
        """Where the branches stand, whenever that is another place than told last."""
        watchers = [
            asyncio.create_task(self._watch(folder, recursive=recursive), name="watch branches")
            for folder, recursive in self._folders()
        ]
        last: Tips | None = None
        try:
            while True:
                self._changed.clear()
                found = await self._look()
                if found is not None and found != last:
                    last = found
                    yield found
                await self._wait()
        finally:
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)

    def _folders(self) -> Iterable[tuple[Path, bool]]:
        """Loose refs; packed ones and HEAD; the other way some repositories keep their refs."""
        yield self._common / "refs", True
        yield self._common, False
        if (self._common / "reftable").is_dir():
            yield self._common / "reftable", False

    async def _look(self) -> Tips | None:
        self.looks += 1
        try:
            return await read_tips(self._git)
        except GitError as error:
            self._say(f"branches cannot be looked at: {error}")
            return None

    async def _wait(self) -> None:
        """Until something changed and the burst is over, or the safety look is due."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._safety_look):
                await self._changed.wait()
        await asyncio.sleep(self._debounce)

    async def _watch(self, folder: Path, *, recursive: bool) -> None:
        while True:
            try:
                await self._watch_once(folder, recursive=recursive)
            except FileNotFoundError:
                pass
            except (OSError, RuntimeError) as error:
                minutes = self._safety_look / 60
                self._say(
                    f"{folder} cannot be watched, only looked at every {minutes:g} min: {error}"
                )
            await asyncio.sleep(AGAIN)

    async def _watch_once(self, folder: Path, *, recursive: bool) -> None:
        """Until the folder vanishes; looks once itself, for what came before the watch stood."""
        from watchfiles import awatch

        asyncio.get_running_loop().call_later(self._debounce, self._changed.set)
        changes = awatch(
            folder,
            watch_filter=lambda _, path: is_of_branches(path),
            recursive=recursive,
            debounce=100,
            step=10,
        )
        async for _ in changes:
            self._changed.set()

    def _say(self, words: str) -> None:
        if words not in self._told:
            self._told.add(words)
            self._tell(words)


def is_of_branches(path: str) -> bool:
    """Whether a changed file of the git folder may mean that a branch moved."""
    if path.endswith(".lock"):
        return False
    name = path.rpartition("/")[2]
    return "/refs/" in path or "/reftable" in path or name == "packed-refs"
