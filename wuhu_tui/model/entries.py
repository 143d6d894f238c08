"""Entries: what every channel tells of a project, one for each thing worth telling. Pure.

The same record gives the same entry to everybody, and what needs the lead now has the same ids.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import events, project_events, queue_events
from wuhu_tui.model.agent_events import GuessMade
from wuhu_tui.model.attention import letters_for_lead
from wuhu_tui.model.board import Board
from wuhu_tui.model.entries_collisions import collision_told
from wuhu_tui.model.entries_queue import QUEUE_TELLERS, delay_of_merge
from wuhu_tui.model.entries_remote import REMOTE_TELLERS
from wuhu_tui.model.entries_reviews import REVIEW_TELLERS
from wuhu_tui.model.entry_kinds import KINDS
from wuhu_tui.model.entry_makers import (
    CORE,
    RUNNER,
    ContextEntry,
    Place,
    job_entry,
    loud_entry,
    question_entry,
    report_entry,
    seeming_entry,
    sighting_entry,
    silence_mark,
    unsure_entry,
)
from wuhu_tui.model.entry_needs import needs, unseen_work, unsure_messages
from wuhu_tui.model.jobs import JobOutcome
from wuhu_tui.model.joins import WakeReason
from wuhu_tui.model.letters import LEAD, LetterKind, LetterState
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.queue_events import MergeHeld
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import ExitReason
from wuhu_tui.model.states import SessionState

__all__ = [
    "KINDS",
    "ContextEntry",
    "entries_of",
    "needs",
    "silence_mark",
    "unseen_work",
    "unsure_messages",
]

_S = SessionState


def entries_of(board: Board, record: Record) -> tuple[ContextEntry, ...]:
    """What one record is worth telling; the board knows the records before it."""
    tell = _TELLERS.get(type(record.event))
    if tell is None:
        return ()
    place = Place(board=board, session=record.session, cursor=record.cursor, ts=record.ts)
    entry = tell(place, record.event)
    return () if entry is None else (entry,)


# what sessions write


def _asked(place: Place, event: events.QuestionAsked) -> ContextEntry:
    return question_entry(place, event.question)


def _answered(place: Place, event: events.QuestionAnswered) -> ContextEntry:
    answer = event.answer
    said = " — ".join(filter(None, (answer.choice, answer.text, answer.note)))
    text = f"nobody answered in time, going ahead with {said}" if event.expired else said
    kind = "default_applied" if event.expired else "answer"
    return place.entry(kind, answer.question, text, actor=answer.by, refs=(answer.question,))


def _withdrawn(place: Place, event: events.QuestionWithdrawn) -> ContextEntry:
    text = f"the question was withdrawn: {event.reason}"
    return place.entry("question_withdrawn", event.id, text, refs=(event.id,))


def _reported(place: Place, event: events.ReportMade) -> ContextEntry:
    return report_entry(place, event.report)


def _committed(place: Place, event: events.CommitSeen) -> ContextEntry:
    return place.entry("commit", event.sha, event.subject or event.sha[:8], refs=(event.sha,))


def _ended(place: Place, event: events.RunnerEnded) -> ContextEntry:
    reason, detail = event.exit.reason, event.exit.detail or event.exit.last_words
    return place.entry(
        reason.value,
        str(place.cursor.epoch),
        detail or f"its runner ended: {reason.value}",
        actor=RUNNER,
        needed=reason is ExitReason.FAILED,
    )


def _unsure(place: Place, event: events.MessageUnsure) -> ContextEntry:
    return unsure_entry(place, event.id)


def _guessed(place: Place, event: GuessMade) -> ContextEntry | None:
    return seeming_entry(place, event.line, place.ts) if event.state == "asking" else None


def _noted(place: Place, event: events.Noted) -> ContextEntry | None:
    if event.level == "info":
        return None
    actor = RUNNER if place.session else CORE
    needed = event.level == "error"
    return place.entry(event.level, place.spot, event.text, actor=actor, needed=needed)


# what the core writes


def _instantiated(place: Place, event: project_events.SessionInstantiated) -> ContextEntry:
    spec = event.spec
    actor = spec.parent or LEAD
    return place.of(spec.id).entry("instantiated", "0", spec.title or spec.task, actor=actor)


_MOVES = {_S.LOST: True, _S.CONFLICT: True, _S.MERGED: False, _S.ARCHIVED: False}
"""The core's states that are told, and whether each needs the lead."""


def _moved(place: Place, event: project_events.SessionMoved) -> ContextEntry | None:
    if event.after not in _MOVES:
        return None
    return place.of(event.session).entry(
        event.after.value,
        f"{event.after_record.epoch}.{event.after_record.seq}",
        event.cause,
        actor=CORE,
        needed=_MOVES[event.after],
    )


