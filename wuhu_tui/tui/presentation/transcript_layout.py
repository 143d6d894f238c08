"""Where everything of a transcript stands: rows laid out on demand, from the bottom up.

An item is laid out once for its identity, fold and width. What an agent says is laid out from its
last line on while it grows, so a long answer costs no more than a short one.
"""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.model.records import Cursor
from wuhu_tui.model.transcript import Item, ItemKind, Transcript
from wuhu_tui.tui.presentation.transcript import (
    COMPACT,
    FOLDABLE,
    folds,
    is_fence,
    item_rows,
    said_rows,
)
from wuhu_tui.tui.presentation.transcript_row import BLANK, Row
from wuhu_tui.tui.presentation.transcript_wrap import paragraphs

Place = tuple[int, int]
"""An item's number and a row within it; numbers stay when the oldest items are dropped."""

KEPT_LAYOUTS = 4000
"""Items whose rows are remembered; more are forgotten and laid out anew when seen again."""


class GrowingText:
    """Rows of a text that grows at its end; finished lines are not touched again."""

    def __init__(self, width: int) -> None:
        self.rows: list[Row] = []
        self._width = width
        self._text = ""
        self._final = (0, 0, False)

    def update(self, text: str) -> list[Row]:
        """Take the whole text as it is now."""
        if not text.startswith(self._text):
            self.rows, self._final = [], (0, 0, False)
        self._text = text
        start, count, fenced = self._final
        del self.rows[count:]
        for line, end, final in paragraphs(text, start):
            self.rows += self._shaped(line, fenced)
            fenced ^= is_fence(line)
            if final:
                self._final = (end, len(self.rows), fenced)
        return self.rows

    def _shaped(self, line: str, fenced: bool) -> list[Row]:
        if not self.rows and not line.strip():
            return []
        return said_rows(line, self._width, fenced=fenced)


class ItemLayout:
    """One item's rows, and strips made of them so far."""

    def __init__(self, item: Item, width: int, *, unfolded: bool, spaced: bool) -> None:
        self.unfolded = unfolded
        self._width = width
        self._spaced = spaced
        self._growing = GrowingText(width) if item.kind is ItemKind.SAID else None
        self.take(item)

    def take(self, item: Item) -> None:
        """Show another state of the same item."""
        self.item = item
        self.above = [BLANK] if self._spaced else []
        if self._growing is not None:
            self.rows = self._growing.update(item.text)
        else:
            self.rows = item_rows(item, self._width, unfolded=self.unfolded)

    @property
    def height(self) -> int:
        """Rows it takes, with the space above it."""
        return len(self.above) + len(self.rows)

    @property
    def folds(self) -> bool:
        """Whether it can be folded or unfolded."""
        return folds(self.item, self._width)

    def folds_at(self, row: int) -> bool:
        """Whether a row of it is one that folds: its head, or what stands for the rest."""
        last = self.item.kind is ItemKind.MESSAGE and row == self.height - 1
        return (last or row == len(self.above)) and self.folds

    def row(self, number: int) -> Row:
        """One of its rows."""
        return BLANK if number < len(self.above) else self.rows[number - len(self.above)]


