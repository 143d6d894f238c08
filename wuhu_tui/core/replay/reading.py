"""Reads a recording on from its last frame, and makes a frame every so many records."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator

from wuhu_tui.core.replay.folding import Folding
from wuhu_tui.core.replay.frames import Frame, FrameFile, FrameWriter, packed
from wuhu_tui.core.replay.journals import Journals
from wuhu_tui.core.replay.order import Order
from wuhu_tui.core.replay.pieces import PieceWriter
from wuhu_tui.core.replay.sizes import SIZES, Sizes
from wuhu_tui.core.replay.state import State
from wuhu_tui.core.replay.strand import Reached
from wuhu_tui.core.replay.told import Tail, Teller, Told
from wuhu_tui.journal.plain_files import open_plain

_MARK = 256


def begin(frames: FrameFile) -> tuple[State, Teller, int]:
    """The state to read on from, who tells what comes, and how many bytes were covered."""
    if not frames.frames:
        return State(), Teller(), 0
    frame = frames.frames[-1]
    state = frames.state(len(frames.frames) - 1)
    return state, Teller(frame.index, frame.at, frame.played), frame.covered


def read_on(
    journals: Journals, frames: FrameFile, writer: FrameWriter, sizes: Sizes = SIZES
) -> Iterator[int]:
    """Append frame after frame; yields the bytes covered. What is left is less than a frame.

    Raises:
        DamagedFrame: the last frame cannot be read.
    """
    state, teller, covered = begin(frames)
    pieces, check = PieceWriter(frames.next_number), frames.last_check
    order, folding = Order(journals, state.reached), Folding(state)
    before = state.reached
    count, size = 0, 0
    while (found := order.next()) is not None:
        line, time = found
        teller.take(line, time)
        folding.take(line)
        count += 1
        size += len(line.raw) + 1
        if count >= sizes.every or size >= sizes.every_bytes:
            covered += size
            count = size = 0
            state = folding.state(order.reached())
            told = teller.told(tails(journals, before, state.reached))
            before = state.reached
            frame = _frame(teller, covered)
            block, check = packed(frame, told, pieces.write(state), check)
            if not writer.append(block):
                return
            yield covered


def read_tail(journals: Journals, frames: FrameFile) -> tuple[Teller, Told]:
    """What stands behind the last frame, told; the teller says how far it came.

    Raises:
        DamagedFrame: the last frame cannot be read.
    """
    state, teller, _ = begin(frames)
    order = Order(journals, state.reached)
    while (found := order.next()) is not None:
        teller.take(*found)
    return teller, teller.told([])


def _frame(teller: Teller, covered: int) -> Frame:
    return Frame(teller.index, teller.at, teller.played, covered, 0, 0, 0, 0, 0)


def tails(journals: Journals, before: dict[str, Reached], after: dict[str, Reached]) -> list[Tail]:
    """How the journals that went on look just before where they stand now."""
    grown = [name for name, reached in after.items() if before.get(name) != reached]
    return [
        Tail(
            session=name,
            offset=offset,
            limit=journals.limits[name],
            inode=journals.stamps[name].inode,
            written=journals.stamps[name].written,
            mark=tail_mark(journals, name, offset),
            shift=shift_number(journals, name),
        )
        for name, offset in ((name, after[name].offset) for name in grown)
    ]


def shift_number(journals: Journals, name: str) -> int:
    """A journal's shift in microseconds."""
    return round(journals.shift(name).total_seconds() * 1_000_000)


def tail_mark(journals: Journals, name: str, offset: int) -> int:
    """A checksum of what stands before an offset; -1 if nothing does."""
    size = min(_MARK, offset)
    try:
        descriptor = open_plain(journals.path(name))
    except OSError:
        return -1
    try:
        found = os.pread(descriptor, size, offset - size)
    except OSError:
        return -1
    finally:
        os.close(descriptor)
    return zlib.crc32(found) if len(found) == size else -1
