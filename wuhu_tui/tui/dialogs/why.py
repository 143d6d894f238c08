"""Why? Where a session's state comes from, how old it is, and what led to it."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.core.provenance import Provenance
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.records import Cursor
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.provenance import why_content
from wuhu_tui.tui.presentation.rows import line
from wuhu_tui.tui.widgets.footer import ActionFooter


class WhyDialog(WuhuDialog[None]):
    """Asks the core again whenever the session's journal has grown."""

    CONTEXT = Context.WHY
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = ""

    def __init__(self, session: str) -> None:
        super().__init__()
        self._session = session
        self._told: Provenance | None = None
        self._asked_at: Cursor | None = None
        self._asking = False

    def subject(self) -> str:
        """The session asked about."""
        return self._session

    def compose(self) -> ComposeResult:
        """A box with the answer."""
        with Vertical(classes="box -why"):
            with VerticalScroll(id="why-scroll", can_focus=False):
                yield Static("", id="why")
            yield ActionFooter()

    def paint(self, board: Board, now: datetime) -> None:
        """Show what is known; ask for more if there is more."""
        view = board.session(self._session)
        if view is None:
            self.dismiss()
            return
        name = line(view.spec.shown_name)
        self.query_one(".box", Vertical).border_title = Content(f"Why is {name} where it is?")
        if view.cursor != self._asked_at and not self._asking:
            self._ask(view.cursor)
        if self._told is not None:
            shown = self.query_one("#why", Static)
            width = max(20, self.query_one("#why-scroll").size.width)
            content = why_content(self._told, now, width)
            if content != shown.content:
                shown.update(content)

    def _ask(self, cursor: Cursor) -> None:
        self._asking = True
        self._asked_at = cursor
        verb = self.core.provenance(self._session)
        self.wuhu.verbs.run(verb, then=self._take, failed=self._refused)

    def _take(self, told: Provenance) -> None:
        self._told = told
        self._asking = False
        if self.is_mounted:
            self.wuhu.repaint()

    def _refused(self, error: WuhuError) -> None:
        if self.is_current:
            self.dismiss()

    def do_down(self) -> None:
        """One line on."""
        self.query_one("#why-scroll", VerticalScroll).scroll_down(animate=False)

    def do_up(self) -> None:
        """One line back."""
        self.query_one("#why-scroll", VerticalScroll).scroll_up(animate=False)
