"""The dashboard: who needs the lead, what all of them do, what waits for a verdict."""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from wuhu_tui.model.board import Board
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.attention import (
    grouped,
    mail_needs,
    needs,
    shown,
    stop_needs,
    urgent,
)
from wuhu_tui.tui.presentation.away import away_notice
from wuhu_tui.tui.presentation.grid import assign
from wuhu_tui.tui.presentation.joins import joins_line
from wuhu_tui.tui.presentation.replay import NO_SESSION_THEN
from wuhu_tui.tui.presentation.reviews import queue
from wuhu_tui.tui.presentation.roster import Roster, matches
from wuhu_tui.tui.screens.dashboard_keys import DashboardKeys
from wuhu_tui.tui.settings import PANE_COUNTS
from wuhu_tui.tui.widgets.filter_field import FilterField
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.line_list import LineList
from wuhu_tui.tui.widgets.lists import InboxList, QueueList, SessionList
from wuhu_tui.tui.widgets.live_pane import LivePane
from wuhu_tui.tui.widgets.pane_grid import PaneGrid
from wuhu_tui.tui.widgets.strip import TextStrip, ViewTabs


class DashboardScreen(DashboardKeys):
    """Wires the lists, the panes and the footer to the board."""

    CONTEXT = Context.DASHBOARD
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "SessionList"

    def compose(self) -> ComposeResult:
        """Three columns; on a narrow terminal one at a time."""
        yield HeaderBar()
        yield ViewTabs()
        with Horizontal(id="columns"):
            with Vertical(id="left", classes="panel"):
                yield SessionList(empty=NO_SESSION_THEN if self.in_replay else _NO_SESSION)
                yield FilterField(self.keep_filter, placeholder=_FILTER, id="filter")
            yield PaneGrid(NO_SESSION_THEN if self.in_replay else "")
            with Vertical(id="right", classes="panel"):
                yield InboxList()
                yield QueueList()
        yield TextStrip(id="away-notice")
        yield TextStrip(id="joins")
        yield ActionFooter()

    def on_mount(self) -> None:
        """Begin with the session list."""
        self.query_one(FilterField).display = False
        wanted = self.wuhu.settings.panes
        self.pane_count = wanted if wanted in PANE_COUNTS else 0
        self.show_panel("sessions")

    # frames

    def paint(self, board: Board, now: datetime) -> None:
        """Show the board: selection first, then everything that depends on it."""
        core = self.core
        if not self.wuhu.selected:
            order = needs(board, core.runner_alive, now)
            self.wuhu.selected = order[0].view.id if order else ""
        self.paint_header(board, now)
        self._paint_sessions(board, now)
        self._paint_right(board, now)
        self._paint_panes(board, now)
        self.query_one("#joins", TextStrip).show(joins_line(board, now))
        self._paint_notice()
        self._paint_tabs(board, now)

    def _paint_notice(self) -> None:
        """One line for a lead who comes back; it stays until it is looked at or sent away."""
        found = self.wuhu.looks.notice if self.stage is self.wuhu.live else None
        key = self.keys.label(BY_ID["go.away"])
        told = away_notice(found, key, self.size.width) if found else None
        self.query_one("#away-notice", TextStrip).show(told)

    def paint_live(self, board: Board, now: datetime) -> None:
        """Show what streams: the panes."""
        grid = self.query_one(PaneGrid)
        if grid.display:
            grid.show(self.core, self.slots, self.wuhu.selected, now)

    def _paint_sessions(self, board: Board, now: datetime) -> None:
        alive = self.core.runner_alive
        views = shown(board)
        seen = [view for view in views if matches(view, self.filter, alive, now)]
        known = {view.id for view in views}
        self.wuhu.marked = tuple(name for name in self.wuhu.marked if name in known)
        sessions = self.query_one(SessionList)
        sessions.show(
            Roster(
                views=tuple(seen),
                now=now,
                marked=frozenset(self.wuhu.marked),
                hidden=len(views) - len(seen),
                filter=self.filter,
                board=board,
            ),
            alive,
        )
        self._keep_selection(sessions, board, now)

    def _keep_selection(self, sessions: LineList, board: Board, now: datetime) -> None:
        """The selection is an identity; only one that left the list hands over to its neighbour."""
        stops = {need.stop for need in (*mail_needs(board), *stop_needs(board, now))}
        if self.wuhu.selected in stops:
            sessions.select("")
        elif self.wuhu.selected in sessions.keys:
            sessions.select(self.wuhu.selected)
        elif sessions.entries:
            self.wuhu.selected = sessions.selected

    def _paint_right(self, board: Board, now: datetime) -> None:
        found = tuple(urgent(board, self.core.runner_alive, now))
        inbox, reviews = self.query_one(InboxList), self.query_one(QueueList)
        inbox.show(found, board, now)
        reviews.show(tuple(queue(board)), now, board)
        self._follow_selection(inbox)
        self._follow_selection(reviews)

    def _follow_selection(self, entries: LineList) -> None:
        """No cursor is ever on another session than the one that keys act on."""
        of_selected = [key for key in entries.keys if key.partition("/")[0] == self.wuhu.selected]
        if entries.selected not in of_selected:
            entries.select(of_selected[0] if of_selected else "")

    def _paint_panes(self, board: Board, now: datetime) -> None:
        alive = self.core.runner_alive
        groups = grouped(shown(board), alive, now, board.queue)
        views = [view for members in groups.values() for view, _ in members]
        views.sort(key=lambda view: not alive(view.id))
        resting = frozenset(view.id for view in views if not alive(view.id))
        order = [view.id for view in views]
        self.slots = assign(self.slots, self.panes_wanted, self.wuhu.selected, order, resting)
        self.paint_live(board, now)

    def _paint_tabs(self, board: Board, now: datetime) -> None:
        tabs = self.query_one(ViewTabs)
        found = len(urgent(board, self.core.runner_alive, now))
        tabs.labels = (
            ("sessions", f"Sessions {len(shown(board))}"),
            ("panes", "Live"),
            ("inbox", f"Needs you {found}"),
            ("reviews", f"Review {len(queue(board))}"),
        )
        tabs.current = self.panel

    # what widgets tell

    @on(LineList.Selected)
    def _selected(self, event: LineList.Selected) -> None:
        self.take_selection(event.of)
        self.wuhu.repaint()

    @on(LineList.Opened)
    def _opened(self, event: LineList.Opened) -> None:
        self.action_act("go.open")

    @on(LivePane.Chosen)
    def _chosen(self, event: LivePane.Chosen) -> None:
        if event.session == self.wuhu.selected and self.panel == "panes":
            return
        self.wuhu.selected = event.session
        self.show_panel("panes")

    @on(PaneGrid.Changed)
    def _panes_changed(self) -> None:
        self.call_after_refresh(self.wuhu.repaint)

    @on(ViewTabs.Picked)
    def _picked(self, event: ViewTabs.Picked) -> None:
        self.show_panel(event.view)

    @on(FilterField.Changed, "#filter")
    def _filter_changed(self) -> None:
        self.filter = self.query_one(FilterField).value
        self.wuhu.repaint()


_FILTER = "name, state or agent"
_NO_SESSION = "no sessions yet: n makes one"
