"""Reads a diff beside the screen: its files first, their lines when they come into sight."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Sequence
from typing import Any

from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.diff import Diff, DiffFile
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.evidence import Evidence
from wuhu_tui.model.hunk_digest import digest, digests, file_digest
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.presentation.diff_header import Looked
from wuhu_tui.tui.presentation.diff_marks import FileMark
from wuhu_tui.tui.presentation.diff_notes import Remark, by_page, remarks
from wuhu_tui.tui.presentation.review_shown import Searched, Terms
from wuhu_tui.tui.presentation.syntax import CHUNK, Tokens, tokens_of
from wuhu_tui.tui.screens.base import WuhuScreen
from wuhu_tui.tui.widgets.diff_cursor import Chunk
from wuhu_tui.tui.widgets.diff_view import DiffView

KEPT_LINES = 30_000
"""Lines that are kept of files out of sight; more are forgotten and read again."""

BATCH_LINES = 4_000
"""Changed lines that are read together, where all files are gone through."""

HunkMarks = tuple[tuple[str, ...], ...]
"""Of each hunk the digest of all it changes, then those of its parts."""


class ReviewReading(WuhuScreen):
    """What the review screen knows of its session's work beyond the board."""

    def __init__(self, session: str) -> None:
        super().__init__()
        self._session = session
        self._looked = Looked()
        self._terms = Terms()
        self._listing = Diff(base="", head="")
        self._marks: dict[int, HunkMarks] = {}
        self._changed: frozenset[str] = frozenset()
        """Paths that changed since the lead's last look."""
        self._kept: OrderedDict[int, int] = OrderedDict()
        self._round = 0
        """Rises with every new listing: what was asked for before it is not taken."""
        self._fetching = False
        self._stopped = False
        self._searched = Searched()
        self._evidence: Evidence | None = None
        self._said: tuple[Remark, ...] = ()
        self._by_page: dict[int, list[Remark]] = {}
        self._elsewhere: dict[int, str] = {}
        """Rows of the overview with comments on what the diff does not show, by the comment."""
        self._remark_basis: tuple[object, ...] = ()
        self._evidence_problem = ""
        self._moment_basis: tuple[object, ...] = ()
        self._reading_moment = False

    def subject(self) -> str:
        """The session under review."""
        return self._session

    @property
    def _diff(self) -> DiffView:
        return self.query_one(DiffView)

    @property
    def _reload_key(self) -> str:
        return self.wuhu.keys.label(BY_ID["review.reload"])

    # the list of files

    def do_review_reload(self) -> None:
        """Read the diff of the newest commit; what was read stays until then."""
        self._diff.say("reading the diff …")
        self._begin(self._read(), "", exclusive=True)

    def _begin(
        self, work: Coroutine[Any, Any, None], what: str, *, exclusive: bool = False
    ) -> None:
        self.wuhu.run_worker(
            work,
            name=f"read a diff{what}",
            group=f"diff{what} of {self._session}",
            exclusive=exclusive,
            exit_on_error=False,
        )

    async def _read(self) -> None:
        problem = "could not look: something unexpected happened"
        try:
            diff = await self._list()
            problem = ""
            if not (self.in_replay and diff == self._listing):
                self._show(diff)
        except WuhuError as error:
            problem = f"could not look: {error}"
        except asyncio.CancelledError:
            problem = ""  # a newer reading took its place
            raise
        finally:
            if problem:
                self._could_not_look(problem)

    async def _list(self) -> Diff:
        """What there is to read; of a moment before any review, the worktree as it stood."""
        terms, past = self._terms, self._past_worktree
        if past is not None:
            return await past.worktree_diff(self._session)
        return await self.core.diff_listing(
            self._session, since_look=terms.since_look, whitespace=terms.whitespace
        )

    @property
    def _past_worktree(self) -> ReplayDoor | None:
        """The replay whose worktree is read, because nothing was under review by then."""
        replaying, view = self.wuhu.replaying, self.session
        if replaying is None or not self.in_replay or view is None or view.review is not None:
            return None
        return replaying.door

    def follow_moment(self, view: SessionView) -> None:
        """In a replay, read anew what another moment shows; never two readings at once."""
        review = view.review
        basis = (review.merge_base, review.head) if review else (view.cursor, view.head)
        if not self.in_replay or self._reading_moment or basis == self._moment_basis:
            return
        self._reading_moment, self._moment_basis = True, basis
        self._begin(self._read_moment(), " of a moment")

    async def _read_moment(self) -> None:
        try:
            await self._read()
        finally:
            self._reading_moment = False
            self.wuhu.repaint()

    def _show(self, diff: Diff) -> None:
        if not self.is_attached:
            return
        if diff.head != self._looked.at:
            self._looked = Looked(diff.head, self.session.head if self.session else "")
        self._take_listing(diff)
        self._diff.show_listing(diff)
        self._place_remarks()
        self._begin(self._survey(self._round), " marks", exclusive=True)
        self._ask_remarks()
        self._fetch()
        self.wuhu.repaint()

    def _take_listing(self, diff: Diff) -> None:
        self._listing = diff
        self._round += 1
        self._stopped = False
        self._marks.clear()
        self._kept.clear()
        self._searched = Searched()
        self._diff.wanted = ""

    def _could_not_look(self, problem: str) -> None:
        if not self.is_attached:
            return
        self._looked = Looked()
        nothing = Diff(base="", head="")
        self._take_listing(nothing)
        self._diff.show_listing(nothing)
        self._diff.say(f"{problem} · {self._reload_key} tries again", "failed")
        self.wuhu.repaint()

    # the lines of files in sight

    def on_diff_view_wanted(self) -> None:
        """Something came into sight that is not there yet."""
        self._fetch()

    def _fetch(self) -> None:
        if not self._fetching and not self._stopped:
            self._fetching = True
            self._begin(self._fetch_all(), " lines")

    async def _fetch_all(self) -> None:
        try:
            while self.is_attached and not self._stopped:
                if wanted := self._diff.unread():
                    await self._fetch_some(wanted)
                elif chunks := self._diff.uncoloured():
                    await self._colour(chunks[0])
                else:
                    break
        except WuhuError as error:
            self._stopped = True
            if self.is_attached:
                self._diff.say(
                    f"could not look: {error} · {self._reload_key} tries again", "failed"
                )
        finally:
            self._fetching = False

    async def _fetch_some(self, wanted: Sequence[int]) -> None:
        now = self._round
        found = await self._lines_of(wanted)
        if found is None or now != self._round or not self.is_attached:
            return
        for number, file in found.items():
            self._put(number, file)
        self._forget_far()
        self.wuhu.repaint()

    async def _lines_of(self, wanted: Sequence[int]) -> dict[int, DiffFile] | None:
        """Files with their lines, by number; None when the work is not what was listed any more."""
        files, terms = self._listing.files, self._terms
        paths = tuple(dict.fromkeys(files[number].path for number in wanted))
        if (past := self._past_worktree) is not None:
            diff = await past.worktree_diff(self._session, paths=paths)
        else:
            diff = await self.core.diff_of(
                self._session,
                paths,
                since_look=terms.since_look,
                whitespace=terms.whitespace,
                context=terms.context,
            )
        if diff.head != self._listing.head:
            self._stopped = True  # the screen says already that there is a newer commit
            return None
        there = {(file.path, file.old_path, file.change): file for file in diff.files}
        return {
            number: there.get((one.path, one.old_path, one.change), one)
            for number in wanted
            for one in (files[number],)
        }

    def _put(self, number: int, file: DiffFile) -> None:
        self._remember(number, file)
        self._diff.put(number, file)
        self._kept[number] = sum(len(hunk.lines) for hunk in file.hunks)
        self._kept.move_to_end(number)

    def _forget_far(self) -> None:
        """Keep as many lines as are allowed: those out of sight for longest go first."""
        near = set(self._diff.in_sight()) | set(self._diff.unread())
        total = sum(self._kept.values())
        for number in [one for one in self._kept if one not in near]:
            if total <= KEPT_LINES:
                return
            total -= self._kept.pop(number)
            self._diff.drop(number)

    async def _colour(self, chunk: Chunk) -> None:
        """Look what the code in sight is, beside the screen."""
        page = self._diff.pages.pages[chunk.file]
        ink, hunk = page.ink[chunk.hunk], page.file.hunks[chunk.hunk]
        ink.asked.add(chunk.number)
        first = chunk.number * CHUNK
        lines = hunk.lines[first : first + CHUNK]
        now = self._round
        found = await asyncio.to_thread(_coloured, chunk.language, lines, first)
        if (
            now == self._round
            and self.is_attached
            and page.ink[chunk.hunk : chunk.hunk + 1] == [ink]
        ):
            self._diff.colour(chunk, found)

    # what was viewed

    def _remember(self, number: int, file: DiffFile) -> None:
        if self._terms.whitespace:
            self._marks[number] = _hunk_marks(file)

    def _mark_of(self, number: int, viewed: frozenset[str]) -> FileMark:
        known = self._marks.get(number)
        if known is None:
            return FileMark.UNKNOWN if viewed else FileMark.NONE
        seen = [marks[0] in viewed or all(one in viewed for one in marks[1:]) for marks in known]
        if all(seen):
            return FileMark.VIEWED
        if self._listing.files[number].path in self._changed:
            return FileMark.CHANGED
        return FileMark.PART if any(seen) else FileMark.NONE

    def file_marks(self) -> tuple[FileMark, ...]:
        """How far each file is viewed."""
        viewed = self.session.viewed if self.session else frozenset()
        return tuple(self._mark_of(number, viewed) for number in range(len(self._listing.files)))

    async def _survey(self, now: int) -> None:
        """Go through all files for the marks: what was viewed before is known only by content."""
        view = self.session
        if view is None or not self._terms.whitespace:
            return
        try:
            await self._look_what_changed()
            if view.viewed:
                for batch in self._batches():
                    wanted = [number for number in batch if number not in self._marks]
                    found = await self._lines_of(wanted) if wanted else {}
                    if found is None or now != self._round or not self.is_attached:
                        return
                    for number, file in found.items():
                        self._remember(number, file)
                    self.wuhu.repaint()
        except WuhuError as error:
            self.wuhu.verbs.tell_error(error)

    async def _look_what_changed(self) -> None:
        view = self.session
        self._changed = frozenset()
        if view is None or view.looked is None or view.looked.head == self._looked.at:
            return
        if self._terms.since_look:
            diff = self._listing
        else:
            diff = await self.core.diff_listing(self._session, since_look=True)
        if diff.since:
            self._changed = frozenset(file.path for file in diff.files)

    def _batches(self) -> list[list[int]]:
        """The files in portions that are read in one go."""
        found: list[list[int]] = []
        room = 0
        for number, file in enumerate(self._listing.files):
            if room <= 0:
                found.append([])
                room = BATCH_LINES
            found[-1].append(number)
            room -= file.added + file.removed + 8
        return found

    # what was said

    def _ask_remarks(self) -> None:
        """Look anew what was said to places, and what speaks for or against the work."""
        self._begin(self._read_remarks(), " remarks", exclusive=True)

    async def _read_remarks(self) -> None:
        core = self.core
        if self._past_worktree is not None:
            self._evidence, self._said, self._evidence_problem = None, (), ""
            self._place_remarks()
            return
        try:
            self._evidence = await core.evidence(self._session)
            placed = await core.place_comments(self._session)
            self._said = remarks(placed, self._evidence.findings)
            self._evidence_problem = ""
        except WuhuError as error:
            self._evidence_problem = f"could not look at the evidence: {error}"
        if self.is_attached:
            self._place_remarks()
            self.wuhu.repaint()

    def _remark_counts(self) -> dict[int, int]:
        """How much was said to each file, by its number."""
        return {number: len(said) for number, said in self._by_page.items() if number >= 0}

    def _place_remarks(self) -> None:
        self._by_page = by_page(self._listing.files, self._said)
        self._diff.show_remarks(self._by_page, self.wuhu.clock())

    def _follow_remarks(self) -> None:
        """Look again when the board tells of something that was said."""
        view = self.session
        if view is None:
            return
        basis = (view.comments, view.replies, view.review, view.report)
        if self._remark_basis and any(
            one is not other for one, other in zip(basis, self._remark_basis, strict=True)
        ):
            self._ask_remarks()
        self._remark_basis = basis


def _hunk_marks(file: DiffFile) -> HunkMarks:
    if not file.hunks:
        mark = file_digest(file)
        return ((mark, mark),)
    return tuple((digest(file.path, hunk), *digests(file.path, hunk)) for hunk in file.hunks)


def _coloured(language: str, lines: Sequence[Any], first: int) -> dict[int, Tokens]:
    """What the code of some lines is: the old file's and the new one's, each in its own order."""
    found: dict[int, Tokens] = {}
    for left_out in ("+", "-"):
        places = [place for place, line in enumerate(lines) if line.kind.value != left_out]
        told = tokens_of(language, [lines[place].text for place in places])
        found |= {first + place: tokens for place, tokens in zip(places, told, strict=True)}
    return found
