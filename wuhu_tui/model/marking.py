"""Which records of a recording are worth jumping to, and what each says in one line. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.event_words import event_words, short
from wuhu_tui.model.marks import MarkKind
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.messages import TASK, Lane
from wuhu_tui.model.queue_events import CollisionFound
from wuhu_tui.model.records import Record
from wuhu_tui.model.remote_events import PushRefused
from wuhu_tui.model.reports import ExitReason, ReportKind
from wuhu_tui.model.review_events import OpinionGiven, OpinionRefused
from wuhu_tui.model.states import SessionState


class Marked(NamedTuple):
    """What a record is marked as; `session` is whom it is about, empty: the project."""

    kind: MarkKind
    session: str
    text: str


def mark_of(record: Record) -> Marked | None:
    """The mark of a record; None if it is not worth jumping to."""
    step = _STEPS.get(type(record.event))
    marked = step(record.event) if step else None
    if marked is None:
        return None
    kind, about, words = marked
    return Marked(kind, record.session or about, short(words or event_words(record.event)))


_Found = tuple[MarkKind, str, str] | None
"""A kind, the session it is about where that is another journal's, and words of its own."""


def _asked(event: events.QuestionAsked) -> _Found:
    return MarkKind.QUESTION, "", event.question.text


def _answered(event: events.QuestionAnswered) -> _Found:
    return MarkKind.ANSWER, "", ""


def _queued(event: events.MessageQueued) -> _Found:
    """Whatever somebody says to a session; its task is the session's beginning, not a steer."""
    message = event.message
    if message.lane is Lane.SYSTEM or message.id == TASK:
        return None
    return MarkKind.STEER, "", f"{message.by}: {message.text}"


def _reported(event: events.ReportMade) -> _Found:
    report = event.report
    if report.kind is ReportKind.NOTE:
        return None
    return MarkKind.REPORT, "", f"{report.kind.value}: {report.summary}"


def _judged(event: project.VerdictGiven | OpinionGiven | OpinionRefused) -> _Found:
    return MarkKind.VERDICT, event.session, ""


def _merge_ended(event: project.MergeEnded) -> _Found:
    if event.outcome is MergeOutcome.CONFLICT:
        files = ", ".join(event.files)
        return MarkKind.CONFLICT, event.session, f"conflict: {files or event.detail}"
    landed = event.outcome is MergeOutcome.MERGED
    return MarkKind.MERGE if landed else MarkKind.FAULT, event.session, ""


def _collided(event: CollisionFound) -> _Found:
    found = event.collision
    return MarkKind.CONFLICT, found.first, f"collides with {found.second or 'base'}"


def _moved(event: project.SessionMoved) -> _Found:
    if event.after in (SessionState.LOST, SessionState.FAILED):
        return MarkKind.FAULT, event.session, ""
    return None


def _agent_exited(event: events.AgentExited) -> _Found:
    return None if event.expected else (MarkKind.FAULT, "", "")


def _runner_ended(event: events.RunnerEnded) -> _Found:
    return (MarkKind.FAULT, "", "") if event.exit.reason is ExitReason.FAILED else None


def _noted(event: events.Noted) -> _Found:
    return (MarkKind.FAULT, "", event.text) if event.level == "error" else None


def _refused(event: events.CommandRefused) -> _Found:
    return MarkKind.FAULT, "", ""


def _unsure(event: events.MessageUnsure) -> _Found:
    return MarkKind.FAULT, "", "nobody knows whether its agent took a message"


def _not_pushed(event: PushRefused) -> _Found:
    return MarkKind.FAULT, "", f"base was not pushed: {event.reason}"


_STEPS: dict[type[Any], Callable[[Any], _Found]] = {
    events.QuestionAsked: _asked,
    events.QuestionAnswered: _answered,
    events.MessageQueued: _queued,
    events.ReportMade: _reported,
    project.VerdictGiven: _judged,
    OpinionGiven: _judged,
    OpinionRefused: _judged,
    project.MergeEnded: _merge_ended,
    CollisionFound: _collided,
    project.SessionMoved: _moved,
    events.AgentExited: _agent_exited,
    events.RunnerEnded: _runner_ended,
    events.Noted: _noted,
    events.CommandRefused: _refused,
    events.MessageUnsure: _unsure,
    PushRefused: _not_pushed,
}
