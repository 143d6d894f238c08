"""A small project with journals and commits, written as runners and the core would."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import msgspec

from tests.repo.gitbox import Box, make_box
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model import events
from wuhu_tui.model.events import Event
from wuhu_tui.model.history_events import WorktreeSeen
from wuhu_tui.model.letters import Letter, LetterKind
from wuhu_tui.model.messages import Boundary, Lane, Message
from wuhu_tui.model.project_events import (
    LetterPosted,
    ProjectOpened,
    ReviewOpened,
    SessionInstantiated,
)
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import Report, ReportKind, Usage
from wuhu_tui.model.reviews import Review
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


class Written:
    """A project in a folder whose clock goes on one second with every record."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.folder = ProjectFolder(box.path)
        self.folder.path.mkdir()
        self._ticks = count()
        self.skew: dict[str, timedelta] = {}
        """How far the clock of a journal is off."""
        self._writers: dict[str, JournalWriter] = {}
        opened = ProjectOpened(project="shop", root=str(box.path), base_branch="main")
        self.tell("", opened)

    def head(self, name: str) -> str:
        """The id of what a name means in the repository."""
        return self.box.head(name)

    def clock(self) -> datetime:
        return BEGINNING + timedelta(seconds=next(self._ticks))

    def _clock_of(self, session: str) -> Callable[[], datetime]:
        return lambda: self.clock() + self.skew.get(session, timedelta())

    def tell(self, session: str, event: Event) -> Record:
        """Write one event, on disk when this returns."""
        writer = self._writers.get(session)
        if writer is None:
            files = self.folder.session(session)
            path = files.journal if session else self.folder.journal
            kind, name = ("session", session) if session else ("project", "shop")
            writer = JournalWriter.open(
                path,
                kind=kind,
                name=name,
                clock=self._clock_of(session),
                redact=lambda line: (line, 0),
            )
            self._writers[session] = writer
        record = writer.append(event)
        writer.flush()
        return record

    def session(self, name: str) -> SessionSpec:
        """Instantiate a session."""
        spec = SessionSpec(
            id=name,
            project="shop",
            title=f"Work of {name}",
            task="Build the basket",
            branch=f"wuhu/{name}",
            base_branch="main",
            base_commit=self.head("main"),
        )
        files = self.folder.session(name)
        files.path.mkdir(parents=True)
        files.spec.write_bytes(msgspec.json.encode(spec))
        self.tell("", SessionInstantiated(spec=spec))
        return spec

    def letter(self, session: str, name: str, text: str = "Mind the tests") -> None:
        """Post a letter and let the session take it."""
        letter = Letter(
            id=name,
            kind=LetterKind.STEER,
            sender="lead",
            recipient=session,
            text=text,
            posted_at=BEGINNING,
        )
        self.tell("", LetterPosted(letter=letter))
        self.take(session, name, text)

    def take(self, session: str, name: str, text: str = "Mind the tests") -> None:
        """Let a session take and land a letter."""
        self.tell(session, events.CommandTaken(command=name, kind="steer", by="lead"))
        message = Message(
            id=name, lane=Lane.STEER, text=text, by="lead", sequence=1, queued_at=BEGINNING
        )
        self.tell(session, events.MessageQueued(message=message))
        self.tell(session, events.MessageLanded(id=name, boundary=Boundary.TOOL_END))

    def become(self, session: str, before: SessionState, after: SessionState) -> None:
        self.tell(session, events.StateChanged(before=before, after=after, cause="told"))

    def works(self, session: str, turn: int = 1) -> str:
        """A turn with a tool call that changes a file, a question and a commit; its head."""
        if turn == 1:
            self.tell(session, events.RunnerStarted(pid=1))
            self.become(session, SessionState.INSTANTIATED, SessionState.STARTING)
            self.become(session, SessionState.STARTING, SessionState.WORKING)
        self.tell(session, events.TurnStarted(turn=turn))
        self.tell(session, events.AgentThought(text="I think"))
        self.tell(session, events.AgentSaid(text=f"I build part {turn}", message=f"m{turn}"))
        call = f"call-{turn}"
        self.tell(
            session,
            events.ToolStarted(
                call=call,
                title="Edit basket.py",
                kind="edit",
                arguments='{"new": "whole content"}',
                paths=("basket.py",),
            ),
        )
        self.tell(session, events.ToolOutput(call=call, text="line of output\n"))
        diff = "--- a/basket.py\n+++ b/basket.py\n@@ -0,0 +1 @@\n+basket\n"
        self.tell(session, events.ToolEnded(call=call, output="done", diff=diff))
        asked = Question(
            id=f"q{turn}", kind=QuestionKind.OPEN, text="Which colour?", asked_at=BEGINNING
        )
        self.tell(session, events.QuestionAsked(question=asked))
        answer = Answer(question=f"q{turn}", by="lead", at=BEGINNING, text="blue")
        self.tell(session, events.QuestionAnswered(answer=answer))
        head = self._commit(session, turn)
        self.tell(session, events.CommitSeen(sha=head, subject=f"Part {turn}"))
        self.tell(session, events.UsageChanged(usage=Usage(cost=0.5 * turn)))
        self.tell(session, events.TurnEnded(turn=turn, stop_reason="end_turn", head=head))
        return head

    def _commit(self, session: str, turn: int) -> str:
        branch = f"wuhu/{session}"
        if not self.box.git("branch", "--list", branch):
            self.box.git("branch", branch, "main")
        self.box.git("checkout", "--quiet", branch)
        head = self.box.commit({"basket.py": f"basket {turn} of {session}\n"}, f"Part {turn}")
        self.box.git("checkout", "--quiet", "main")
        return head

    def seen(self, session: str, head: str) -> None:
        """The runner writes down the worktree as it stood."""
        tree = self.head(f"{head}^{{tree}}")
        self.tell(session, WorktreeSeen(tree=tree, commit=head, head=head))

    def reports(self, session: str, head: str) -> None:
        """The session reports; its work lies before the lead."""
        report = Report(kind=ReportKind.DONE, summary="The basket works", head=head)
        self.tell(session, events.ReportMade(report=report))
        self.become(session, SessionState.WORKING, SessionState.REPORTED)
        base = self.head("main")
        self.tell("", ReviewOpened(session=session, review=Review(head=head, merge_base=base)))


class Journals(Written):
    """The same without a repository: no git runs, commits are only told."""

    def __init__(self, path: Path) -> None:
        path.mkdir()
        super().__init__(Box(path))

    def head(self, name: str) -> str:
        return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()

    def _commit(self, session: str, turn: int) -> str:
        return self.head(f"{session} {turn}")


def make_written(path: Path) -> Written:
    """An opened project on a repository with one commit, without sessions."""
    return Written(make_box(path))


def make_run(path: Path) -> Written:
    """Two sessions: one worked two turns and reported, one worked a turn."""
    return play_run(make_written(path))


def make_journals(path: Path) -> Written:
    """The journals of the same run, without a repository."""
    return play_run(Journals(path))


def play_run(written: Written) -> Written:
    """Two sessions: one worked two turns and reported, one worked a turn."""
    for name in ("shop-impl-01", "shop-impl-02"):
        written.session(name)
    written.works("shop-impl-01")
    written.letter("shop-impl-01", "letter-1")
    written.works("shop-impl-02")
    head = written.works("shop-impl-01", turn=2)
    written.seen("shop-impl-01", head)
    written.reports("shop-impl-01", head)
    return written
