"""Boards and transcripts for tests: one of every situation a lead meets, at one fixed moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from wuhu_tui.model import events
from wuhu_tui.model.board import Board, Phase, ProjectView, SessionView, Standing
from wuhu_tui.model.messages import Boundary, Lane, Message
from wuhu_tui.model.questions import OnTimeout, Option, Question, QuestionKind
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.reports import Exit, ExitReason, Report, ReportKind, Usage
from wuhu_tui.model.reviews import Check, CheckState, Review, Verdict, VerdictKind
from wuhu_tui.model.sessions import AgentLaunch, SessionSpec
from wuhu_tui.model.states import RUNNER_STATES, PhaseKind, SessionState
from wuhu_tui.model.transcript import Transcript

NOW = datetime(2026, 1, 5, 12, 0, 0, tzinfo=UTC)


def ago(**parts: float) -> datetime:
    """A moment before `NOW`."""
    return NOW - timedelta(**parts)


def session(
    title: str,
    state: SessionState,
    *,
    number: int = 1,
    agent: str = "claude",
    since: datetime = NOW,
    last: datetime | None = None,
    role: str = "impl",
    **fields: Any,
) -> SessionView:
    """A session in a state, with the standing its owner would have written."""
    name = f"shop-api-{role}-{number:02}"
    spec = SessionSpec(
        id=name,
        project="shop-api",
        role=role,
        title=title,
        task=f"Work on {title}",
        agent=AgentLaunch(name=agent),
        worktree=f"/repo/.wuhu/worktrees/{name}",
        branch=f"wuhu/{title}",
        base_branch="main",
        base_commit="3f2c1d" + "0" * 34,
        created_at=ago(hours=1, minutes=-number),
    )
    at = Cursor(epoch=1, seq=5)
    standing = Standing(state=state, since=since, cause="test", at=at)
    if state in RUNNER_STATES:
        fields = {"own": standing, "resumed_at": Cursor(epoch=1, seq=4), **fields}
    elif state is SessionState.LOST:
        own = Standing(state=SessionState.WORKING, since=since, at=at)
        fields = {"own": own, "lost": standing, "resumed_at": at, **fields}
    else:
        reported = Standing(state=SessionState.REPORTED, since=since, at=at)
        word = None if state is SessionState.INSTANTIATED else reported
        fields = {"own": word, "given": standing, **fields}
    cursor = Cursor(epoch=1, seq=9)
    return SessionView(spec=spec, cursor=cursor, last_event_at=last or since, **fields)


def sample_review(*, files: int = 4, added: int = 120, removed: int = 8, **fields: Any) -> Review:
    """A review with green checks."""
    checks = (
        Check(name="tests", state=CheckState.PASSED, exit_code=0, seconds=12.4),
        Check(name="types", state=CheckState.PASSED, exit_code=0, seconds=3.1),
    )
    values: dict[str, Any] = {
        "head": "9ab8c7d" + "0" * 33,
        "merge_base": "3f2c1d" + "0" * 34,
        "files": files,
        "added": added,
        "removed": removed,
        "checks": checks,
        "opened_at": ago(minutes=6),
    }
    return Review(**{**values, **fields})


def hash_question() -> Question:
    """A choice with a recommended option and a default that comes due."""
    return Question(
        id="q1",
        kind=QuestionKind.CHOICE,
        text="Which password hash should new accounts use?",
        asked_at=ago(minutes=2),
        options=(
            Option(
                key="argon2",
                label="argon2",
                detail="memory-hard; one new dependency",
                recommended=True,
            ),
            Option(key="bcrypt", label="bcrypt", detail="already in the lock file; 72-byte limit"),
        ),
        context="src/auth/passwords.py still uses sha256 with a salt.",
        blocking=False,
        deadline=NOW + timedelta(minutes=3),
        default="argon2",
        on_timeout=OnTimeout.DEFAULT,
    )


def permission_question() -> Question:
    """A permission: it blocks and shows its command."""
    return Question(
        id="q2",
        kind=QuestionKind.PERMISSION,
        text="Run a command?",
        asked_at=ago(minutes=1),
        options=(
            Option(key="allow_once", label="Allow once"),
            Option(key="allow_always", label="Always allow"),
            Option(key="reject_once", label="Reject"),
        ),
        context="rm -rf build/ && alembic upgrade head",
    )


def sample_board() -> Board:
    """Ten sessions: something in every group."""
    state = SessionState
    views = (
        session(
            "auth-api",
            state.ASKING,
            number=1,
            since=ago(minutes=2),
            questions=(hash_question(),),
            usage=Usage(cost=1.31),
            turn=1,
        ),
        session(
            "db-migrate",
            state.ASKING,
            number=2,
            agent="codex",
            since=ago(minutes=1),
            questions=(permission_question(),),
            turn=1,
        ),
        session("cart-ui", state.IDLE, number=3, since=ago(minutes=5), turn=2, reported_in_turn=1),
        session(
            "mailer",
            state.FAILED,
            number=4,
            agent="opencode",
            since=ago(minutes=9),
            exit=Exit(
                reason=ExitReason.FAILED,
                detail="the agent exited with code 137",
                code=137,
                last_words="fatal: out of memory",
            ),
        ),
        session(
            "search-idx",
            state.WORKING,
            number=5,
            agent="codex",
            since=ago(minutes=12),
            last=ago(seconds=4),
            phase=Phase(
                kind=PhaseKind.TOOL, detail="pytest -q tests/search", since=ago(seconds=40)
            ),
            usage=Usage(cost=2.20),
            turn=3,
            steers_in_turn=True,
            waiting=(
                Message(
                    id="m1",
                    lane=Lane.STEER,
                    text="Keep the old index until the new one is complete.",
                    by="lead",
                    sequence=1,
                    queued_at=ago(seconds=20),
                ),
            ),
        ),
        session(
            "invoices",
            state.WORKING,
            number=6,
            since=ago(minutes=3),
            last=ago(seconds=1),
            phase=Phase(kind=PhaseKind.STREAMING, since=ago(seconds=8)),
            usage=Usage(cost=0.61),
            turn=1,
        ),
        session(
            "rate-limit",
            state.IN_REVIEW,
            number=7,
            since=ago(minutes=6),
            report=Report(
                kind=ReportKind.DONE, summary="Token bucket per key, with tests", at=ago(minutes=6)
            ),
            review=sample_review(),
            head="9ab8c7d" + "0" * 33,
        ),
        session(
            "emailer",
            state.IN_REVIEW,
            number=8,
            agent="gemini",
            since=ago(minutes=4),
            report=Report(kind=ReportKind.DONE, summary="Queue with retries", at=ago(minutes=4)),
            review=sample_review(
                files=2,
                added=41,
                removed=17,
                head="1c2d3e4" + "0" * 33,
                checks=(Check(name="tests", state=CheckState.FAILED, exit_code=1, seconds=8.0),),
                conflicts=("src/db.py",),
            ),
        ),
        session(
            "healthcheck",
            state.APPROVED,
            number=9,
            since=ago(minutes=1),
            review=sample_review(
                files=1,
                added=18,
                removed=0,
                head="77aa77a" + "0" * 33,
                verdict=Verdict(
                    kind=VerdictKind.APPROVED,
                    head="77aa77a" + "0" * 33,
                    by="lead",
                    at=ago(minutes=1),
                ),
            ),
        ),
        session("metrics", state.STOPPED, number=10, agent="sample", since=ago(minutes=31)),
    )
    project = ProjectView(name="shop-api", root="/repo", base_branch="main", goal="Ship the shop")
    return Board(project=project, sessions={view.id: view for view in views})


def transcript_of(name: str, happenings: list[events.Event]) -> Transcript:
    """A transcript made of events, one a second, ending at `NOW`."""
    transcript = Transcript()
    for place, event in enumerate(happenings, start=1):
        moment = NOW - timedelta(seconds=len(happenings) - place)
        transcript.apply(Record(session=name, epoch=1, seq=place, ts=moment, event=event))
    return transcript


EDIT_DIFF = """--- a/src/auth/passwords.py
+++ b/src/auth/passwords.py
@@ -1,2 +1,3 @@
-import hashlib
 import secrets
