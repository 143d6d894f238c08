"""Git objects in one file: as few as show every wanted commit, and taken in as a stranger's.

History below what all wanted commits have in common is left out: those at the edge stand without
their parents. What must not be shown is replaced by git's own means, so that every id stays true.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import LONG, Git

KEPT_REFS = "refs/wuhu/recorded/"
"""One ref for each wanted commit, named after it."""

REPLACE_REFS = "refs/replace/"

LARGE = 16 << 20
"""Bytes of the largest file that is carried."""

_ALONE = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_LFS_SKIP_SMUDGE": "1"}
_QUIET = (
    *("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"),
    *("-c", "protocol.allow=never", "-c", "core.alternateRefsCommand=true"),
)
_MERGE_BASES_AT_ONCE = 500
_LOOKED_BACK = "--max-count=20000"
_SIGNATURES = {"sha1": b"# v2 git bundle\n", "sha256": b"# v3 git bundle\n"}
_FORMAT_LINE = b"@object-format=sha256\n"

Clean = Callable[[bytes], bytes]
"""Gives a file's content as it may be shown; the same where nothing is to be hidden."""


class Packed(Value, frozen=True):
    """What a bundle holds; `shallow` stand without parents, `replaced` have another content.

    `hidden` are the paths of what was replaced, `spoken` objects whose name or words hold a secret.
    """

    commits: int = 0
    objects: int = 0
    branch: str = ""
    shallow: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Room:
    """A repository without anything of its own, that sees the objects of another."""

    git: Git
    folder: Path

    async def look(self, *words: str, given: Sequence[str] = ()) -> list[str]:
        text = await self.git.read(*words, given="".join(f"{one}\n" for one in given).encode())
        return [line for line in text.split("\n") if line]  # names hold all other line ends


async def pack_bundle(
    git: Git,
    wanted: Collection[str],
    target: Path,
    room: Path,
    *,
    heads: dict[str, str] | None = None,
    clean: Clean | None = None,
) -> Packed | None:
    """Write a bundle of these commits and trees, as far as they exist; None: none of them does.

    `room` is an empty folder for what is needed meanwhile; `heads` are branches to be told.

    Raises:
        GitError: the repository is damaged, or does not hold what it names.
    """
    scratch = await _open_room(git, room)
    kinds = await _kinds(scratch, sorted({*wanted, *(heads or {}).values()}))
    commits = [one for one, kind in kinds.items() if kind == "commit"]
    trees = [one for one, kind in kinds.items() if kind == "tree"]
    if not commits:
        return None
    shallow = await _cut_history(scratch, commits)
    words = ("rev-list", "--objects", "--missing=print", "--stdin")
    listing = await scratch.look(*words, given=[*commits, *trees])
    parted = (line.removeprefix("?").partition(" ") for line in listing)
    paths = {name: path for name, _, path in parted}
    hiding = _Hiding(scratch, clean, await _replacements(git))
    await hiding.look(paths)
    carried = [one for one in paths if one not in hiding.replaced] + list(hiding.new)
    pack = await _pack(scratch, carried)
    refs = {KEPT_REFS + one: one for one in (*commits, *trees)}
    refs |= {REPLACE_REFS + old: new for old, new in hiding.replaced.items()}
    refs |= {f"refs/heads/{name}": tip for name, tip in (heads or {}).items() if tip in kinds}
    await asyncio.to_thread(_write, target, refs, pack, len(commits[0]) == 64)
    return Packed(
        commits=len(commits),
        objects=len(carried),
        branch=next((name for name, tip in (heads or {}).items() if tip in kinds), ""),
        shallow=tuple(shallow),
        replaced=tuple(sorted(hiding.replaced)),
        hidden=tuple(sorted({paths[one] for one in hiding.replaced} - {""})),
        spoken=tuple(sorted(hiding.spoken)),
    )


