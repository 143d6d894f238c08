"""A diff of any length: an overview, then every file; only the rows in sight are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events
from textual.message import Message

from wuhu_tui.model.diff import Diff
from wuhu_tui.tui.presentation.diff import DiffLayout, entry_row, file_row, lay_out
from wuhu_tui.tui.presentation.transcript_row import Row, plain
from wuhu_tui.tui.presentation.transcript_wrap import width_of, wrap
from wuhu_tui.tui.safe import safe_line
from wuhu_tui.tui.widgets.live_pane_rows import RowPainter

_WHEEL_ROWS = 3

OVERVIEW = -1
"""The file number that stands for what is above the files."""


class DiffView(RowPainter, can_focus=True, inherit_bindings=False):
    """Shows what `show_diff` and `show_overview` gave it; scrolls by row, page, file and hunk."""

    DEFAULT_CSS = "DiffView { width: 1fr; height: 1fr; }"

    class FileReached(Message):
        """Another file came to the top of the view."""

        def __init__(self, view: DiffView, file: int) -> None:
            super().__init__()
            self.view = view
            self.file = file

        @property
        def control(self) -> DiffView:
            """The view it happened in."""
            return self.view

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.diff = Diff(base="", head="")
        self.top = 0
        self.shift = 0
        self._said = ("", "dim")
        self._remark: list[Row] = []
        self._overview: tuple[Row, ...] = ()
        self._layout_of = DiffLayout()
        self._file = OVERVIEW

    # what screens use

    def show_diff(self, diff: Diff) -> None:
        """Show another diff, from the place where the old one was read."""
        self.diff = diff
        self._layout_of = lay_out(diff)
        self.say("" if diff.files else "no file differs")

    def say(self, text: str, style: str = "dim") -> None:
        """Say something above the files, until another diff is shown: why there is none, say."""
        self._said = (safe_line(text), style)
        self._shape_remark()
        self._moved(self.top)

    def _shape_remark(self) -> None:
        text, style = self._said
        rows = wrap(text, max(10, self.size.width - 6)) if text else []
        self._remark = [plain(f"   {row}", style) for row in rows]

    def show_overview(self, rows: Sequence[Row]) -> None:
        """Show other rows above the diff; what is read below them stays where it is."""
        if tuple(rows) == self._overview:
            return
        more = len(rows) - len(self._overview)
        below = self.top >= len(self._overview) > 0
        self._overview = tuple(rows)
        self._moved(self.top + more if below else self.top)

    @property
    def file(self) -> int:
        """The file at the top of the view; `OVERVIEW` above the first."""
        return self._layout_of.file_at(self.top - self._above)

    def scroll_rows(self, rows: int) -> None:
        """Move by rows."""
        self._moved(self.top + rows)

    def scroll_pages(self, pages: int) -> None:
        """Move by pages, one row of which stays in sight."""
        self._moved(self.top + pages * max(1, self._room - 1))

    def scroll_columns(self, columns: int) -> None:
        """Move the code sideways; numbers stay."""
        self.shift = max(0, self.shift + columns)
        self.repaint()

    def to_top(self) -> None:
        """Go to the first row."""
        self._moved(0)

    def to_end(self) -> None:
        """Go to the last row."""
        self._moved(self._count - self._room)

    def to_file(self, number: int) -> None:
        """Put a file's first row below the heading; `OVERVIEW` is the very top."""
        files = self._layout_of.files
        if number == OVERVIEW or not files:
            self._moved(0)
        else:
            self._moved(self._begin(max(0, min(len(files) - 1, number))))

    def to_previous_file(self) -> None:
        """Go to the beginning of the file in view, or from there to the file before."""
        inside = self.file != OVERVIEW and self.top > self._begin(self.file)
        self.to_file(self.file if inside else max(OVERVIEW, self.file - 1))

    def to_hunk(self, step: int) -> None:
        """Go to the next or previous hunk."""
        place = self.top - self._above
        hunks = self._layout_of.hunks
        found = [hunk for hunk in hunks if (hunk > place if step > 0 else hunk < place)]
        if found:
            self._moved(self._above + (found[0] if step > 0 else found[-1]))

    # painting

    @property
    def _above(self) -> int:
        return len(self._overview) + len(self._remark)

    @property
    def _count(self) -> int:
        return self._above + len(self._layout_of.entries)

    @property
    def _room(self) -> int:
        return max(1, self.size.height - 1)

    @property
    def _lowest(self) -> int:
        """Every file can come to the top, the last and short ones too."""
        last = len(self._layout_of.files) - 1
        return max(self._count - self._room, self._begin(last) if last >= 0 else 0)

    def _begin(self, file: int) -> int:
        """A file's first row: its own heading stands above the view already."""
        return self._above + self._layout_of.files[file] + 1

    def _moved(self, top: int) -> None:
        self.top = max(0, min(top, self._lowest))
        if self.file != self._file:
            self._file = self.file
            self.post_message(self.FileReached(self, self._file))
        self.repaint()

    def rows_now(self) -> Sequence[Row]:
        """The heading of where the view stands, then the rows in sight."""
        self.top = max(0, min(self.top, self._lowest))
        places = range(self.top, min(self._count, self.top + self._room))
        return [self._heading(), *(self._row(place) for place in places)]

    def _row(self, place: int) -> Row:
        if place < len(self._overview):
            return self._overview[place]
        if place < self._above:
            return self._remark[place - len(self._overview)]
        entry = self._layout_of.entries[place - self._above]
        return entry_row(entry, self.size.width, self._layout_of.digits, self.shift)

    def _heading(self) -> Row:
        where = self._where()
        room = self.size.width - width_of(where)
        if self.file == OVERVIEW:
            bar = "focused" if self.has_focus else "title"
            return Row(((f"{bar}_name", " Overview".ljust(room)), (bar, where)), bar)
        row = file_row(
            self.diff.files[self.file], room, bar="focused" if self.has_focus else "title"
        )
        gap = " " * max(0, room - width_of(row.text))
        return Row((*row.spans, (row.fill, gap + where)), row.fill)

    def _where(self) -> str:
        end = self._count - self._room
        part = f"{min(100, round(100 * self.top / end))}%" if end > 0 else "all"
        files = len(self._layout_of.files)
        number = f"{self.file + 1}/{files} · " if files and self.file != OVERVIEW else ""
        side = f"→{self.shift} · " if self.shift else ""
        return f" {side}{number}{part} "

    def on_resize(self) -> None:
        """Another width breaks the remark elsewhere; rows are made anew."""
        self._shape_remark()
        super().on_resize()

    # the mouse and the focus

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves up."""
        event.stop()
        self.scroll_rows(-_WHEEL_ROWS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves down."""
        event.stop()
        self.scroll_rows(_WHEEL_ROWS)

    def watch_has_focus(self, focus: bool) -> None:
        """The heading tells where keys go."""
        super().watch_has_focus(focus)
        self.repaint()