+from argon2 import PasswordHasher
+HASHER = PasswordHasher()
"""


def sample_transcripts() -> dict[str, Transcript]:
    """What the sessions of `sample_board` did last."""
    message = Message(
        id="m0",
        lane=Lane.STEER,
        text="Do not touch the public API.",
        by="lead",
        sequence=1,
        queued_at=ago(minutes=3),
    )
    return {
        "shop-api-impl-01": transcript_of(
            "shop-api-impl-01",
            [
                events.TurnStarted(turn=1),
                events.AgentSaid(
                    text="I will look at how passwords are stored today.", message="a"
                ),
                events.ToolStarted(call="t1", title="Read src/auth/passwords.py", kind="read"),
                events.ToolEnded(call="t1", output="import hashlib\nimport secrets\n"),
                events.ToolStarted(call="t2", title="Edit src/auth/passwords.py", kind="edit"),
                events.ToolEnded(call="t2", diff=EDIT_DIFF),
                events.MessageQueued(message=message),
                events.MessageLanded(id="m0", boundary=Boundary.TOOL_END),
                events.AgentSaid(
                    text="The hash is now behind one function. Before I go on I need a decision.",
                    message="b",
                ),
                events.QuestionAsked(question=hash_question()),
            ],
        ),
        "shop-api-impl-02": transcript_of(
            "shop-api-impl-02",
            [
                events.TurnStarted(turn=1),
                events.ToolStarted(call="t1", title="Read migrations/env.py", kind="read"),
                events.ToolEnded(call="t1", output="from alembic import context\n"),
                events.AgentSaid(text="The old build has to go before I migrate.", message="a"),
                events.QuestionAsked(question=permission_question()),
            ],
        ),
        "shop-api-impl-03": transcript_of(
            "shop-api-impl-03",
            [
                events.TurnStarted(turn=2),
                events.ToolStarted(call="t1", title="npm test", kind="execute"),
                events.ToolEnded(call="t1", output="12 passed\n"),
                events.AgentSaid(text="The cart now keeps its items over a reload.", message="a"),
            ],
        ),
        "shop-api-impl-05": transcript_of(
            "shop-api-impl-05",
            [
                events.TurnStarted(turn=3),
                events.AgentThought(text="The index is rebuilt on every start; that is the bug."),
                events.ToolStarted(call="t1", title="pytest -q tests/search", kind="execute"),
                events.ToolOutput(call="t1", text="....F.\n1 failed, 5 passed in 2.31s\n"),
            ],
        ),
        "shop-api-impl-06": transcript_of(
            "shop-api-impl-06",
            [
                events.TurnStarted(turn=1),
                events.ToolStarted(call="t1", title="Read src/invoices.py", kind="read"),
                events.ToolEnded(call="t1", output="def total(lines): ...\n"),
                events.AgentSaid(
                    text="Totals are rounded per line, the specification rounds per invoice.",
                    message="a",
                ),
            ],
        ),
        "shop-api-impl-04": transcript_of(
            "shop-api-impl-04",
            [
                events.TurnStarted(turn=1),
                events.ToolStarted(call="t1", title="python -m mailer.load", kind="execute"),
                events.ToolEnded(call="t1", ok=False, output="Killed\n"),
                events.RunnerEnded(
                    exit=Exit(
                        reason=ExitReason.FAILED,
                        detail="the agent exited with code 137",
                        code=137,
                        last_words="fatal: out of memory",
                    )
                ),
            ],
        ),
    }
