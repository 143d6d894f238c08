"""What a session's parent is told of it: reports, open questions, silence, and its end; each once ever."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import datetime

from msgspec.structs import replace

from wuhu_tui.core.due import is_silent
from wuhu_tui.core.errands import Work
from wuhu_tui.core.ladder import waits_for_a_turn
from wuhu_tui.core.letters import command_of, discard_letter, post
from wuhu_tui.core.project import Project
from wuhu_tui.model.board import Board, SessionView, ToldReport
from wuhu_tui.model.errors import NotFound, NotPossible
from wuhu_tui.model.letters import Letter, LetterKind, LetterState
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.reports import Report
from wuhu_tui.model.states import SessionState

WHAT_NEXT = {
    LetterKind.DONE: (
        "Next: read its diff, then ask for a review or a merge, or tell it what is missing."
    ),
    LetterKind.BLOCKED: "Next: give it what it needs with a message, or give its task to another.",
    LetterKind.FAILED: "Next: look why, then resume it with other words or do without it.",
    LetterKind.NOTE: "This is progress, not completion: it goes on.",
    LetterKind.REQUEST: "Next: answer it if you may, or leave it to the lead.",
    LetterKind.IDLE: (
        "It was reminded to report and did not. Next: read what it did, then ask it, or judge its "
        "commits as they are."
    ),
}
"""What a parent should do with each kind of letter."""

STOPPED_NEXT = "Next: do without it, or ask the lead; it goes on once somebody resumes it."

JUDGED_NEXT = (
    "Next: its verdict stands beside the diff it judged; the review policy says what follows."
)

_ON_THE_WAY = (LetterState.QUEUED, LetterState.DEFERRED, LetterState.OFFERED, LetterState.ESCALATED)

_ENDS = {
    SessionState.FAILED: LetterKind.FAILED,
    SessionState.LOST: LetterKind.FAILED,
    SessionState.STOPPED: LetterKind.IDLE,
}
"""What an end without a report is to the parent; a session that was stopped can go on any time."""


def owed(view: SessionView, now: datetime, *, nudges: bool) -> tuple[Letter, ...]:
    """What the session's parent was not told yet, oldest first; `nudges`: silence is reminded of first."""
    if not view.spec.parent or view.state is SessionState.ARCHIVED:
        return ()
    letters = [_of_report(view, told, now) for told in view.reports if told.at > view.carried]
    end = _of_end(view, now)
    if end is not None:
        letters.append(end)
    letters += [
        _of_question(view, question, now)
        for question in view.questions
        if question.id not in view.carried_questions and question.kind is not QuestionKind.BUDGET
    ]
    is_news = view.turn > view.carried_silence
    if is_news and not letters and is_silent(view, now, nudges=nudges):
        letters.append(_of_silence(view, now))
    return tuple(letters)


def report_letter_id(session: str, told: ToldReport) -> str:
    """The id of the one letter that carries this report."""
    return f"report-{session}-{told.at.epoch}-{told.at.seq}"


def _of_report(view: SessionView, told: ToldReport, now: datetime) -> Letter:
    report = told.report
    letter = _letter(view, LetterKind(report.kind.value), _said(report), now)
    text = _words(view, letter.kind, _said(report), report.head or view.head)
    name = report_letter_id(view.id, told)
    return replace(letter, id=name, text=text, reported_at=told.at)


def _said(report: Report) -> str:
    evidence = report.evidence.strip()
    return "\n".join(filter(None, (report.summary.strip(), evidence and f"Evidence: {evidence}")))


def _of_question(view: SessionView, question: Question, now: datetime) -> Letter:
    options = [f"- {option.key}: {option.label}" for option in question.options]
    words = "\n".join((f"{question.text.strip()} (question {question.id})", *options))
    letter = _letter(view, LetterKind.REQUEST, words, now)
    return replace(letter, id=f"question-{view.id}-{question.id}", about=question.id)


def _of_silence(view: SessionView, now: datetime) -> Letter:
    words = f"Its turn {view.turn} ended without a report."
    letter = _letter(view, LetterKind.IDLE, words, now)
    name = f"idle-{view.id}-{view.cursor.epoch}-{view.turn}"
    return replace(letter, id=name, about=str(view.turn))


