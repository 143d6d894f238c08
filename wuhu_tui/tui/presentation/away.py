"""While the lead was away, as rows: a heading for each meaning, one entry a line of it."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from textual.content import Content

from wuhu_tui.model.away import counts, matters
from wuhu_tui.model.board import Board
from wuhu_tui.model.lookbacks import Away, AwayGroup, AwayLine
from wuhu_tui.model.marks import MarkKind
from wuhu_tui.tui.presentation.ages import span
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.rows import MUTED, line, row, spread

TITLES: dict[AwayGroup, str] = {
    AwayGroup.NEEDS_YOU: "NEEDS YOU",
    AwayGroup.WENT_WRONG: "WENT WRONG",
    AwayGroup.DECIDED: "DECIDED WITHOUT YOU",
    AwayGroup.DONE: "DONE",
    AwayGroup.LANDED: "LANDED",
    AwayGroup.WORKED: "WORKED ON",
    AwayGroup.OWN: "BY YOU",
}

WORDS: dict[AwayGroup, str] = {
    AwayGroup.NEEDS_YOU: "need you",
    AwayGroup.WENT_WRONG: "went wrong",
    AwayGroup.DECIDED: "decided without you",
    AwayGroup.DONE: "done",
    AwayGroup.LANDED: "landed",
}

COLOURS: dict[AwayGroup, str] = {
    AwayGroup.NEEDS_YOU: "$state-asking",
    AwayGroup.WENT_WRONG: "$state-failed",
    AwayGroup.DECIDED: "$text-warning",
    AwayGroup.DONE: "$state-review",
    AwayGroup.LANDED: "$state-ready",
    AwayGroup.WORKED: "$state-working",
    AwayGroup.OWN: "$state-idle",
}

SYMBOLS: dict[MarkKind | None, str] = {
    None: "·",
    MarkKind.QUESTION: "?",
    MarkKind.ANSWER: "↩",
    MarkKind.STEER: "→",
    MarkKind.REPORT: "✓",
    MarkKind.VERDICT: "◆",
    MarkKind.MERGE: "⇡",
    MarkKind.CONFLICT: "⚠",
    MarkKind.FAULT: "✗",
}

_NAME = 18
_MOST_ROWS = 3


def key_of(away_line: AwayLine) -> str:
    """What a line is called: the place of its record, and what it says of it."""
    at = away_line.cursor
    kind = away_line.kind.value if away_line.kind else ""
    parts = (away_line.group.value, away_line.journal, at.epoch, at.seq, away_line.session, kind)
    return "/".join(map(str, parts))


def away_entries(found: Away, board: Board, width: int) -> tuple[Entry, ...]:
    """Everything that happened, the most pressing first."""
    numbers = counts(found)
    entries: list[Entry] = []
    for group, lines in groupby(found.lines, key=lambda one: one.group):
        title = Content.styled(f" {TITLES[group]} {numbers[group]}", f"bold {COLOURS[group]}")
        space = (Content(""),) if entries else ()
        entries.append(Entry("", (*space, title)))
        entries += [_entry(one, found, board, width) for one in lines]
    return tuple(entries)


def _entry(one: AwayLine, found: Away, board: Board, width: int) -> Entry:
    view = board.session(one.session)
    name = line(view.spec.shown_name if view else one.session)
    colour = COLOURS[one.group]
    alike = one.count > 1 and one.group is not AwayGroup.WORKED
    left = Content.assemble(
        (f" {_clock(one.at, found.until)} ", MUTED),
        (f"{SYMBOLS[one.kind]} ", f"bold {colour}"),
        row(_NAME, Content.styled(name, "bold")),
        " ",
        (f"{one.count}× " if alike else "", f"bold {colour}"),
    )
    room = max(12, width - left.cell_length)
    text = Content(line(one.text)).wrap(room)
    first = row(width, Content.assemble(left, text[0].rstrip() if text else ""))
    if one.group in (AwayGroup.WORKED, AwayGroup.OWN):
        return Entry(key_of(one), (first,))
    rest = [
        row(width, Content.assemble(" " * left.cell_length, part.rstrip()))
        for part in text[1:_MOST_ROWS]
    ]
    return Entry(key_of(one), (first, *rest))


def _clock(at: datetime, until: datetime) -> str:
    """A time in the lead's zone; on another day, that day's name."""
    here = at.astimezone()
    same = here.date() == until.astimezone().date()
    return here.strftime("%H:%M" if same else "%a %H:%M").rjust(9)


def away_title(found: Away | None) -> str:
    """The heading of the screen."""
    if found is None:
        return "While you were away"
    if found.since == found.until:
        return "While you were away · nothing tells when you last looked"
    begin = found.since.astimezone().strftime("%a %d %b %H:%M")
    return f"While you were away · {span(found.until - found.since)}, since {begin}"


def away_notice(found: Away, key: str, width: int) -> Content | None:
    """One calm line for a lead who comes back; None where nothing happened that matters."""
    if not matters(found):
        return None
    numbers = counts(found)
    begin = Content.styled(f" While you were away ({span(found.until - found.since)})", "bold")
    parts = [
        Content.styled(f"{numbers[group]} {words}", COLOURS[group])
        for group, words in WORDS.items()
        if group in numbers
    ]
    way = Content.styled(f"{key} shows it ", MUTED) if key else Content("")
    told = spread(max(0, width - begin.cell_length - way.cell_length - 6), parts, gap=" · ")
    return row(width, Content.assemble(begin, "  ", told), way)
