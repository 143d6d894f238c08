"""Which records are worth jumping to, and what each says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.model.strategies import SESSIONS
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.collisions import Collision
from wuhu_tui.model.events import Event
from wuhu_tui.model.marking import mark_of
from wuhu_tui.model.marks import MarkKind
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.messages import TASK, Lane, Message
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.model.queue_events import CollisionFound
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.reports import Exit, ExitReason, Report, ReportKind
from wuhu_tui.model.reviews import Verdict, VerdictKind
from wuhu_tui.model.states import SessionState

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ONE, TWO = SESSIONS


def queued(name: str, lane: Lane) -> Event:
    return events.MessageQueued(
        message=Message(
            id=name, lane=lane, text="use\nargon2", by="lead", sequence=1, queued_at=NOW
        )
    )


def moved(after: SessionState) -> Event:
    before = SessionState.WORKING
    return project.SessionMoved(
        session=TWO, before=before, after=after, cause="gone", after_record=Cursor()
    )


def merged(outcome: MergeOutcome, **more: Any) -> Event:
    return project.MergeEnded(session=TWO, merge="m", outcome=outcome, **more)


VERDICT = Verdict(kind=VerdictKind.APPROVED, head="0123456789", by="lead", at=NOW)
QUESTION = Question(id="q", kind=QuestionKind.OPEN, text="which\nhash?", asked_at=NOW)
K = MarkKind


@pytest.mark.parametrize(
    ("session", "event", "marked"),
    [
        (ONE, events.QuestionAsked(question=QUESTION), (K.QUESTION, ONE, "which hash?")),
        (
            ONE,
            events.QuestionAnswered(answer=Answer(question="q", by="lead", at=NOW, text="yes")),
            (K.ANSWER, ONE, "lead answered: yes"),
        ),
        (ONE, queued("m", Lane.STEER), (K.STEER, ONE, "lead: use argon2")),
        (ONE, queued("m", Lane.FOLLOW_UP), (K.STEER, ONE, "lead: use argon2")),
        (ONE, queued(TASK, Lane.FOLLOW_UP), None),
        (ONE, queued("m", Lane.SYSTEM), None),
        (
            ONE,
            events.ReportMade(report=Report(kind=ReportKind.DONE, summary="all good")),
            (K.REPORT, ONE, "done: all good"),
        ),
        (ONE, events.ReportMade(report=Report(kind=ReportKind.NOTE, summary="hm")), None),
        (
            "",
            project.VerdictGiven(session=TWO, verdict=VERDICT),
            (K.VERDICT, TWO, "lead judged 01234567: approved"),
        ),
        ("", merged(MergeOutcome.MERGED), (K.MERGE, TWO, "the merge ended: merged")),
        ("", merged(MergeOutcome.REFUSED), (K.FAULT, TWO, "the merge ended: refused")),
        ("", merged(MergeOutcome.CONFLICT, files=("a", "b")), (K.CONFLICT, TWO, "conflict: a, b")),
        ("", moved(SessionState.LOST), (K.FAULT, TWO, "the core: working → lost, gone")),
        ("", moved(SessionState.IN_REVIEW), None),
        (
            "",
            CollisionFound(collision=Collision(first=ONE, second="", files=())),
            (K.CONFLICT, ONE, "collides with base"),
        ),
        (ONE, events.AgentExited(code=3), (K.FAULT, ONE, "the agent's process ended with code 3")),
        (ONE, events.AgentExited(expected=True), None),
        (
            ONE,
            events.RunnerEnded(exit=Exit(reason=ExitReason.FAILED, detail="no agent")),
            (K.FAULT, ONE, "its runner ended, failed: no agent"),
        ),
        (ONE, events.RunnerEnded(exit=Exit(reason=ExitReason.STOPPED)), None),
        ("", events.Noted(text="broken", level="error"), (K.FAULT, "", "broken")),
        (ONE, events.Noted(text="fine"), None),
        (ONE, events.AgentSaid(text="hello"), None),
    ],
)
def test_marks(session: str, event: Event, marked: tuple[MarkKind, str, str] | None) -> None:
    assert mark_of(Record(session=session, epoch=1, seq=1, ts=NOW, event=event)) == marked
