"""What would land, before it is put in line: facts, no question; Enter puts it there."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.merge_outlook import MergeOutlook
from wuhu_tui.model.queue_order import place_of
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog, room_for_facts
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.entries import Drawn
from wuhu_tui.tui.presentation.merge_facts import merge_content
from wuhu_tui.tui.presentation.rows import line
from wuhu_tui.tui.widgets.footer import ActionFooter


class MergeDialog(WuhuDialog[bool]):
    """Looks at base beside the screen; returns whether the session was put in line."""

    CONTEXT = Context.MERGE
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = ""

    def __init__(self, session: str) -> None:
        super().__init__()
        self._session = session
        self._outlook: MergeOutlook | None = None
        self._trouble = ""
        self._shown: Drawn | None = None

    def subject(self) -> str:
        """The session that would land."""
        return self._session

    def compose(self) -> ComposeResult:
        """A box with the facts."""
        with Vertical(classes="box -wide -merge"):
            with VerticalScroll(id="merge-scroll", can_focus=False):
                yield Static("", id="merge-facts")
            yield ActionFooter()

    def on_mount(self) -> None:
        """Look what would land."""
        super().on_mount()
        self._look()

    def _look(self) -> None:
        name = f"what would land of {self._session}"
        self.wuhu.run_worker(self._take(), name=name, group="verbs", exit_on_error=False)

    async def _take(self) -> None:
        try:
            self._outlook = await self.core.merge_outlook(self._session)
            self._trouble = ""
        except WuhuError as error:
            self._trouble = str(error)
        if self.is_mounted:
            self.wuhu.repaint()

    def paint(self, board: Board, now: datetime) -> None:
        """Show what is known."""
        view = board.session(self._session)
        if view is None:
            self.leave_board(self._session)
            return
        name, base = line(view.spec.shown_name), line(view.spec.base_branch)
        self.query_one(".box", Vertical).border_title = Content(f"Merge {name} into {base}")
        scroll = self.query_one("#merge-scroll")
        scroll.styles.max_height = room_for_facts(self.app.size.height)
        width = scroll.size.width - 4
        if width <= 0:
            return
        told = merge_content(board, view, self._outlook, self._trouble, width)
        if self._shown != Drawn(told):
            self._shown = Drawn(told)
            self.query_one("#merge-facts", Static).update(told)

    def do_merge_queue(self) -> None:
        """Put it in line."""
        core, name = self.core, self._session
        view = core.board.session(name)
        shown = line(view.spec.shown_name) if view else name

        def queued(_: object) -> None:
            place = place_of(core.board, name)
            where = f"place {place} of {len(core.board.queue.entries)}" if place else "it begins"
            self.wuhu.verbs.tell(f"{shown} is in line: {where} · Q shows the queue")

        self.wuhu.verbs.run(core.queue_merge(name), then=queued, once=f"merging {shown}")
        self.dismiss(True)

    def do_merge_settle(self) -> None:
        """The ways to settle a conflict that is there now."""
        from wuhu_tui.tui.dialogs.conflict import ConflictDialog

        self.dismiss(False)
        self.wuhu.push_screen(ConflictDialog(self._session))

    def do_down(self) -> None:
        """Read on."""
        self.query_one("#merge-scroll", VerticalScroll).scroll_down(animate=False)

    def do_up(self) -> None:
        """Read back."""
        self.query_one("#merge-scroll", VerticalScroll).scroll_up(animate=False)
