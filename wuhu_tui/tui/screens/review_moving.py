"""Moving about in a review: the list of files and the diff follow each other."""

from __future__ import annotations

from wuhu_tui.model.diff import DiffFile
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.tui.presentation.diff_lines import matches
from wuhu_tui.tui.presentation.diff_pages import Spot, spots_of
from wuhu_tui.tui.presentation.review_shown import Searched
from wuhu_tui.tui.presentation.sheet import Target
from wuhu_tui.tui.screens.review_reading import ReviewReading
from wuhu_tui.tui.widgets.diff_files import DiffFiles

_COLUMNS = 16

Match = tuple[int, Spot]
"""A file's number and a line of it."""


class ReviewMoving(ReviewReading):
    """Handlers that move; what a key moves depends on the panel that has the focus."""

    def __init__(self, session: str) -> None:
        super().__init__(session)
        self._matches: list[Match] = []
        self._targets: dict[int, Target] = {}

    @property
    def _files(self) -> DiffFiles:
        return self.query_one(DiffFiles)

    def _move(self, step: int) -> None:
        if self._files.has_focus:
            self._files.move(step)
        else:
            self._diff.move(step)

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
        """Read the selected file, or go to the place that a row of the overview names."""
        if self._files.has_focus:
            self._diff.to_file(self._files.file)
            self.do_review_next_panel()
        elif target := self._targets.get(self._diff.cursor):
            self.go_to_place(*target)
        else:
            self.wuhu.verbs.tell("this row names no place to go to")

    def go_to_place(self, path: str, line: int) -> None:
        """Go to a line of a file as it is proposed; says so where the diff does not show it."""
        numbers = {file.path: number for number, file in enumerate(self._listing.files)}
        if path not in numbers:
            self.wuhu.verbs.tell(f"{path} is not changed here: e opens the worktree")
        elif line:
            self._diff.to_spot(numbers[path], (True, line))
        else:
            self._diff.to_file(numbers[path])

    def do_back(self) -> None:
        """From a search, from the list of files to the diff, from there to where one came from."""
        if self._files.has_focus:
            self.do_review_next_panel()
        elif self._searched.wanted:
            self._end_search()
        else:
            super().do_back()

    # what was said

    def do_review_next_remark(self) -> None:
        """The next comment or finding."""
        self._to_remark(+1)

    def do_review_previous_remark(self) -> None:
        """The comment or finding before."""
        self._to_remark(-1)

    def _to_remark(self, step: int) -> None:
        places = sorted(self._remark_places())
        where = self._diff.where_now()
        here = (where.file, where.spot[1] if where.spot else (0 if where.row <= 0 else where.row))
        found = [one for one in places if (one[:2] > here if step > 0 else one[:2] < here)]
        if not found:
            word = "after" if step > 0 else "before"
            self.wuhu.verbs.tell(f"no comment or finding {word} this one")
            return
        number, line, is_new = found[0] if step > 0 else found[-1]
        if line:
            self._diff.to_spot(number, (is_new, line))
        else:
            self._diff.to_file(number)

    def _remark_places(self) -> set[tuple[int, int, bool]]:
        return {
            (number, one.spot[1], one.spot[0])
            for number, remarks in self._by_page.items()
            for one in remarks
            if number >= 0
        }

    # searching

    def do_review_search(self) -> None:
        """Ask what to look for."""
        from wuhu_tui.tui.dialogs.find import FindDialog

        self.wuhu.push_screen(FindDialog(self._searched.wanted), self._search)

    def _search(self, wanted: str | None) -> None:
        if wanted is None:
            return
        if not wanted:
            self._end_search()
            return
        self._matches = []
        self._searched = Searched(wanted=wanted, files=len(self._listing.files))
        self._diff.show_wanted(wanted)
        self._begin(self._search_all(self._round, wanted), " words", exclusive=True)

    def _end_search(self) -> None:
        self._matches, self._searched = [], Searched()
        self._diff.show_wanted("")
        self.wuhu.repaint()

    async def _search_all(self, now: int, wanted: str) -> None:
        try:
            await self._search_each(now, wanted)
        except WuhuError as error:
            self.wuhu.verbs.tell_error(error)

    async def _search_each(self, now: int, wanted: str) -> None:
        for batch in self._batches():
            found = await self._lines_of(batch)
            if found is None or now != self._round or self._searched.wanted != wanted:
                return
            if not self.is_attached:
                return
            self._take_matches(found, wanted)
        if not self._matches:
            self.wuhu.verbs.tell(f"{wanted} stands nowhere in this diff")
        self.wuhu.repaint()

    def _take_matches(self, found: dict[int, DiffFile], wanted: str) -> None:
        first = not self._matches
        for number, file in sorted(found.items()):
            self._matches += [(number, spot) for spot in spots_with(file, wanted)]
        looked = self._searched.looked + len(found)
        self._searched = Searched(
            wanted, self._searched.place, len(self._matches), looked, self._searched.files
        )
        if first and self._matches:
            self._to_match(+1, here=True)
        self.wuhu.repaint()

    def do_review_next_match(self) -> None:
        """Where it stands next."""
        self._to_match(+1)

    def do_review_previous_match(self) -> None:
        """Where it stood before."""
        self._to_match(-1)

    def _to_match(self, step: int, *, here: bool = False) -> None:
        count = len(self._matches)
        if not self._searched.wanted:
            self.wuhu.verbs.tell("nothing is searched: / asks what to look for")
        elif count:
            place = 1 if here else (self._searched.place - 1 + step) % count + 1
            self._diff.to_spot(*self._matches[place - 1])
            self._searched = Searched(
                self._searched.wanted, place, count, self._searched.looked, self._searched.files
            )


def spots_with(file: DiffFile, wanted: str) -> list[Spot]:
    """The lines of a file in which a word stands; capitals matter if it has some."""
    return [
        spots_of(line)[0]
        for hunk in file.hunks
        for line in hunk.lines
        if matches(line.text, wanted) and spots_of(line)
    ]
