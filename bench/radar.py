"""The radar's price: 50 branches on a repository of 10,000 files, beside the cheapest ways without it.

The floor of a changed branch is 49 plain `git merge-tree`, one a pair; that of a full sweep is the
same for every pair. Held against it by processor time: the radar lets everybody else go first.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from bench.measuring import table
from bench.project import git
from wuhu_tui.repo.radar import Eye, Line
from wuhu_tui.repo.radar_room import Room
from wuhu_tui.repo.repository import open_repository
from wuhu_tui.repo.working_tree import WorkingTree, working_tree

BRANCHES = 50
FILES = 10_000
IN_A_FOLDER = 100
LINES = 60
CHANGED = 8
"""Files that a branch changes; every fifth branch changes a file of another one too."""

WORKTREES = 8
"""Branches with a worktree: each is ten thousand files on disk."""

PLAIN_PAIRS = 98
"""Pairs of the naive sweep that are really run; the rest is reckoned from them."""


def measure(folder: Path) -> None:
    """Print what a sweep, a changed branch and an idle minute cost."""
    root = folder / "repository"
    _make(root)
    print(f"load average {os.getloadavg()[0]:.2f} before")
    asyncio.run(_measure(root, folder))
    print(f"load average {os.getloadavg()[0]:.2f} after")


async def _measure(root: Path, folder: Path) -> None:
    names = [_name(number) for number in range(BRANCHES)]
    room = Room(await open_repository(root), folder / "radar")
    floor, naive = _floors(root, names)
    watch = _Watch(Eye(room), root, names)
    rows = [row async for row in _looks(watch, floor, naive)]
    first, again = await _worktrees(room, root, names)
    pairs = len(names) * (len(names) - 1) // 2
    table(
        f"radar: {BRANCHES} branches, {FILES} files, {pairs} pairs and {BRANCHES} with base",
        ("", "wall s", "cpu s", "cpu to its floor", "merges"),
        [
            *rows,
            first.row("first look into a worktree", floor, 0),
            again.row("a later look into it, one file changed", floor, 0),
        ],
    )
    share = 60 / 15 * again.processor / 60 * 100
    print(f"  {watch.settled}")
    print(
        f"  an idle minute: no git at all; a session at work without pause: {share:.2f} % of a core"
    )


def _floors(root: Path, names: Sequence[str]) -> tuple[_Cost, _Cost]:
    """What plain merges cost: of one branch with all others, and of every pair."""
    pairs = list(combinations(names, 2))
    plain = _Cost.of(lambda: _merge_all(root, pairs[:PLAIN_PAIRS]))
    every = (len(pairs) + len(names)) / PLAIN_PAIRS
    return plain.times(49 / PLAIN_PAIRS), plain.times(every)


async def _looks(watch: _Watch, floor: _Cost, naive: _Cost) -> AsyncIterator[Sequence[str]]:
    """The sweeps and single looks, each beside its floor."""
    root, names = watch.root, watch.names
    every = len(names) * (len(names) - 1) // 2 + len(names)
    yield floor.row("floor of one branch: 49 plain merge-tree", floor, 49)
    yield naive.row("floor of a sweep: merge-tree for every pair", naive, every)
    sweep, merged = await watch.look()
    watch.settled = f"{watch.eye.settled} of {every} pairs were settled by names alone"
    yield sweep.row("full sweep", naive, merged)
    _commit(root, names[7], "again")
    changed, merged = await watch.look()
    yield changed.row("one changed branch", floor, merged)
    for name in names:
        _commit(root, name, "everywhere", file=_path(17))
    worst, merged = await watch.look()
    yield worst.row("full sweep, all change one file", naive, merged)
    idle, merged = await watch.look()
    yield idle.row("a look when nothing changed", floor, merged)
    _commit(root, names[7], "once more", file=_path(17))
    one, merged = await watch.look()
    yield one.row("one changed branch, all change one file", floor, merged)


@dataclass
class _Watch:
    """An eye over the branches as they are."""

    eye: Eye
    root: Path
    names: Sequence[str]
    settled: str = ""

    async def look(self) -> tuple[_Cost, int]:
        """What a look costs, and how many merges it took."""
        lines = await _lines(self.eye, self.root, self.names)
        before = self.eye.merges
        return await _Cost.during(self.eye.look(lines)), self.eye.merges - before


class _Cost:
    """Wall and processor seconds of something, with the processes it began."""

    def __init__(self, wall: float, processor: float) -> None:
        self.wall = wall
        self.processor = processor

    @classmethod
    def of(cls, work: Callable[[], object]) -> _Cost:
        """Of a plain function."""
        began, used = time.perf_counter(), _used()
        work()
        return cls(time.perf_counter() - began, _used() - used)

    @classmethod
    async def during(cls, work: object) -> _Cost:
        """Of something to await."""
        began, used = time.perf_counter(), _used()
        await work  # type: ignore[misc]
        return cls(time.perf_counter() - began, _used() - used)

    def times(self, number: float) -> _Cost:
        """So many times as much."""
        return _Cost(self.wall * number, self.processor * number)

    def row(self, what: str, floor: _Cost, merges: int) -> Sequence[str]:
        """A line of the table."""
        ratio = self.processor / floor.processor
        wall, processor = f"{self.wall:.3f}", f"{self.processor:.3f}"
        return (what, wall, processor, f"{ratio:.2f}", str(merges))


def _used() -> float:
    found = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in found)


async def _lines(eye: Eye, root: Path, names: Sequence[str]) -> list[Line]:
    tips = _tips(root)
    trees = await eye.tree_of(tips[name] for name in names)
    return [
        Line(
            name=name, tip=tips[name], commit=tips[name], tree=trees[tips[name]], base=tips["main"]
        )
        for name in names
    ]


def _tips(root: Path) -> dict[str, str]:
    words = ["git", "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads"]
    listed = subprocess.run(words, cwd=root, check=True, capture_output=True, text=True).stdout
    return dict(line.split() for line in listed.splitlines())  # type: ignore[misc]


def _merge_all(root: Path, pairs: Sequence[tuple[str, str]]) -> None:
    for first, second in pairs:
        words = ["git", "merge-tree", "--write-tree", "--name-only", first, second]
        subprocess.run(words, cwd=root, check=False, capture_output=True)


async def _worktrees(room: Room, root: Path, names: Sequence[str]) -> tuple[_Cost, _Cost]:
    """What one look into a worktree costs, the first and a later one, on average."""
    places = []
    for name in names[:WORKTREES]:
        place = root.parent / name
        git(root, "worktree", "add", "--quiet", str(place), name)
        (place / _path(3)).write_text("changed\n")
        (place / "new.txt").write_text("new\n")
        places.append((name, place))

    async def look() -> list[WorkingTree]:
        return [await working_tree(room, name, place, name) for name, place in places]

    first = await _Cost.during(look())
    for _, place in places:
        (place / _path(4)).write_text("changed again\n")
    again = await _Cost.during(look())
    return first.times(1 / WORKTREES), again.times(1 / WORKTREES)


# the repository


def _name(number: int) -> str:
    return f"branch-{number:02}"


def _path(number: int) -> str:
    return f"part{number // IN_A_FOLDER:03}/file{number % IN_A_FOLDER:03}.txt"


def _content(number: int, changed: str = "") -> bytes:
    lines = [f"line {line} of file {number}" for line in range(LINES)]
    if changed:
        lines[LINES // 2] = changed
    return ("\n".join(lines) + "\n").encode()


def _make(root: Path) -> None:
    """Base with all its files, and the branches; in one call of fast-import."""
    root.mkdir(parents=True)
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "config", "user.name", "bench")
    git(root, "config", "user.email", "bench@localhost")
    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=root, input=b"".join(_stream()), check=True
    )
    git(root, "read-tree", "main")


def _stream() -> Iterator[bytes]:
    yield _head("main", "", "begin")
    for number in range(FILES):
        yield _file(_path(number), _content(number))
    for branch in range(BRANCHES):
        yield _head(_name(branch), "refs/heads/main", "work")
        for number in _changed_by(branch):
            yield _file(_path(number), _content(number, f"changed by {branch}"))
    yield _head("main", "", "later")
    yield _file(_path(FILES - 1), _content(FILES - 1, "base went on"))


def _changed_by(branch: int) -> Iterator[int]:
    yield from range(branch * 20, branch * 20 + CHANGED)
    if branch % 5 == 0:
        yield (branch + 1) % BRANCHES * 20


def _commit(root: Path, branch: str, text: str, *, file: str = "") -> None:
    """One more commit of a branch, without a worktree."""
    number = int(branch.rpartition("-")[2])
    name = file or _path(number * 20 + 1)
    content = _content(0, f"{text} by {branch}")
    stream = _head(branch, f"refs/heads/{branch}^0", text) + _file(name, content)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=root, input=stream, check=True)


def _head(branch: str, start: str, message: str) -> bytes:
    words = message.encode()
    who = b"committer bench <bench@localhost> 1700000000 +0000"
    lines = [f"commit refs/heads/{branch}".encode(), who, b"data %d" % len(words), words]
    lines += [f"from {start}".encode()] if start else []
    return b"\n".join(lines) + b"\n"


def _file(path: str, content: bytes) -> bytes:
    return b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content)
