"""Git over what was: an empty repository of its own that borrows the project's objects.

Nothing is ever written into the project or the recording, and nothing of their settings, hooks or
filters counts. Branches stand where they stood at the moment that is asked for.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from wuhu_tui.model.errors import GitError, NotPossible
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.refs import branch_ref
from wuhu_tui.repo.repository import Repository

SHORT = 12
PREFIX = "wuhu-replay-"
"""How the folders of such repositories begin; a killed replay's is removed by the next one."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW

_GONE = (
    "commits can be pruned, and a recording holds only those it was made with; "
    "transcript and journal are whole"
)
_OFFLINE = {"GIT_NO_LAZY_FETCH": "1", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}


class PastObjects:
    """The git objects of a project, to be read; `root` is its top folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = asyncio.Lock()
        self._repository: Repository | None = None
        self._claim = -1
        self._there: set[str] = set()

    async def repository(self) -> Repository:
        """The repository that borrows them; made when it is asked for first.

        Raises:
            NotPossible: there are no git objects, or no room for the repository.
        """
        async with self._lock:
            if self._repository is None:
                try:
                    self._repository = await self._made()
                except OSError as error:
                    raise NotPossible(
                        f"git objects cannot be read: {error.strerror or error}",
                        where=error.filename or tempfile.gettempdir(),
                        remedy="a small folder is made there: see that there is room for it",
                    ) from error
            return self._repository

    async def need(self, *names: str, where: str) -> None:
        """Go on only if all of these objects are there.

        Raises:
            NotPossible: one is not; names it.
        """
        git = (await self.repository()).git
        for name in dict.fromkeys(names):
            if name not in self._there and (
                not name or (await git.look("cat-file", "-e", name)).code
            ):
                raise gone(name, where)
            self._there.add(name)

    @asynccontextmanager
    async def branches(self, tips: Mapping[str, str]) -> AsyncIterator[None]:
        """Let these branches stand where they stood; of one moment at a time."""
        git = (await self.repository()).git
        async with self._lock:
            for branch, tip in tips.items():
                await git.run("update-ref", branch_ref(branch), tip)
            try:
                yield
            finally:
                for branch in tips:
                    await git.run("update-ref", "-d", branch_ref(branch))

    async def aclose(self) -> None:
        """Remove it."""
        async with self._lock:
            if self._repository is not None:
                await asyncio.to_thread(self._let_go, self._repository.root.parent)
                self._repository = None

    async def _made(self) -> Repository:
        lender = await self._lender()
        folder, self._claim = await asyncio.to_thread(_claimed)
        root = folder / "objects.git"
        try:
            git = Git(folder, environment=_OFFLINE)
            kind = await lender.read("rev-parse", "--show-object-format")
            await git.run(
                "init", "-q", "--bare", "--template=", f"--object-format={kind}", str(root)
            )
            await self._borrow(lender, root)
        except BaseException:
            await asyncio.to_thread(self._let_go, folder)
            raise
        return Repository(root=root, common=root, branch="", head="", git=git.at(root))

    def _let_go(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(self._claim)

    async def _lender(self) -> Git:
        ceiling = {**_OFFLINE, "GIT_CEILING_DIRECTORIES": str(self._root.parent)}
        lender = Git(self._root, environment=ceiling)
        if (await lender.look("rev-parse", "--git-dir")).code:
            raise NotPossible(
                "there are no git objects here: files and diffs cannot be shown",
                where=str(self._root),
                remedy="journals and transcripts are whole",
            )
        return lender

    async def _borrow(self, lender: Git, root: Path) -> None:
        words = ("rev-parse", "--path-format=absolute", "--git-path")
        objects, shallow = (
            await lender.read(*words, "objects"),
            await lender.read(*words, "shallow"),
        )
        borrowed = root / "objects" / "info" / "alternates"
        await asyncio.to_thread(_write, borrowed, objects)
        with suppress(FileNotFoundError):
            await asyncio.to_thread(shutil.copyfile, shallow, root / "shallow")


def _claimed() -> tuple[Path, int]:
    """A new folder, and what keeps it claimed as long as this process lives; old ones go."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            _remove_unclaimed(left)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        with suppress(FileNotFoundError):
            claim = os.open(folder, _FOLDER)
            fcntl.flock(claim, fcntl.LOCK_EX)
            if folder.is_dir():
                return folder, claim
            os.close(claim)


def _remove_unclaimed(folder: Path) -> None:
    """Remove what a killed replay left; nobody else's is touched."""
    claim = os.open(folder, _FOLDER)
    try:
        if os.fstat(claim).st_uid == os.geteuid():
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(claim)


def _write(path: Path, objects: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{objects}\n", encoding="utf-8")


def gone(name: str, where: str) -> NotPossible:
    """A commit or a tree that is not there any more, or never came along."""
    if not name:
        return NotPossible("no commit of it is known at this moment", where=where)
    return NotPossible(
        f"{name[:SHORT]} is not among the git objects here", where=where, remedy=_GONE
    )


@asynccontextmanager
async def told(where: str) -> AsyncIterator[None]:
    """Say in a replay's own words what git cannot show."""
    try:
        yield
    except GitError as error:
        raise NotPossible(
            f"git cannot show this moment: {error.message.splitlines()[0]}",
            where=where,
            remedy=_GONE,
        ) from error
