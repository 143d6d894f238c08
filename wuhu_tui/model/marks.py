"""What of a recording is worth jumping to: questions, answers, steers, reports, verdicts, merges, faults."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.records import Cursor
from wuhu_tui.model.value import Value


class MarkKind(StrEnum):
    """What happened there, as the scrubber tells it apart."""

    QUESTION = "question"
    ANSWER = "answer"
    STEER = "steer"
    REPORT = "report"
    VERDICT = "verdict"
    MERGE = "merge"
    CONFLICT = "conflict"
    FAULT = "fault"


class Moment(Value, frozen=True, order=True):
    """A place in a recording: after its first `index` records, in the one order of all journals.

    `at` is the newest time told up to there; it never goes back.
    """

    index: int
    at: datetime


class Mark(Value, frozen=True):
    """A record worth jumping to: `moment` is right behind it. `text` is what it says, one line."""

    moment: Moment
    kind: MarkKind
    session: str
    cursor: Cursor
    text: str = ""
