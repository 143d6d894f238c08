"""Why a session is in its state, as rows: whose word it is, how old, and what led to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from wuhu_tui.core.provenance import Provenance
from wuhu_tui.tui.presentation.ages import age, span
from wuhu_tui.tui.presentation.rows import MUTED, line, wrapped

_NAME = 9


def why_content(told: Provenance, now: datetime, width: int) -> Content:
    """The whole answer to “why?”."""
    return Content("\n").join(_rows(told, now, width))


def _rows(told: Provenance, now: datetime, width: int) -> Iterator[Content]:
    yield from _fact("state", told.state.value.replace("_", " "), width, "bold")
    yield from _fact("because", told.cause or "nothing was said", width)
    yield from _fact("told by", _source(told), width)
    yield from _fact("since", f"{age(told.since, now) or 'ever'} ago", width)
    yield from _fact("runner", _runner(told, now), width)
    if told.facts:
        yield Content("")
    for fact in told.facts:
        yield from _indented("• ", fact, width, "$text-warning")
    yield Content("")
    yield Content.styled("WHAT LED TO IT", f"bold {MUTED}")
    if not told.evidence:
        yield Content.styled("nothing was written yet", MUTED)
    for one in told.evidence:
        mark = "▸" if one.at_state else " "
        when = f"{mark} {age(one.at, now):>4}  "
        yield from _indented(when, one.words, width, "bold" if one.at_state else "")


def _source(told: Provenance) -> str:
    record = told.record
    where = f", record {record.epoch}.{record.seq}" if record.seq else ""
    return f"{told.source.value}{where}"


def _runner(told: Provenance, now: datetime) -> str:
    alive = "alive: it holds its lock" if told.runner_alive else "not alive: nobody holds its lock"
    silence = f", last event {span(now - told.last_event_at)} ago" if told.silence else ""
    return f"{alive}{silence}"


def _fact(name: str, value: str, width: int, style: str = "") -> Iterator[Content]:
    for place, part in enumerate(wrapped(value, width - _NAME - 2, 3, style)):
        head = name if not place else ""
        yield Content.assemble((f"{head:>{_NAME}}  ", MUTED), part)


def _indented(mark: str, text: str, width: int, style: str) -> Iterator[Content]:
    for place, part in enumerate(wrapped(line(text), width - len(mark), 2, style)):
        yield Content.assemble((mark if not place else " " * len(mark), MUTED), part)
