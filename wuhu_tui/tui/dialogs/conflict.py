"""A conflict with base: both sides of each file, and the three ways to settle it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog, room_for_facts
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.conflict import Sides, conflict_content, conflicts_of
from wuhu_tui.tui.presentation.entries import Drawn
from wuhu_tui.tui.presentation.rows import line
from wuhu_tui.tui.purposes import Purpose, draft_key
from wuhu_tui.tui.widgets.footer import ActionFooter


class ConflictDialog(WuhuDialog[None]):
    """Stays until the conflict is settled or somebody was given it; half-done work is kept."""

    CONTEXT = Context.CONFLICT
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = ""

    def __init__(self, session: str) -> None:
        super().__init__()
        self._session = session
        self._sides = Sides()
        self._shown: Drawn | None = None

    def subject(self) -> str:
        """The session in conflict."""
        return self._session

    @property
    def _called(self) -> str:
        view = self.session
        return line(view.spec.shown_name) if view else self._session

    def compose(self) -> ComposeResult:
        """A box with both sides and the ways."""
        with Vertical(classes="box -wide -merge"):
            with VerticalScroll(id="conflict-scroll", can_focus=False):
                yield Static("", id="conflict-facts")
            yield ActionFooter()

    def on_mount(self) -> None:
        """Look what collides now, and what a session would be told."""
        super().on_mount()
        name = f"the conflict of {self._session}"
        self.wuhu.run_worker(self._look(), name=name, group="verbs", exit_on_error=False)

    async def _look(self) -> None:
        core = self.core
        try:
            outlook = await core.merge_outlook(self._session)
            self._sides = Sides(now=outlook.conflicts, remembered=outlook.remembered)
            brief = await core.conflict_brief(self._session) if outlook.conflicts else ""
            self._sides = replace(self._sides, brief=brief)
        except WuhuError as error:
            self._sides = replace(self._sides, trouble=str(error))
        if self.is_mounted:
            self.wuhu.repaint()

    def paint(self, board: Board, now: datetime) -> None:
        """Show both sides and what each way does."""
        view = board.session(self._session)
        if view is None:
            self.leave_board(self._session)
            return
        box = self.query_one(".box", Vertical)
        box.border_title = Content(f"{self._called} conflicts with {line(view.spec.base_branch)}")
        scroll = self.query_one("#conflict-scroll")
        scroll.styles.max_height = room_for_facts(self.app.size.height)
        width = scroll.size.width - 4
        if width <= 0:
            return
        told = conflict_content(view, self._sides, width)
        if self._shown != Drawn(told):
            self._shown = Drawn(told)
            self.query_one("#conflict-facts", Static).update(told)

    # the ways

    def do_conflict_send_back(self) -> None:
        """Back to the session, with a brief that the lead may change first."""
        from wuhu_tui.tui.dialogs.composer import ComposerDialog

        key = draft_key(self._session, Purpose.REQUEST_CHANGES)
        if self._sides.brief and not self.wuhu.drafts.get(key):
            self.wuhu.drafts.put(key, self._sides.brief)
        self.wuhu.push_screen(
            ComposerDialog(Purpose.REQUEST_CHANGES, self._session), self._sent_back
        )

    def _sent_back(self, sent: bool | None) -> None:
        if sent:
            self.dismiss()

    def do_conflict_fix(self) -> None:
        """Give it to a session made for it."""

        def made(spec: SessionSpec) -> None:
            name = line(spec.title or spec.id)
            self.wuhu.verbs.tell(f"{name} settles the conflict of {self._called}")
            self.dismiss()

        verb = self.core.fix_session(self._session)
        self.wuhu.verbs.run(verb, then=made, once=f"making a fix session for {self._called}")

    def do_conflict_edit(self) -> None:
        """Into the lead's editor: both sides lie in a worktree of their own, with markers."""
        verb = self.core.begin_settling(self._session)
        self.wuhu.verbs.run(verb, then=self._edit, once=f"laying out {self._called}")

    def _edit(self, place: str) -> None:
        view = self.session
        files = tuple(one.path for one in conflicts_of(view, self._sides)) if view else ()
        self.wuhu.open_editor(place, files=files)

    def do_conflict_settle(self) -> None:
        """Take what lies there, and go on with the merge."""
        once = f"settling {self._called}"
        self.wuhu.verbs.run(self._settle(), then=self._settled, once=once)

    async def _settle(self) -> None:
        core = self.core
        await core.settle_conflict(self._session)
        if core.board.queue.entry(self._session) is None:
            await core.queue_merge(self._session)

    def _settled(self, _: object) -> None:
        self.wuhu.verbs.tell(f"{self._called}: settled, and in line again · Q shows the queue")
        self.dismiss()

    def do_conflict_leave(self) -> None:
        """Throw away what was settled by hand; the conflict is as it was."""
        verb = self.core.leave_settling(self._session)
        told = f"{self._called}: what was settled by hand is gone; the conflict is as it was"
        self.wuhu.verbs.run(verb, done=told, once=told)

    def do_down(self) -> None:
        """Read on."""
        self.query_one("#conflict-scroll", VerticalScroll).scroll_down(animate=False)

    def do_up(self) -> None:
        """Read back."""
        self.query_one("#conflict-scroll", VerticalScroll).scroll_up(animate=False)
