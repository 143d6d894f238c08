"""Boards for tests, made by folding events a person can read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.events import Event
from wuhu_tui.model.fold import fold
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.messages import Boundary, Lane, Message
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.reviews import Review, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


class Story:
    """A board and a clock that goes on one second with every event."""

    def __init__(self) -> None:
        self.board = Board()
        self.now = BEGINNING
        self.records: list[Record] = []
        self._seqs: dict[str, int] = {}
        self._epochs: dict[str, int] = {}

    def tell(self, session: str, event: Event) -> Record:
        """One more event of a session's journal, or with an empty name of the project's."""
        self.now += timedelta(seconds=1)
        self._seqs[session] = self._seqs.get(session, 0) + 1
        if isinstance(event, events.RunnerStarted):
            self._epochs[session] = self._epochs.get(session, 0) + 1
        record = Record(
            session=session,
            epoch=self._epochs.get(session, 1),
            seq=self._seqs[session],
            ts=self.now,
            event=event,
        )
        self.records.append(record)
        self.board = fold(self.board, record)
        return record

    def view(self, session: str) -> SessionView:
        return self.board.sessions[session]

    def instantiated(self, *sessions: str, base_commit: str = "base") -> None:
        for session in sessions:
            spec = SessionSpec(id=session, project="shop", base_commit=base_commit)
            self.tell("", project.SessionInstantiated(spec=spec))

    def state(self, session: str, after: SessionState, cause: str = "told") -> None:
        own = self.view(session).own
        before = own.state if own else SessionState.INSTANTIATED
        self.tell(session, events.StateChanged(before=before, after=after, cause=cause))

    def working(self, session: str) -> None:
        """A (new) turn runs."""
        view = self.board.session(session)
        if view is None:
            self.instantiated(session)
            view = self.view(session)
        if view.runner_pid == 0 or view.is_lost:
            self.tell(session, events.RunnerStarted(pid=100))
            self.state(session, SessionState.STARTING)
        self.state(session, SessionState.WORKING)
        self.tell(session, events.TurnStarted(turn=self.view(session).turn + 1))

    def turn_over(self, session: str, head: str = "", stop_reason: str = "end_turn") -> None:
        """The turn ends; idle, or reported if it said something."""
        turn = self.view(session).turn
        self.tell(session, events.TurnEnded(turn=turn, stop_reason=stop_reason, head=head))
        reported = self.view(session).reported_in_turn == turn
        self.state(session, SessionState.REPORTED if reported else SessionState.IDLE)

    def report(self, session: str, kind: ReportKind = ReportKind.DONE, head: str = "") -> None:
        report = Report(kind=kind, summary="so it is", head=head, at=self.now)
        self.tell(session, events.ReportMade(report=report))

    def done(self, session: str, kind: ReportKind = ReportKind.DONE, head: str = "") -> None:
        """Work, report, end of turn."""
        self.working(session)
        self.report(session, kind, head)
        self.turn_over(session, head)

    def asks(self, session: str, question: str = "q1") -> None:
        asked = Question(id=question, kind=QuestionKind.OPEN, text="How?", asked_at=self.now)
        self.tell(session, events.QuestionAsked(question=asked))
        self.state(session, SessionState.ASKING)

    def answered(self, session: str, question: str = "q1") -> None:
        answer = Answer(question=question, by="lead", at=self.now, text="so")
        self.tell(session, events.QuestionAnswered(answer=answer))
        self.state(session, SessionState.WORKING)

    def queued(self, session: str, message: str = "m1", lane: Lane = Lane.FOLLOW_UP) -> None:
        queued = Message(
            id=message, lane=lane, text="more", by="lead", sequence=1, queued_at=self.now
        )
        self.tell(session, events.MessageQueued(message=queued))

    def landed(self, session: str, message: str = "m1") -> None:
        self.tell(session, events.MessageLanded(id=message, boundary=Boundary.TURN_END))

    def nudged(self, session: str) -> None:
        """The core's reminder was taken and a turn runs because of it."""
        view = self.view(session)
        name = f"nudge-{session}-{view.cursor.epoch}-{view.turn}"
        self.tell(session, events.CommandTaken(command=name, kind="system_note", by="core"))
        self.working(session)

    def ended(self, session: str, after: SessionState) -> None:
        self.state(session, after)

    def moved(self, session: str, after: SessionState) -> None:
        view = self.view(session)
        before = view.own.state if after is SessionState.LOST and view.own else view.state
        self.tell(
            "",
            project.SessionMoved(
                session=session, before=before, after=after, cause="told", after_record=view.cursor
            ),
        )

    def lost(self, session: str) -> None:
        self.moved(session, SessionState.LOST)

    def in_review(self, session: str, head: str = "head") -> None:
        review = Review(head=head, merge_base="base")
        self.tell("", project.ReviewOpened(session=session, review=review))
        self.moved(session, SessionState.IN_REVIEW)

    def judged(self, session: str, kind: VerdictKind = VerdictKind.APPROVED) -> None:
        review = self.view(session).review
        assert review is not None
        verdict = Verdict(kind=kind, head=review.head, by="lead", at=self.now)
        self.tell("", project.VerdictGiven(session=session, verdict=verdict))
        after = {
            VerdictKind.APPROVED: SessionState.APPROVED,
            VerdictKind.CHANGES_REQUESTED: SessionState.CHANGES_REQUESTED,
        }
        if kind in after:
            self.moved(session, after[kind])

    def merged(self, session: str, outcome: MergeOutcome = MergeOutcome.MERGED) -> None:
        self.moved(session, SessionState.MERGING)
        merge = Merge(id=f"merge-{session}", head="head", base_branch="main")
        self.tell("", project.MergeStarted(session=session, merge=merge))
        self.tell("", project.MergeEnded(session=session, merge=merge.id, outcome=outcome))
        after = {
            MergeOutcome.MERGED: SessionState.MERGED,
            MergeOutcome.CONFLICT: SessionState.CONFLICT,
        }
        self.moved(session, after.get(outcome, SessionState.APPROVED))

    def joined(
        self,
        *sessions: str,
        mode: JoinMode = JoinMode.ANY,
        until: JoinUntil = JoinUntil.REPORTED,
        by: str = "lead",
        timeout: timedelta | None = timedelta(hours=1),
        name: str = "join",
    ) -> Join:
        """Open a join now."""
        seen = {name: self.board.sessions[name].cursor.seq for name in sessions}
        self.now += timedelta(seconds=1)
        join = Join(
            id=name,
            sessions=sessions,
            mode=mode,
            until=until,
            by=by,
            opened_at=self.now,
            deadline=self.now + timeout if timeout else None,
            seen=seen,
        )
        self.tell("", project.JoinOpened(join=join))
        return join
