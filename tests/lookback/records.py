"""A morning of two sessions, as their journals tell it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tests.tui.boards import NOW
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.events import Event
from wuhu_tui.model.history_events import LeadLooked
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.model.recorded_times import in_order
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.reports import Report, ReportKind, Usage
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState as S
from wuhu_tui.model.trails import Trails

ONE, TWO = "shop-api-impl-01", "shop-api-impl-02"


def at(minutes: float) -> datetime:
    """A time so many minutes into the story, which began four hours before `NOW`."""
    return NOW - timedelta(hours=4) + timedelta(minutes=minutes)


class Journals:
    """Journals under construction; each record has the next place of its own."""

    def __init__(self) -> None:
        self.journals: dict[str, list[Record]] = {"": []}

    def write(self, session: str, minutes: float, *told: Event) -> Record:
        """Append to a journal; the last of the records."""
        journal = self.journals.setdefault(session, [])
        for event in told:
            place = len(journal) + 1
            journal.append(Record(session=session, epoch=1, seq=place, ts=at(minutes), event=event))
        return journal[-1]

    def make(self, session: str, minutes: float, **spec: Any) -> None:
        """A session is made."""
        made = SessionSpec(id=session, project="shop-api", **spec)
        self.write("", minutes, project.SessionInstantiated(spec=made))

    def become(self, session: str, minutes: float, state: S) -> Cursor:
        """Its runner says so."""
        told = events.StateChanged(before=S.STARTING, after=state, cause="told")
        return self.write(session, minutes, told).cursor

    def move(self, session: str, minutes: float, state: S, after: Cursor) -> None:
        """The core says so."""
        moved = project.SessionMoved(
            session=session, before=S.IDLE, after=state, cause="told", after_record=after
        )
        self.write("", minutes, moved)

    def ask(self, session: str, minutes: float, name: str, text: str = "which?") -> Cursor:
        """It asks the lead."""
        asked = Question(id=name, kind=QuestionKind.CHOICE, text=text, asked_at=at(minutes))
        self.write(session, minutes, events.QuestionAsked(question=asked))
        return self.become(session, minutes, S.ASKING)

    def answer(self, session: str, minutes: float, name: str, by: str = "lead") -> Cursor:
        """Somebody answers; `default`: nobody did."""
        said = Answer(question=name, by=by, at=at(minutes), text="this one")
        answered = events.QuestionAnswered(answer=said, expired=by == "default")
        self.write(session, minutes, answered)
        return self.become(session, minutes, S.WORKING)

    def use(self, session: str, minutes: float, cost: float) -> None:
        """Its agent tells what it used so far."""
        self.write(session, minutes, events.UsageChanged(usage=Usage(input_tokens=1000, cost=cost)))

    def report(self, session: str, minutes: float, summary: str = "it is done") -> Cursor:
        """It says that it is done."""
        told = Report(kind=ReportKind.DONE, summary=summary, head="a" * 40, at=at(minutes))
        self.write(session, minutes, events.ReportMade(report=told))
        self.write(session, minutes, events.TurnEnded(turn=1, stop_reason="end_turn"))
        return self.become(session, minutes, S.REPORTED)

    def end_merge(self, session: str, minutes: float, outcome: MergeOutcome) -> None:
        """Its merge is over."""
        self.write(
            "", minutes, project.MergeEnded(session=session, merge=f"m-{session}", outcome=outcome)
        )

    def trails(self) -> Trails:
        """What looking back makes of them."""
        trails = Trails()
        trails.take(in_order(self.journals))
        return trails

    @property
    def records(self) -> Iterable[Record]:
        """All of them, one journal after the other."""
        return [record for journal in self.journals.values() for record in journal]


def morning() -> Journals:
    """One asks twice and lands; two asks, is answered by default, and is silent in the end."""
    told = Journals()
    told.write("", 0, project.ProjectOpened(project="shop-api", root="/repo", base_branch="main"))
    told.make(ONE, 0, title="auth-api", created_at=at(0))
    told.make(TWO, 10, title="search-idx", created_at=at(10))
    for session, begin in ((ONE, 1), (TWO, 11)):
        told.write(session, begin, events.RunnerStarted(pid=1))
        told.become(session, begin, S.STARTING)
        told.become(session, begin + 1, S.WORKING)
        told.write(session, begin + 1, events.TurnStarted(turn=1))
    told.ask(ONE, 20, "q1", "bcrypt or argon2?")
    told.answer(ONE, 50, "q1")
    told.use(ONE, 60, 1.5)
    told.ask(TWO, 60, "q2", "which index?")
    told.answer(TWO, 70, "q2", by="default")
    told.ask(ONE, 80, "q3", "drop the table?")
    told.answer(ONE, 90, "q3")
    told.use(ONE, 95, 4.0)
    told.write(ONE, 99, events.CommitSeen(sha="a" * 40, subject="Hash with argon2"))
    reported = told.report(ONE, 100, "hashes with argon2")
    told.move(ONE, 101, S.MERGING, reported)
    told.move(ONE, 110, S.MERGED, reported)
    told.end_merge(ONE, 110, MergeOutcome.MERGED)
    told.write(TWO, 120, events.TurnEnded(turn=1, stop_reason="end_turn"))
    told.become(TWO, 120, S.IDLE)
    told.write("", 130, LeadLooked(since=at(45), until=at(95)))
    return told
