"""What a search found, in rows, and how the search itself stands, in words."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content, Span

from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.quantities import counted
from wuhu_tui.model.search_line import FILTERS, line_of
from wuhu_tui.model.searches import SearchHit, SearchQuery, SearchResult, Told
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.rows import MUTED, line, row

ROWS = 2
"""Rows of a hit."""

FOUND = "bold $text-warning"

_SYMBOLS = {
    Told.SAID: "▪",
    Told.THOUGHT: "…",
    Told.TOOL: "▸",
    Told.OUTPUT: "≡",
    Told.DIFF: "±",
    Told.PROMPT: "›",
    Told.QUESTION: "?",
    Told.ANSWER: "✎",
    Told.REPORT: "✓",
    Told.REVIEW: "◆",
    Told.MERGE: "⇡",
    Told.NOTE: "·",
    Told.SCREEN: "▣",
}


def hit_rows(
    hit: SearchHit, board: Board, now: datetime, width: int, *, moment: datetime | None = None
) -> tuple[Content, Content]:
    """Whose it is, of what kind and how old; then the words where they stand.

    `moment`: where a replay stands; what was written after it says so.
    """
    view = board.session(hit.of) if hit.of else None
    name = line(view.spec.shown_name) if view and view.spec.project else line(hit.of)
    tool = f"  {line(hit.tool)}" if hit.tool else ""
    head = Content.assemble(
        (f"{_SYMBOLS[hit.kind]} ", "$accent"),
        (name or "the project", "bold"),
        (f"  {hit.kind}", "$accent"),
        (tool, MUTED),
    )
    return row(width, head, _when(hit, now, moment)), _excerpt(hit, width)


def _when(hit: SearchHit, now: datetime, moment: datetime | None) -> Content:
    parts: list[tuple[str, str]] = []
    if moment is not None and hit.at > moment:
        parts.append(("after this moment  ", "$text-warning"))
    if hit.archived:
        parts.append(("archived  ", MUTED))
    parts.append((f"{hit.at.astimezone():%m-%d %H:%M}  {age(hit.at, now):>5}", MUTED))
    return Content.assemble(*parts)


def _excerpt(hit: SearchHit, width: int) -> Content:
    """The excerpt; where its words would not be seen at this width, it begins later."""
    indent, text = "    ", line(hit.excerpt)
    found = hit.found if text == hit.excerpt else ()  # what was taken out moved them
    first_end = found[0][1] if found else 0
    cut = max(0, first_end - (width - len(indent) - 2))
    spans = [
        Span(start - cut + len(indent), end - cut + len(indent), FOUND)
        for start, end in found
        if start >= cut
    ]
    return row(width, Content(f"{indent}{text[cut:]}", spans=spans))


def filters_words(line_: str, query: SearchQuery, problem: WuhuError | None) -> Content:
    """The filters in force, or how one is written; or what is wrong with one."""
    if problem is not None:
        return Content.assemble(
            (line(problem.message), "bold $text-error"), (f"  {line(problem.remedy)}", MUTED)
        )
    chips = [(f" {line(words)} ", "$text on $primary 30%") for words in line_of(query)]
    if chips:
        spaced = [part for chip in chips for part in (chip, ("  ", ""))]
        return Content.assemble(*spaced[:-1])
    names = " ".join(f"{name}:" for name in FILTERS)
    told = f'{names}   "two words" is a phrase, word* a beginning'
    return Content.styled(told, MUTED)


def search_title(result: SearchResult | None, query: SearchQuery, *, looking: bool) -> str:
    """How many hits there are, in which order."""
    if result is None:
        return "looking…" if looking else "Search"
    more = "+" if result.more else ""
    order = "the best first" if query.best else "newest first"
    number = len(result.hits)
    found = f"{number}{more} hits" if number != 1 or more else "1 hit"
    return f"{found}, {order}{' · looking…' if looking else ''}"


def nothing_words(result: SearchResult | None, query: SearchQuery, board: Board) -> str:
    """What an empty list says: what was searched, and what was not."""
    if result is None:
        return "type what you look for: it is found in every session, archived ones too"
    archived = sum(1 for view in board.sessions.values() if view.state is SessionState.ARCHIVED)
    whose = f"{counted(len(board.sessions), 'session')} ({archived} archived) and the project"
    if query.sessions:
        whose = "the sessions named"
    filtered = ", ".join(line_of(query))
    told = f"nothing was found in {whose}"
    return line(f"{told}; filtered by {filtered}" if filtered else told)


def behind_words(result: SearchResult | None) -> Content:
    """What the index lacks; empty when it lacks nothing."""
    if result is None or not result.behind:
        return Content("")
    return Content.assemble(("! ", "bold $text-warning"), (line(result.behind), "$text-warning"))
