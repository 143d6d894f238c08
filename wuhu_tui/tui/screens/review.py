"""The review of one session: files, diff, checks, verdict; the keys judge exactly what is shown."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.reviews import CheckState
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.attention import Group, look
from wuhu_tui.tui.presentation.diff_header import Looked, newer_banner, review_header
from wuhu_tui.tui.presentation.diff_overview import overview_rows
from wuhu_tui.tui.screens.base import WuhuScreen
from wuhu_tui.tui.screens.review_moving import ReviewMoving
from wuhu_tui.tui.widgets.diff_files import CheckPanel, DiffFiles
from wuhu_tui.tui.widgets.diff_view import DiffView
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.line_list import LineList
from wuhu_tui.tui.widgets.strip import TextStrip


class ReviewScreen(ReviewMoving, WuhuScreen):
    """Wires the list of files, the diff and the checks to one session's review."""

    CONTEXT = Context.REVIEW
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "DiffView"
    DEFAULT_CSS = """
    ReviewScreen #aside { width: 38; }
    ReviewScreen #checks {
        height: auto; max-height: 12; border: round $pane-border;
        border-title-color: $text-muted; border-title-style: bold;
    }
    ReviewScreen.-narrow #aside { display: none; width: 1fr; }
    ReviewScreen.-narrow.-files #aside { display: block; }
    ReviewScreen.-narrow.-files DiffView { display: none; }
    """

    def __init__(self, session: str) -> None:
        super().__init__()
        self._session = session
        self._looked = Looked()

    def compose(self) -> ComposeResult:
        """Files and checks at the left, the diff at the right."""
        yield HeaderBar()
        yield TextStrip()
        with Horizontal():
            with Vertical(id="aside"):
                yield DiffFiles()
                with Container(id="checks") as checks:
                    checks.border_title = "Checks"
                    yield CheckPanel()
            yield DiffView()
        yield ActionFooter()

    def on_mount(self) -> None:
        """Read the diff beside the screen."""
        self.do_review_reload()

    def subject(self) -> str:
        """The session under review."""
        return self._session

    def go_to(self, session: str) -> None:
        """Another session: its review if that is what it needs, else back to where it is seen."""
        self.wuhu.selected = session
        core = self.wuhu.core
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
        seen = look(view, self.wuhu.core.runner_alive(view.id), now)
        self.query_one(HeaderBar).show(review_header(view, seen, self._looked.at, self.size.width))
        self.query_one(TextStrip).show(newer_banner(view, self._looked, self._reload_key))
        shown = self.query_one(DiffView)
        if shown.size.width:
            shown.show_overview(overview_rows(self._with_output(view), now, shown.size.width))
        self.query_one(CheckPanel).show(view.review)

    def _with_output(self, view: SessionView) -> SessionView:
        """The session with what its running checks printed so far."""
        if view.review is None:
            return view
        printed = partial(self.wuhu.core.check_output, view.id)
        checks = tuple(
            replace(check, output=printed(check.name))
            if check.state is CheckState.RUNNING
            else check
            for check in view.review.checks
        )
        return replace(view, review=replace(view.review, checks=checks))

    # reading the diff

    def do_review_reload(self) -> None:
        """Read the diff of the newest commit; what was read stays until then."""
        self.query_one(DiffView).say("reading the diff …")
        self.wuhu.run_worker(
            self._read(),
            name="read a diff",
            group=f"diff of {self._session}",
            exclusive=True,
            exit_on_error=False,
        )

    async def _read(self) -> None:
        problem = "could not look: something unexpected happened"
        try:
            diff = await self.wuhu.core.diff(self._session)
            problem = ""
            self._show(diff)
        except WuhuError as error:
            problem = f"could not look: {error}"
        except asyncio.CancelledError:
            problem = ""  # a newer reading took its place
            raise
        finally:
            if problem:
                self._could_not_look(problem)

    def _show(self, diff: Diff) -> None:
        if not self.is_attached:
            return
        if diff.head != self._looked.at:
            self._looked = Looked(diff.head, self.session.head if self.session else "")
        self.query_one(DiffFiles).show(diff)
        self.query_one(DiffView).show_diff(diff)
        self.wuhu.repaint()

    def _could_not_look(self, problem: str) -> None:
        if not self.is_attached:
            return
        self._looked = Looked()
        view = self.query_one(DiffView)
        view.show_diff(Diff(base="", head=""))
        view.say(f"{problem} · {self._reload_key} tries again", "failed")
        self.query_one(DiffFiles).show(Diff(base="", head=""))
        self.wuhu.repaint()

    # judging

    def do_approve(self) -> None:
        """Approve the commit on the screen, never one that was not seen."""
        if self._seen("approve"):
            super().do_approve()

    def do_request_changes(self) -> None:
        """Request changes of the commit on the screen."""
        if self._seen("request changes"):
            super().do_request_changes()

    def _seen(self, verb: str) -> bool:
        why = self._looked.why_not(self.chosen, self._reload_key)
        if why:
            self.wuhu.verbs.tell(why, title=f"{verb}: not now")
        return not why

    @property
    def _reload_key(self) -> str:
        return self.wuhu.keys.label(BY_ID["review.reload"])

    # what widgets tell

    @on(LineList.Selected)
    def _selected(self) -> None:
        self.query_one(DiffView).to_file(self.query_one(DiffFiles).file)

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.do_review_open()

    @on(DiffView.FileReached)
    def _reached(self, event: DiffView.FileReached) -> None:
        self.query_one(DiffFiles).select(str(event.file))
