"""The file a recording is: a zip archive read as a stranger's, member by member.

A zip needs nothing but the standard library on either side, shows its list of members without
reading them, and each member is packed by itself: one can be read, or found damaged, alone.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, BinaryIO

from wuhu_tui.core.recordings.limits import Limits
from wuhu_tui.core.recordings.manifest import MANIFEST, Member
from wuhu_tui.core.recordings.refusals import damaged, no_recording

_BLOCK = 1 << 18
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_WIDE = struct.Struct("<4sQ2H2L4Q")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    struct.error,
)
_DATE = (1980, 1, 1, 0, 0, 0)

Take = Callable[[bytes], None]


class Container:
    """An open recording; every member's name, size and place is plausible."""

    def __init__(self, file: BinaryIO, where: str, limits: Limits) -> None:
        self.where = where
        self._limits = limits
        self._size = file.seek(0, os.SEEK_END)
        _check_end(file, self._size, where, limits)
        try:
            self._archive = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise no_recording(f"its list of members cannot be read ({error})", where) from error
        self._infos = self._checked(self._archive.infolist())

    @property
    def names(self) -> frozenset[str]:
        """The names of all members but the manifest."""
        return frozenset(self._infos) - {MANIFEST}

    def manifest(self) -> bytes:
        """The manifest, as it is."""
        info = self._infos.get(MANIFEST)
        if info is None:
            raise no_recording("it has no manifest", self.where)
        if info.file_size > self._limits.manifest:
            raise damaged(MANIFEST, f"it is {info.file_size} bytes large", self.where)
        return b"".join(self._read(info))

    def copy(self, member: Member, target: Path) -> None:
        """Write one member to a file that does not exist yet.

        Raises:
            JournalError: it is not what the manifest says.
            OSError: the disk refused.
        """
        info = self._infos[member.name]
        if info.file_size != member.size:
            words = f"it has {info.file_size} bytes, {member.size} are announced"
            raise damaged(member.name, words, self.where)
        digest = hashlib.sha256()
        with target.open("xb") as file:
            for block in self._read(info):
                digest.update(block)
                file.write(block)
        if digest.hexdigest() != member.sha256:
            raise damaged(member.name, "its checksum is wrong", self.where)

    def _read(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        left = info.file_size
        try:
            with self._archive.open(info) as file:
                while block := file.read(_BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise damaged(info.filename, "it is larger than announced", self.where)
                    yield block
        except _BROKEN as error:
            raise damaged(info.filename, str(error) or "it cannot be read", self.where) from error
        if left:
            raise damaged(info.filename, f"it ends {left} bytes early", self.where)

    def _checked(self, infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        known: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = info.filename
            if name in known:
                raise damaged(_shown(name), "it is there twice", self.where)
            words = self._implausible(info)
            if words:
                raise damaged(_shown(name), words, self.where)
            known[name] = info
        total = sum(info.file_size for info in infos)
        if total > self._limits.total:
            raise damaged("all members", f"they unpack to {total} bytes", self.where)
        self._refuse_overlaps(infos)
        return known

    def _implausible(self, info: zipfile.ZipInfo) -> str:
        limits = self._limits
        if info.flag_bits & 0x1 or info.compress_type not in _METHODS:
            return "it is packed in a way that wuhu never uses"
        if info.file_size > limits.member:
            return f"it unpacks to {info.file_size} bytes"
        if _is_bomb(info, limits):
            packed = info.compress_size
            return f"{packed} bytes unpack to {info.file_size}: this looks like a bomb"
        mode = info.external_attr >> 16
        if mode and mode & 0o170000 not in (0, 0o100000):
            return "it is no plain file"
        return ""

    def _refuse_overlaps(self, infos: list[zipfile.ZipInfo]) -> None:
        """Refuse members that share bytes: a small file could unpack to any size."""
        place = 0
        for info in sorted(infos, key=lambda one: one.header_offset):
            if info.header_offset < place:
                raise damaged(_shown(info.filename), "it overlaps another", self.where)
            place = info.header_offset + 30 + info.compress_size
        if infos and place > self._size:
            raise damaged("all members", "the file is cut off", self.where)


def _is_bomb(info: zipfile.ZipInfo, limits: Limits) -> bool:
    packed = max(info.compress_size, 1)
    return info.file_size > limits.small and info.file_size // packed > limits.ratio


def _shown(name: str) -> str:
    return repr(name[:80])


def _check_end(file: BinaryIO, size: int, where: str, limits: Limits) -> None:
    """Refuse a file that does not end as a recording does, before anything believes its numbers."""
    if size < _END.size:
        raise no_recording("it is too short", where)
    file.seek(size - _END.size)
    mark, disk, start, here, entries, length, offset, comment = _END.unpack(file.read(_END.size))
    if mark != b"PK\x05\x06" or comment or disk or start or here != entries:
        raise no_recording("it does not end as one; it may be cut off", where)
    place = size - _END.size
    if entries == 0xFFFF or 0xFFFFFFFF in (length, offset) or _has_locator(file, place):
        entries, length, offset, place = _wide_end(file, place, where)
    if entries > limits.members or length > limits.directory:
        raise damaged("all members", f"there are {entries} of them", where)
    if offset + length != place:
        raise damaged("all members", "there is something between them and their list", where)


def _has_locator(file: BinaryIO, place: int) -> bool:
    """Whether there are other numbers before these: some readers believe those."""
    file.seek(max(0, place - _LOCATOR.size))
    return file.read(4) == b"PK\x06\x07"


def _wide_end(file: BinaryIO, place: int, where: str) -> tuple[int, int, int, int]:
    """The same numbers of a large file."""
    place -= _LOCATOR.size
    if place < _WIDE.size:
        raise no_recording("it does not end as one", where)
    file.seek(place)
    mark, _, offset, _ = _LOCATOR.unpack(file.read(_LOCATOR.size))
    if mark != b"PK\x06\x07" or offset != place - _WIDE.size:
        raise no_recording("it does not end as one", where)
    file.seek(offset)
    mark, _, _, _, _, _, here, entries, length, start = _WIDE.unpack(file.read(_WIDE.size))
    if mark != b"PK\x06\x06" or here != entries:
        raise no_recording("it does not end as one", where)
    return entries, length, start, offset


class ContainerWriter:
    """Writes members one after the other; the same members give the same bytes."""

    def __init__(self, file: BinaryIO, limits: Limits | None = None) -> None:
        self._archive = zipfile.ZipFile(file, "w", allowZip64=True)
        self._limits = limits or Limits()
        self.members: list[Member] = []

    def add_file(self, name: str, source: IO[bytes]) -> Member:
        """Take a file in whose content is packed already."""
        return self._added(name, zipfile.ZIP_STORED, lambda take: _pour(source, take))

    def add(self, name: str, write: Callable[[Take], None]) -> Member:
        """Pack what `write` hands over, piece by piece.

        What shrinks so much that its reader would take it for a bomb goes in as it is: `write` is
        asked a second time then.
        """
        member = self._added(name, zipfile.ZIP_DEFLATED, write)
        info = self._archive.getinfo(name)
        if not _is_bomb(info, self._limits):
            return member
        self.members.remove(member)
        self._archive.filelist.remove(info)
        del self._archive.NameToInfo[name]
        self._archive.start_dir = info.header_offset
        return self._added(name, zipfile.ZIP_STORED, write)

    def _added(self, name: str, method: int, write: Callable[[Take], None]) -> Member:
        digest = hashlib.sha256()
        size = 0
        with self._archive.open(_info(name, method), "w", force_zip64=True) as file:

            def take(piece: bytes) -> None:
                nonlocal size
                digest.update(piece)
                size += len(piece)
                file.write(piece)

            write(take)
        member = Member(name=name, size=size, sha256=digest.hexdigest())
        self.members.append(member)
        return member

    def abandon(self) -> None:
        """Let go of a file that will not be finished."""
        self._archive.fp = None

    def finish(self, manifest: bytes) -> None:
        """Write the manifest and the list of members."""
        self._archive.writestr(_info(MANIFEST, zipfile.ZIP_STORED), manifest)
        self._archive.close()


def _pour(source: IO[bytes], take: Take) -> None:
    while block := source.read(_BLOCK):
        take(block)


def _info(name: str, method: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=_DATE)
    info.compress_type = method
    info.create_system = 3
    info.external_attr = 0o100600 << 16
    return info
