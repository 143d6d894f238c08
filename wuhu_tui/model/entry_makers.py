"""How an entry of each kind is made, the same from a record as from the board. Pure."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.jobs import Job, JobOutcome
from wuhu_tui.model.letters import LEAD, Letter, LetterState
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.reviews import Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.sightings import Sighting, SightingKind
from wuhu_tui.model.value import EPOCH_START, Value

CORE = "core"
RUNNER = "runner"
"""Actors that are neither the lead nor a session."""

_OWN_WORD = (QuestionKind.PERMISSION, QuestionKind.PLAN, QuestionKind.BUDGET)


class ContextEntry(Value, frozen=True):
    """One thing somebody did or said; `refs` are commits, messages, questions."""

    id: str
    project_id: str
    session_name: str
    actor: str
    kind: str
    ts: datetime
    text: str
    refs: tuple[str, ...] = ()
    human_attention_needed: bool = False


class Place(Value, frozen=True):
    """Where something happened: what the board says of the project and of the record's session."""

    board: Board
    session: str
    cursor: Cursor
    ts: datetime = EPOCH_START

    def entry(
        self,
        kind: str,
        mark: str,
        text: str,
        *,
        actor: str = "",
        refs: tuple[str, ...] = (),
        needed: bool = False,
        ts: datetime | None = None,
    ) -> ContextEntry:
        """An entry of this place; `mark` tells it from others of its kind."""
        return ContextEntry(
            id=f"{self.session or 'project'}:{kind}:{mark}",
            project_id=self.board.project.name,
            session_name=self.session,
            actor=actor or self.session or CORE,
            kind=kind,
            ts=ts or self.ts,
            text=text,
            refs=refs,
            human_attention_needed=needed,
        )

    @property
    def spot(self) -> str:
        """The record's place in its journal."""
        return f"{self.cursor.epoch}.{self.cursor.seq}"

    @property
    def spec(self) -> SessionSpec | None:
        """The session's spec, if the board has it."""
        view = self.board.session(self.session)
        return view.spec if view else None

    def of(self, session: str) -> Place:
        """The same moment of another session."""
        return Place(board=self.board, session=session, cursor=self.cursor, ts=self.ts)


def question_entry(place: Place, question: Question) -> ContextEntry:
    """What somebody asks the lead."""
    kind = question.kind.value if question.kind in _OWN_WORD else "question"
    return place.entry(
        kind, question.id, question.text, refs=(question.id,), needed=True, ts=question.asked_at
    )


def report_entry(place: Place, report: Report) -> ContextEntry:
    """A report of work with commits needs nobody yet: its review will; a judge has none to show."""
    spec = place.spec
    judges = spec is not None and spec.judges is not None
    has_commits = bool(report.head) and spec is not None and report.head != spec.base_commit
    needed = report.kind in (ReportKind.BLOCKED, ReportKind.FAILED)
    needed = needed or (report.kind is ReportKind.DONE and not has_commits and not judges)
    refs = (report.head,) if report.head else ()
    kind = f"report_{report.kind.value}"
    return place.entry(kind, report.at.isoformat(), report.summary, refs=refs, needed=needed)


def unsure_entry(place: Place, message: str) -> ContextEntry:
    """A message of which nobody can say whether it arrived."""
    text = "nobody can say whether a message arrived: the agent died before it said so"
    return place.entry("message_unsure", message, text, refs=(message,), needed=True)


def seeming_entry(place: Place, line: str, at: datetime) -> ContextEntry:
    """A screen that looks as if it waited for the lead."""
    text = f"its screen seems to ask: {line}"
    return place.entry("seems_to_ask", at.isoformat(), text, needed=True, ts=at)


def review_entry(place: Place, head: str, at: datetime) -> ContextEntry:
    """A commit that lies before the lead; put there again, it is another one."""
    mark, text = f"{head}:{at.isoformat()}", f"{head[:8]} is ready for review"
    return place.entry("review_ready", mark, text, actor=CORE, refs=(head,), needed=True, ts=at)


def verdict_entry(place: Place, verdict: Verdict) -> ContextEntry:
    """A judgement; the lead's own asks nothing of the lead."""
    return place.entry(
        f"verdict_{verdict.kind.value}",
        f"{verdict.head}:{verdict.at.isoformat()}",
        verdict.note or f"{verdict.by} judged {verdict.head[:8]}: {verdict.kind.value}",
        actor=verdict.by,
        refs=(verdict.head,),
        needed=verdict.kind is not VerdictKind.CHANGES_REQUESTED and verdict.by != LEAD,
        ts=verdict.at,
    )


def loud_entry(
    place: Place, name: str, state: LetterState, letter: Letter | None, detail: str
) -> ContextEntry:
    """A letter that did not arrive, told under the project: no session is to blame."""
    way = f"{letter.kind.value} of {letter.sender} to {letter.recipient}" if letter else name
    why = f" ({detail})" if detail else ""
    said = f": {letter.text}" if letter else ""
    word = "is dead" if state is LetterState.DEAD else "needs you"
    text = f"the {way} {word}{why}{said}"
    return place.of("").entry(
        f"letter_{state.value}",
        name,
        text,
        refs=(name,),
        needed=True,
        ts=letter.since if letter and letter.since > EPOCH_START else None,
    )


def sighting_entry(place: Place, sighting: Sighting, at: datetime) -> ContextEntry:
    """What the core found out by itself; base moves mostly by the lead's own hand."""
    return place.of(sighting.session).entry(
        sighting.kind.value,
        sighting.mark,
        sighting.text,
        actor=CORE,
        refs=sighting.refs,
        needed=sighting.kind is not SightingKind.BASE_MOVED,
        ts=at,
    )


def silence_mark(view: SessionView) -> str:
    """What tells one silence of a session from the next."""
    return f"{view.cursor.epoch}.{view.turn}"


def job_entry(place: Place, job: Job, outcome: JobOutcome, code: int | None) -> ContextEntry:
    """How a command ended that runs beside the sessions."""
    told = "" if code is None else f", exit code {code}"
    return place.of(job.session).entry(
        "job_ended",
        job.id,
        f"{job.command}: {outcome.value}{told}",
        actor=job.by,
        refs=(job.id,),
    )
