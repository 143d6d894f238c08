"""What a review shows just now: all or since the last look, how, what is searched, what remains."""

from __future__ import annotations

from textual.content import Content

from wuhu_tui.model.diff import Diff
from wuhu_tui.model.value import Value
from wuhu_tui.tui.presentation.diff_header import SHORT
from wuhu_tui.tui.presentation.rows import MUTED, line, row, spread

CONTEXTS = (3, 10, 30, 100)
"""Lines around a change, from few to many."""


class Terms(Value, frozen=True):
    """Under which terms the diff is read."""

    since_look: bool = False
    whitespace: bool = True
    context: int = CONTEXTS[0]

    def wider(self, step: int) -> int:
        """How many lines around a change are more, or less; the same where there is no more."""
        place = CONTEXTS.index(self.context) + step
        return CONTEXTS[max(0, min(place, len(CONTEXTS) - 1))]


class Searched(Value, frozen=True):
    """How a search stands."""

    wanted: str = ""
    place: int = 0
    count: int = 0
    looked: int = 0
    files: int = 0

    @property
    def words(self) -> str:
        """The search in words; empty when nothing is searched."""
        if not self.wanted:
            return ""
        going = self.looked < self.files
        where = f"{self.place or '–'} of {self.count}" if self.count else "nowhere"
        rest = f", {self.looked} of {self.files} files searched" if going else ""
        return f"/{line(self.wanted)}: {where if self.count or not going else 'searching'}{rest}"


def shown_row(
    diff: Diff, terms: Terms, searched: Searched, more: tuple[str, ...], width: int
) -> Content:
    """One row: what the diff is of, how it is shown, and what `more` there is to say."""
    parts = [_what(diff, terms)]
    if searched.wanted:
        parts.append(Content.styled(searched.words, "$state-asking"))
    parts += [Content.styled(line(part), "$foreground 85%") for part in more if part]
    if not terms.whitespace:
        parts.append(Content.styled("white space hidden", "$state-asking"))
    if terms.context != CONTEXTS[0]:
        parts.append(Content.styled(f"{terms.context} lines around", MUTED))
    return row(width, Content.assemble(" ", spread(max(0, width - 2), parts, gap=" · ")))


def _what(diff: Diff, terms: Terms) -> Content:
    if not terms.since_look:
        told = "all changes"
    elif diff.since:
        told = f"since you looked at {diff.since[:SHORT]}"
    else:
        told = "all changes: you have not looked before"
    note = f" ({line(diff.note)})" if diff.note and terms.since_look else ""
    style = "bold $accent" if terms.since_look else "$foreground 85%"
    return Content.assemble((told, style), (note, MUTED))
