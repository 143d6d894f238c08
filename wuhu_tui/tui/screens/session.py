"""One session: its transcript in full, and everything known of it."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from wuhu_tui.model.board import Board
from wuhu_tui.model.collision_words import collides_words
from wuhu_tui.model.records import Cursor
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.family import family_rows
from wuhu_tui.tui.presentation.queue_facts import way_rows
from wuhu_tui.tui.presentation.session_facts import session_facts
from wuhu_tui.tui.screens.attachable import AttachableScreen
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.live_pane import LivePane
from wuhu_tui.tui.widgets.strip import TextStrip


class SessionScreen(AttachableScreen):
    """Follows the lead's selection: `w` here goes on to the next session."""

    CONTEXT = Context.SESSION
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = ""

    def __init__(self, session: str, *, at: Cursor | None = None) -> None:
        super().__init__()
        self._session = session
        self._at = at
        """The record that is to be seen first."""

    def subject(self) -> str:
        """The session shown."""
        return self._session

    def go_to(self, session: str) -> None:
        """Show another session."""
        super().go_to(session)
        self._session = session

    def compose(self) -> ComposeResult:
        """Pane and facts."""
        yield HeaderBar()
        with Horizontal(id="session"):
            yield LivePane()
            with VerticalScroll(id="facts-column", can_focus=False):
                yield Static("", id="session-facts")
        yield TextStrip(id="mode")
        yield ActionFooter()

    def paint(self, board: Board, now: datetime) -> None:
        """Show the session as it is now."""
        view = board.session(self._session)
        if view is None:
            self.leave_board(self._session)
            return
        core = self.core
        alive = core.runner_alive(self._session)
        self.show_mode()
        self.paint_live(board, now)
        self.paint_header(board, now)
        facts = self.query_one("#session-facts", Static)
        if facts.size.width:
            used = core.resources(self._session)
            width = facts.size.width
            family = family_rows(board, view, core.runner_alive, now, width - 2)
            way = way_rows(board, view, now, width)
            shown = session_facts(view, alive, now, width, used, family=family, way=way)
            if shown != facts.content:
                facts.update(shown)

    def paint_live(self, board: Board, now: datetime) -> None:
        """Show what streams: the pane."""
        view, core = board.session(self._session), self.core
        if view:
            alive = core.runner_alive(self._session)
            pane, transcript = self.query_one(LivePane), core.transcript(self._session)
            collides = collides_words(board, view.id)
            pane.show(
                view,
                transcript,
                now,
                focused=True,
                alive=alive,
                screen=self.terminal,
                collides=collides,
            )
            if self._at and pane.room[1]:
                at, self._at = self._at, None
                if not pane.to_record(at):
                    self.wuhu.verbs.tell("the transcript here does not go back that far")

    @property
    def _pane(self) -> LivePane:
        return self.query_one(LivePane)

    def do_next_panel(self) -> None:
        """Show or hide the facts."""
        self.toggle_class("-turned")
        self.call_after_refresh(self.wuhu.repaint)

    def do_down(self) -> None:
        """One line on."""
        self._pane.scroll_rows(+1)

    def do_up(self) -> None:
        """One line back."""
        self._pane.scroll_rows(-1)

    def do_first(self) -> None:
        """To the first line."""
        self._pane.to_top()

    def do_last(self) -> None:
        """Follow the newest line."""
        self._pane.follow()

    do_follow = do_last

    def do_scroll_back(self) -> None:
        """One page back."""
        self._pane.scroll_pages(-1)

    def do_scroll_on(self) -> None:
        """One page on."""
        self._pane.scroll_pages(+1)

    def do_fold(self) -> None:
        """Fold or unfold the newest tool call."""
        if not self._pane.fold_newest():
            self.wuhu.verbs.tell("nothing in view can be folded")

    def do_fold_all(self) -> None:
        """Fold or unfold all tool calls."""
        self._pane.fold_all()
