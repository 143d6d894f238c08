"""The review of one session: files, diff, evidence, verdict; the keys judge exactly what is shown."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.reviews import CheckState
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.attention import look
from wuhu_tui.tui.presentation.diff_header import SHORT, newer_banner, review_header
from wuhu_tui.tui.presentation.diff_notes import drafts, put_elsewhere
from wuhu_tui.tui.presentation.diff_overview import overview
from wuhu_tui.tui.presentation.kinds import Group
from wuhu_tui.tui.presentation.replay import worktree_banner
from wuhu_tui.tui.presentation.review_shown import shown_row
from wuhu_tui.tui.presentation.transcript_row import BLANK
from wuhu_tui.tui.screens.review_judging import ReviewJudging
from wuhu_tui.tui.widgets.diff_files import DiffFiles, EvidencePanel
from wuhu_tui.tui.widgets.diff_view import DiffView
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.line_list import LineList
from wuhu_tui.tui.widgets.strip import TextStrip

_RANKS = {
    "review.send": 61,
    "session.request_changes": 62,
    "review.since_look": 80,
    "session.answer": 95,
    "session.steer": 96,
    "session.follow_up": 97,
}
"""Places in the footer: here judging comes before talking."""


class ReviewScreen(ReviewJudging):
    """Wires the list of files, the diff and the evidence to one session's review."""

    CONTEXT = Context.REVIEW
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "DiffView"
    DEFAULT_CSS = """
    ReviewScreen #aside { width: 38; }
    ReviewScreen #checks {
        height: auto; max-height: 14; border: round $pane-border;
        border-title-color: $text-muted; border-title-style: bold;
    }
    ReviewScreen.-narrow #aside, ReviewScreen.-folded #aside { display: none; width: 1fr; }
    ReviewScreen.-narrow.-files #aside, ReviewScreen.-folded.-files #aside { display: block; }
    ReviewScreen.-narrow.-files DiffView, ReviewScreen.-folded.-files DiffView { display: none; }
    """

    def compose(self) -> ComposeResult:
        """Files and evidence at the left, the diff at the right."""
        yield HeaderBar()
        yield TextStrip(id="newer")
        yield TextStrip(id="shown")
        with Horizontal():
            with Vertical(id="aside"):
                yield DiffFiles()
                with Container(id="checks") as checks:
                    checks.border_title = "Evidence"
                    yield EvidencePanel()
            yield DiffView((BLANK,))
        yield ActionFooter(ranks=_RANKS)

    def on_mount(self) -> None:
        """Read the diff beside the screen; a replay reads it with its first frame."""
        if not self.in_replay:
            self.do_review_reload()

    def go_to(self, session: str) -> None:
        """Another session: its review if that is what it needs, else back to where it is seen."""
        self.wuhu.selected = session
        core = self.core
        view = core.board.session(session)
        if session == self._session or view is None:
            return
        seen = look(view, core.runner_alive(session), self.wuhu.clock())
        if seen.group is Group.REVIEW and view.review:
            self.wuhu.switch_screen(ReviewScreen(session))
        else:
            self.wuhu.pop_screen()

    # frames

    def paint(self, board: Board, now: datetime) -> None:
        """Show the session as it is now; the diff stays the one that was read."""
        view = board.session(self._session)
        if view is None:
            self.leave_board(self._session)
            return
        self.follow_moment(view)
        self._follow_remarks()
        seen = look(view, self.core.runner_alive(view.id), now)
        width, bar = self.size.width, self.query_one(HeaderBar)
        bar.show(review_header(view, seen, self._looked.at, bar.room(width)))
        banner = newer_banner(view, self._looked, self._reload_key)
        if self.in_replay:
            banner = worktree_banner(view, self._listing.note, now)
        self.query_one("#newer", TextStrip).show(banner)
        self.query_one("#shown", TextStrip).show(
            shown_row(self._listing, self._terms, self._searched, self._more(view), width)
        )
        self._paint_overview(board, view, now)
        self._diff.show_viewed(view.viewed if self._terms.whitespace else frozenset())
        self.query_one(EvidencePanel).show(view.review, self._evidence)
        newest = view.review.head[:SHORT] if view.review and banner else ""
        self.query_one("#checks").border_title = f"Evidence of {newest}" if newest else "Evidence"
        self._files.show(self._listing, self.file_marks(), self._remark_counts())

    def _paint_overview(self, board: Board, view: SessionView, now: datetime) -> None:
        shown = self._diff
        if shown.size.width:
            told = self._with_output(view)
            problem = self._evidence_problem
            sheet = overview(board, told, self._evidence, now, shown.size.width, problem=problem)
            self._elsewhere = put_elsewhere(sheet, self._by_page.get(-1, ()), now, shown.size.width)
            self._targets = sheet.targets
            shown.show_overview(sheet.rows)

    def _more(self, view: SessionView) -> tuple[str, ...]:
        """What else there is to say of what is shown."""
        waiting = len(drafts(view.comments))
        key = self.wuhu.keys.label(BY_ID["review.send"])
        unsent = f"{waiting} comment{'s' * (waiting != 1)} not sent: {key} sends" if waiting else ""
        split = "side by side" if self._diff.split else ""
        return (unsent, self.left(), split)

    def _with_output(self, view: SessionView) -> SessionView:
        """The session with what its running checks printed so far."""
        if view.review is None:
            return view
        printed = partial(self.core.check_output, view.id)
        checks = tuple(
            replace(check, output=printed(check.name))
            if check.state is CheckState.RUNNING
            else check
            for check in view.review.checks
        )
        return replace(view, review=replace(view.review, checks=checks))

    # what widgets tell

    @on(LineList.Selected)
    def _selected(self) -> None:
        self._diff.to_file(self._files.file)

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.do_review_open()
