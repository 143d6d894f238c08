"""The list of a diff's files, and the panel of checks below it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from wuhu_tui.model.diff import Diff, DiffFile, FileChange
from wuhu_tui.model.reviews import Review
from wuhu_tui.tui.presentation.diff import SIGNS, path_of
from wuhu_tui.tui.presentation.diff_overview import check_rows
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.rows import row
from wuhu_tui.tui.presentation.transcript_row import Row
from wuhu_tui.tui.presentation.transcript_wrap import crop_start
from wuhu_tui.tui.widgets.diff_view import OVERVIEW
from wuhu_tui.tui.widgets.line_list import LineList
from wuhu_tui.tui.widgets.live_pane_rows import RowPainter

_COLOURS = {
    FileChange.ADDED: "$state-ready",
    FileChange.DELETED: "$state-failed",
    FileChange.RENAMED: "$state-review",
}


class DiffFiles(LineList):
    """One row a file, after one for the overview; keys are the files' numbers."""

    BORDER_TITLE = "Files"

    def __init__(self) -> None:
        super().__init__()
        self._diff = Diff(base="", head="")

    def show(self, diff: Diff) -> None:
        """Show these files."""
        self._diff = diff
        count = len(diff.files)
        self.border_title = f"Files ({count})" if count else "Files"
        self.rebuild()

    @property
    def file(self) -> int:
        """The number of the selected file."""
        return int(self.selected) if self.selected else OVERVIEW

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        first = Entry(str(OVERVIEW), (row(width, Content(" ▤ Overview")),))
        files = (
            Entry(str(number), (_file_row(file, width),))
            for number, file in enumerate(self._diff.files)
        )
        return (first, *files)


def _file_row(file: DiffFile, width: int) -> Content:
    counts = Content.assemble(
        (f"+{file.added}", "$state-ready"), " ", (f"−{file.removed}", "$state-failed"), " "
    )
    sign = (SIGNS[file.change], f"bold {_COLOURS.get(file.change, '$state-working')}")
    room = width - counts.cell_length - 4
    path = crop_start(path_of(file), max(4, room))
    return row(width, Content.assemble(" ", sign, " ", Content(path)), counts)


class CheckPanel(RowPainter):
    """The checks and the verdict of a review, one row each."""

    DEFAULT_CSS = "CheckPanel { width: 1fr; height: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._review: Review | None = None

    def show(self, review: Review | None) -> None:
        """Show this review."""
        if review != self._review:
            self._review = review
            self.styles.height = len(check_rows(review, 40))
        self.repaint()

    def rows_now(self) -> Sequence[Row]:
        """One row a check, then the verdict."""
        return check_rows(self._review, self.size.width)
