"""A conflict laid out in a worktree of its own, and what of it is not settled yet."""

from __future__ import annotations

import asyncio
from pathlib import Path

from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.markers import marker_lines, markers
from wuhu_tui.repo.patches import readable
from wuhu_tui.repo.plain_merges import plain_options, try_merge
from wuhu_tui.repo.refs import commit_of
from wuhu_tui.repo.rescue import commit_tree

_FILE = "100"
_LARGEST = 32 << 20


class Stage(Value, frozen=True):
    """One side of an unmerged path."""

    mode: str
    blob: str


Stages = dict[bytes, dict[int, Stage]]
"""Unmerged paths: what base's and the work's common start (1), base (2) and the work (3) have."""


class Standing(Value, frozen=True):
    """The two commits that a settling brings together; `done` is what was committed of it."""

    base: str
    head: str
    done: str = ""


async def standing_of(git: Git) -> Standing | None:
    """What is being settled in this worktree; None if nothing is."""
    here = await commit_of(git, "HEAD")
    merging = await git.look("rev-parse", "--verify", "--quiet", "MERGE_HEAD")
    if merging.code == 0:
        return Standing(base=here, head=merging.text)
    words = ("rev-list", "--first-parent", "--merges", "--parents", "--max-count=1", "HEAD")
    parents = (await git.read(*words)).split()[1:]
    return Standing(base=parents[0], head=parents[1], done=here) if len(parents) == 2 else None


async def unsettled(git: Git, standing: Standing) -> tuple[str, ...]:
    """What is not settled yet, as `path:line what`; empty: all of it is."""
    stages = await unmerged(git)
    tried = await try_merge(git, standing.base, standing.head, await plain_options(git))
    paths = {clash.path.encode() for clash in tried.clashes} | set(stages)
    found = [word for path in sorted(paths) for word in await _open_at(git, path, stages, standing)]
    others = await git.read_bytes("ls-files", "--others", "--exclude-standard", "-z")
    strays = [readable(name) for name in others.split(b"\0") if name]
    return (*found, *(f"{name}: new; git add it, or remove it" for name in strays))


async def unmerged(git: Git) -> Stages:
    """The paths that the index has unmerged."""
    stages: Stages = {}
    for entry in (await git.read_bytes("ls-files", "--unmerged", "-z")).split(b"\0"):
        fields, _, path = entry.partition(b"\t")
        if path:
            mode, blob, stage = fields.decode().split(" ")
            stages.setdefault(path, {})[int(stage)] = Stage(mode=mode, blob=blob)
    return stages


async def _open_at(git: Git, path: bytes, stages: Stages, standing: Standing) -> list[str]:
    """What is open at one path."""
    name = readable(path)
    content = await asyncio.to_thread(
        _content, git.folder / path.decode("utf-8", "surrogateescape")
    )
    sides = stages.get(path)
    if sides is None or _is_text_on_both_sides(sides):
        known = await _known_lines(git, name, standing) if content else frozenset()
        open_lines = [f"{name}:{number} {text}" for number, text in markers(content or b"", known)]
        return open_lines or ([] if sides is None or content is not None else [_choice(name)])
    return [] if await _chosen(git, path, content, sides) else [_choice(name)]


def _choice(name: str) -> str:
    return f"{name}: say what becomes of it: git add {name}, or git rm {name}"


def _is_text_on_both_sides(sides: dict[int, Stage]) -> bool:
    return all(number in sides and sides[number].mode.startswith(_FILE) for number in (2, 3))


async def _chosen(git: Git, path: bytes, content: bytes | None, sides: dict[int, Stage]) -> bool:
    """Whether somebody decided: a file that only one side has was changed, or is gone."""
    if any(not side.mode.startswith(_FILE) for side in sides.values()):
        return False
    if content is None:
        return True
    left = [side.blob for number, side in sides.items() if number != 1]
    name = readable(path)
    here = await git.run("hash-object", "--stdin", f"--path={name}", given=content)
    return here not in left


def _content(path: Path) -> bytes | None:
    """What lies there; None where no plain file does."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
        return None
    return path.read_bytes()


async def _known_lines(git: Git, name: str, standing: Standing) -> frozenset[bytes]:
    """Lines that look like markers and that one of the sides has itself."""
    found: set[bytes] = set()
    for commit in (standing.base, standing.head):
        answer = await git.look("cat-file", "blob", f"{commit}:{name}")
        if answer.code == 0:
            found |= marker_lines(answer.output)
    return frozenset(found)


async def commit_settled(git: Git, standing: Standing, message: str) -> str:
    """What lies in the worktree, as a merge of both sides; no hook sees it before it lands."""
    await git.run("add", "--update", ":/")
    tree = await git.run("write-tree")
    return await commit_tree(git, tree, [standing.base, standing.head], message)