def _of_end(view: SessionView, now: datetime) -> Letter | None:
    """Its end, unless it had reported in the turn that was its last, or its parent ended it."""
    ended = view.lost if view.is_lost else view.own
    if ended is None or ended.state not in _ENDS:
        return None
    # A death comes after the last record, which may be a word that its parent knows already.
    at = replace(ended.at, seq=ended.at.seq + 1) if view.is_lost else ended.at
    if at <= view.carried:
        return None
    reported = view.turn > 0 and view.reported_in_turn >= view.turn
    if reported or ended.cause == f"stopped by {view.spec.parent}":
        return None
    words = f"It ended without a report: {ended.state.value} ({ended.cause or 'no reason told'})."
    letter = _letter(view, _ENDS[ended.state], words, now)
    name = f"end-{view.id}-{ended.at.epoch}-{ended.at.seq}"
    return replace(letter, id=name, reported_at=at)


def _letter(view: SessionView, kind: LetterKind, said: str, now: datetime) -> Letter:
    return Letter(
        id="",
        kind=kind,
        sender=view.id,
        recipient=view.spec.parent,
        text=_words(view, kind, said, view.head),
        posted_at=now,
    )


def _words(view: SessionView, kind: LetterKind, said: str, head: str) -> str:
    name = f"{view.id} ({view.spec.title})" if view.spec.title else view.id
    at = f" at {head}" if head else ", without a commit of its own so far"
    verb = "asks" if kind is LetterKind.REQUEST else f"says: {kind.value}"
    if kind is LetterKind.IDLE:
        verb = "is silent"
    if view.state is SessionState.STOPPED and kind is LetterKind.IDLE:
        verb, what_next = "was stopped", STOPPED_NEXT
    else:
        what_next = JUDGED_NEXT if _has_judged(view, kind) else WHAT_NEXT[kind]
    parts = (f"[{name} {verb}]", said, f"Branch {view.spec.branch}{at}.", what_next)
    return "\n".join(parts)


def _has_judged(view: SessionView, kind: LetterKind) -> bool:
    return view.spec.judges is not None and kind is LetterKind.DONE


def report_back_duties(project: Project) -> Iterator[tuple[str, Hashable, Work]]:
    """Name, occasion and work for each session whose parent is owed a word."""
    nudges, now = project.config.policies.nudge, project.clock()
    for view in project.board.sessions.values():
        letters = owed(view, now, nudges=nudges)
        if letters:
            occasion = tuple(letter.id for letter in letters)
            yield f"report back {view.id}", occasion, _reporting(project, view.id)
    for letter in moot(project.board):
        yield f"take back {letter.id}", letter.state, _taking_back(project, letter)


def moot(board: Board) -> Iterator[Letter]:
    """Letters about questions that were closed before their reader got to them."""
    for letter in board.letters.values():
        if letter.kind is not LetterKind.REQUEST or letter.state not in _ON_THE_WAY:
            continue
        asker = board.session(letter.sender)
        if asker is not None and letter.id.startswith("question-") and not _is_open(asker, letter):
            yield letter


def _is_open(asker: SessionView, letter: Letter) -> bool:
    return any(question.id == letter.about for question in asker.questions)


def _taking_back(project: Project, letter: Letter) -> Work:
    return lambda: _take_back(project, letter)


def _reporting(project: Project, session: str) -> Work:
    return lambda: report_back(project, session)


async def report_back(project: Project, session: str) -> None:
    """Post what the session's parent is owed and lay it down; the ladder does the rest."""
    nudges = project.config.policies.nudge
    letters = owed(project.view(session), project.clock(), nudges=nudges)
    await post(project, *letters)
    parent = project.board.session(project.view(session).spec.parent)
    if parent is not None and parent.spec.project and parent.state is not SessionState.ARCHIVED:
        for letter in letters:
            if not waits_for_a_turn(letter, parent):
                await project.host.send(parent.id, command_of(letter))


async def _take_back(project: Project, letter: Letter) -> None:
    """Its question is closed: what still waits of it would only cost its reader a turn."""
    note = "its question is closed"
    try:
        await discard_letter(project, letter.id, note=note, by="core", after=LetterState.CANCELLED)
    except (NotPossible, NotFound):
        return  # it landed, or ended, just now
