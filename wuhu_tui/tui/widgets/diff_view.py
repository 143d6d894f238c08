"""A diff of any length: an overview, then every file; only the rows in sight are read and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from textual import events
from textual.message import Message

from wuhu_tui.model.diff import Diff, DiffFile
from wuhu_tui.model.hunk_digest import is_viewed
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.tui.presentation.diff import file_row
from wuhu_tui.tui.presentation.diff_lines import Pen, entry_row
from wuhu_tui.tui.presentation.diff_notes import Remark, notes_of
from wuhu_tui.tui.presentation.diff_pages import HunkAt, Page, Pages, empty, fill
from wuhu_tui.tui.presentation.transcript_row import BLANK, Row, plain
from wuhu_tui.tui.presentation.transcript_wrap import width_of, wrap
from wuhu_tui.tui.safe import safe_line
from wuhu_tui.tui.widgets.diff_cursor import OVERVIEW, DiffCursor
from wuhu_tui.tui.widgets.row_view import with_cursor

__all__ = ["OVERVIEW", "DiffView"]

_WHEEL_ROWS = 3
SPLIT_WIDTH = 120
"""Columns a terminal must have for two sides beside each other."""


class DiffView(DiffCursor, can_focus=True, inherit_bindings=False):
    """Shows what it was given and asks, by `Wanted`, for what comes into sight."""

    DEFAULT_CSS = "DiffView { width: 1fr; height: 1fr; }"

    class FileReached(Message):
        """The cursor came into another file."""

        def __init__(self, view: DiffView, file: int) -> None:
            super().__init__()
            self.view = view
            self.file = file

        @property
        def control(self) -> DiffView:
            """The view it happened in."""
            return self.view

    class Wanted(Message):
        """Something in sight was not read yet, or has no colours yet."""

        def can_replace(self, message: Message) -> bool:
            """One is enough."""
            return isinstance(message, DiffView.Wanted)

    def __init__(self, overview: Sequence[Row] = (), **options: Any) -> None:
        super().__init__(**options)
        self.diff = Diff(base="", head="")
        self.split = False
        self.wanted = ""
        """What is searched: shown wherever it stands."""
        self._said = ("", "dim")
        self._remark: list[Row] = []
        self._overview = tuple(overview)
        self._viewed: frozenset[str] = frozenset()
        self._remarks: Mapping[int, Sequence[Remark]] = {}
        self._now = EPOCH_START

    # what is shown

    def show_listing(self, diff: Diff) -> None:
        """Show another diff, file by file as they come; the place that was read stays in sight."""
        place = self.where_now()
        self.diff = diff
        self.pages = Pages(diff)
        self._remarks = {}
        self.say("" if diff.files else "no file differs")
        self.return_to(place)

    def show_diff(self, diff: Diff) -> None:
        """Show a diff all of which was read."""
        self.show_listing(diff)
        for number, file in enumerate(diff.files):
            self.put(number, file)

    def put(self, number: int, file: DiffFile) -> None:
        """Take one file with its lines."""
        page = self.pages.pages[number]
        with self.steady():
            self._fill(number, page, file)
        self._wish()

    def _fill(self, number: int, page: Page, file: DiffFile) -> None:
        notes = notes_of(self._remarks.get(number, ()), self.size.width, self._now)
        fill(page, file, split=self.split, notes=notes)
        self.pages.widen(file)

    def drop(self, number: int) -> None:
        """Forget the lines of a file far away."""
        with self.steady():
            empty(self.pages.pages[number])

    def show_remarks(self, said: Mapping[int, Sequence[Remark]], now: datetime) -> None:
        """Show what was said to places, beneath these."""
        before, self._remarks, self._now = self._remarks, said, now
        touched = {number for number in {*before, *said} if before.get(number) != said.get(number)}
        self._again(touched)

    def _again(self, numbers: set[int]) -> None:
        """Lay some pages out anew."""
        with self.steady():
            for number in numbers:
                if 0 <= number < len(self.pages.pages) and self.pages.pages[number].is_read:
                    page = self.pages.pages[number]
                    self._fill(number, page, page.file)

    def show_split(self, split: bool) -> None:
        """Show the two sides beside each other, or one below the other."""
        if split != self.split:
            self.split = split
            self._again(set(range(len(self.pages.pages))))

    def show_viewed(self, viewed: frozenset[str]) -> None:
        """Mark the hunks that were viewed."""
        if viewed != self._viewed:
            self._viewed = viewed
            self.repaint()

    def show_wanted(self, wanted: str) -> None:
        """Show where a word stands."""
        self.wanted = wanted
        self.repaint()

    def read_again(self) -> None:
        """Everything was read under other terms: it is asked for again as it comes into sight."""
        for page in self.pages.pages:
            page.is_stale = page.is_read
        self._wish()

    def say(self, text: str, style: str = "dim") -> None:
        """Say something above the files, until another diff is shown: why there is none, say."""
        self._said = (safe_line(text), style)
        self._shape_remark()
        self.repaint()

    def _shape_remark(self) -> None:
        text, style = self._said
        rows = wrap(text, max(10, self.size.width - 6)) if text else []
        with self.steady():
            self._remark = [plain(f"   {row}", style) for row in rows]

    def show_overview(self, rows: Sequence[Row]) -> None:
        """Show other rows above the diff; what is read below them stays where it is."""
        if tuple(rows) != self._overview:
            with self.steady():
                self._overview = tuple(rows)

    # what is in sight and not there yet

    def unread(self) -> list[int]:
        """Files in sight, or about to come into it, whose lines are not there."""
        first = self.top - self.above - self.room // 2
        last = self.top - self.above + self.room + self.room // 2
        found = [number for number in self.pages.within(first, last) if self._lacks(number)]
        goal = self.goal[0] if self.goal else OVERVIEW
        return [goal, *found] if goal not in (OVERVIEW, *found) and self._lacks(goal) else found

    def _lacks(self, number: int) -> bool:
        page = self.pages.pages[number]
        return not page.is_read or page.is_stale

    def in_sight(self) -> range:
        """The files of which something is in sight."""
        first = self.top - self.above
        return self.pages.within(first, first + self.room)

    def _wish(self) -> None:
        if self.is_attached and (self.unread() or self.uncoloured()):
            self.post_message(self.Wanted())

    # painting

    @property
    def above(self) -> int:
        """Rows above the first file."""
        return len(self._overview) + len(self._remark)

    @property
    def room(self) -> int:
        """Rows below the heading."""
        return max(1, self.size.height - 1)

    def moved(self) -> None:
        """Tell what follows from another place: the file, what is wanted, the picture."""
        if self.file != self.reached:
            self.reached = self.file
            self.post_message(self.FileReached(self, self.file))
        self._wish()
        self.repaint()

    def rows_now(self) -> Sequence[Row]:
        """The heading of where the view stands, then the rows in sight."""
        self.settle()
        pen = Pen(self.size.width, self.pages.digits, self.shift, self.wanted)
        places = range(self.top, min(self.count, self.top + self.room))
        return [self._heading(), *(self._row(place, pen) for place in places)]

    def _row(self, place: int, pen: Pen) -> Row:
        row = self._plain_row(place, pen)
        if place != self.cursor:
            return row
        return with_cursor(row, focus=self.has_focus)

    def _plain_row(self, place: int, pen: Pen) -> Row:
        if place < len(self._overview):
            return self._overview[place]
        if place < self.above:
            return self._remark[place - len(self._overview)]
        number, row = self.pages.place(place - self.above)
        page = self.pages.pages[number]
        if row < 0:
            return file_row(page.file, pen.width)
        if row >= page.height:
            return BLANK
        entry = page.entry(row)
        seen = isinstance(entry, HunkAt) and is_viewed(
            page.file.path, page.file.hunks[entry.hunk], self._viewed
        )
        return entry_row(page, entry, pen, viewed=seen)

    def _heading(self) -> Row:
        where = self._where()
        room = self.size.width - width_of(where)
        number = self.pages.page_at(self.top - self.above)
        bar = "focused" if self.has_focus else "title"
        if number == OVERVIEW:
            return Row(((f"{bar}_name", " Overview".ljust(room)), (bar, where)), bar)
        row = file_row(self.pages.pages[number].file, room, bar=bar)
        gap = " " * max(0, room - width_of(row.text))
        return Row((*row.spans, (row.fill, gap + where)), row.fill)

    def _where(self) -> str:
        end = self.count - self.room
        part = f"{min(100, round(100 * self.top / end))}%" if end > 0 else "all"
        files = len(self.pages.pages)
        shown = self.pages.page_at(self.top - self.above)
        number = f"{shown + 1}/{files} · " if shown != OVERVIEW else ""
        side = f"→{self.shift} · " if self.shift else ""
        return f" {side}{number}{part} "

    def on_resize(self) -> None:
        """Another width breaks remarks elsewhere; rows are made anew."""
        self._shape_remark()
        self._again(set(self._remarks))
        super().on_resize()
        self._wish()

    # the mouse and the focus

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves up."""
        event.stop()
        self.scroll_rows(-_WHEEL_ROWS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves down."""
        event.stop()
        self.scroll_rows(_WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there."""
        if event.y > 0:
            self.to_row(self.top + event.y - 1)

    def watch_has_focus(self, focus: bool) -> None:
        """The heading tells where keys go."""
        super().watch_has_focus(focus)
        self.repaint()
