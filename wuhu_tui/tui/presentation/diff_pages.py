"""A diff as pages, one a file: listed first, filled when they come into sight, emptied when far away.

Rows are numbered over all pages, without drawing any. A page that was not read yet takes as many
rows as its counts let expect, so that nothing jumps when it is read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec.structs import replace

from wuhu_tui.model.diff import Diff, DiffFile, DiffLine, Hunk
from wuhu_tui.tui.presentation.diff_runs import NONE, pairs, partners
from wuhu_tui.tui.presentation.syntax import Tokens
from wuhu_tui.tui.presentation.transcript_row import Row


class LineAt(NamedTuple):
    """A row with one line of a hunk."""

    hunk: int
    line: int


class PairAt(NamedTuple):
    """A row with two lines of a hunk side by side; `NONE` where a side has none."""

    hunk: int
    left: int
    right: int


class HunkAt(NamedTuple):
    """The heading of a hunk."""

    hunk: int


class NoteAt(NamedTuple):
    """A row of what somebody said to this place; `key` is whose it is."""

    key: str
    row: Row


Entry = LineAt | PairAt | HunkAt | NoteAt | str | None
"""What a row stands for; a string is a remark on the file, None a row that was not read yet."""

Spot = tuple[bool, int]
"""A line by its number: whether in the new file, and which; (True, 0) is the file as a whole."""

Notes = Mapping[Spot, Sequence[NoteAt]]
"""What was said to the places of one file."""


@dataclass
class Ink:
    """What colours the lines of one hunk: which line took which one's place, and what code is."""

    partners: dict[int, int]
    tokens: dict[int, Tokens] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    """Chunks of lines that were looked at, or are being."""


@dataclass
class Page:
    """One file: its heading, then its rows once it was read."""

    file: DiffFile
    is_read: bool = False
    is_stale: bool = False
    """Whether it is to be read again: another context, other white space."""
    entries: list[Entry] = field(default_factory=list)
    hunks: list[int] = field(default_factory=list)
    """Places of the hunks' headings among the entries."""
    ink: list[Ink] = field(default_factory=list)
    expected: int = 1

    @property
    def height(self) -> int:
        """Rows below the heading."""
        return len(self.entries) if self.is_read else self.expected

    def entry(self, row: int) -> Entry:
        """What a row below the heading stands for."""
        return self.entries[row] if self.is_read else None

    def line(self, entry: Entry) -> DiffLine | None:
        """The line a row stands for; of two side by side the new one."""
        match entry:
            case LineAt(hunk=hunk, line=line):
                return self.file.hunks[hunk].lines[line]
            case PairAt(hunk=hunk, left=left, right=right):
                return self.file.hunks[hunk].lines[left if right == NONE else right]
        return None

    def hunk_of(self, row: int) -> int:
        """The number of the hunk a row belongs to; -1 above the first."""
        return bisect_right(self.hunks, row) - 1


def page_of(file: DiffFile) -> Page:
    """A page that was only listed."""
    changed = file.added + file.removed
    shown = changed + 1 if changed and not file.binary else 1
    return Page(file=file, expected=shown)


def fill(page: Page, file: DiffFile, *, split: bool, notes: Notes) -> None:
    """Put what was read into a page; its colours stay where its hunks are the same."""
    if file.hunks != page.file.hunks or len(page.ink) != len(file.hunks):
        page.ink = [Ink(partners(hunk.lines)) for hunk in file.hunks]
    page.file, page.is_read, page.is_stale = file, True, False
    page.entries, page.hunks = [], []
    left = dict(notes)
    body: list[Entry] = []
    for number, hunk in enumerate(file.hunks):
        page.hunks.append(len(body))
        body.append(HunkAt(number))
        body.extend(_rows(number, hunk, left, split=split))
    said = [note for notes_of in left.values() for note in notes_of]
    page.entries = [*said, *_remarks(file), *body]
    page.hunks = [place + len(page.entries) - len(body) for place in page.hunks]


def empty(page: Page) -> None:
    """Forget what was read of a page; it keeps its height."""
    if page.is_read:
        page.expected = max(1, len(page.entries))
        page.is_read = False
        page.entries, page.hunks, page.ink = [], [], []
        page.file = _without_hunks(page.file)


