"""Attention accounting as rows: figures, two plots, sums as bars, and the waits one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.lookbacks import Accounting, Wait, WaitSum
from wuhu_tui.model.quantities import counted, few
from wuhu_tui.model.timeline_cells import BLOCKS, sampled_peaks, ticks
from wuhu_tui.tui.presentation.ages import span
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.rows import MUTED, line, row
from wuhu_tui.tui.presentation.usage import money

MOST_WAITS = 200
"""Waits that are shown one by one."""

_LABEL = 11
_NAME = 20
_PLOT = 4
_MOST_SESSIONS = 8
_WAITS = ("WAITED FOR YOU, OVER TIME", "$state-asking")
_COSTS = ("COST, OVER TIME", "$state-working")


def key_of(wait: Wait) -> str:
    """What a wait is called: whose it is, and where it began."""
    at = wait.cursor
    return f"{wait.who}/{wait.what}/{wait.session}/{at.epoch}.{at.seq}/{wait.since.isoformat()}"


def account_entries(found: Accounting, board: Board, width: int) -> tuple[Entry, ...]:
    """Everything, top to bottom; only the waits can be selected."""
    waits = [part.total_seconds() for part in found.waited_in]
    cost = money(max(found.cost_in, default=0.0))
    parts = (
        _facts(found, board, width),
        _plot(_WAITS, waits, _wait_scale(found), found, width),
        _plot(_COSTS, found.cost_in, cost, found, width),
        _sums("WAITED FOR YOU, BY REASON", found.by_reason, board, width),
        _sums("WAITED FOR YOU, BY SESSION", found.by_session[:_MOST_SESSIONS], board, width),
    )
    return (*(Entry("", tuple(part)) for part in parts), *_waits(found, board, width))


def _wait_scale(found: Accounting) -> str:
    """The highest column in words: how many sessions waited at one time, on average."""
    part = (found.until - found.since) / max(1, len(found.waited_in))
    most = max(found.waited_in, default=timedelta())
    return f"{most / part:.1f} at once" if part else ""


def _facts(found: Accounting, board: Board, width: int) -> Iterator[Content]:
    begin = found.since.astimezone().strftime("%a %d %b %H:%M")
    until = found.until.astimezone().strftime("%a %d %b %H:%M")
    yield row(width, Content.styled(f" {begin} – {until}", MUTED))
    rows = (
        ("waited for you", f"{span(found.for_lead)} in sum over all sessions"),
        ("waited for each other", span(found.for_sessions)),
        ("oldest unanswered", _oldest(found, board)),
        ("your answers", _answers(found)),
        ("merged", _merged(found)),
        ("cost", _cost(found, board)),
    )
    for name, text in rows:
        yield row(width, Content.assemble(" ", row(24, Content.styled(name, MUTED)), line(text)))


def _oldest(found: Accounting, board: Board) -> str:
    oldest = found.oldest
    if oldest is None:
        return "nothing waits for you"
    return f"{_name(oldest.who, board)}: {oldest.what}, {span(found.until - oldest.since)}"


def _answers(found: Accounting) -> str:
    if found.answer_half is None or found.answer_most is None:
        return "none"
    half, most = span(found.answer_half), span(found.answer_most)
    return f"{found.answers}, half of them within {half}, nine of ten within {most}"


def _merged(found: Accounting) -> str:
    if not found.merged:
        return "nothing"
    each = money(found.cost_merged / found.merged)
    more = "" if found.cost_known else ", as far as agents tell"
    return f"{counted(found.merged, 'change')}, {each} each{more}"


def _cost(found: Accounting, board: Board) -> str:
    if found.cost_known:
        return money(found.cost)
    names = few([_name(name, board) for name in found.unknown_costs])
    return f"{money(found.cost)} and what these do not tell: {names}"


def _plot(
    title: tuple[str, str], values: Sequence[float], most: str, found: Accounting, width: int
) -> Iterator[Content]:
    """Columns of blocks over the time, with its greatest value and the clock."""
    words, colour = title
    room = max(1, width - _LABEL - 3)
    yield Content("")
    yield row(width, Content.styled(f" {words}", "bold"))
    for number, text in enumerate(plot_rows(values, room, _PLOT)):
        label = most if number == 0 else "0" if number == _PLOT - 1 else ""
        shown = Content.styled(label.rjust(_LABEL), MUTED)
        yield row(width, Content.assemble(" ", shown, " ", (text, colour)))
    axis = " " * room
    for tick in ticks(found.since.astimezone(), found.until.astimezone(), room):
        axis = axis[: tick.column] + tick.text + axis[tick.column + len(tick.text) :]
    yield row(width, Content.assemble(" " * (_LABEL + 2), (axis, MUTED)))


def plot_rows(values: Sequence[float], width: int, height: int) -> list[str]:
    """Values as columns of blocks, so many rows high, top to bottom; nothing small vanishes."""
    parts = sampled_peaks(values, width)
    most, eighths = max(parts, default=0.0), len(BLOCKS) - 1
    if most <= 0:
        return [" " * width] * height
    levels = [max(1, round(part / most * height * eighths)) if part > 0 else 0 for part in parts]
    return [
        "".join(BLOCKS[max(0, min(eighths, level - eighths * below))] for level in levels)
        for below in reversed(range(height))
    ]


def _sums(title: str, sums: Sequence[WaitSum], board: Board, width: int) -> Iterator[Content]:
    yield Content("")
    yield row(width, Content.styled(f" {title}", "bold"))
    most = max((one.length for one in sums), default=timedelta())
    if not sums:
        yield row(width, Content.styled(" nothing waited for you", MUTED))
    room = max(1, width - _NAME - 24)
    for one in sums:
        filled = max(1, round(one.length / most * room)) if most else 0
        told = f"{span(one.length)} · {counted(one.count, 'wait')} "
        left = Content.assemble(
            " ",
            row(_NAME, Content(line(_name(one.name, board)))),
            " ",
            ("█" * filled, "$state-asking"),
        )
        yield row(width, left, Content.styled(told, MUTED))


def shown_waits(found: Accounting) -> tuple[Wait, ...]:
    """Those that go on, the oldest first; then the longest that ended."""
    going = [wait for wait in found.waits if wait.until is None]
    ended = [wait for wait in found.waits if wait.until is not None]
    ended.sort(key=lambda wait: wait.since - (wait.until or found.until))
    return tuple((*going, *ended)[:MOST_WAITS])


def _waits(found: Accounting, board: Board, width: int) -> Iterator[Entry]:
    waits = shown_waits(found)
    if waits:
        yield Entry("", (Content(""), row(width, Content.styled(" WAITS", "bold"))))
    for wait in waits:
        yield Entry(key_of(wait), (_wait_row(wait, found.until, board, width),))


def _wait_row(wait: Wait, until: datetime, board: Board, width: int) -> Content:
    goes_on = wait.until is None
    length = span((wait.until or until) - wait.since)
    begin = wait.since.astimezone().strftime("%a %H:%M")
    whom = few([_name(name, board) for name in wait.whom.split(", ")], 2)
    by = f", ended by {_name(wait.by, board)}" if wait.by else ""
    left = Content.assemble(
        (f" {begin} ", MUTED),
        row(_NAME, Content.styled(line(_name(wait.who, board)), "bold")),
        " ",
        ("still waits" if goes_on else "waited", "bold $state-asking" if goes_on else ""),
        line(f" for {whom}: {wait.what}{by}"),
    )
    return row(width, left, Content.styled(f"{length} ", "bold" if goes_on else MUTED))


def _name(session: str, board: Board) -> str:
    if session == LEAD:
        return "you"
    view = board.session(session)
    return view.spec.shown_name if view else session
