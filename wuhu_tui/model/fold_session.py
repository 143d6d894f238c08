"""One session's part of the fold: its own journal, record by record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import events
from wuhu_tui.model.board import Phase, SessionView, Standing, ToldReport
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.comments import Reply
from wuhu_tui.model.fold_agent import between_turns, fold_agent
from wuhu_tui.model.fold_receipts import fold_receipts
from wuhu_tui.model.messages import Boundary, Message, MessageState, nudged_turn
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.states import PhaseKind, SessionState

MAX_REPLIES = 200
"""How many of a session's newest replies to comments are kept."""

MAX_WARNINGS = 20
"""How many of a session's newest warnings the board keeps."""

MAX_NOTES = 20
"""How many of a session's newest notes the board keeps."""

_BETWEEN_TURNS = (PhaseKind.NONE, PhaseKind.BACKGROUND)


def fold_session(view: SessionView, record: Record) -> SessionView:
    """The session after one more record of its own journal."""
    last = max(view.last_event_at, record.ts)
    view = replace(view, cursor=record.cursor, last_event_at=last)
    view = fold_agent(fold_receipts(view, record), record)
    step = _STEPS.get(type(record.event))
    return step(view, record.event, record) if step else view


def _runner_started(view: SessionView, event: events.RunnerStarted, record: Record) -> SessionView:
    return replace(view, runner_pid=event.pid, exit=None)


def _state_changed(view: SessionView, event: events.StateChanged, record: Record) -> SessionView:
    own = Standing(state=event.after, since=record.ts, cause=event.cause, at=record.cursor)
    view = replace(view, own=own)
    if event.after is SessionState.WORKING:
        return replace(view, resumed_at=record.cursor)
    if event.after is SessionState.ASKING:
        return view
    return replace(view, phase=Phase(since=record.ts))


def _phase_changed(view: SessionView, event: events.PhaseChanged, record: Record) -> SessionView:
    return replace(view, phase=Phase(kind=event.kind, detail=event.detail, since=record.ts))


def _turn_started(view: SessionView, event: events.TurnStarted, record: Record) -> SessionView:
    told = Capability.ATTACH not in view.capabilities  # from a screen nobody can tell
    phase = Phase(kind=PhaseKind.THINKING if told else PhaseKind.NONE, since=record.ts)
    return replace(view, turn=event.turn, turn_began_at=record.ts, phase=phase)


def _turn_ended(view: SessionView, event: events.TurnEnded, record: Record) -> SessionView:
    view = replace(view, head=event.head or view.head, stop_reason=event.stop_reason)
    return between_turns(view, record)


def _command_taken(view: SessionView, event: events.CommandTaken, record: Record) -> SessionView:
    turn = max(view.nudged_for_turn, nudged_turn(event.command))
    return replace(view, nudged_for_turn=turn)


def _said(view: SessionView, event: events.AgentSaid, record: Record) -> SessionView:
    return _in_phase(view, PhaseKind.STREAMING, record)


def _thought(view: SessionView, event: events.AgentThought, record: Record) -> SessionView:
    return _in_phase(view, PhaseKind.THINKING, record)


def _in_phase(view: SessionView, kind: PhaseKind, record: Record) -> SessionView:
    if view.phase.kind in (kind, *_BETWEEN_TURNS):
        return view
    return replace(view, phase=Phase(kind=kind, since=record.ts))


def _tool_started(view: SessionView, event: events.ToolStarted, record: Record) -> SessionView:
    if view.phase.kind is PhaseKind.BACKGROUND:
        return view
    phase = Phase(kind=PhaseKind.TOOL, detail=event.title, since=record.ts)
    return replace(view, phase=phase)


def _tool_ended(view: SessionView, event: events.ToolEnded, record: Record) -> SessionView:
    if view.phase.kind is PhaseKind.BACKGROUND:
        return view
    return replace(view, phase=Phase(kind=PhaseKind.THINKING, since=record.ts))


def _plan_changed(view: SessionView, event: events.PlanChanged, record: Record) -> SessionView:
    return replace(view, plan=event.steps)


def _queued(view: SessionView, event: events.MessageQueued, record: Record) -> SessionView:
    if any(waiting.id == event.message.id for waiting in view.waiting):
        return view
    return replace(view, waiting=(*view.waiting, event.message))


def _change_waiting(view: SessionView, name: str, **changes: Any) -> SessionView:
    waiting = tuple(
        replace(message, **changes) if message.id == name else message for message in view.waiting
    )
    return replace(view, waiting=waiting)


def _edited(view: SessionView, event: events.MessageEdited, record: Record) -> SessionView:
    return _change_waiting(view, event.id, text=event.text)


def _message_moved(view: SessionView, event: events.MessageMoved, record: Record) -> SessionView:
    return _change_waiting(view, event.id, lane=event.lane, sequence=event.sequence)


def _offered(view: SessionView, event: events.MessageOffered, record: Record) -> SessionView:
    return _change_waiting(view, event.id, state=MessageState.OFFERED, offered_at=event.boundary)


def _deferred(view: SessionView, event: events.MessageDeferred, record: Record) -> SessionView:
    return _change_waiting(view, event.id, state=MessageState.QUEUED)