class TranscriptLayout:
    """The rows of a transcript at one width, and which of them are seen.

    `top` is the first row seen while the lead reads back; `None` while the newest row is followed.
    """

    def __init__(self) -> None:
        self.transcript = Transcript()
        self.width = 0
        self.height = 0
        self.top: Place | None = None
        self.all_unfolded = False
        self._turned: set[str] = set()
        self._layouts: dict[int, ItemLayout] = {}
        self._left: Place = (0, 0)

    # what changes

    def resize(self, width: int, height: int) -> None:
        """Take another size; another width lays everything out anew."""
        if width != self.width:
            self._layouts.clear()
        self.width, self.height = width, height
        if self.top is not None and self._at_end():
            self.follow()

    def show(self, transcript: Transcript) -> None:
        """Take another transcript, from its end."""
        self.transcript = transcript
        self.top = None
        self._turned.clear()
        self._layouts.clear()

    def fold(self, number: int) -> None:
        """Fold or unfold one item."""
        key = self._item(number).key
        self._turned.symmetric_difference_update({key})

    def fold_all(self) -> None:
        """Fold everything, or unfold everything."""
        self.all_unfolded = not self.all_unfolded
        self._turned.clear()

    # what is seen

    def visible(self) -> list[tuple[Place, Row]]:
        """The rows to paint, top to bottom; fewer than the height when there are no more."""
        if self.top is None:
            return self._upward()
        self.top = max(self.top, (self._first, 0))
        return self._downward(self.top)

    @property
    def following(self) -> bool:
        """Whether new rows scroll the old ones up."""
        return self.top is None

    def follow(self) -> None:
        """Go to the newest row and stay there."""
        self.top = None

    def scroll(self, rows: int) -> None:
        """Move the view; up holds it where it then is, down to the end follows again."""
        seen = self.visible()
        if not seen or not rows or (rows > 0 and self.following):
            return
        if self.following:
            self._left = self._end()
        self.top = self._moved(seen[0][0], rows)
        if self._at_end() if rows > 0 else self._fits():
            self.follow()

    def to_top(self) -> None:
        """Go to the first row."""
        if not self.height:
            return
        if self.following:
            self._left = self._end()
        self.top = (self._first, 0)
        if self._fits():
            self.follow()

    def to_record(self, at: Cursor) -> bool:
        """Put what a record told at the top; False when it is not there any more."""
        places = [n for n, item in enumerate(self.transcript.items) if item.cursor <= at]
        if not places:
            return False
        if self.following:
            self._left = self._end()
        self.top = (self._first + places[-1], 0)
        if self._at_end() and self._fits():
            self.follow()
        return True

    def unseen(self, most: int = 999) -> int:
        """Rows that came since the lead began to read back, counted up to `most`."""
        if self.following:
            return 0
        first, row = max(self._left, (self._first, 0))
        count = -row
        for number in range(first, self._stop):
            count += self.layout(number).height
            if count >= most:
                return most
        return max(0, count)

    def layout(self, number: int) -> ItemLayout:
        """An item's rows, laid out now if they were not."""
        item = self._item(number)
        unfolded = item.kind in FOLDABLE and (self.all_unfolded != (item.key in self._turned))
        known = self._layouts.get(number)
        if known is not None and known.unfolded == unfolded:
            if known.item is not item:
                known.take(item)
            return known
        if len(self._layouts) >= KEPT_LAYOUTS:
            self._layouts.clear()
        made = ItemLayout(item, self.width, unfolded=unfolded, spaced=self._spaced(number))
        self._layouts[number] = made
        return made

    def newest_foldable(self) -> int | None:
        """The last item in view that folds."""
        seen = {place[0] for place, _ in self.visible()}
        return max((number for number in seen if self.layout(number).folds), default=None)

    def folds_at(self, place: Place) -> bool:
        """Whether a row is the line that folds or unfolds its item."""
        number, row = place
        return self.layout(number).folds_at(row)

    # how it is found

    @property
    def _first(self) -> int:
        """Number of the oldest item kept."""
        return self.transcript.dropped

    @property
    def _stop(self) -> int:
        """Number after that of the newest item."""
        return self.transcript.dropped + len(self.transcript.items)

    def _item(self, number: int) -> Item:
        return self.transcript.items[number - self.transcript.dropped]

    def _spaced(self, number: int) -> bool:
        if number == self._first:
            return False
        pair = (self._item(number - 1).kind, self._item(number).kind)
        return not all(kind in COMPACT for kind in pair) and pair[0] is not ItemKind.TURN

    def _upward(self) -> list[tuple[Place, Row]]:
        rows: list[tuple[Place, Row]] = []
        for number in range(self._stop - 1, self._first - 1, -1):
            layout = self.layout(number)
            first = max(0, layout.height - (self.height - len(rows)))
            places = range(layout.height - 1, first - 1, -1)
            rows += [((number, row), layout.row(row)) for row in places]
            if len(rows) >= self.height:
                break
        rows.reverse()
        return rows

    def _downward(self, top: Place) -> list[tuple[Place, Row]]:
        rows: list[tuple[Place, Row]] = []
        for number, row in self._places(top):
            if len(rows) >= self.height:
                break
            rows.append(((number, row), self.layout(number).row(row)))
        return rows

    def _places(self, start: Place) -> Iterator[Place]:
        first, row = start
        for number in range(first, self._stop):
            for place in range(row, self.layout(number).height):
                yield number, place
            row = 0

    def _moved(self, place: Place, rows: int) -> Place:
        number, row = place
        row += rows
        while row < 0 and number > self._first:
            number -= 1
            row += self.layout(number).height
        while number < self._stop - 1 and row >= (height := self.layout(number).height):
            row -= height
            number += 1
        return number, max(0, row)

    def _end(self) -> Place:
        last = self._stop - 1
        return (last, self.layout(last).height) if self.transcript.items else (0, 0)

    def _at_end(self) -> bool:
        assert self.top is not None
        seen = self._downward(self.top)
        number, height = self._end()
        return len(seen) < self.height or not seen or seen[-1][0] == (number, height - 1)

    def _fits(self) -> bool:
        return len(self._upward()) < self.height
