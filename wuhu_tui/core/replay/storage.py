"""Where frames are kept: beside the journals if that can be written, else for this process alone."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import sys
import tempfile
import zlib
from collections.abc import Collection
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

import wuhu_tui.model
from wuhu_tui.journal import lines

VERSION = 1
"""The layout of a file of frames."""

MOST_FILES = 8
"""Files of frames that stay in a project's folder, the newest."""

_COPY = 1 << 20


class Storage(NamedTuple):
    """An open file of frames; its first block stands at `begin`. Only its owner appends."""

    descriptor: int
    begin: int
    shared: bool
    """Whether it lies beside the journals, where it is found again."""

    def close(self) -> None:
        """Let go of it; with the last process that has it open its lock is gone."""
        os.close(self.descriptor)


def open_storage(folder: Path | None, sessions: Collection[str]) -> Storage:
    """The project's file of frames; one of this process alone where another process writes it."""
    header = _header(sessions)
    if folder is not None:
        with contextlib.suppress(OSError):
            folder.mkdir(exist_ok=True)
            return _open_shared(folder / _file_name(sessions), header)
    return private_storage(header)


def private_storage(
    header: bytes, source: int = -1, end: int = 0, *, in_memory: bool = False
) -> Storage:
    """A file without a name, with what another one has up to `end`; in memory if it must be."""
    descriptor = _in_memory() if in_memory else _nameless()
    try:
        _fill(descriptor, header, source, end)
    except OSError:
        os.close(descriptor)
        descriptor = _in_memory()
        _fill(descriptor, header, source, end)
    return Storage(descriptor, len(header), shared=False)


def _fill(descriptor: int, header: bytes, source: int, end: int) -> None:
    os.pwrite(descriptor, header, 0)
    at = len(header)
    while source >= 0 and at < end and (part := os.pread(source, min(_COPY, end - at), at)):
        at += os.pwrite(descriptor, part, at)


def fresh_header(storage: Storage) -> bytes:
    """The header of a file of frames, to begin another one with."""
    return os.pread(storage.descriptor, storage.begin, 0)


def _nameless() -> int:
    try:
        with tempfile.TemporaryFile(prefix="wuhu-replay-") as file:
            return os.dup(file.fileno())
    except OSError:
        return _in_memory()


def _in_memory() -> int:
    if sys.platform == "linux":
        return os.memfd_create("wuhu-replay")
    raise OSError("nothing can be written anywhere")


def _open_shared(path: Path, header: bytes) -> Storage:
    """Ours to write if nobody else has it; a file of another version is replaced by a new one."""
    descriptor = _opened(path)
    try:
        found = os.pread(descriptor, len(header), 0)
        ours = _locked(descriptor)
        if found != header and (found or not ours):
            if not ours:
                return _left(descriptor, private_storage(header))
            path.unlink(missing_ok=True)
            os.close(descriptor)
            descriptor = _opened(path)
            ours = _locked(descriptor) and not os.fstat(descriptor).st_size
            if not ours:
                return _left(descriptor, private_storage(header))
        if not ours:
            end = os.fstat(descriptor).st_size
            return _left(descriptor, private_storage(header, descriptor, end))
        os.pwrite(descriptor, header, 0)
        _drop_old(path)
    except OSError:
        os.close(descriptor)
        raise
    return Storage(descriptor, len(header), shared=True)


def _left(descriptor: int, instead: Storage) -> Storage:
    os.close(descriptor)
    return instead


def _opened(path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(path, flags, 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("it is no plain file")
    return descriptor


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _drop_old(path: Path) -> None:
    """Let files of other selections of sessions go, when there are too many."""
    with contextlib.suppress(OSError):
        files = sorted(path.parent.glob("*.frames"), key=lambda file: file.stat().st_mtime)
        for file in files[:-MOST_FILES]:
            if file != path:
                file.unlink()


def _file_name(sessions: Collection[str]) -> str:
    if not sessions:
        return "all.frames"
    names = "\n".join(sorted(sessions)).encode("utf-8", "surrogateescape")
    return f"{blake2b(names, digest_size=8).hexdigest()}.frames"


def _header(sessions: Collection[str]) -> bytes:
    names = "\n".join(sorted(sessions)).encode("utf-8", "surrogateescape")
    name = blake2b(names, digest_size=8).hexdigest()
    return f"wuhu frames {VERSION} {fingerprint()} {name}\n".encode("ascii")


@cache
def fingerprint() -> str:
    """A digest of everything that a frame depends on: types, fold, and how lines are read."""
    digest = blake2b(digest_size=16)
    digest.update(f"{sys.version_info[:2]} {msgspec.__version__}".encode("ascii"))
    folders = (Path(wuhu_tui.model.__file__).parent, Path(__file__).parent)
    files = [file for folder in folders for file in sorted(folder.glob("*.py"))]
    for file in (*files, Path(lines.__file__)):
        with contextlib.suppress(OSError):
            digest.update(b"%d" % zlib.crc32(file.read_bytes()))
    return digest.hexdigest()
