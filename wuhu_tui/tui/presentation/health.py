"""What the doctor says: troubles first, then what nobody knows, then what is well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from textual.content import Content

from wuhu_tui.model.health import Level, Observation, in_order
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.facts import Facts
from wuhu_tui.tui.presentation.rows import MUTED, line, row, wrapped

MARKS = {Level.OK: "[ok]", Level.TROUBLE: "[!!]", Level.UNKNOWN: "[..]"}
STYLES = {Level.OK: "$text-success", Level.TROUBLE: "$text-error", Level.UNKNOWN: "$text-warning"}
HEADINGS = {Level.TROUBLE: "TROUBLE", Level.UNKNOWN: "NOT KNOWN", Level.OK: "WELL"}

_INDENT = 6
_MOST_LINES = 5


@dataclass(frozen=True)
class Labels:
    """The keys that mend an observation and that open what it is about, as the lead reads them."""

    mend: str = ""
    open: str = ""


def health_entries(
    found: Iterable[Observation], width: int, keys: Labels, *, looking: bool = False
) -> tuple[Entry, ...]:
    """One entry an observation, under the heading of its level."""
    return tuple(_entries(in_order(found), width, keys, looking=looking))


def _entries(
    found: Sequence[Observation], width: int, keys: Labels, *, looking: bool
) -> Iterator[Entry]:
    counts = Counter(one.level for one in found)
    before: Level | None = None
    for one in found:
        if one.level is not before:
            if before is not None:
                yield Entry("", (Content(""),))
            title = f" {HEADINGS[one.level]} {counts[one.level]}"
            heading = Content.styled(title, f"bold {STYLES[one.level]}")
            told = Content.styled("looking… ", MUTED) if looking and before is None else None
            yield Entry("", (row(width, heading, told),))
            before = one.level
        yield Entry(one.id, tuple(_rows(one, width, keys)))


def _rows(one: Observation, width: int, keys: Labels) -> Iterator[Content]:
    room = max(width - _INDENT, 1)
    text = f"{one.check}: {one.text}"
    most = 1 if one.level is Level.OK else _MOST_LINES
    mark = Content.assemble(" ", (MARKS[one.level], f"bold {STYLES[one.level]}"), " ")
    for number, part in enumerate(wrapped(text, room, most)):
        yield row(width, Content.assemble(mark if number == 0 else " " * _INDENT, part))
    for part in wrapped(_repair(one, keys), room, 2, MUTED):
        yield row(width, Content.assemble(" " * _INDENT, part))


def _repair(one: Observation, keys: Labels) -> str:
    if one.level is Level.OK:
        return ""
    mend = f"{keys.mend} mends it" if one.fixable and keys.mend else ""
    leads = one.session or one.check == "letters"
    look = f"{keys.open} opens it" if leads and keys.open else ""
    ways = " · ".join(filter(None, (mend, look, one.repair)))
    return f"→ {ways}" if ways else ""


def health_title(found: Sequence[Observation], *, looking: bool, age: str) -> Content:
    """What the list's border says: how many of each, and how old the look is."""
    counts = Counter(one.level for one in found)
    parts = [
        f"{counts[level]} {word}"
        for level, word in ((Level.TROUBLE, "trouble"), (Level.UNKNOWN, "not known"))
        if counts[level]
    ]
    if found and not parts:
        parts = ["all is well"]
    when = "looking…" if looking else f"looked {age} ago" if age else ""
    return Content(" · ".join(filter(None, ("Doctor", ", ".join(parts), when))))


def mend_facts(found: Sequence[Observation]) -> Facts:
    """What mending everything that is safe would do."""
    return Facts(
        title=f"Mend {len(found)} at once",
        facts=tuple((one.check, line(one.text)) for one in found[:8]),
        warnings=(f"and {len(found) - 8} more",) if len(found) > 8 else (),
        act="mend",
    )
