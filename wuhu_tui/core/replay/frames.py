"""Frames on disk: states of a recording every so many records, one block each, only ever appended.

A block carries a checksum over all of it and over the block before: what it shares with that one is
told by numbers alone. Whoever opens the file believes no more of it than whole blocks that follow
each other; one that is damaged ends what can be used.
"""

from __future__ import annotations

import os
import struct
import zlib
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator

import msgspec

from wuhu_tui.core.replay.pieces import PieceReader
from wuhu_tui.core.replay.state import State
from wuhu_tui.core.replay.strand import Reached
from wuhu_tui.core.replay.told import Told

_HEAD = struct.Struct("<4sIIIIqqdQ")
_SIGN = b"reel"
_MOST = 1 << 30
_KEPT = 128
"""Unpacked blocks in memory."""

_encode = msgspec.msgpack.Encoder().encode
_told = msgspec.msgpack.Decoder(Told).decode
_pieces = msgspec.msgpack.Decoder(list[bytes]).decode


class Frame(msgspec.Struct, frozen=True):
    """Where a state lies: behind `index` records, at the time `at` (microseconds).

    `covered`: bytes of journals told up to there. `number` is the block's first piece, `root` its
    last.
    """

    index: int
    at: int
    played: float
    covered: int
    offset: int
    size: int
    check: int
    number: int
    root: int


class DamagedFrame(Exception):
    """A block is not what it was; whoever asked goes on from an earlier one."""


def packed(frame: Frame, told: Told, pieces: list[bytes], before: int = 0) -> tuple[bytes, int]:
    """A block, and its checksum; `before`: that of the block before.

    Of the frame only what it says of the moment counts.
    """
    first = zlib.compress(_encode(told), 1)
    body = zlib.compress(_encode(pieces), 1)
    rest = (len(pieces), frame.index, frame.at, frame.played, frame.covered)
    head = _HEAD.pack(_SIGN, 0, len(first), len(body), *rest)
    check = zlib.crc32(body, zlib.crc32(first, zlib.crc32(head, before)))
    return _HEAD.pack(_SIGN, check, len(first), len(body), *rest) + first + body, check


class FrameFile:
    """Reads blocks from a file that may still grow."""

    def __init__(self, descriptor: int, begin: int) -> None:
        self.descriptor = descriptor
        self.frames: list[Frame] = []
        self.end = begin
        """Where the next block begins."""
        self._indexes: list[int] = []
        self._numbers: list[int] = []
        self._blocks: OrderedDict[int, list[bytes]] = OrderedDict()
        self._reader = PieceReader(self._piece)

    @property
    def last_check(self) -> int:
        """The checksum of the last block."""
        return self.frames[-1].check if self.frames else 0

    @property
    def next_number(self) -> int:
        """The number of the first piece of the next block."""
        return self.frames[-1].root + 1 if self.frames else 1

    def grow(self, most: int = 1 << 62) -> Iterator[Told]:
        """Take in whole blocks that were appended, and what each tells."""
        while self.end < most:
            found = self._block(self.end, self.last_check)
            if found is None:
                return
            frame, first, _ = found
            try:
                told = _told(zlib.decompress(first))
            except (zlib.error, msgspec.DecodeError):
                return
            self.end += frame.size
            self.frames.append(frame)
            self._indexes.append(frame.index)
            self._numbers.append(frame.number)
            yield told

    def keep(self, count: int) -> None:
        """Forget all frames but the first ones; what comes next takes their place."""
        if count >= len(self.frames):
            return
        self.end = self.frames[count].offset
        for kept in (self.frames, self._indexes, self._numbers):
            del kept[count:]
        self._blocks.clear()
        self._reader.forget()

    def before(self, index: int) -> int:
        """The place of the last frame that is not behind `index`; -1: there is none."""
        return bisect_right(self._indexes, index) - 1

    def state(self, place: int) -> State:
        """The state of a frame.

        Raises:
            DamagedFrame: it, or one it shares with, cannot be read.
        """
        try:
            return self._reader.state(self.frames[place].root)
        except (msgspec.DecodeError, KeyError, IndexError, AttributeError) as error:
            raise DamagedFrame(str(error)) from error

    def reached(self, place: int) -> dict[str, Reached]:
        """How far each journal was told at a frame.

        Raises:
            DamagedFrame: it cannot be read.
        """
        try:
            return self._reader.reached(self.frames[place].root)
        except (msgspec.DecodeError, IndexError) as error:
            raise DamagedFrame(str(error)) from error

    def _piece(self, number: int) -> bytes:
        place = bisect_right(self._numbers, number) - 1
        if place < 0:
            raise DamagedFrame("no such piece")
        return self._unpacked(place)[number - self._numbers[place]]

    def _unpacked(self, place: int) -> list[bytes]:
        known = self._blocks.get(place)
        if known is not None:
            self._blocks.move_to_end(place)
            return known
        frame = self.frames[place]
        before = self.frames[place - 1].check if place else 0
        found = self._block(frame.offset, before)
        if found is None or found[0].check != frame.check:
            raise DamagedFrame("a block changed")
        try:
            pieces = _pieces(zlib.decompress(found[2]))
        except (zlib.error, msgspec.DecodeError) as error:
            raise DamagedFrame(str(error)) from error
        self._blocks[place] = pieces
        if len(self._blocks) > _KEPT:
            self._blocks.popitem(last=False)
        return pieces

    def _block(self, offset: int, before: int) -> tuple[Frame, bytes, bytes] | None:
        """A block's frame and its two parts; None if no whole one stands there.

        `before`: the checksum of the block before it.
        """
        try:
            head = os.pread(self.descriptor, _HEAD.size, offset)
        except OSError:
            return None
        if len(head) < _HEAD.size:
            return None
        sign, told, first_size, body_size, count, *rest = _HEAD.unpack(head)
        size = first_size + body_size
        if sign != _SIGN or size > _MOST or not count:
            return None
        try:
            content = os.pread(self.descriptor, size, offset + _HEAD.size)
        except OSError:
            return None
        bare = _HEAD.pack(sign, 0, first_size, body_size, count, *rest)
        if len(content) < size or zlib.crc32(content, zlib.crc32(bare, before)) != told:
            return None
        number = self.next_number
        place = (*rest, offset, _HEAD.size + size, told, number, number + count - 1)
        return Frame(*place), content[:first_size], content[first_size:]


class FrameWriter:
    """Appends blocks; where the disk refuses, `failed` says so and nothing more is written."""

    def __init__(self, descriptor: int, end: int) -> None:
        self.descriptor = descriptor
        self.end = end
        self.failed = False

    def clear(self) -> None:
        """Cut off what stands behind the end."""
        try:
            os.ftruncate(self.descriptor, self.end)
        except OSError:
            self.failed = True

    def append(self, block: bytes) -> bool:
        """Put a block at the end; whether it is there."""
        rest, at = memoryview(block), self.end
        try:
            while rest and not self.failed:
                written = os.pwrite(self.descriptor, rest, at)
                rest, at = rest[written:], at + written
        except OSError:
            self.failed = True
        if not self.failed:
            self.end = at
        return not self.failed
