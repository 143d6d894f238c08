"""An index of our own over somebody's worktree: git looks with it, and theirs is not touched.

It remembers which files were read, so that looking again costs little. Light: the runner uses it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.model.value import Value

MOST_NEW = 5_000
"""New files that are read at most."""

LARGE = 2 * 2**20
"""Bytes from which a new file is not read."""

MOST_BYTES = 64 * 2**20
"""Bytes of new files that are read at most."""

_STAMP = "index.stamp"
"""Beside our index: which index of the worktree's it was begun from."""

_NAMED = "index.named"
"""Beside our index: what stands in it by name alone, and how that looked."""


class Chosen(Value, frozen=True):
    """Which files git reads, and which stand there by name alone."""

    read: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def begin_index(source: Path, index: Path) -> bool:
    """Our index as the worktree's, if that was written since; else as we left it.

    Returns whether it was begun anew.
    """
    stamp = index.parent / _STAMP
    seen = _stamp(source)
    if index.exists() and stamp.exists() and stamp.read_text() == seen:
        return False
    index.unlink(missing_ok=True)
    (index.parent / _NAMED).unlink(missing_ok=True)
    _copy(source, index)
    stamp.write_text(seen)
    return True


def _copy(source: Path, index: Path) -> None:
    """With the times of the original: they tell git which files it must look at again."""
    try:
        with os.fdopen(open_plain(source), "rb") as file:
            found = os.fstat(file.fileno())
            index.write_bytes(file.read())
    except FileNotFoundError:
        return
    os.utime(index, ns=(found.st_atime_ns, found.st_mtime_ns))


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
    except FileNotFoundError:
        return "none"
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns}"


def chosen(folder: Path, names: Iterable[str]) -> Chosen:
    """What of these files is read, while there is room for it."""
    read: list[str] = []
    named: list[str] = []
    left = MOST_BYTES
    for name in names:
        size = _size(folder / name)
        if size < 0:
            continue
        if size > LARGE or size > left or len(read) >= MOST_NEW:
            named.append(name)
        else:
            read.append(name)
            left -= size
    return Chosen(read=tuple(read), named=tuple(named))


def keep_named(folder: Path, names: Iterable[str], index: Path) -> None:
    """Remember how files look that stand in our index by name alone, beside those that did before.

    Git would read such a file whole with every look, to see whether it is what the name says.
    """
    kept = [f"{_look_of(f'{folder}/{name}')} {name}" for name in names]
    with (index.parent / _NAMED).open("ab") as file:
        file.write(given(kept))


def take_named(folder: Path, index: Path) -> list[str]:
    """Those of them that look otherwise by now, or are gone; they are remembered no more."""
    kept: dict[str, str] = {}
    changed: dict[str, None] = {}
    for entry in _named(index):
        look, _, name = entry.partition(" ")
        if _look_of(f"{folder}/{name}") == look:
            kept[name] = entry
        else:
            changed[name] = None
    if changed:
        entries = (entry for name, entry in kept.items() if name not in changed)
        (index.parent / _NAMED).write_bytes(given(entries))
    return list(changed)


def count_named(index: Path) -> int:
    """How many files stand in our index by name alone."""
    return len(_named(index))


def _named(index: Path) -> list[str]:
    try:
        return names_in((index.parent / _NAMED).read_bytes())
    except FileNotFoundError:
        return []


def _look_of(path: str) -> str:
    try:
        found = os.lstat(path)
    except OSError:
        return "-"
    return f"{found.st_ino}:{found.st_mode}:{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}"


def _size(path: Path) -> int:
    """Its size; -1 for what is gone, or no file that git can hold."""
    try:
        found = path.lstat()
    except OSError:
        return -1
    return found.st_size if path.is_symlink() or path.is_file() else -1


def given(names: Iterable[str]) -> bytes:
    """Names as git reads them from its input."""
    return b"".join(name.encode("utf-8", "surrogateescape") + b"\0" for name in names)


def names_in(output: bytes) -> list[str]:
    """Names as git lists them; a name need not be text."""
    return [name.decode("utf-8", "surrogateescape") for name in output.split(b"\0") if name]
