"""The list of a diff's files, and the panel of evidence below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from wuhu_tui.model.diff import Diff, DiffFile, FileChange
from wuhu_tui.model.evidence import Evidence
from wuhu_tui.model.reviews import Review
from wuhu_tui.tui.presentation.diff import SIGNS, path_of
from wuhu_tui.tui.presentation.diff_marks import SIGNS as MARKS
from wuhu_tui.tui.presentation.diff_marks import FileMark
from wuhu_tui.tui.presentation.diff_overview import check_rows
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.rows import MUTED, row
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
_MARK_COLOURS = {
    FileMark.VIEWED: "$state-ready",
    FileMark.PART: "$state-working",
    FileMark.CHANGED: "$state-asking",
}


class DiffFiles(LineList):
    """One row a file, after one for the overview; keys are the files' numbers."""

    BORDER_TITLE = "Files"

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Diff, Sequence[FileMark], Mapping[int, int]] = (
            Diff(base="", head=""),
            (),
            {},
        )

    def show(
        self, diff: Diff, marks: Sequence[FileMark] = (), remarks: Mapping[int, int] | None = None
    ) -> None:
        """Show these files, how far each is viewed, and how much was said to it."""
        shown = (diff, tuple(marks), dict(remarks or {}))
        if shown[0] is self._shown[0] and shown[1:] == self._shown[1:]:
            return
        self._shown = shown
        count = len(diff.files)
        left = sum(mark is not FileMark.VIEWED for mark in marks)
        self.border_title = f"Files ({left} of {count} left)" if count else "Files"
        self.rebuild()

    @property
    def file(self) -> int:
        """The number of the selected file."""
        return int(self.selected) if self.selected else OVERVIEW

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        diff, marks, remarks = self._shown
        first = Entry(str(OVERVIEW), (row(width, Content(" ▤ Overview")),))
        files = (
            Entry(
                str(number),
                (
                    _file_row(
                        file,
                        marks[number] if number < len(marks) else FileMark.NONE,
                        remarks.get(number, 0),
                        width,
                    ),
                ),
            )
            for number, file in enumerate(diff.files)
        )
        return (first, *files)


def _file_row(file: DiffFile, mark: FileMark, remarks: int, width: int) -> Content:
    said = Content.styled(f"✎{remarks} ", "$state-asking") if remarks else Content("")
    counts = Content.assemble(
        said, (f"+{file.added}", "$state-ready"), " ", (f"−{file.removed}", "$state-failed"), " "
    )
    sign = (SIGNS[file.change], f"bold {_COLOURS.get(file.change, '$state-working')}")
    room = width - counts.cell_length - 6
    path = crop_start(path_of(file), max(4, room))
    seen = (MARKS[mark], f"bold {_MARK_COLOURS.get(mark, MUTED)}")
    return row(width, Content.assemble(" ", seen, " ", sign, " ", Content(path)), counts)


class EvidencePanel(RowPainter):
    """The checks, what else speaks for or against a review, and its verdict, one row each."""

    DEFAULT_CSS = "EvidencePanel { width: 1fr; height: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._review: Review | None = None
        self._evidence: Evidence | None = None

    def show(self, review: Review | None, evidence: Evidence | None) -> None:
        """Show this review."""
        if review is not self._review or evidence is not self._evidence:
            self._review, self._evidence = review, evidence
            self.styles.height = len(check_rows(review, 40, evidence))
        self.repaint()

    def rows_now(self) -> Sequence[Row]:
        """One row each."""
        return check_rows(self._review, self.size.width, self._evidence)
