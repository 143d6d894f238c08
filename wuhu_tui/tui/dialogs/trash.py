"""The trash: everything that was kept before something was removed, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.core.naming import BRANCHES
from wuhu_tui.model.board import Board
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.rescue_words import short_ref
from wuhu_tui.model.rescues import Rescue
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.dialogs.confirm import ConfirmDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.facts import Facts, file_facts
from wuhu_tui.tui.presentation.rows import MUTED
from wuhu_tui.tui.presentation.trash import forget_facts, restore_facts
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.rescue_list import RescueList

MOST = 8
"""Rescues shown at once."""


class TrashDialog(WuhuDialog[None]):
    """Lists rescues; only those whose refs are still there."""

    CONTEXT = Context.TRASH
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "RescueList"

    def __init__(self) -> None:
        super().__init__()
        self._kept: tuple[Rescue, ...] = ()
        self._known: dict[str, Rescue] | None = None

    def compose(self) -> ComposeResult:
        """The list, and the files of one of them."""
        with Vertical(classes="box") as box:
            box.border_title = Content("Trash: what was kept before it was removed")
            yield RescueList()
            yield Static("", id="files")
            yield ActionFooter()

    def on_mount(self) -> None:
        """No files are shown before they are asked for."""
        self.query_one("#files", Static).display = False

    def paint(self, board: Board, now: datetime) -> None:
        """Show the rescues; look anew when the board knows of others."""
        if board.rescues is not self._known:
            self._known = board.rescues
            self.wuhu.verbs.run(self.core.rescues(), then=self._took)
        shown = self.query_one(RescueList)
        shown.styles.height = 2 * min(MOST, max(1, len(self._kept))) + 2
        shown.show(self._kept, now)

    def _took(self, kept: Sequence[Rescue]) -> None:
        self._kept = tuple(kept)
        if self.is_mounted:
            self.paint(self.core.board, self.wuhu.clock())

    @property
    def rescue(self) -> Rescue | None:
        """The one under the cursor."""
        chosen = self.query_one(RescueList).selected
        return next((one for one in self._kept if one.ref == chosen), None)

    def do_down(self) -> None:
        """Next rescue."""
        self.query_one(RescueList).move(+1)

    def do_up(self) -> None:
        """Rescue before."""
        self.query_one(RescueList).move(-1)

    def do_restore(self) -> None:
        """Bring it back where it belongs, after the facts."""
        self._with(lambda one: self._restore(one, ""))

    def do_restore_branch(self) -> None:
        """Bring it back as a new branch, which touches no session."""
        self._with(lambda one: self._restore(one, _branch_of(one)))

    def _restore(self, rescue: Rescue, branch: str) -> None:
        core, name = self.core, short_ref(rescue.ref)
        if branch:
            verb = core.restore(rescue.ref, to=branch)
            self.wuhu.verbs.run(verb, then=self._told(name), once=f"bringing back {name}")
            return
        told = restore_facts(rescue, core.board, self.wuhu.clock())
        self._confirmed(told, lambda: core.restore(rescue.ref), self._told(name))

    def _told(self, name: str) -> Callable[[str], None]:
        return lambda where: self.wuhu.verbs.tell(f"{name} is back in {where}")

    def do_files(self) -> None:
        """Show which files it holds."""
        self._with(self._show_files)

    def _show_files(self, rescue: Rescue) -> None:
        def show(diff: Diff) -> None:
            if self.is_mounted:
                files = self.query_one("#files", Static)
                told = file_facts(diff) or ("no files: it keeps commits",)
                files.update(Content.styled("\n".join(told), MUTED))
                files.display = True

        self.wuhu.verbs.run(self.core.rescue_diff(rescue.ref), then=show)

    def do_forget(self) -> None:
        """Delete it for good, after the facts."""
        self._with(self._forget)

    def _forget(self, rescue: Rescue) -> None:
        core, name = self.core, short_ref(rescue.ref)
        told = forget_facts(rescue, self.wuhu.clock())
        self._confirmed(
            told,
            lambda: core.forget_rescue(rescue.ref),
            lambda _: self.wuhu.verbs.tell(f"{name} is gone for good"),
        )

    def _with(self, act: Callable[[Rescue], None]) -> None:
        rescue = self.rescue
        if rescue is None:
            self.wuhu.verbs.tell("nothing is in the trash")
        else:
            act(rescue)

    def _confirmed(
        self, told: Facts, verb: Callable[[], Coroutine[Any, Any, Any]], then: Callable[[Any], None]
    ) -> None:
        def answered(confirmed: bool | None) -> None:
            if confirmed:
                self.wuhu.verbs.run(verb(), then=then, once=told.title)

        self.wuhu.push_screen(ConfirmDialog(told), answered)


def _branch_of(rescue: Rescue) -> str:
    """The name of the branch that a rescue becomes."""
    return f"{BRANCHES}rescued/{short_ref(rescue.ref).replace('/', '-')}"
