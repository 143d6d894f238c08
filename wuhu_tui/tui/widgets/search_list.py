"""The list of hits: only those in sight are ever made into rows, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from wuhu_tui.model.board import Board
from wuhu_tui.model.searches import SearchHit
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.tui.presentation.rows import MUTED
from wuhu_tui.tui.presentation.search import ROWS, hit_rows


class SearchList(ScrollView, can_focus=False, inherit_bindings=False):
    """Hits, two rows each; the cursor belongs to a hit, not to a row number."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    SearchList {
        height: 1fr;
        background: $surface;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        & > .search-list--cursor { background: $primary 30%; }
    }
    """
    COMPONENT_CLASSES = {"search-list--cursor"}

    class Near(Message):
        """The cursor came near the last hit."""

    class Opened(Message):
        """The lead clicked the hit that already was selected."""

    class Moved(Message):
        """The cursor stands on another hit."""

    def __init__(self) -> None:
        super().__init__()
        self.hits: Sequence[SearchHit] = ()
        self.place = 0
        self._board = Board()
        self._now = EPOCH_START
        self._moment: datetime | None = None
        self._nothing = ""
        self._strips: dict[tuple[int, bool], Strip] = {}

    @property
    def hit(self) -> SearchHit | None:
        """The one under the cursor."""
        return self.hits[self.place] if self.place < len(self.hits) else None

    def show(
        self,
        hits: Sequence[SearchHit],
        board: Board,
        now: datetime,
        *,
        moment: datetime | None = None,
        nothing: str = "",
    ) -> None:
        """Show these hits; the cursor stays on the hit it is on, if that is among them."""
        if hits is not self.hits:
            before = self.hit if self.place else None
            self.hits = hits
            keys = {_key(one): place for place, one in enumerate(hits)} if before else {}
            self.place = keys.get(_key(before), 0) if before else 0
            self.virtual_size = Size(self._width, len(hits) * ROWS)
            self._show_cursor()
        self._board, self._now, self._moment, self._nothing = board, now, moment, nothing
        self._strips.clear()
        self.refresh()

    def move(self, step: int) -> None:
        """Move the cursor by hits."""
        before, last = self.place, len(self.hits) - 1
        self.place = max(0, min(last, self.place + step))
        if self.place != before:
            self._strips.clear()
            self._show_cursor()
            self.refresh()
            self.post_message(self.Moved())
        if self.place >= last - self._page:
            self.post_message(self.Near())

    def move_pages(self, pages: int) -> None:
        """Move the cursor by what is seen at once."""
        self.move(pages * self._page)

    @property
    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height // ROWS)

    @property
    def _width(self) -> int:
        return max(1, self.scrollable_content_region.width - 1)

    def _show_cursor(self) -> None:
        region = Region(0, self.place * ROWS, 1, ROWS)
        self.scroll_to_region(region, animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """One row of the visible part."""
        number = y + self.scroll_offset.y
        place = number // ROWS
        if place >= len(self.hits):
            return self._beyond(y)
        cursor = place == self.place
        strip = self._strips.get((number, cursor))
        if strip is None:
            rows = hit_rows(
                self.hits[place], self._board, self._now, self._width, moment=self._moment
            )
            for offset, text in enumerate(rows):
                self._strips[place * ROWS + offset, cursor] = self._strip(text, cursor=cursor)
            strip = self._strips[number, cursor]
        return strip

    def _strip(self, text: Content, *, cursor: bool) -> Strip:
        style = self.get_visual_style("search-list--cursor") if cursor else self.visual_style
        return Visual.to_strips(self, text, self._width + 1, 1, style, pad=True)[0]

    def _beyond(self, y: int) -> Strip:
        """A row below the last one; an empty list says what was searched."""
        width = self._width + 1
        if not self.hits and self._nothing:
            text = Content.styled(f" {self._nothing}", MUTED)
            strips = Visual.to_strips(self, text, width, None, self.visual_style, pad=True)
            if y < len(strips):
                return strips[y]
        return Strip.blank(width, self.visual_style.rich_style)

    def on_resize(self, event: events.Resize) -> None:
        """Another width needs other rows."""
        self._strips.clear()
        self.virtual_size = Size(self._width, len(self.hits) * ROWS)
        self._show_cursor()

    def notify_style_update(self) -> None:
        """Another theme: draw anew."""
        super().notify_style_update()
        self._strips.clear()

    def on_click(self, event: events.Click) -> None:
        """Select by mouse; a second click goes there."""
        at = event.get_content_offset(self)
        place = (at.y + self.scroll_offset.y) // ROWS if at else len(self.hits)
        if place >= len(self.hits):
            return
        if place == self.place:
            self.post_message(self.Opened())
        else:
            self.move(place - self.place)


def _key(hit: SearchHit) -> tuple[object, ...]:
    return (hit.session, hit.cursor, hit.kind, hit.excerpt)
