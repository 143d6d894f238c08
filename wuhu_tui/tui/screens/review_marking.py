"""What of the diff is shown, how, and what of it counts as viewed."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.hunk_digest import is_file_viewed, is_viewed
from wuhu_tui.tui.presentation.diff_marks import FileMark, file_marks, hunk_marks, left_words
from wuhu_tui.tui.presentation.diff_pages import Page
from wuhu_tui.tui.presentation.review_shown import Terms
from wuhu_tui.tui.screens.review_moving import ReviewMoving
from wuhu_tui.tui.widgets.diff_cursor import OVERVIEW
from wuhu_tui.tui.widgets.diff_view import SPLIT_WIDTH


class ReviewMarking(ReviewMoving):
    """Handlers that change what is shown, and that mark what was viewed."""

    def __init__(self, session: str) -> None:
        super().__init__(session)
        self._wants_split = False
        self._read_into = False
        """Whether the lead went into the diff: leaving it then is a look."""

    # how it is shown

    def do_review_split(self) -> None:
        """Side by side, or one below the other."""
        self._wants_split = not self._wants_split
        if self._wants_split and self.app.size.width < SPLIT_WIDTH:
            self._wants_split = False
            self.wuhu.verbs.tell(
                f"side by side needs {SPLIT_WIDTH} columns: this terminal has {self.app.size.width}"
            )
        self._apply_split()

    def _apply_split(self) -> None:
        split = self._wants_split and self.app.size.width >= SPLIT_WIDTH
        self.set_class(split and self.app.size.width < SPLIT_WIDTH + 60, "-folded")
        self._diff.show_split(split)

    def on_resize(self) -> None:
        """Two sides need their room."""
        self._apply_split()

    def do_review_whitespace(self) -> None:
        """Hide what changes white space alone, or show it again."""
        self._read_under(replace(self._terms, whitespace=not self._terms.whitespace))

    def do_review_more_context(self) -> None:
        """More lines around each change."""
        self._widen(+1)

    def do_review_less_context(self) -> None:
        """Fewer lines around each change."""
        self._widen(-1)

    def _widen(self, step: int) -> None:
        context = self._terms.wider(step)
        if context == self._terms.context:
            most = "most" if step > 0 else "least"
            self.wuhu.verbs.tell(f"{context} lines around a change are the {most} there are")
            return
        self._terms = replace(self._terms, context=context)
        self._round += 1
        self._diff.read_again()
        self._fetch()

    def do_review_since_look(self) -> None:
        """Only what changed since the lead's last look, or all again."""
        self._read_under(replace(self._terms, since_look=not self._terms.since_look))

    def _read_under(self, terms: Terms) -> None:
        self._terms = terms
        self.do_review_reload()

    # what was viewed

    def do_review_view_hunk(self) -> None:
        """Accept the hunk under the cursor as viewed and go to the next that is not; or take it back."""
        page = self._markable()
        view = self.session
        if page is None or view is None:
            return
        hunk = max(0, self._diff.hunk)
        if not page.file.hunks:
            self._mark_file(page, view.viewed)
            return
        marks = hunk_marks(page.file, hunk)
        if is_viewed(page.file.path, page.file.hunks[hunk], view.viewed):
            self._mark((), marks)
            self.wuhu.verbs.tell("not viewed any more")
        else:
            self._mark(marks, ())
            self._to_next_unviewed(view.viewed | frozenset(marks))

    def do_review_view_file(self) -> None:
        """Accept the whole file as viewed and go to the next that is not; or take it back."""
        page, view = self._markable(), self.session
        if page is not None and view is not None:
            self._mark_file(page, view.viewed)

    def _mark_file(self, page: Page, viewed: frozenset[str]) -> None:
        marks = file_marks(page.file)
        if is_file_viewed(page.file, viewed):
            self._mark((), marks)
            self.wuhu.verbs.tell("the file is not viewed any more")
        else:
            self._mark(marks, ())
            self._to_next_unviewed(viewed | frozenset(marks), other_file=True)

    def _markable(self) -> Page | None:
        """The page whose content can be marked now; says why there is none."""
        why = ""
        number = self._diff.file
        if not self._terms.whitespace:
            why = "white space is hidden: show it before you say that all was viewed"
        elif number == OVERVIEW:
            why = "go to a file first: what you accept is what the cursor is on"
        elif not self._diff.pages.pages[number].is_read:
            why = "this file is still being read"
        if why:
            self.wuhu.verbs.tell(why)
            return None
        return self._diff.pages.pages[number]

    def _mark(self, viewed: Sequence[str], unviewed: Sequence[str]) -> None:
        self._read_into = True
        verb = self.core.mark_hunks(self._session, viewed=tuple(viewed), unviewed=tuple(unviewed))
        self.wuhu.verbs.run(verb)

    def _to_next_unviewed(self, viewed: frozenset[str], *, other_file: bool = False) -> None:
        """Go on to what is left, from here to the end and then from the beginning."""
        here, hunk = self._diff.file, self._diff.hunk
        count = len(self._listing.files)
        page = self._diff.pages.pages[here]
        if not other_file:
            for number in range(hunk + 1, len(page.file.hunks)):
                if not is_viewed(page.file.path, page.file.hunks[number], viewed):
                    self._diff.to_hunk_of(here, number)
                    return
        for step in range(1, count + 1):
            number = (here + step) % count
            if self._mark_of(number, viewed) is not FileMark.VIEWED:
                self._to_unviewed_of(number, viewed)
                return
        self.wuhu.verbs.tell("all of it is viewed · y approves")

    def _to_unviewed_of(self, number: int, viewed: frozenset[str]) -> None:
        page = self._diff.pages.pages[number]
        for place, hunk in enumerate(page.file.hunks if page.is_read else ()):
            if not is_viewed(page.file.path, hunk, viewed):
                self._diff.to_hunk_of(number, place)
                return
        self._diff.to_file(number)

    def left(self) -> str:
        """What remains, in words."""
        return left_words(self.file_marks())

    # the lead's look

    def on_diff_view_file_reached(self) -> None:
        """The list follows; who comes into a file has begun to read."""
        self._files.select(str(self._diff.file))
        self._read_into = self._read_into or self._diff.file != OVERVIEW

    async def record_look(self) -> None:
        """Leaving a diff that was read is a look; a verdict is one by itself."""
        view, head = self.session, self._looked.at
        if self.stage is not self.wuhu.live:
            return
        if view is None or view.review is None or view.review.head != head or not self._read_into:
            return
        if view.looked is not None and view.looked.head == head:
            return
        try:
            await self.core.record_look(self._session, head=head)
        except WuhuError as error:
            self.wuhu.verbs.tell_error(error)

    async def on_unmount(self) -> None:
        """The lead leaves; also when all of the dashboard is left."""
        await self.record_look()