async def _replacements(git: Git) -> dict[str, str]:
    """What stands for other objects in the repository, by their ids."""
    form = "--format=%(refname:lstrip=2) %(objectname)"
    listing = await git.read("for-each-ref", form, REPLACE_REFS)
    parted = (line.partition(" ") for line in listing.splitlines())
    return {name: new for name, _, new in parted}


async def newest_named(git: Git, branch: str, wanted: Collection[str]) -> str:
    """The newest of these commits that is on the branch itself; empty: none of its last many."""
    listing = await git.look("rev-list", "--first-parent", _LOOKED_BACK, f"refs/heads/{branch}")
    return next((one for one in listing.text.splitlines() if one in wanted), "")


async def _open_room(git: Git, room: Path) -> _Room:
    """A bare repository that borrows the other's objects, and where its history is cut."""
    objects = await git.read("rev-parse", "--path-format=absolute", "--git-path", "objects")
    cut = Path(await git.read("rev-parse", "--path-format=absolute", "--git-path", "shallow"))
    kind = await git.read("rev-parse", "--show-object-format")
    folder = room / "objects.git"
    inside = replace(git, folder=room, environment={**git.environment, **_ALONE})
    await inside.run("init", "-q", "--bare", "--template=", f"--object-format={kind}", str(folder))
    borrowed = folder / "objects" / "info" / "alternates"
    await asyncio.to_thread(borrowed.parent.mkdir, exist_ok=True)
    await asyncio.to_thread(borrowed.write_bytes, os.fsencode(objects) + b"\n")
    if await asyncio.to_thread(cut.is_file):
        content = await asyncio.to_thread(cut.read_bytes)
        await asyncio.to_thread((folder / "shallow").write_bytes, content)
    return _Room(git=replace(inside, folder=folder, deadline=LONG), folder=folder)


async def _kinds(scratch: _Room, wanted: Sequence[str]) -> dict[str, str]:
    """Which of these exist, and what they are."""
    lines = await scratch.look(
        "cat-file", "--batch-check=%(objectname) %(objecttype)", given=wanted
    )
    parted = (line.partition(" ") for line in lines)
    return {one: kind for one, _, kind in parted if kind in ("commit", "tree")}


async def _cut_history(scratch: _Room, commits: Sequence[str]) -> list[str]:
    """Leave out what lies below all of them; the commits that stand without parents now."""
    common = await _common(scratch, commits)
    if not common:
        return []
    edge = await scratch.look("rev-list", "--boundary", "--stdin", given=[*commits, f"^{common}"])
    cut = {line[1:] for line in edge if line.startswith("-")} | {common}
    shallow = scratch.folder / "shallow"
    before = await asyncio.to_thread(lambda: shallow.read_text() if shallow.exists() else "")
    await asyncio.to_thread(shallow.write_text, "".join(f"{one}\n" for one in sorted(cut)) + before)
    roots = await scratch.look("rev-list", "--max-parents=0", "--stdin", given=commits)
    return sorted(cut & set(roots) | (set(before.split()) & set(roots)))


async def _common(scratch: _Room, commits: Sequence[str]) -> str:
    """The newest commit that all of them go back to; those that share nothing are left aside."""
    common, *others = commits
    for start in range(0, len(others), _MERGE_BASES_AT_ONCE):
        part = others[start : start + _MERGE_BASES_AT_ONCE]
        answer = await scratch.git.look("merge-base", "--octopus", common, *part)
        if answer.code == 0:
            common = answer.text
            continue
        for one in part:
            found = await scratch.git.look("merge-base", common, one)
            common = found.text if found.code == 0 else common
    return common


