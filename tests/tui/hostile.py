"""Text that wants out: what an agent, a repository or a file name may contain."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from tests.tui.boards import NOW, ago, sample_board, sample_review, sample_transcripts, session
from tests.tui.fake_core import FakeCore
from tests.tui.letters import dead
from tests.tui.letters import letter as letter_to
from wuhu_tui.core.door import CommandResult
from wuhu_tui.model import events
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collisions import CollidingFile, Collision
from wuhu_tui.model.comments import Anchor, Comment, CommentState, Reply
from wuhu_tui.model.diff import Diff, DiffFile, DiffLine, FileChange, Hunk, LineKind
from wuhu_tui.model.evidence import (
    AskedQuestion,
    CriterionAnswer,
    CriterionEvidence,
    Evidence,
    Place,
    ScopeReport,
    evidence_of,
)
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil
from wuhu_tui.model.merge_queue import MergeQueue, QueuedMerge
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.messages import Boundary, Lane, Message
from wuhu_tui.model.origins import Origin, OriginKind
from wuhu_tui.model.questions import Answer, Option, Question, QuestionKind
from wuhu_tui.model.records import Record
from wuhu_tui.model.remotes import RemoteState
from wuhu_tui.model.reports import Exit, ExitReason, PlanStep, Report, ReportKind
from wuhu_tui.model.reviews import (
    Check,
    CheckState,
    Finding,
    RefusedVerdict,
    Verdict,
    VerdictKind,
)
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.transcript import Transcript

MARKUP = "[/b] [INFO] list[int] [@click=app.quit]x[/]"
"""What markup would eat, or make a link of; must be seen as it is."""

TITLE = "OWNED"
CLIPBOARD = "T1dORUQ="

HOSTILE = (
    f"{MARKUP} \x1b]0;{TITLE}\x07\x1b]2;{TITLE}\x1b\\\x1b]52;c;{CLIPBOARD}\x07\x9d2;{TITLE}\x9c"
    f"\x1bPtmux;\x1b\x1b]52;c;{CLIPBOARD}\x07\x1b\\\x1b[31m\x1b[2J\x1b[1;1H\x9b31m\x1bc\x0e\x1b(0"
    "\x1bPdcs\x1b\\\x1b_apc\x1b\\\u202eevil\u202c\u2066so\u2069\u200b\U000e0041\x00\x07\x08\x7f\x85"
    "\udcff\ud83d 日本語 e\u0301"
)
"""One line of everything."""

LINES = f"{HOSTILE}\n{HOSTILE}\r\nand\rso\u2028on\n\x1b]2;never ends {TITLE}\n{MARKUP}"
"""Several."""

HUGE = f"{HOSTILE} " + "x" * 500_000 + "\x1b]2;" + "y" * 500_000
"""A megabyte without a line end."""

IDS = {
    "id",
    "key",
    "default",
    "head",
    "merge_base",
    "base_commit",
    "result",
    "base_tip",
    "session",
    "recipient",
    "comment",
    "commit",
}
"""Fields that are wuhu's own identities, never an agent's text."""

V = TypeVar("V")


def poisoned(value: V, text: str, field: str = "") -> V:
    """A value in which every text but identities is hostile."""
    made: Any = value
    if isinstance(value, Enum) or field in IDS:
        return value
    if isinstance(value, str):
        made = text
    elif isinstance(value, tuple):
        made = tuple(poisoned(item, text, field) for item in value)
    elif isinstance(value, msgspec.Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        changed = {name: poisoned(item, text, name) for name, item in fields.items()}
        made = replace(value, **changed)
    return made  # type: ignore[no-any-return]


def hostile_board(text: str) -> Board:
    """One of every situation, every text of it hostile."""
    views = [_full(view) for view in sample_board().sessions.values()]
    views.append(_full(session("not-started", SessionState.INSTANTIATED, number=11)))
    views.append(_merged())
    base = sample_board()
    sessions = {view.id: poisoned(view, text) for view in views}
    join = Join(
        id="j1",
        sessions=(views[0].id,),
        mode=JoinMode.ANY,
        until=JoinUntil.REPORTED,
        by="lead",
        opened_at=ago(minutes=1),
        deadline=NOW + timedelta(hours=1),
    )
    letters = {
        name: poisoned(letter, text)
        for name, letter in (
            ("d1", dead("d1", views[1].id, detail="x", note="x", sender=views[0].id)),
            ("d2", dead("d2", "x", detail="x")),
            ("l1", letter_to("l1", "lead", sender=views[0].id)),
            ("p1", letter_to("p1", views[4].id)),
        )
    }
    project = poisoned(replace(base.project, warnings=("one", "two")), text)
    return replace(
        base,
        project=project,
        sessions=sessions,
        joins={"j1": join},
        letters=letters,
        **_on_the_way(text, views[4].id, views[6].id),
    )


def _on_the_way(text: str, first: str, second: str) -> dict[str, Any]:
    """A queue, a collision and a remote all of whose words are hostile."""
    entry = QueuedMerge(session=first, head="9" * 40, by="x", held_by="x", held_note="x", delay="x")
    files = (CollidingFile(path=text, lines=((1, 2),), kind=text),)
    collision = Collision(first=first, second=second, files=files, at=ago(minutes=1), ripe=True)
    remote = RemoteState(name="x", base="x", refused="x", refusal="x", trouble="x", missing=("x",))
    return {
        "queue": poisoned(MergeQueue(entries=(entry,), paused_by="x", paused_note="x"), text),
        "collisions": {collision.key: collision},
        "remote": poisoned(remote, text),
        "unseen": {first: text},
    }


def _full(view: SessionView) -> SessionView:
    """A view with every part filled, as far as its state has it."""
    waiting = Message(
        id=f"w{view.id}",
        lane=Lane.FOLLOW_UP,
        text="x",
        by="x",
        sequence=1,
        queued_at=ago(minutes=1),
    )
    question = Question(
        id=f"open{view.id}",
        kind=QuestionKind.OPEN,
        text="x",
        asked_at=ago(minutes=1),
        options=(Option(key="a", label="x", detail="x"), Option(key="b", label="x")),
        context="x",
    )
    asks = view.state is SessionState.ASKING
    return replace(
        view,
        questions=(*view.questions, question) if asks else view.questions,
        waiting=(*view.waiting, waiting),
        unsure=(replace(waiting, id=f"u{view.id}"),),
        plan=(PlanStep(text="x"), PlanStep(text="x", status="completed")),
        warnings=("x", "x"),
        exit=view.exit or Exit(reason=ExitReason.FAILED, detail="x", last_words="x"),
        report=view.report or Report(kind=ReportKind.NOTE, summary="x", evidence="x"),
        review=_review(view),
        merge=view.merge,
        comments=_COMMENTS,
        replies=(Reply(comment="c1", text="x", at=NOW),),
    )


_ANCHOR = Anchor(path="x", line=2, lines=("x",))
_COMMENT = Comment(id="c1", anchor=_ANCHOR, text="x", head="9" * 40, by="x")
_COMMENTS = (
    _COMMENT,
    replace(_COMMENT, id="c2", state=CommentState.SENT),
    replace(_COMMENT, id="c3", anchor=replace(_ANCHOR, line=0)),
)


def hostile_evidence(view: SessionView, text: str) -> Evidence:
    """Evidence of every kind."""
    place = Place(path="x", line=2, found=False)
    answer = CriterionAnswer(by="x", met=False, evidence=("x",), places=(place,))
    question = Question(id="q", kind=QuestionKind.OPEN, text="x", asked_at=ago(minutes=1))
    found = evidence_of(view, ("x",), usage=view.usage)
    made = replace(
        found,
        criteria=(CriterionEvidence(text="x", answers=(answer,)), CriterionEvidence(text="x")),
        scope=ScopeReport(scope=("x",), outside=("x",), untouched=("x",)),
        questions=(AskedQuestion(question=question),),
        notes=("x",),
    )
    return poisoned(made, text)


def hostile_origin(text: str) -> Origin:
    """A line whose whole story is hostile."""
    made = Origin(
        path="x",
        line=2,
        kind=OriginKind.WRITTEN,
        why="x",
        commit="9" * 40,
        subject="x",
        turn=1,
        prompt="x",
        said="x",
        tool="x",
        arguments="x",
    )
    return replace(poisoned(made, text), diff=f"@@ {text}\n-{text}\n+{text}")


def _review(view: SessionView) -> Any:
    if view.review is None:
        return None
    verdict = view.review.verdict or Verdict(
        kind=VerdictKind.CHANGES_REQUESTED,
        head=view.review.head,
        by="x",
        at=ago(minutes=1),
        note="x",
    )
    checks = (
        *view.review.checks,
        Check(name="x", state=CheckState.FAILED, exit_code=1, output="x"),
        Check(name="x", state=CheckState.BROKEN, output="x"),
        Check(name="x", state=CheckState.RUNNING, output="x"),
    )
    return replace(
        view.review,
        checks=checks,
        conflicts=("x", "x"),
        uncommitted=("x",),
        verdict=replace(verdict, findings=(Finding(path="x", line=1, text="x"),)),
        opinions=(replace(verdict, by="y"),),
        refused=(RefusedVerdict(verdict, "x"),),
    )


def _merged() -> SessionView:
    merge = Merge(
        id="g1",
        head="9" * 40,
        base_branch="x",
        result="8" * 40,
        outcome=MergeOutcome.MERGED,
        detail="x",
        files=("x",),
    )
    view = session("landed", SessionState.MERGED, number=12, merge=merge, review=sample_review())
    return replace(view, head="9" * 40)


def hostile_events(text: str) -> list[events.Event]:
    """One of every event a pane shows."""
    message = Message(id="m", lane=Lane.STEER, text=text, by=text, sequence=1, queued_at=NOW)
    question = Question(
        id="q",
        kind=QuestionKind.CHOICE,
        text=text,
        asked_at=NOW,
        options=(Option(key="a", label=text),),
        context=text,
    )
    diff = f"--- a/{text}\n+++ b/{text}\n@@ -1 +1 @@ {text}\n-{text}\n+{text}\n"
    return [
        events.TurnStarted(turn=1),
        events.AgentSaid(text=text, message="a"),
        events.AgentThought(text=text),
        events.ToolStarted(call="t", title=text, kind=text, arguments=text, paths=(text,)),
        events.ToolOutput(call="t", text=text),
        events.ToolEnded(call="t", output=text, diff=diff),
        events.ToolStarted(call="u", title=text, arguments=f'{{"command": "{MARKUP}"}}'),
        events.ToolEnded(call="u", ok=False, output=text),
        events.ToolStarted(call="v", title=text),
        events.ToolOutput(call="v", text=text),
        events.MessageQueued(message=message),
        events.MessageLanded(id="m", boundary=Boundary.TOOL_END),
        events.QuestionAsked(question=question),
        events.QuestionAnswered(
            answer=Answer(question="q", by=text, at=NOW, choice=text, text=text, note=text)
        ),
        events.ReportMade(report=Report(kind=ReportKind.DONE, summary=text, evidence=text)),
        events.Noted(text=text, level="warning"),
        events.Noted(text=text, level=text),
        events.RunnerEnded(
            exit=Exit(reason=ExitReason.FAILED, detail=text, last_words=text, at=NOW)
        ),
    ]


def hostile_transcript(text: str) -> Transcript:
    """A transcript of every kind of item."""
    transcript = Transcript()
    happenings: list[Any] = [*hostile_events(text), events.UnknownEvent(type=text, body={})]
    for seq, event in enumerate(happenings, start=1):
        transcript.apply(Record(session="s", epoch=1, seq=seq, ts=NOW, event=event))
    return transcript


def hostile_diff(text: str, head: str) -> Diff:
    """A diff whose paths, headers, notes and lines are hostile."""
    lines = (
        DiffLine(kind=LineKind.CONTEXT, text=text, old_number=1, new_number=1),
        DiffLine(kind=LineKind.REMOVED, text=text, old_number=2),
        DiffLine(kind=LineKind.ADDED, text=text, new_number=2),
    )
    files = tuple(
        DiffFile(
            path=text,
            old_path=text if change is FileChange.RENAMED else "",
            change=change,
            added=1,
            removed=1,
            binary=change is FileChange.MODE,
            hunks=(Hunk(header=f"@@ -1 +1 @@ {text}", lines=lines),),
            note=text,
        )
        for change in FileChange
    )
    return Diff(base="0" * 40, head=head, files=files)


def hostile_core(text: str) -> FakeCore:
    """A core all of whose texts are hostile."""
    board = hostile_board(text)
    names = [*sample_transcripts(), *board.sessions]
    core = FakeCore(board, {name: hostile_transcript(text) for name in names})
    for view in board.sessions.values():
        if view.review:
            core.diffs[view.id] = hostile_diff(text, view.review.head)
            core.proofs[view.id] = hostile_evidence(view, text)
            core.origins[view.id] = hostile_origin(text)
    core.command_result = CommandResult(exit_code=1, output=text)
    return core
