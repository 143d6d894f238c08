"""A list of rows drawn line by line; its cursor belongs to an identity, not to a row number."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.rows import MUTED


class LineList(ScrollView, can_focus=True, inherit_bindings=False):
    """Entries of one or more rows; subclasses build them for a width in `build`."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    LineList {
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & > .line-list--cursor { background: $panel; }
    }
    LineList:focus > .line-list--cursor { background: $primary 30%; }
    """
    COMPONENT_CLASSES = {"line-list--cursor"}

    class Selected(Message):
        """The lead moved the cursor onto another entry."""

        def __init__(self, of: LineList, key: str) -> None:
            super().__init__()
            self.of = of
            self.key = key

        @property
        def control(self) -> LineList:
            """The list it happened in."""
            return self.of

    class Opened(Selected):
        """The lead clicked the entry that already was selected."""

    MUST_SELECT = True
    """Whether an entry is always selected, as long as there is one."""

    def __init__(self, *, empty: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.empty = empty
        self.entries: tuple[Entry, ...] = ()
        self.selected = ""
        self._rows: list[Content] = []
        self._places: list[int] = []
        self._strips: dict[tuple[int, bool], Strip] = {}
        self._built_for = 0

    # what subclasses and screens use

    def build(self, width: int) -> tuple[Entry, ...]:
        """The entries for a width."""
        raise NotImplementedError

    def rebuild(self) -> None:
        """Take what `build` gives now; draws only when something differs."""
        width = self.scrollable_content_region.width - 1  # text never touches the scrollbar
        if width <= 0:
            return
        entries = self.build(width)
        if entries == self.entries and width == self._built_for:
            return
        keys_before = self.keys
        self.entries, self._built_for = entries, width
        self._rows = [text for entry in entries for text in entry.rows]
        self._places = [place for place, entry in enumerate(entries) for _ in entry.rows]
        self._keep_selection(keys_before)
        self._strips.clear()
        self.virtual_size = Size(width, len(self._places))
        self.refresh()

    @property
    def keys(self) -> list[str]:
        """The identities, in order."""
        return [entry.key for entry in self.entries if entry.key]

    def select(self, key: str) -> None:
        """Put the cursor onto an identity; says nothing to anybody."""
        if key != self.selected:
            self.selected = key
            self._strips.clear()
            self.refresh()
        self.show_selected()

    def move(self, step: int) -> None:
        """Move the cursor by entries and say so."""
        keys = self.keys
        if not keys:
            return
        place = keys.index(self.selected) + step if self.selected in keys else 0
        self._choose(keys[max(0, min(len(keys) - 1, place))])

    def move_to_end(self, *, last: bool) -> None:
        """Move the cursor to the first or last entry and say so."""
        if keys := self.keys:
            self._choose(keys[-1 if last else 0])

    def show_selected(self) -> None:
        """Scroll so that the whole selected entry is seen, with its heading if it is the first."""
        rows = [row for row, place in enumerate(self._places) if self._is_selected(place)]
        if rows:
            top = 0 if self.keys and self.selected == self.keys[0] else rows[0]
            region = Region(0, top, 1, rows[-1] - top + 1)
            self.scroll_to_region(region, animate=False, force=True)

    # inside

    def _choose(self, key: str) -> None:
        if key != self.selected:
            self.select(key)
            self.post_message(self.Selected(self, key))

    def _keep_selection(self, before: list[str]) -> None:
        """An identity that vanished hands the cursor to what stood at its place."""
        keys = self.keys
        if self.selected in keys or not (self.selected or self.MUST_SELECT):
            return
        place = before.index(self.selected) if self.selected in before else 0
        self.selected = keys[min(place, len(keys) - 1)] if keys else ""

    def _is_selected(self, place: int) -> bool:
        key = self.entries[place].key
        return bool(key) and key == self.selected

    def render_line(self, y: int) -> Strip:
        """One row of the visible part."""
        number = y + self.scroll_offset.y
        if number >= len(self._rows):
            return self._beyond(y)
        cursor = self._under_cursor(number)
        strip = self._strips.get((number, cursor))
        if strip is None:
            strip = self._strips[number, cursor] = self._strip(self._rows[number], cursor=cursor)
        return strip

    def _under_cursor(self, number: int) -> bool:
        """Whether a row belongs to the selected entry and is not just the space above it."""
        return self._is_selected(self._places[number]) and bool(self._rows[number].plain.strip())

    def _strip(self, text: Content, *, cursor: bool) -> Strip:
        style = self.get_visual_style("line-list--cursor") if cursor else self.visual_style
        return Visual.to_strips(self, text, self._built_for + 1, 1, style, pad=True)[0]

    def _beyond(self, y: int) -> Strip:
        """A row below the last one; an empty list says that it is empty, not broken."""
        width = self.scrollable_content_region.width
        if y == 0 and not self.entries and self.empty:
            text = Content.styled(f" {self.empty}", MUTED)
            for strip in Visual.to_strips(self, text, width, 1, self.visual_style, pad=True):
                return strip  # there is none where there is no room at all
        return Strip.blank(width, self.visual_style.rich_style)

    def on_resize(self, event: events.Resize) -> None:
        """Another width needs other rows."""
        self.rebuild()
        self.show_selected()

    def notify_style_update(self) -> None:
        """Another theme: draw anew."""
        super().notify_style_update()
        self._strips.clear()

    def watch_has_focus(self, focus: bool) -> None:
        """The cursor's colour depends on the focus."""
        super().watch_has_focus(focus)
        self._strips.clear()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Select by mouse; a second click opens."""
        place = event.get_content_offset(self)
        number = place.y + self.scroll_offset.y if place else len(self._rows)
        if number >= len(self._rows):
            return
        key = self.entries[self._places[number]].key
        if key and key == self.selected:
            self.post_message(self.Opened(self, key))
        elif key:
            self._choose(key)