def _landed(view: SessionView, event: events.MessageLanded, record: Record) -> SessionView:
    """One that lands in the turn of a report asks for more than what was reported."""
    view = _gone(view, event, record)
    in_turn = event.boundary is Boundary.TOOL_END and view.phase.kind not in _BETWEEN_TURNS
    if not in_turn or view.reported_in_turn < max(1, view.turn):
        return view
    return replace(view, reported_in_turn=view.turn - 1)


def _gone(view: SessionView, event: Any, record: Record) -> SessionView:
    """The message waits no longer, and its fate is known: it landed or was taken back."""
    waiting = tuple(message for message in view.waiting if message.id != event.id)
    unsure = tuple(message for message in view.unsure if message.id != event.id)
    return replace(view, waiting=waiting, unsure=unsure)


def _unsure(view: SessionView, event: events.MessageUnsure, record: Record) -> SessionView:
    unsure: tuple[Message, ...] = tuple(
        replace(message, state=MessageState.UNSURE)
        for message in (*view.unsure, *view.waiting)
        if message.id == event.id
    )
    view = _gone(view, event, record)
    return replace(view, unsure=(*view.unsure, *unsure[:1]))


def _asked(view: SessionView, event: events.QuestionAsked, record: Record) -> SessionView:
    others = tuple(open_ for open_ in view.questions if open_.id != event.question.id)
    return replace(view, questions=(*others, event.question))


def _closed(view: SessionView, name: str) -> SessionView:
    questions = tuple(question for question in view.questions if question.id != name)
    return replace(view, questions=questions)


def _answered(view: SessionView, event: events.QuestionAnswered, record: Record) -> SessionView:
    return _closed(view, event.answer.question)


def _withdrawn(view: SessionView, event: events.QuestionWithdrawn, record: Record) -> SessionView:
    return _closed(view, event.id)


def _detached(view: SessionView, event: events.QuestionDetached, record: Record) -> SessionView:
    questions = tuple(
        replace(question, detached=True) if question.id == event.id else question
        for question in view.questions
    )
    return replace(view, questions=questions)


def _reported(view: SessionView, event: events.ReportMade, record: Record) -> SessionView:
    told = ToldReport(report=event.report, at=record.cursor)
    view = replace(view, reports=_kept((*view.reports, told)))
    if event.report.kind is ReportKind.NOTE:
        return view
    head = event.report.head or view.head
    return replace(view, report=event.report, reported_in_turn=view.turn, head=head)


def _kept(reports: tuple[ToldReport, ...]) -> tuple[ToldReport, ...]:
    """Without the oldest note if there are too many; a report that ends work always stays."""
    notes = [place for place, told in enumerate(reports) if _is_note(told)]
    if len(notes) <= MAX_NOTES:
        return reports
    return (*reports[: notes[0]], *reports[notes[0] + 1 :])


def _is_note(told: ToldReport) -> bool:
    return told.report.kind is ReportKind.NOTE


def _judged(view: SessionView, event: events.JudgementMade, record: Record) -> SessionView:
    return replace(view, judgement=event.verdict)


def _replied(view: SessionView, event: events.CommentReplied, record: Record) -> SessionView:
    told = {(reply.comment, reply.text) for reply in view.replies}
    if (event.comment, event.text) in told:
        return view
    reply = Reply(comment=event.comment, text=event.text, at=record.ts)
    return replace(view, replies=(*view.replies, reply)[-MAX_REPLIES:])


def _commit_seen(view: SessionView, event: events.CommitSeen, record: Record) -> SessionView:
    return replace(view, head=event.sha)


def _noted(view: SessionView, event: events.Noted, record: Record) -> SessionView:
    if event.level == "info":
        return view
    return replace(view, warnings=(*view.warnings, event.text)[-MAX_WARNINGS:])


def _runner_ended(view: SessionView, event: events.RunnerEnded, record: Record) -> SessionView:
    ended = replace(event.exit, at=record.ts)
    return replace(view, exit=ended, runner_pid=0)


_STEPS: dict[type[Any], Callable[[SessionView, Any, Record], SessionView]] = {
    events.RunnerStarted: _runner_started,
    events.StateChanged: _state_changed,
    events.PhaseChanged: _phase_changed,
    events.TurnStarted: _turn_started,
    events.TurnEnded: _turn_ended,
    events.AgentSaid: _said,
    events.AgentThought: _thought,
    events.ToolStarted: _tool_started,
    events.ToolEnded: _tool_ended,
    events.PlanChanged: _plan_changed,
    events.CommandTaken: _command_taken,
    events.MessageQueued: _queued,
    events.MessageEdited: _edited,
    events.MessageMoved: _message_moved,
    events.MessageOffered: _offered,
    events.MessageDeferred: _deferred,
    events.MessageLanded: _landed,
    events.MessageCancelled: _gone,
    events.MessageUnsure: _unsure,
    events.QuestionAsked: _asked,
    events.QuestionAnswered: _answered,
    events.QuestionWithdrawn: _withdrawn,
    events.QuestionDetached: _detached,
    events.ReportMade: _reported,
    events.JudgementMade: _judged,
    events.CommentReplied: _replied,
    events.CommitSeen: _commit_seen,
    events.Noted: _noted,
    events.RunnerEnded: _runner_ended,
}
