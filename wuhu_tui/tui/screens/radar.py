"""The conflict radar: sessions held against base and each other, and the order to land in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.model.board import Board
from wuhu_tui.model.collision_words import collisions_of
from wuhu_tui.model.collisions import Collision
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.entries import Drawn
from wuhu_tui.tui.presentation.radar import (
    Radar,
    legend,
    nothing_words,
    pair_content,
    radar,
)
from wuhu_tui.tui.presentation.rows import MUTED, wrapped
from wuhu_tui.tui.screens.list_screen import ListScreen
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.line_list import LineList
from wuhu_tui.tui.widgets.radar_lists import MatrixList, PairList
from wuhu_tui.tui.widgets.strip import TextStrip

AGAIN = timedelta(seconds=1)


class RadarScreen(ListScreen):
    """A matrix with the selected pair beside it; on a narrow terminal a list of the pairs."""

    CONTEXT = Context.RADAR
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = ""

    def __init__(self, session: str = "", *, pair: str = "") -> None:
        """`session` is where the cursor begins, or the `pair` of that key."""
        super().__init__()
        self._wanted = session
        self._wanted_pair = pair
        self._radar = Radar(Board(), ())
        self._shown: Drawn | None = None
        self._ordered_at = EPOCH_START

    def compose(self) -> ComposeResult:
        """Matrix and pair, or the list."""
        yield HeaderBar()
        with Horizontal(id="radar"):
            with Vertical(id="matrix"):
                yield TextStrip(id="matrix-head")
                yield MatrixList()
                yield TextStrip(id="legend")
            yield PairList()
            with VerticalScroll(id="radar-column", can_focus=False):
                yield Static("", id="radar-pair")
        yield ActionFooter()

    # what is under the cursor

    @property
    def matrix(self) -> MatrixList:
        """The matrix."""
        return self.query_one(MatrixList)

    @property
    def pairs(self) -> PairList:
        """The list of pairs."""
        return self.query_one(PairList)

    @property
    def as_list(self) -> bool:
        """Whether the pairs are shown as a list: by choice, or for want of room."""
        return self.has_class("-narrow") != self.has_class("-turned")

    @property
    def list(self) -> LineList:
        """The rows."""
        return self.pairs if self.as_list else self.matrix

    @property
    def sides(self) -> tuple[str, str]:
        """The pair under the cursor; a session and itself where only that is."""
        if not self.as_list:
            return self.matrix.selected, self.matrix.column
        found = self._radar.board.collisions.get(self.pairs.selected)
        if found is not None:
            return found.first, found.second
        return self.pairs.selected, self.pairs.selected

    @property
    def collision(self) -> Collision | None:
        """The collision under the cursor."""
        first, second = self.sides
        return self._radar.pair(first, second) if first and first != second else None

    def subject(self) -> str:
        """The session of the row."""
        return self.sides[0] if self.is_mounted else self._wanted

    def situation(self) -> Situation:
        """Judged by the pair under the cursor."""
        return replace(super().situation(), collision=self.collision)

    def go_to(self, session: str) -> None:
        """Put the cursor on a session that is here; else leave for the screen below."""
        if session in self._radar.names:
            super().go_to(session)
            self.list.select(session)
        else:
            self.leave_for(session)

    def show_radar(self, session: str = "", *, pair: str = "") -> None:
        """It is before the lead already: only the cursor goes there."""
        self._wanted, self._wanted_pair = session, pair

    # frames

    def paint(self, board: Board, now: datetime) -> None:
        """Show the radar, and the pair under the cursor whole."""
        self.paint_header(board, now)
        self._radar = self._looked_at(board, now)
        self.set_class(self.as_list, "-list")
        self.matrix.show(self._radar)
        self.pairs.show(self._radar, now)
        self._begin_at()
        self.matrix.border_title = self.pairs.border_title = _title(board)
        self.query_one("#matrix-head", TextStrip).show(self.matrix.head())
        width = self.matrix.size.width
        self.query_one("#legend", TextStrip).show(legend(width) if width else None)
        self._paint_pair(board, now)
        if self.focused is not self.list:
            self.set_focus(self.list)

    def _looked_at(self, board: Board, now: datetime) -> Radar:
        """The radar of this board; the order is thought out anew once a second at most."""
        known = self._radar
        same = board.collisions is known.board.collisions and board.queue is known.board.queue
        if same and known.order and now < self._ordered_at + AGAIN:
            return replace(known, board=board)
        self._ordered_at = now
        return radar(board)

    def _begin_at(self) -> None:
        """The cursor begins on the session the lead came from, and on what it collides with."""
        if not (self._wanted or self._wanted_pair):
            return
        found = self._radar.board.collisions.get(self._wanted_pair)
        name = found.first if found else self._wanted
        own = [found] if found else collisions_of(self._radar.board, name)
        self._wanted = self._wanted_pair = ""
        if own:
            self.pairs.select(own[0].key)
            self.matrix.column = own[0].other(name)
        if name in self._radar.names:
            self.matrix.select(name)

    def _paint_pair(self, board: Board, now: datetime) -> None:
        column, shown = self.query_one("#radar-column"), self.query_one("#radar-pair", Static)
        width = shown.size.width
        if not column.display or not width:
            return
        if self._radar.names:
            order = not self.as_list
            told = pair_content(self._radar, *self.sides, now, width, order=order)
        else:
            told = Content("\n").join(wrapped(nothing_words(board), width, 8, MUTED))
        if self._shown != Drawn(told):
            self._shown = Drawn(told)
            shown.update(told)

    @on(LineList.Selected)
    def _selected(self) -> None:
        if self.subject():
            self.wuhu.selected = self.subject()
        self.wuhu.repaint()

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.action_act("radar.open")

    # keys

    def do_radar_tell(self) -> None:
        """Tell both sides, after their words were seen."""
        from wuhu_tui.core.collision_letters import collision_text
        from wuhu_tui.tui.dialogs.tell import TellDialog

        one, core = self.collision, self.core
        assert one is not None
        sides = [side for side in (one.first, one.second) if side]
        texts = tuple((side, collision_text(core.board, one, side)) for side in sides)

        def answered(confirmed: bool | None) -> None:
            if confirmed:
                verb = core.tell_collision(one.first, one.second, again=one.told_at is not None)
                done = "both are told" if one.second else "it is told"
                self.wuhu.verbs.run(verb, done=done, once=f"telling {one.key}")

        self.wuhu.push_screen(TellDialog(one, texts), answered)

    def do_radar_look(self) -> None:
        """Look now."""
        verb = self.core.look_around()
        self.wuhu.verbs.run(verb, then=self._looked, once="looking around")

    def _looked(self, looked: bool) -> None:
        other = "the radar is off, or another process looks"
        self.wuhu.verbs.tell("looked at everything that changed" if looked else other)

    def do_radar_right(self) -> None:
        """Next column."""
        self.matrix.move_column(+1)

    def do_radar_left(self) -> None:
        """Column before."""
        self.matrix.move_column(-1)

    def do_radar_other(self) -> None:
        """To the other side's row."""
        one, here = self.collision, self.subject()
        assert one is not None
        there = one.other(here)
        if self.as_list or not there:
            self.wuhu.verbs.tell("base has no row of its own" if not there else "both are here")
            return
        self.matrix.column = here
        self.matrix.select(there)
        self.wuhu.selected = there

    def do_radar_open(self) -> None:
        """Open the session."""
        from wuhu_tui.tui.screens.session import SessionScreen

        self.wuhu.selected = self.subject()
        self.wuhu.push_screen(SessionScreen(self.subject()))

    def do_radar_turn(self) -> None:
        """Matrix or list."""
        self.toggle_class("-turned")
        self.call_after_refresh(self.wuhu.repaint)

    def do_radar_scroll_on(self) -> None:
        """Read on."""
        self.query_one("#radar-column", VerticalScroll).scroll_page_down(animate=False)

    def do_radar_scroll_back(self) -> None:
        """Read back."""
        self.query_one("#radar-column", VerticalScroll).scroll_page_up(animate=False)


def _title(board: Board) -> Content:
    number = len(board.collisions)
    told = f"{number} collision{'s' * (number != 1)}" if number else "nobody collides"
    return Content(f"Radar · {told}")