_UNMERGED = (MergeOutcome.CONFLICT, MergeOutcome.REFUSED, MergeOutcome.ROLLED_BACK)
"""How a merge ends that the lead has to look at."""


def _merge_ended(place: Place, event: project_events.MergeEnded) -> ContextEntry:
    outcome = event.outcome
    if event.stays:
        return delay_of_merge(place, event)
    return place.of(event.session).entry(
        f"merge_{outcome.value}",
        event.merge,
        event.detail or ", ".join(event.files) or f"the merge ended: {outcome.value}",
        actor=CORE,
        refs=(event.merge,),
        needed=outcome in _UNMERGED,
    )


def _held(place: Place, event: MergeHeld) -> ContextEntry:
    text = event.note or "it is held back in the merge queue"
    entry = place.board.queue.entry(event.session)
    head = entry.head if entry else place.spot
    where = place.of(event.session)
    return where.entry("merge_held", head, text, actor=event.by, needed=event.by != LEAD)


def _woken(place: Place, event: project_events.JoinWoken) -> ContextEntry:
    join, wake = place.board.joins.get(event.join), event.wake
    told = ", ".join(f"{name} {outcome.value}" for name, outcome in wake.outcomes.items())
    because = f" because of {wake.session}" if wake.session else ""
    late = wake.reason in (WakeReason.TIMEOUT, WakeReason.FAILED)
    return place.entry(
        "join_woken",
        event.join,
        f"the wait is over ({wake.reason.value}{because})" + (f": {told}" if told else ""),
        refs=(event.join,),
        needed=late and join is not None and join.by == LEAD,
    )


def _conducted(place: Place, event: project_events.ConductorTook) -> ContextEntry:
    by = f" ({event.by})" if event.by else ""
    text = f"process {event.pid}{by} conducts"
    return place.entry("conductor", place.spot, text)


_SAID = (LetterKind.STEER, LetterKind.FOLLOW_UP)


def _posted(place: Place, event: project_events.LetterPosted) -> ContextEntry | None:
    letter = event.letter
    if letter.kind not in _SAID:
        return None
    where = place.of("" if letter.recipient == LEAD else letter.recipient)
    return where.entry(
        letter.kind.value, letter.id, letter.text, actor=letter.sender, refs=(letter.id,)
    )


def _letter_moved(place: Place, event: project_events.LetterMoved) -> ContextEntry | None:
    if event.after not in (LetterState.DEAD, LetterState.ESCALATED):
        return None
    letter = place.board.letters.get(event.letter)
    return loud_entry(place, event.letter, event.after, letter, event.detail)


def _job_ended(place: Place, event: project_events.JobEnded) -> ContextEntry | None:
    job = place.board.jobs.get(event.job)
    if job is None:
        return None
    entry = job_entry(place, job, event.outcome, event.exit_code)
    letters = letters_for_lead(place.board)
    asked = any(letter.about == job.id and not letter.is_loud for letter in letters)
    needed = asked or event.outcome is JobOutcome.LOST
    return replace(entry, human_attention_needed=needed)


def _rescued(place: Place, event: project_events.WorkRescued) -> ContextEntry:
    rescue = event.rescue
    text = f"uncommitted work was kept under {rescue.ref}: {rescue.reason}"
    refs = (rescue.ref, rescue.commit)
    return place.of(rescue.session).entry("rescued", rescue.ref, text, actor=rescue.by, refs=refs)


def _sighted(place: Place, event: project_events.SightingMade) -> ContextEntry:
    return sighting_entry(place, event.sighting, place.ts)


_TELLERS: dict[type[Any], Callable[[Place, Any], ContextEntry | None]] = {
    events.QuestionAsked: _asked,
    events.QuestionAnswered: _answered,
    events.QuestionWithdrawn: _withdrawn,
    events.ReportMade: _reported,
    events.CommitSeen: _committed,
    events.RunnerEnded: _ended,
    events.MessageUnsure: _unsure,
    events.Noted: _noted,
    GuessMade: _guessed,
    project_events.SessionInstantiated: _instantiated,
    project_events.SessionMoved: _moved,
    project_events.MergeEnded: _merge_ended,
    MergeHeld: _held,
    project_events.JoinWoken: _woken,
    project_events.ConductorTook: _conducted,
    project_events.LetterPosted: _posted,
    project_events.LetterMoved: _letter_moved,
    project_events.JobEnded: _job_ended,
    project_events.WorkRescued: _rescued,
    project_events.SightingMade: _sighted,
    queue_events.CollisionFound: collision_told,
    **QUEUE_TELLERS,
    **REMOTE_TELLERS,
    **REVIEW_TELLERS,
}
