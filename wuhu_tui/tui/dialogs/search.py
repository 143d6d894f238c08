"""The search: as the lead types, what every session ever wrote; Enter goes to that moment."""

from __future__ import annotations

from dataclasses import replace as changed
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Input, Static

from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import UsageError, WuhuError
from wuhu_tui.model.search_line import read_line
from wuhu_tui.model.searches import SearchHit, SearchQuery, SearchResult
from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.search import (
    behind_words,
    filters_words,
    nothing_words,
    search_title,
)
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.message_field import LineField
from wuhu_tui.tui.widgets.search_list import SearchList

if TYPE_CHECKING:
    from wuhu_tui.tui.app import WuhuApp

PAUSE = 0.12
"""Seconds after a key before it is looked for: who types on is not waited for."""

FIRST = 200
"""Hits that are asked for at first; more when the cursor comes near their end."""

MOST = 20_000
"""Hits that are asked for at most."""

AGAIN = 3.0
"""Seconds after which a search is made again when sessions wrote something meanwhile."""

_lines: WeakKeyDictionary[WuhuApp, str] = WeakKeyDictionary()
"""What was looked for last on each dashboard: it is there again, marked, so that typing replaces it."""


class SearchDialog(WuhuDialog[None]):
    """One line, its filters, the hits, and what the index lacks."""

    CONTEXT = Context.SEARCH
    BINDINGS = bindings_for(CONTEXT)
    FIELD = LineField
    AUTO_FOCUS = "LineField"

    def __init__(self) -> None:
        super().__init__()
        self._query = SearchQuery(words="")
        self._problem: WuhuError | None = None
        self._result: SearchResult | None = None
        self._looking = False
        self._due: Timer | None = None
        self._limit, self._best = FIRST, False
        self._looked_at, self._seen = 0.0, -1

    def compose(self) -> ComposeResult:
        """The line at the top, the hits below."""
        with Vertical(classes="box -search"):
            yield LineField(_lines.get(self.wuhu, ""), placeholder="words, and filters", id="line")
            yield Static("", id="filters")
            yield SearchList()
            yield Static("", id="behind")
            yield ActionFooter()

    def on_mount(self) -> None:
        """Look for what was looked for last."""
        self.query_one("#behind").display = False
        self._look()

    # what is shown

    @property
    def _list(self) -> SearchList:
        return self.query_one(SearchList)

    @property
    def hit(self) -> SearchHit | None:
        """The one under the cursor."""
        return self._list.hit if self.is_mounted else None

    def subject(self) -> str:
        """The session of the hit."""
        return self.hit.of if self.hit else ""

    def situation(self) -> Situation:
        """Judged by what is under the cursor."""
        return changed(super().situation(), found=self.hit is not None)

    def paint(self, board: Board, now: datetime) -> None:
        """Show the hits, and look again now and then while sessions write."""
        self._look_again()
        box = self.query_one(".box")
        box.border_title = search_title(self._result, self._query, looking=self._looking)
        line = self.query_one(LineField).value
        self.query_one("#filters", Static).update(filters_words(line, self._query, self._problem))
        behind = self.query_one("#behind", Static)
        behind.update(behind_words(self._result))
        behind.display = bool(self._result and self._result.behind)
        replaying = self.wuhu.replaying
        self._list.show(
            self._result.hits if self._result else (),
            board,
            now,
            moment=replaying.door.moment.at if replaying else None,
            nothing=nothing_words(self._result, self._query, board),
        )

    # looking

    @on(Input.Changed)
    def _typed(self) -> None:
        _lines[self.wuhu] = self.query_one(LineField).value
        self._limit = FIRST
        if self._due is not None:
            self._due.stop()
        self._due = self.set_timer(PAUSE, self._look)

    def _look(self) -> None:
        """Look for what stands in the line now; a search under way is ended."""
        self._due = None
        try:
            query = read_line(self.query_one(LineField).value, self.wuhu.clock())
            self._problem = None
        except UsageError as error:
            self._problem = error
            self.wuhu.repaint()
            return
        later = self.wuhu.replaying is not None
        query = replace(query, limit=self._limit, best=self._best, later=later)
        self._query, self._seen = query, self.core.revision
        self._looking = query != SearchQuery(
            words="", limit=self._limit, best=self._best, later=later
        )
        if self._looking:
            self.run_worker(self._search(query), group="search", exclusive=True)
        else:
            self.workers.cancel_group(self, "search")
            self._result = None
        self.wuhu.repaint()

    async def _search(self, query: SearchQuery) -> None:
        try:
            self._result = await self.core.search(query)
        except WuhuError as error:
            self._problem = error
        self._looking, self._looked_at = False, monotonic()
        if self.is_mounted:
            self.wuhu.repaint()

    def _look_again(self) -> None:
        """Sessions go on writing while the lead reads."""
        idle = not self._looking and self._due is None and self._result is not None
        if idle and self.core.revision != self._seen and monotonic() > self._looked_at + AGAIN:
            self.call_later(self._look)
            self._looked_at = monotonic()

    @on(SearchList.Near)
    def _near(self) -> None:
        if self._result and self._result.more and not self._looking and self._limit < MOST:
            self._limit = min(MOST, self._limit * 5)
            self._look()

    @on(SearchList.Moved)
    def _moved(self) -> None:
        self.wuhu.repaint()

    @on(SearchList.Opened)
    def _opened(self) -> None:
        self.action_act("search.go")

    # keys

    def do_search_go(self) -> None:
        """Show that moment."""
        hit = self.hit
        if hit is not None:
            app = self.wuhu
            self.dismiss()
            app.show_replay(hit.session, hit.cursor)

    def do_search_open(self) -> None:
        """Open the session as it is now."""
        from wuhu_tui.tui.screens.session import SessionScreen

        session, app = self.subject(), self.wuhu
        self.dismiss()
        if app.replaying is not None:
            app.go_live()
        app.selected = session
        app.push_screen(SessionScreen(session))

    def do_search_order(self) -> None:
        """The best first, or the newest."""
        self._best = not self._best
        self._look()

    def do_search_down(self) -> None:
        """Next hit."""
        self._list.move(+1)

    def do_search_up(self) -> None:
        """Hit before."""
        self._list.move(-1)

    def do_search_page_down(self) -> None:
        """One page on."""
        self._list.move_pages(+1)

    def do_search_page_up(self) -> None:
        """One page back."""
        self._list.move_pages(-1)
