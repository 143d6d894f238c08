"""Repositories inside a worktree: clones, submodules, repositories that an agent made.

Git keeps no more of them than the number of a commit. One that holds work of its own is kept as
plain files, its history with it; one that can be cloned again as it is, is left out and named.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import LONG, Git

KEPT_AS = ".git.wuhu"
"""What the git folder of a nested repository is called inside a rescue: git takes no `.git`."""

_LINKED = "160000"


class Nested(Value, frozen=True):
    """One repository inside; `said` is where it can be had again if it holds no work."""

    path: str
    holds_work: bool
    tracked: bool
    """Whether the project knows it, as a submodule."""
    said: str = ""

    @property
    def apart(self) -> bool:
        """Whether git must not take it as a link."""
        return self.holds_work or not self.tracked


async def nested_in(git: Git) -> tuple[Nested, ...]:
    """The repositories in a worktree that git does not ignore; looks by the index given."""
    listed = await _listed(git, "ls-files", "--others", "--exclude-standard")
    others = [name.rstrip("/") for name in listed if name.endswith("/")]
    staged = await _listed(git, "ls-files", "--stage")
    linked = [entry.partition("\t")[2] for entry in staged if entry.startswith(_LINKED)]
    paths = dict.fromkeys((*linked, *others))
    there = await asyncio.to_thread(_with_history, git.folder, list(paths))
    return tuple([await _judged(git.folder, path, tracked=path in linked) for path in there])


def _with_history(folder: Path, paths: list[str]) -> list[str]:
    return [path for path in paths if (folder / path / ".git").exists()]


async def _listed(git: Git, *words: str) -> list[str]:
    output = await git.read_bytes(*words, "-z", deadline=LONG)
    return [name.decode("utf-8", "surrogateescape") for name in output.split(b"\0") if name]


async def _judged(folder: Path, path: str, *, tracked: bool) -> Nested:
    git = Git(folder / path)
    try:
        holds_work = not await _can_be_had_again(git)
    except GitError:
        holds_work = True
    if holds_work:
        return Nested(path=path, holds_work=True, tracked=tracked)
    origin = (await git.look("config", "remote.origin.url")).text
    head = (await git.look("rev-parse", "--short", "HEAD")).text
    said = f"a clone of {origin or 'another repository'} at {head}, nothing in it is new"
    return Nested(path=path, holds_work=False, tracked=tracked, said=said)


async def _can_be_had_again(git: Git) -> bool:
    """Whether everything in it came from elsewhere and is there still, as far as it knows."""
    top = Path(await git.read("rev-parse", "--show-toplevel"))
    if await asyncio.to_thread(top.resolve) != await asyncio.to_thread(git.folder.resolve):
        return False
    status = ("status", "--porcelain", "--ignore-submodules=none", "--untracked-files=normal")
    if await git.read(*status):
        return False
    if (await git.look("rev-parse", "--verify", "--quiet", "refs/stash")).code == 0:
        return False
    own = ("rev-list", "--count", "--branches", "HEAD", "--not", "--remotes")
    return await git.read(*own) == "0"


async def record_nested(git: Git, nested: tuple[Nested, ...]) -> None:
    """Put repositories into the index as plain files: what they track, hold and remember."""
    for one in nested:
        await _forget_link(git, one.path)
        folder = git.folder / one.path
        working = await _working_files(folder)
        pairs = await asyncio.to_thread(_pairs, git.folder, one.path, working)
        await _record(git, pairs)


async def _forget_link(git: Git, path: str) -> None:
    await git.run("update-index", "--force-remove", "--", path)


async def _working_files(folder: Path) -> list[str] | None:
    """Its files that it does not ignore; None where only a look at the disk can tell."""
    try:
        listed = await _listed(Git(folder), "ls-files", "-co", "--exclude-standard")
    except GitError:
        return None
    if any(name.endswith("/") for name in listed):
        return None
    return listed


Pair = tuple[str, str, Path]
"""Mode, the name it is kept under, where it lies."""


def _pairs(root: Path, path: str, working: list[str] | None) -> list[Pair]:
    folder = root / path
    names = [Path(name) for name in working] if working is not None else list(_walked(folder))
    pairs = [
        (folder / name, f"{path}/{_renamed(name)}") for name in names if name.parts[0] != ".git"
    ]
    history = _history(folder)
    pairs += [(history / name, f"{path}/{KEPT_AS}/{name}") for name in _walked(history)]
    return [(mode, kept, place) for place, kept in dict.fromkeys(pairs) if (mode := _mode(place))]


def _renamed(name: Path) -> str:
    return "/".join(KEPT_AS if part == ".git" else part for part in name.parts)


def _history(folder: Path) -> Path:
    """Its git folder, which of a submodule lies elsewhere."""
    git = folder / ".git"
    if git.is_dir():
        return git
    named = git.read_text().removeprefix("gitdir:").strip()
    return (folder / named).resolve()


def _walked(folder: Path) -> Iterator[Path]:
    """All files and links below, as paths from there."""
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in (*files, *links):
            yield Path(place, name).relative_to(folder)


def _mode(path: Path) -> str:
    """How git calls this kind of file; empty for what it cannot hold."""
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return ""
    if stat.S_ISLNK(kind):
        return "120000"
    if not stat.S_ISREG(kind):
        return ""
    return "100755" if kind & stat.S_IXUSR else "100644"


async def _record(git: Git, pairs: list[Pair]) -> None:
    files = [pair for pair in pairs if pair[0] != "120000"]
    named = "".join(f"{place}\n" for _, _, place in files)
    words = ("hash-object", "-w", "--no-filters", "--stdin-paths")
    blobs = (await git.run(*words, given=_bytes(named), deadline=LONG)).split()
    entries = [
        f"{mode} {blob}\t{kept}\0" for (mode, kept, _), blob in zip(files, blobs, strict=True)
    ]
    for mode, kept, place in pairs:
        if mode == "120000":
            target = _bytes(str(place.readlink()))
            blob = await git.run("hash-object", "-w", "--stdin", given=target)
            entries.append(f"{mode} {blob}\t{kept}\0")
    given = _bytes("".join(entries))
    await git.run("update-index", "--add", "-z", "--index-info", given=given, deadline=LONG)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


async def revive_nested(folder: Path, path: str) -> None:
    """Make a repository again of what was kept as files."""
    await asyncio.to_thread(_revive, folder / path)


def _revive(folder: Path) -> None:
    kept = folder / KEPT_AS
    for name in ("refs", "objects"):
        (kept / name).mkdir(exist_ok=True)
    config = kept / "config"
    if config.is_file():
        lines = config.read_text(errors="surrogateescape").splitlines(keepends=True)
        plain = [line for line in lines if not line.strip().startswith("worktree =")]
        config.write_text("".join(plain), errors="surrogateescape")
    kept.rename(folder / ".git")
