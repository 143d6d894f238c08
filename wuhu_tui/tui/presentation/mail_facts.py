"""One message whole: from whom to whom, every step with its clock, and all of its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.letters import LetterState
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.mail import Mail, Stage
from wuhu_tui.tui.presentation.mail_words import (
    LANE_WORDS,
    STATES,
    landing,
    loud_reason,
    name_of,
    next_try,
    outcome,
    step_times,
)
from wuhu_tui.tui.presentation.rows import MUTED, wrapped
from wuhu_tui.tui.safe import safe_text

MOST_SHOWN = 50_000
"""Characters of a message that are shown, and said so if there are more."""

Fact = tuple[str, str, str]
"""Name, value, style."""


def mail_facts(mail: Mail, board: Board, now: datetime, width: int) -> Content:
    """Everything known of a message, then the message itself."""
    rows: list[Content] = []
    for name, value, style in _facts(mail, board, now):
        for place, part in enumerate(wrapped(value, width - 11, 3, style)):
            rows.append(Content.assemble((f"{'' if place else name:>9}  ", MUTED), part))
    more = len(mail.text) - MOST_SHOWN
    cut = f"\n… and {more} more characters" if more > 0 else ""
    return Content("\n").join(
        [*rows, Content(""), Content(safe_text(mail.text[:MOST_SHOWN]) + cut)]
    )


def _facts(mail: Mail, board: Board, now: datetime) -> Iterator[Fact]:
    yield "what", mail.kind, "bold"
    yield "from", name_of(board, mail.sender), ""
    yield "to", name_of(board, mail.recipient), ""
    yield from _stand(mail, board, now)
    yield from _clocks(mail, now)
    yield from _tries(mail, now)
    yield "id", mail.id, MUTED


def _stand(mail: Mail, board: Board, now: datetime) -> Iterator[Fact]:
    letter = mail.letter
    match mail.stage:
        case Stage.LOUD if letter:
            style = "$state-failed" if letter.state is LetterState.DEAD else "$state-asking"
            yield "state", f"{STATES[letter.state]}, {age(letter.since, now)} ago", style
            yield "because", loud_reason(letter), "$text-warning"
        case Stage.SENT:
            yield "state", outcome(mail), ""
        case Stage.FOR_LEAD:
            yield "state", "not seen yet", ""
        case _:
            place = f", {_ordinal(mail.place)} in its lane" if mail.place else ""
            yield "lane", f"{LANE_WORDS[mail.lane]}{place}", ""
            when = landing(board.session(mail.recipient), mail, now)
            yield "lands", when.removeprefix("lands "), ""
            if not mail.is_taken:
                yield "", "no runner has taken it yet", MUTED


def _clocks(mail: Mail, now: datetime) -> Iterator[Fact]:
    if mail.letter:
        yield "posted", _clock(mail.letter.posted_at, now), ""
    if mail.receipt:
        for word, at in step_times(mail.receipt):
            if at:
                yield word, _clock(at, now), ""


def _tries(mail: Mail, now: datetime) -> Iterator[Fact]:
    letter = mail.letter
    if letter is None:
        return
    if letter.deferrals:
        yield "deferred", f"{letter.deferrals} times", ""
    if letter.failures:
        yield "failed", f"{letter.failures} times: its recipient was gone", "$text-warning"
    if letter.next_try and letter.state is LetterState.DEFERRED:
        yield "then", next_try(letter, now), ""
    if letter.note:
        yield "note", letter.note, ""


def _clock(at: datetime, now: datetime) -> str:
    """The time of day where the lead is, and how long ago that was."""
    return f"{at.astimezone():%H:%M:%S}  {age(at, now)} ago"


def _ordinal(place: int) -> str:
    return "first" if place == 1 else f"number {place}"
