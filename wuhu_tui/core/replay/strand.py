"""One journal as a strand of the one order: its records one by one, from any place on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from wuhu_tui.core.replay.lines import Line, parse
from wuhu_tui.journal.plain_files import open_plain

_FIRST_BLOCK = 1 << 16
_MOST_BLOCK = 1 << 20


class Reached(NamedTuple):
    """How far a journal was told: where to read on, and the newest seq before that."""

    offset: int = 0
    seq: int = 0


BEGINNING = Reached()


class Strand:
    """Reads up to `limit` bytes of a journal; `head` is its next record, None at its end.

    Unreadable lines are passed over, and so is a record that does not come later than the one
    before it: whoever follows the live journal does the same. `seq` is that of the record taken last.
    """

    def __init__(self, name: str, path: Path, limit: int, reached: Reached = BEGINNING) -> None:
        self.name = name
        self.path = path
        self.head: Line | None = None
        self._offset, self.seq = reached
        self._limit = limit
        self._read = reached.offset
        self._block = _FIRST_BLOCK
        self._lines: list[bytes] = []
        self._end = reached.offset
        self._seq = reached.seq
        self._advance()

    @property
    def reached(self) -> Reached:
        """How far it was told."""
        return Reached(self._offset, self.seq)

    def take(self) -> Line:
        """The head; the next record becomes the head."""
        line = self.head
        assert line is not None
        self._offset, self.seq = line.end, line.seq
        self._advance()
        return line

    def _advance(self) -> None:
        self.head = None
        while True:
            while self._lines:
                raw = self._lines.pop()
                self._end += len(raw) + 1
                line = parse(raw, self.name, self._end)
                if line is not None and line.seq > self._seq:
                    self._seq = line.seq
                    self.head = line
                    return
            if not self._refill():
                self._offset = self._end
                return

    def _refill(self) -> bool:
        """Read the next whole lines; whether there were any."""
        wanted = min(self._block, self._limit - self._read)
        self._block = min(self._block * 2, _MOST_BLOCK)
        if wanted <= 0:
            return False
        chunk = self._whole_lines(wanted)
        self._read += len(chunk)
        self._lines = chunk.split(b"\n")[:-1]
        self._lines.reverse()
        return bool(self._lines)

    def _whole_lines(self, wanted: int) -> bytes:
        try:
            descriptor = open_plain(self.path)
        except OSError:
            return b""
        try:
            parts = [os.pread(descriptor, wanted, self._read)]
            at = self._read + len(parts[0])
            while b"\n" not in parts[-1] and at < self._limit:
                part = os.pread(descriptor, min(_MOST_BLOCK, self._limit - at), at)
                if not part:
                    break
                parts.append(part)
                at += len(part)
        except OSError:
            return b""
        finally:
            os.close(descriptor)
        chunk = b"".join(parts)
        return chunk[: chunk.rfind(b"\n") + 1]
