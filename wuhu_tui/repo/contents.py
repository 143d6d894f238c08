"""Contents as git keeps them: their sizes, the pointers that stand for large files, their lines."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from wuhu_tui.model.diff import DiffFile
from wuhu_tui.model.quantities import size
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.patches import readable
from wuhu_tui.repo.refusals import refused

POINTER_SIZE = 1024
"""Bytes that a pointer to a large file never reaches."""

_POINTER_LINES = 16
_POINTER = re.compile(
    rb"version https://(?:git-lfs\.github\.com|hawser\.github\.com)/spec/v\d+\n"
    rb"(?:.*\n)*?oid \S+\n(?:.*\n)*?size (\d+)\n?"
)
_SUBMODULE = "submodule"
_ENDS = frozenset("\n\0")
"""What ends a name where many are asked for at once."""

_ESCAPE = "\\x"
"""What stands in the names of files whose own are no UTF-8."""


async def with_sizes(git: Git, files: Sequence[DiffFile]) -> tuple[DiffFile, ...]:
    """The files with the sizes of what is binary, or lies in a store of large files, in their notes."""
    looked = [file for file in files if file.binary or _may_point(file)]
    names = {name for file in looked for name in (file.old_blob, file.new_blob) if name}
    if not names:
        return tuple(files)
    sizes = await _sizes(git, names)
    small = [name for name, octets in sizes.items() if octets < POINTER_SIZE]
    large = {name: octets for name, octets in (await _pointers(git, small)).items() if octets >= 0}
    return tuple(_told(file, sizes, large) for file in files)


def _may_point(file: DiffFile) -> bool:
    """Whether a file is short enough in its changes to be a pointer."""
    changed = file.added + file.removed
    is_short = file.added <= _POINTER_LINES and file.removed <= _POINTER_LINES
    return changed > 0 and is_short and _SUBMODULE not in file.note


def _told(file: DiffFile, sizes: Mapping[str, int], large: Mapping[str, int]) -> DiffFile:
    said = _large_note(file, large) or (_binary_note(file, sizes) if file.binary else "")
    return replace(file, note="; ".join(part for part in (said, file.note) if part))


def _large_note(file: DiffFile, large: Mapping[str, int]) -> str:
    old, new = large.get(file.old_blob), large.get(file.new_blob)
    if old is not None and new is not None:
        return f"LFS object, {size(old)} → {size(new)}"
    if new is not None:
        was = "LFS object" if not file.old_blob else "LFS object now, plain before"
        return f"{was}, {size(new)}"
    if old is not None:
        was = "LFS object" if not file.new_blob else "plain now, LFS object before"
        return f"{was}, {size(old)}"
    return ""


def _binary_note(file: DiffFile, sizes: Mapping[str, int]) -> str:
    there = [sizes[name] for name in (file.old_blob, file.new_blob) if name in sizes]
    return " → ".join(size(octets) for octets in there)


async def _sizes(git: Git, names: Iterable[str]) -> dict[str, int]:
    """How large each content is; what is not there is left out."""
    words = ("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)")
    answer = await git.read(*words, given=_lines(names), deadline=LONG)
    parted = (line.split(" ") for line in answer.splitlines())
    return {part[0]: int(part[2]) for part in parted if len(part) == 3 and part[1] == "blob"}


async def _pointers(git: Git, names: Sequence[str]) -> dict[str, int]:
    """Of each content, the size that it points to; -1: it is no pointer."""
    contents = await read_contents(git, names)
    found = {name: _POINTER.fullmatch(content or b"") for name, content in contents.items()}
    return {name: int(match[1]) if match else -1 for name, match in found.items()}


async def read_contents(git: Git, names: Sequence[str]) -> dict[str, bytes | None]:
    """What each of these objects holds, by the words that name it; None: there is no such file."""
    if not names:
        return {}
    words = ("cat-file", "--batch")
    answer = await git.look(*words, given=_lines(names), deadline=LONG)
    if answer.code:
        raise refused(words, answer.words, git.folder)
    found: dict[str, bytes | None] = {}
    rest = answer.output
    for name in names:
        head, _, rest = rest.partition(b"\n")
        kind = head.rpartition(b" ")[0].rpartition(b" ")[2]
        if not head.rpartition(b" ")[2].isdigit() or kind not in _KINDS:
            found[name] = None
            continue
        octets = int(head.rpartition(b" ")[2])
        found[name] = rest[:octets] if kind == b"blob" else None
        rest = rest[octets + 1 :]
    return found


_KINDS = frozenset({b"blob", b"tree", b"commit", b"tag"})


def _lines(names: Iterable[str]) -> bytes:
    return b"".join(name.encode("utf-8", "surrogateescape") + b"\n" for name in names)


async def file_at(git: Git, commit: str, path: str) -> bytes | None:
    """What a file holds in a commit; None: there is none of that name."""
    name = await place_in(git, commit, path)
    return (await read_contents(git, (name,)))[name] if name else None


async def place_in(git: Git, commit: str, path: str) -> str:
    """A file of a commit as git is asked for it; empty where it cannot be asked for."""
    return name_in(commit, await exact_name(git, commit, path))


def name_in(commit: str, path: str) -> str:
    """What git calls a file of a commit; empty where it cannot be asked for.

    Asked for one outside the repository, git would end and answer nothing of the others either.
    """
    place = posixpath.normpath(path)
    is_outside = place in {".", ".."} or place.startswith(("../", "/"))
    return "" if is_outside or not _ENDS.isdisjoint(path) else f"{commit}:{place}"


async def exact_name(git: Git, commit: str, path: str) -> str:
    """A file's name as it is on disk, by the name under which a diff shows it."""
    if _ESCAPE not in path:
        return path
    words = ("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
    answer = await git.look(*words, deadline=LONG)
    names = answer.output.split(b"\0") if answer.code == 0 else []
    return next((os.fsdecode(name) for name in names if readable(name) == path), path)


def text_lines(content: bytes) -> tuple[str, ...]:
    """A content's lines as diffs show them."""
    lines = content.decode("utf-8", "backslashreplace").split("\n")
    return tuple(lines[:-1] if lines and not lines[-1] else lines)
