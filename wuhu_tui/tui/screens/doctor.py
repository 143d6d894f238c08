"""The doctor: everything that can go wrong, looked at beside the screen, with the key that mends it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from textual import on
from textual.app import ComposeResult

from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import NotFound, WuhuError
from wuhu_tui.model.health import Observation
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.health import judge_screen
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.health import Labels, mend_facts
from wuhu_tui.tui.screens.list_screen import ListScreen
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.health_list import HealthList
from wuhu_tui.tui.widgets.line_list import LineList

LOOKING = "looking at everything"


class DoctorScreen(ListScreen):
    """Looks when it is opened, when it is told to, and after something was mended."""

    CONTEXT = Context.DOCTOR
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "HealthList"

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[Observation, ...] = ()
        self._looking = False
        self._looked_at = EPOCH_START

    def compose(self) -> ComposeResult:
        """One list."""
        yield HeaderBar()
        yield HealthList()
        yield ActionFooter()

    def on_mount(self) -> None:
        """Look at once."""
        self._look()

    @property
    def list(self) -> HealthList:
        """The rows."""
        return self.query_one(HealthList)

    @property
    def observation(self) -> Observation | None:
        """What is under the cursor."""
        return next((one for one in self._found if one.id == self.list.selected), None)

    @property
    def _mendable(self) -> tuple[Observation, ...]:
        return tuple(one for one in self._found if one.fixable)

    def subject(self) -> str:
        """The session it is about."""
        one = self.observation
        return one.session if one else ""

    def situation(self) -> Situation:
        """Judged by what is under the cursor."""
        return replace(
            super().situation(), observation=self.observation, mendable=bool(self._mendable)
        )

    def paint(self, board: Board, now: datetime) -> None:
        """Show what the last look found, and how old it is."""
        self.paint_header(board, now)
        self.list.show(
            self._found,
            keys=self._labels(),
            looking=self._looking,
            looked_at=self._looked_at,
            now=now,
        )

    def _labels(self) -> Labels:
        keys = self.wuhu.keys
        return Labels(mend=keys.label(BY_ID["doctor.mend"]), open=keys.label(BY_ID["doctor.open"]))

    # looking

    def _look(self, *, deep: bool = False) -> None:
        if self._looking:
            self.wuhu.verbs.tell("it is looking just now")
            return
        self._looking = True
        self.wuhu.verbs.run(self._examine(deep=deep), then=self._show)
        self.wuhu.repaint()

    async def _examine(self, *, deep: bool) -> tuple[Observation, ...]:
        try:
            found = await self.core.examine(deep=deep)
            return (*found, *await asyncio.to_thread(judge_screen, self.wuhu.settings))
        finally:
            self._looking = False

    def _show(self, found: tuple[Observation, ...]) -> None:
        self._found, self._looked_at = found, self.wuhu.clock()
        if self.is_running:
            self.wuhu.repaint()

    def do_look(self) -> None:
        """Look again."""
        self._look()

    def do_look_deep(self) -> None:
        """Look at what takes long, too."""
        self._look(deep=True)

    # mending

    def do_mend(self) -> None:
        """Mend what is under the cursor."""
        one = self.observation
        if one is not None:
            verb = self.core.mend(one.id)
            self.wuhu.verbs.run(verb, then=self._mended, once=f"mending {one.check}")

    def _mended(self, done: str) -> None:
        self.wuhu.verbs.tell(done)
        self._look_if_open()

    def _look_if_open(self) -> None:
        if self.is_running and not self._looking:
            self._look()

    def do_mend_all(self) -> None:
        """Mend everything that is safe, after saying what that is."""
        from wuhu_tui.tui.dialogs.confirm import ConfirmDialog

        self.wuhu.push_screen(ConfirmDialog(mend_facts(self._mendable)), self._mend_all)

    def _mend_all(self, confirmed: bool | None) -> None:
        if confirmed:
            self.wuhu.verbs.run(
                self._mend_each(self._mendable), then=self._mended, once="mending everything"
            )

    async def _mend_each(self, found: tuple[Observation, ...]) -> str:
        """Mend one after the other; one that fails is told, and does not stop the next."""
        done = 0
        for one in found:
            try:
                await self.core.mend(one.id)
                done += 1
            except NotFound:
                continue  # mended along with another
            except WuhuError as error:
                self.wuhu.verbs.tell_error(error)
        return f"mended {done} of {len(found)}"

    # moving

    @on(LineList.Selected)
    def _selected(self) -> None:
        self.wuhu.repaint()

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.action_act("doctor.open")

    def do_open(self) -> None:
        """Open the session, or the letters."""
        from wuhu_tui.tui.screens.session import SessionScreen

        one = self.observation
        if one is None:
            return
        if one.check == "letters":
            self.do_messages()
        else:
            self.wuhu.push_screen(SessionScreen(one.session))
