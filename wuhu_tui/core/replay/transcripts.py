"""The transcript of a moment: the newest of it, and right at its beginning."""

from __future__ import annotations

from wuhu_tui.core.replay.lines import QUIET, Line, parse
from wuhu_tui.core.replay.seeker import Found, Seeker
from wuhu_tui.core.replay.strand import BEGINNING
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.transcript import Transcript

ITEMS = 400
"""Items of a transcript, the newest, if there are so many in its newest records."""

RECORDS = 10
"""Records that are read for each item at most."""


def transcript_at(seeker: Seeker, session: str, seq: int, index: int, items: int) -> Transcript:
    """The transcript of a session's records up to `seq`; `index`: a moment that knows them all."""
    transcript = Transcript(max_items=items)
    start = seeker.frame_before(session, max(0, seq - items * RECORDS), index)
    lines = _lines(seeker, session, start, seq)
    if start.state.reached.get(session, BEGINNING).seq:
        _begin(transcript, start, session)
        lines = _from_whole_item(lines)
    for line in lines:
        if line.kind is not ScreenChanged:
            transcript.apply(line.decoded())
    return transcript


def _lines(seeker: Seeker, session: str, start: Found, seq: int) -> list[Line]:
    journals, lines = seeker.journals, []
    if session not in journals.limits:
        return []
    strand = journals.strand(session, *start.state.reached.get(session, BEGINNING))
    while strand.head is not None and strand.head.seq <= seq:
        lines.append(strand.take())
    return lines


def _begin(transcript: Transcript, start: Found, session: str) -> None:
    """What began before the first line and matters behind it."""
    view = start.state.board.session(session)
    if view is not None:
        transcript.begin(
            messages=(*view.waiting, *view.unsure),
            questions=view.questions,
            tasks={task.task: task.title for task in view.background},
        )
    for raw in start.state.tools.get(session, ()):
        line = parse(raw, session, 0)
        if line is not None and line.record is not None:
            transcript.apply(line.record)


def _from_whole_item(lines: list[Line]) -> list[Line]:
    """Without the rest of what the agent was saying when the window began."""
    first = next((place for place, line in enumerate(lines) if line.kind not in QUIET), 0)
    return lines[first:]
