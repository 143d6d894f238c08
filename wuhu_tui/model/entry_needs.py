"""What needs the lead as the board stands, as entries: the same that told of it when it happened. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from wuhu_tui.model.attention import Matter, has_judged, letters_for_lead, matter
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.entries_collisions import collision_needs
from wuhu_tui.model.entries_queue import queue_needs
from wuhu_tui.model.entries_remote import remote_needs
from wuhu_tui.model.entry_makers import (
    CORE,
    RUNNER,
    ContextEntry,
    Place,
    job_entry,
    loud_entry,
    question_entry,
    report_entry,
    review_entry,
    seeming_entry,
    sighting_entry,
    silence_mark,
    unsure_entry,
    verdict_entry,
)
from wuhu_tui.model.jobs import Job
from wuhu_tui.model.judges import judge_at_work
from wuhu_tui.model.letters import LetterState
from wuhu_tui.model.messages import Message
from wuhu_tui.model.queue_needs import held_back, stands_in_line
from wuhu_tui.model.sightings import Sighting, SightingKind
from wuhu_tui.model.states import SessionState

_S = SessionState


def needs(board: Board) -> tuple[ContextEntry, ...]:
    """Everything that needs the lead as the board stands, oldest first."""
    found = [entry for view in board.sessions.values() for entry in _needs_of(board, view)]
    place = Place(board=board, session="", cursor=board.project.cursor)
    loud = (letter for letter in board.letters.values() if letter.is_loud)
    found += [loud_entry(place, one.id, one.state, one, one.detail) for one in loud]
    found += [*_for_lead(place), *remote_needs(place), *collision_needs(place)]
    found += queue_needs(place)
    return tuple(sorted(found, key=lambda entry: (entry.ts, entry.id)))


def _for_lead(place: Place) -> Iterator[ContextEntry]:
    """What was written to the lead, who has not said to have seen it."""
    for letter in letters_for_lead(place.board):
        job = place.board.jobs.get(letter.about)
        if letter.is_loud:
            continue
        if job is None:
            yield loud_entry(place, letter.id, LetterState.ESCALATED, letter, "")
        elif not job.is_running:
            yield _job_for_lead(place, job)


def _job_for_lead(place: Place, job: Job) -> ContextEntry:
    entry = job_entry(place, job, job.outcome, job.exit_code)
    return replace(entry, human_attention_needed=True, ts=job.ended_at or job.begun_at)


def _needs_of(board: Board, view: SessionView) -> Iterator[ContextEntry]:
    if _is_settled(view):
        return
    place = Place(board=board, session=view.id, cursor=view.cursor, ts=view.since)
    for message in unsure_messages(board, view):
        yield unsure_entry(place, message.id)
    if view.state is not _S.MERGED:
        for question in view.questions:
            yield question_entry(place, question)
        yield from _matter_of(place, view)
    for sighting in unseen_work(board, view):
        yield sighting_entry(place, sighting, sighting.at)


def _is_settled(view: SessionView) -> bool:
    """Whether nothing of it asks anything of the lead now."""
    return view.state in (_S.ARCHIVED, _S.MERGING) or not view.spec.project


def unsure_messages(board: Board, view: SessionView) -> Iterator[Message]:
    """Messages that may have arrived, but for those whose letter says so itself or is settled."""
    if _is_settled(view):
        return
    for message in view.unsure:
        letter = board.letters.get(message.id)
        if letter is None or not (letter.is_loud or letter.is_ended):
            yield message


def unseen_work(board: Board, view: SessionView) -> Iterator[Sighting]:
    """What was found of a session that nobody spoke of, and that still waits for the lead."""
    if _is_settled(view):
        return
    for sighting in board.sightings.values():
        if sighting.session == view.id and _is_open(view, sighting):
            yield sighting


def _matter_of(place: Place, view: SessionView) -> Iterator[ContextEntry]:
    """What its state asks of the lead; a stop is the lead's own word and asks nothing."""
    match matter(view):
        case Matter.SEEMS_TO_ASK if view.guess is not None:
            yield seeming_entry(place, view.guess.line, view.guess.at)
        case Matter.NO_REPORT:
            text = "its turn ended without a report"
            mark = silence_mark(view)
            yield place.entry(SightingKind.NO_REPORT, mark, text, needed=True)
        case _:
            yield from _state_of(place, view)


def _state_of(place: Place, view: SessionView) -> Iterator[ContextEntry]:
    at = view.standing.at
    match view.state:
        case _S.REPORTED if view.report is not None and not has_judged(view):
            yield replace(report_entry(place, view.report), human_attention_needed=True)
        case _S.FAILED:
            cause = view.exit.detail if view.exit else ""
            yield place.entry(
                "failed", str(at.epoch), cause or view.standing.cause, actor=RUNNER, needed=True
            )
        case _S.LOST | _S.CONFLICT:
            mark, cause = f"{at.epoch}.{at.seq}", view.standing.cause
            yield place.entry(view.state.value, mark, cause, actor=CORE, needed=True)
        case _S.IN_REVIEW if view.review is not None and judge_at_work(view) is None:
            yield review_entry(place, view.review.head, view.review.opened_at)
        case _S.APPROVED if entry := held_back(place.board.queue, view):
            text = entry.held_note or "it is held back in the merge queue"
            yield place.entry("merge_held", entry.head, text, actor=CORE, needed=True)
        case _S.APPROVED if stands_in_line(place.board.queue, view):
            return
        case _S.APPROVED if view.review is not None and view.review.verdict is not None:
            yield replace(verdict_entry(place, view.review.verdict), human_attention_needed=True)


def _is_open(view: SessionView, sighting: Sighting) -> bool:
    """Whether it still waits for the lead; a silence is told from the session itself."""
    match sighting.kind:
        case SightingKind.ORPHANED_QUESTION:
            return False  # the question itself is told
        case SightingKind.UNREPORTED_WORK:
            reviewed = view.review is not None and view.review.head == sighting.mark
            return view.state in _UNSEEN and not reviewed
        case SightingKind.PULL_REQUEST:
            return view.state in _UNSEEN
    return False


_UNSEEN = frozenset({_S.IDLE, _S.HIBERNATED, _S.STOPPED, _S.FAILED, _S.LOST, _S.MERGED})
"""States in which nothing of a session's work lies before the lead."""
