"""Where the lead is in a diff: a cursor on a row, and the part of the rows that is in sight."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from wuhu_tui.model.diff import DiffLine
from wuhu_tui.tui.presentation.diff_pages import (
    HunkAt,
    LineAt,
    NoteAt,
    Page,
    Pages,
    PairAt,
    Spot,
    spots_of,
)
from wuhu_tui.tui.presentation.syntax import CHUNK, Tokens, language_of
from wuhu_tui.tui.widgets.live_pane_rows import RowPainter

OVERVIEW = -1
"""The file number that stands for what is above the files."""

_MARGIN = 3
"""Rows that stay in sight above and below the cursor."""


class Where(NamedTuple):
    """A place that outlives another layout: file, row below its heading, and what is there."""

    file: int
    row: int
    path: str = ""
    spot: Spot | None = None
    hunk: int = -1


class Chunk(NamedTuple):
    """Lines of a hunk whose code is coloured together."""

    file: int
    hunk: int
    number: int
    language: str


class DiffCursor(RowPainter, inherit_bindings=False):
    """Moves through the pages of a diff; a subclass draws them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.pages = Pages()
        self.top = 0
        self.cursor = 0
        self.shift = 0
        self.goal: tuple[int, Spot] | None = None
        """A place that is gone to as soon as its file was read."""
        self.reached = OVERVIEW

    # what a subclass tells

    @property
    def above(self) -> int:
        """Rows above the first file."""
        raise NotImplementedError

    @property
    def room(self) -> int:
        """Rows in sight."""
        raise NotImplementedError

    def moved(self) -> None:
        """Called after every move."""
        raise NotImplementedError

    # where it is

    @property
    def count(self) -> int:
        """All rows."""
        return self.above + self.pages.count

    @property
    def file(self) -> int:
        """The file under the cursor; `OVERVIEW` above the first."""
        return self.pages.page_at(self.cursor - self.above)

    @property
    def page(self) -> Page | None:
        """The page under the cursor."""
        return self.pages.pages[self.file] if self.file != OVERVIEW else None

    @property
    def hunk(self) -> int:
        """The hunk under the cursor; -1 above the first of the file."""
        number, row = self.pages.place(self.cursor - self.above)
        return self.pages.pages[number].hunk_of(row) if number >= 0 else -1

    @property
    def line(self) -> DiffLine | None:
        """The line under the cursor."""
        where = self.where_now()
        page = self.page
        return page.line(page.entry(where.row)) if page and 0 <= where.row < page.height else None

    @property
    def note(self) -> str:
        """Whose words the cursor is on; empty where it is on none."""
        number, row = self.pages.place(self.cursor - self.above)
        if number < 0 or not 0 <= row < self.pages.pages[number].height:
            return ""
        entry = self.pages.pages[number].entry(row)
        return entry.key if isinstance(entry, NoteAt) else ""

    def where_now(self) -> Where:
        """What the cursor stands on."""
        number, row = self.pages.place(self.cursor - self.above)
        if number < 0:
            return Where(OVERVIEW, self.cursor)
        page = self.pages.pages[number]
        if not 0 <= row < page.height:
            return Where(number, row, page.file.path)
        entry = page.entry(row)
        line = page.line(entry)
        hunk = entry.hunk if isinstance(entry, HunkAt) else -1
        return Where(number, row, page.file.path, spots_of(line)[0] if line else None, hunk)

    # moving

    def to_row(self, row: int) -> None:
        """Put the cursor onto a row and bring it into sight."""
        self.goal = None
        before, self.cursor = self.cursor, row
        self.settle()
        margin = min(_MARGIN, (self.room - 1) // 2)
        below, over = (margin, 0) if self.cursor >= before else (0, margin)
        top = max(self.top, min(self.cursor + below, self.count - 1) - self.room + 1)
        self.top = min(top, max(0, self.cursor - over))
        self.settle()
        self.moved()

    def move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.to_row(self.cursor + rows)

    def scroll_rows(self, rows: int) -> None:
        """Move the view; the cursor stays in it."""
        self.goal = None
        self.top += rows
        self.settle()
        self.cursor = max(self.top, min(self.cursor, self.top + self.room - 1))
        self.settle()
        self.moved()

    def scroll_pages(self, pages: int) -> None:
        """Move view and cursor by pages, one row of which stays in sight."""
        self.goal = None
        rows = pages * max(1, self.room - 1)
        self.cursor += rows
        self.top += rows
        self.settle()
        self.cursor = max(self.top, min(self.cursor, self.top + self.room - 1))
        self.settle()
        self.moved()

    def scroll_columns(self, columns: int) -> None:
        """Move the code sideways; numbers stay."""
        self.shift = max(0, self.shift + columns)
        self.repaint()

    def to_top(self) -> None:
        """Go to the first row."""
        self._at_top(0)

    def to_end(self) -> None:
        """Go to the last row."""
        self.to_row(self.count - 1)

    def to_file(self, number: int) -> None:
        """Put a file's first row below the heading; `OVERVIEW` is the very top."""
        if number == OVERVIEW or not self.pages.pages:
            self._at_top(0)
        else:
            self._at_top(self._begin(max(0, min(len(self.pages.pages) - 1, number))))

    def to_previous_file(self) -> None:
        """Go to the beginning of the file in view, or from there to the file before."""
        inside = self.file != OVERVIEW and self.cursor > self._begin(self.file)
        self.to_file(self.file if inside else max(OVERVIEW, self.file - 1))

    def to_hunk(self, step: int) -> bool:
        """Go to the next or previous hunk; False when there is none."""
        found = self.pages.next_hunk(self.cursor - self.above, step)
        if found is not None:
            self._at_top(self.above + found)
        return found is not None

    def to_hunk_of(self, number: int, hunk: int) -> None:
        """Go to a hunk of a file; to the file's beginning if its hunks were not read."""
        heads = self.pages.pages[number].hunks
        if hunk < len(heads):
            self._at_top(self.above + self.pages.row(number, heads[hunk]))
        else:
            self.to_file(number)

    def to_spot(self, number: int, spot: Spot) -> None:
        """Go to a line of a file, as soon as that was read."""
        found = self.pages.find(number, spot)
        if found is None:
            self.to_file(number)
            self.goal = (number, spot)
            self.moved()
            return
        row = self.above + found
        self._at_top(max(self._begin(number), row - self.room // 3))
        self.to_row(row)

    def _at_top(self, row: int) -> None:
        """Put a row at the top, and the cursor onto it."""
        self.goal = None
        self.cursor = self.top = row
        self.settle()
        self.moved()

    def _begin(self, file: int) -> int:
        """A file's first row: its own heading stands above the view already."""
        return self.above + self.pages.starts[file] + 1

    def settle(self) -> None:
        """Keep cursor and view within the rows; every file can come to the top."""
        last = len(self.pages.pages) - 1
        lowest = max(self.count - self.room, self._begin(last) if last >= 0 else 0)
        self.top = max(0, min(self.top, lowest))
        self.cursor = max(0, min(self.cursor, self.count - 1))

    # another layout

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Let rows change above, below and here; what is read stays where it is on the screen."""
        where, height = self.where_now(), self.cursor - self.top
        goal = self.goal
        yield
        self.pages.measure()
        if goal and self.pages.find(*goal) is not None:
            self.to_spot(*goal)
            return
        if where.file != OVERVIEW:
            self.cursor = self.above + self._row_of(where)
            self.top = self.cursor - height
        self.settle()
        self.moved()

    def _row_of(self, where: Where) -> int:
        page = self.pages.pages[where.file]
        if where.spot and page.is_read and (found := self.pages.find(where.file, where.spot)):
            return found
        if 0 <= where.hunk < len(page.hunks):
            return self.pages.row(where.file, page.hunks[where.hunk])
        return self.pages.row(where.file, where.row)

    def return_to(self, where: Where) -> None:
        """Go back to a place in another diff, if its file is there."""
        paths = {page.file.path: number for number, page in enumerate(self.pages.pages)}
        if where.path in paths and where.spot:
            self.to_spot(paths[where.path], where.spot)
        elif where.path in paths:
            self.to_file(paths[where.path])
        elif where.file != OVERVIEW:
            self.to_top()
        self.settle()
        self.moved()

    # colours

    def uncoloured(self) -> list[Chunk]:
        """What is in sight and whose code nobody looked at yet."""
        first = self.top - self.above
        found: dict[Chunk, None] = {}
        for number in self.pages.within(first, first + self.room):
            page = self.pages.pages[number]
            language = language_of(page.file.path)
            if not language or not page.is_read:
                continue
            start = self.pages.starts[number] + 1
            for row in range(max(0, first - start), min(page.height, first + self.room - start)):
                entry = page.entries[row]
                if isinstance(entry, LineAt | PairAt):
                    wanted = {line // CHUNK for line in entry[1:] if line >= 0}
                    for chunk in wanted - page.ink[entry.hunk].asked:
                        found[Chunk(number, entry.hunk, chunk, language)] = None
        return list(found)

    def colour(self, chunk: Chunk, tokens: dict[int, Tokens]) -> None:
        """Take the colours of some lines."""
        page = self.pages.pages[chunk.file]
        if chunk.hunk < len(page.ink):
            page.ink[chunk.hunk].tokens.update(tokens)
            self.repaint()
