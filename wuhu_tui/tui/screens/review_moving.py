"""Moving about in a review: the list of files and the diff follow each other."""

from __future__ import annotations

from wuhu_tui.tui.screens.going import Going
from wuhu_tui.tui.widgets.diff_files import DiffFiles
from wuhu_tui.tui.widgets.diff_view import DiffView

_COLUMNS = 16


class ReviewMoving(Going):
    """Handlers of `REVIEW_ACTIONS`; what a key moves depends on the panel that has the focus."""

    @property
    def _files(self) -> DiffFiles:
        return self.query_one(DiffFiles)

    @property
    def _diff(self) -> DiffView:
        return self.query_one(DiffView)

    def _move(self, step: int) -> None:
        if self._files.has_focus:
            self._files.move(step)
        else:
            self._diff.scroll_rows(step)

    def do_review_down(self) -> None:
        """A line, or a file."""
        self._move(1)

    def do_review_up(self) -> None:
        """A line, or a file."""
        self._move(-1)

    def do_review_next_file(self) -> None:
        """The next file."""
        self._diff.to_file(self._diff.file + 1)

    def do_review_previous_file(self) -> None:
        """The file before; from within a file, its own beginning first."""
        self._diff.to_previous_file()

    def do_review_next_hunk(self) -> None:
        """The next change."""
        self._diff.to_hunk(+1)

    def do_review_previous_hunk(self) -> None:
        """The change before."""
        self._diff.to_hunk(-1)

    def do_review_page_down(self) -> None:
        """A page on."""
        self._diff.scroll_pages(1)

    def do_review_page_up(self) -> None:
        """A page back."""
        self._diff.scroll_pages(-1)

    def do_review_first(self) -> None:
        """The overview."""
        self._diff.to_top()

    def do_review_last(self) -> None:
        """The last line."""
        self._diff.to_end()

    def do_review_left(self) -> None:
        """The beginning of long lines."""
        self._diff.scroll_columns(-_COLUMNS)

    def do_review_right(self) -> None:
        """The rest of long lines."""
        self._diff.scroll_columns(_COLUMNS)

    def do_review_next_panel(self) -> None:
        """Files or diff; on a narrow terminal one hides the other."""
        to_files = not self._files.has_focus
        self.set_class(to_files, "-files")
        (self._files if to_files else self._diff).focus()

    def do_review_open(self) -> None:
        """Read the selected file."""
        if self._files.has_focus:
            self._diff.to_file(self._files.file)
            self.do_review_next_panel()

    def do_back(self) -> None:
        """From the list of files to the diff, from there to where the lead came from."""
        if self._files.has_focus:
            self.do_review_next_panel()
        else:
            super().do_back()