class _Hiding:
    """Finds what may not be carried as it is, and makes what stands for it."""

    def __init__(self, scratch: _Room, clean: Clean | None, known: dict[str, str]) -> None:
        self._scratch = scratch
        self._clean = clean
        self._known = known
        self.replaced: dict[str, str] = {}
        self.new: dict[str, None] = {}
        self.spoken: list[str] = []

    async def look(self, objects: dict[str, str]) -> None:
        """Look at everything that would be carried, and how files are called there.

        Raises:
            GitError: something is not there.
        """
        form = "--batch-check=%(objectname) %(objecttype) %(objectsize)"
        lines = await self._scratch.look("cat-file", form, given=list(objects))
        batch: list[str] = []
        room = LARGE
        for name, kind, size in map(_checked, lines):
            if kind == "missing":
                self._take_known(name)
            elif kind == "blob" and size > LARGE:
                words = f"[{size} bytes: too large to be recorded]\n"
                await self._replace(name, words.encode())
            elif self._clean is not None:
                batch.append(name)
                room -= size
            if room <= 0:
                await self._examine(batch)
                batch, room = [], LARGE
        await self._examine(batch)

    def _take_known(self, name: str) -> None:
        """Carry on what stands for an object that is not there: this is a recording itself."""
        if name not in self._known:
            raise GitError(
                f"the repository does not hold the object {name}",
                where=str(self._scratch.git.folder),
            )
        self.replaced[name] = self._known[name]
        self.new[self._known[name]] = None

    async def _examine(self, names: list[str]) -> None:
        if not names or self._clean is None:
            return
        given = "".join(f"{name}\n" for name in names).encode()
        answer = await self._scratch.git.look("cat-file", "--batch", given=given)
        for name, kind, content in await asyncio.to_thread(_contents, answer.output):
            told = _names(content, len(name) // 2) if kind == "tree" else content
            shown = await asyncio.to_thread(self._clean, told)
            if shown == told:
                continue
            if kind == "blob":
                await self._replace(name, shown)
            else:
                self.spoken.append(name)

    async def _replace(self, name: str, content: bytes) -> None:
        git = self._scratch.git
        new = await git.run("hash-object", "-w", "-t", "blob", "--stdin", given=content)
        self.replaced[name] = new
        self.new[new] = None


def _checked(line: str) -> tuple[str, str, int]:
    """An object's id, kind and size, as git tells them."""
    name, kind, *size = line.split(" ")
    return name, kind, int(size[0]) if size else 0


def _contents(output: bytes) -> list[tuple[str, str, bytes]]:
    found: list[tuple[str, str, bytes]] = []
    place = 0
    while place < len(output):
        end = output.index(b"\n", place)
        name, kind, size = output[place:end].decode("ascii").split(" ")
        found.append((name, kind, output[end + 1 : end + 1 + int(size)]))
        place = end + 2 + int(size)
    return found


def _names(tree: bytes, digits: int) -> bytes:
    """What the files of a tree are called, one a line; `digits` are the bytes of an object's id."""
    names: list[bytes] = []
    place = 0
    while place < len(tree):
        end = tree.index(b"\0", place)
        names.append(tree[place:end].partition(b" ")[2])
        place = end + 1 + digits
    return b"\n".join(names)


async def _pack(scratch: _Room, objects: Sequence[str]) -> Path:
    """One pack of exactly these, the same for the same objects."""
    words = ("pack-objects", "-q", "--threads=1", "--no-reuse-delta", str(scratch.folder / "out"))
    named = "".join(f"{one}\n" for one in sorted(set(objects))).encode()
    name = await scratch.git.run("-c", "pack.threads=1", *words, given=named)
    return scratch.folder / f"out-{name}.pack"


def _write(target: Path, refs: dict[str, str], pack: Path, long: bool) -> None:
    head = _SIGNATURES["sha256"] + _FORMAT_LINE if long else _SIGNATURES["sha1"]
    with target.open("xb") as file, pack.open("rb") as source:
        file.write(head)
        for name, commit in sorted(refs.items()):
            file.write(f"{commit} {name}\n".encode())
        file.write(b"\n")
        while block := source.read(1 << 20):
            file.write(block)