def _without_hunks(file: DiffFile) -> DiffFile:
    return replace(file, hunks=())


def _rows(
    number: int, hunk: Hunk, left: dict[Spot, Sequence[NoteAt]], *, split: bool
) -> Iterator[Entry]:
    lines = hunk.lines
    if not left and not split:
        yield from (LineAt(number, place) for place in range(len(lines)))
        return
    rows: Iterator[LineAt | PairAt] = (
        (PairAt(number, *pair) for pair in pairs(lines))
        if split
        else (LineAt(number, place) for place in range(len(lines)))
    )
    for row in rows:
        yield row
        for place in dict.fromkeys(row[1:]):
            if place != NONE and left:
                for spot in spots_of(lines[place]):
                    yield from left.pop(spot, ())


def spots_of(line: DiffLine) -> tuple[Spot, ...]:
    """By which numbers a line can be spoken of."""
    new, old = line.new_number, line.old_number
    return (*(((True, new),) if new else ()), *(((False, old),) if old else ()))


def _remarks(file: DiffFile) -> Iterator[str]:
    if file.whole:
        yield "it cannot be told apart what of it is new: all of it is shown"
    if file.note:
        yield from file.note.splitlines()
    if file.binary:
        yield "binary file: its content is not shown"
    elif not file.hunks and not file.note:
        yield "no changed lines"


class Pages:
    """All pages of a diff, and which row of the whole belongs to which."""

    def __init__(self, diff: Diff | None = None) -> None:
        self.pages = [page_of(file) for file in diff.files] if diff else []
        self.starts: list[int] = []
        self.count = 0
        self.digits = 2
        self.measure()

    def measure(self) -> None:
        """Number the rows anew after a page changed its height."""
        self.starts, row = [], 0
        for page in self.pages:
            row += bool(self.starts)  # an empty row between two files
            self.starts.append(row)
            row += 1 + page.height
        self.count = row

    def widen(self, file: DiffFile) -> None:
        """Make room for the line numbers of a file."""
        last = (hunk.lines[-1] for hunk in file.hunks if hunk.lines)
        most = max((max(line.old_number, line.new_number) for line in last), default=0)
        self.digits = max(self.digits, len(str(most)))

    def page_at(self, row: int) -> int:
        """The number of the page a row belongs to; -1 when there is none."""
        return bisect_right(self.starts, row) - 1 if row >= 0 else -1

    def place(self, row: int) -> tuple[int, int]:
        """Page and row below its heading; -1 for the heading itself."""
        number = self.page_at(row)
        return number, (row - self.starts[number] - 1 if number >= 0 else 0)

    def row(self, page: int, place: int) -> int:
        """The row of a place below a page's heading; -1 is the heading."""
        height = self.pages[page].height
        return self.starts[page] + 1 + max(-1, min(place, height - 1))

    def within(self, first: int, last: int) -> range:
        """The pages some rows belong to."""
        if not self.pages or last < 0:
            return range(0)
        return range(max(0, self.page_at(first)), self.page_at(last) + 1)

    def find(self, page: int, spot: Spot) -> int | None:
        """The row of a line by its number, or of the nearest that is shown; None: not read yet."""
        found = self.pages[page]
        if not found.is_read:
            return None
        is_new, wanted = spot
        best, least = -1, 1 << 60
        for place, entry in enumerate(found.entries):
            line = found.line(entry)
            number = (line.new_number if is_new else line.old_number) if line else 0
            if isinstance(entry, PairAt) and not is_new and entry.left != NONE:
                number = found.file.hunks[entry.hunk].lines[entry.left].old_number
            if number and abs(number - wanted) < least:
                best, least = place, abs(number - wanted)
                if not least:
                    break
        return self.row(page, best)

    def next_hunk(self, row: int, step: int) -> int | None:
        """The heading of the next or previous hunk; a page that was not read counts as one."""
        number, place = self.place(row)
        if number < 0:
            number, place = (0, -2) if step > 0 else (-1, 0)
        while 0 <= number < len(self.pages):
            heads = self.pages[number].hunks if self.pages[number].is_read else [0]
            found = [head for head in heads if (head > place if step > 0 else head < place)]
            if found:
                return self.row(number, found[0] if step > 0 else found[-1])
            number += step
            place = -2 if step > 0 else 1 << 60
        return None
