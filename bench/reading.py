"""Reading a large branch: 300 files and 100,000 changed lines, beside git's own plain diff of it."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.measuring import table
from bench.project import git
from wuhu_tui.model.diff import Diff
from wuhu_tui.repo.interdiff import Way, changed_since
from wuhu_tui.repo.listing import Reading, listed, read_files
from wuhu_tui.repo.refs import commit_of
from wuhu_tui.repo.repository import Repository, open_repository

FILES = 2_000
LINES = 300
CHANGED = 240
"""Files that the branch changes, every third line of each; it adds 59 and one that is huge."""

NEW = 59
NEW_LINES = 700
HUGE = 10_000
TRIES = 3


def measure(folder: Path) -> None:
    """Print what the listing, one file, all files and the changes since a look cost."""
    root = folder / "repository"
    _make(root)
    asyncio.run(_measure(root))


async def _measure(root: Path) -> None:
    repository = await open_repository(root, base="main")
    inside = repository.git
    seen = (await commit_of(inside, "main"), await commit_of(inside, "side"))
    plain = await _best(lambda: _plain(repository))
    rows = [_row("git diff --numstat, plain", plain, plain)]
    listing = await listed(inside, "main", "side", Reading())
    names = [file.path for file in listing.files]
    told: list[tuple[str, Callable[[], Awaitable[Diff | None]]]] = [
        ("listing", lambda: listed(inside, "main", "side", Reading())),
        ("one file", lambda: read_files(inside, "main", "side", ["src/7/m7.py"], Reading())),
        (f"{HUGE} lines", lambda: read_files(inside, "main", "side", ["huge.txt"], Reading())),
        ("all lines of all files", lambda: read_files(inside, "main", "side", names, Reading())),
    ]
    rows += [_row(name, await _best(work), plain) for name, work in told]
    _rebase(root)
    way = Way(
        old_base=seen[0],
        old_head=seen[1],
        new_base=await commit_of(inside, "main"),
        new_head=await commit_of(inside, "side"),
    )
    rows.append(_row("since a look, rebased", await _best(_since(repository, way, None)), plain))
    rows.append(_row("… one file", await _best(_since(repository, way, ("src/3/m3.py",))), plain))
    table(
        f"reading: {len(names)} files, +{listing.added} −{listing.removed}, "
        f"load {os.getloadavg()[0]:.1f}",
        ("", "ms", "to plain"),
        rows,
    )


def _since(
    repository: Repository, way: Way, paths: tuple[str, ...] | None
) -> Callable[[], Awaitable[Diff]]:
    return lambda: changed_since(repository, way, Reading(), paths=paths)


async def _plain(repository: Repository) -> None:
    await repository.git.read_bytes("diff", "--numstat", "main", "side")


async def _best(work: Callable[[], Awaitable[Diff | None]]) -> float:
    times = []
    for _ in range(TRIES):
        begun = time.perf_counter()
        await work()
        times.append(time.perf_counter() - begun)
    return min(times)


def _row(name: str, seconds: float, plain: float) -> tuple[str, str, str]:
    return name, f"{seconds * 1000:.0f}", f"{seconds / plain:.2f}"


def _make(root: Path) -> None:
    chance = random.Random(1)
    root.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    contents = {
        f"src/{number % 40}/m{number}.py": [f"x{line} = {chance.random()}" for line in range(LINES)]
        for number in range(FILES)
    }
    _commit(root, contents)
    git(root, "checkout", "-q", "-b", "side")
    changed = dict(list(contents.items())[:CHANGED])
    for lines in changed.values():
        lines[::3] = [f"y = {chance.random()}" for _ in lines[::3]]
    new = {
        f"new/n{number}.py": [f"z{line} = {chance.random()}" for line in range(NEW_LINES)]
        for number in range(NEW)
    }
    huge = {"huge.txt": [f"{line} {chance.random()}" for line in range(HUGE)]}
    _commit(root, {**changed, **new, **huge})


def _commit(root: Path, contents: dict[str, list[str]]) -> None:
    for name, lines in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines))
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Change")


def _rebase(root: Path) -> None:
    """Base goes on, the branch is rebased onto it and changes one line more."""
    git(root, "checkout", "-q", "main")
    _commit(root, {"base.txt": ["base"]})
    git(root, "checkout", "-q", "side")
    git(root, "rebase", "-q", "main")
    path = root / "src/3/m3.py"
    path.write_text(path.read_text() + "more\n")
    git(root, "commit", "-q", "-a", "-m", "More")
