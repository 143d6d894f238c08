"""The project told in a few records: a pure fold of the board, written as `snapshot.json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec.structs import replace

from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.attention import next_action
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.entries import ContextEntry, needs
from wuhu_tui.model.entry_makers import CORE, RUNNER, Place, report_entry, verdict_entry
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import EPOCH_START, Value

HIGHLIGHTS = 20
"""How many of the newest events worth telling a snapshot keeps."""

_OVER = (SessionState.ARCHIVED,)


class ProjectContext(Value, frozen=True):
    """Who the project is; `status` is active while a session runs or waits, else idle."""

    project_id: str
    name: str
    goal: str
    status: str
    default_cwd: str
    active_branch: str
    owner: str
    updated_at: datetime


class SessionContext(Value, frozen=True):
    """Where one session stands and what should happen next with it."""

    session_name: str
    project_id: str
    agent_id: str
    role: str
    state: str
    next_action: str
    last_signal: datetime
    updated_at: datetime


class ProjectSnapshot(Value, frozen=True):
    """`last_seq` is the project journal's, `last_seqs` each session's: what this was made of."""

    project: ProjectContext
    summary: str
    open_blockers: tuple[ContextEntry, ...]
    next_steps: tuple[str, ...]
    recent_highlights: tuple[ContextEntry, ...]
    sessions: tuple[SessionContext, ...]
    last_seq: int
    last_seqs: dict[str, int]


def snapshot_of(board: Board) -> ProjectSnapshot:
    """The board in a few records; the same board gives the same snapshot."""
    shown = [view for view in board.sessions.values() if view.state not in _OVER]
    highlights = sorted(
        (entry for view in board.sessions.values() for entry in _highlights(board, view)),
        key=lambda entry: (entry.ts, entry.id),
    )
    return ProjectSnapshot(
        project=_project(board, shown),
        summary=_summary(board, shown),
        open_blockers=needs(board),
        next_steps=tuple(_next_steps(board, shown)),
        recent_highlights=tuple(highlights[-HIGHLIGHTS:]),
        sessions=tuple(_session(board, view) for view in shown),
        last_seq=board.project.cursor.seq,
        last_seqs={name: view.cursor.seq for name, view in board.sessions.items()},
    )


def write_snapshot(folder: ProjectFolder, board: Board) -> None:
    """Put the snapshot beside the journals, whole."""
    content = msgspec.json.format(msgspec.json.encode(snapshot_of(board)), indent=2)
    write_atomic(folder.snapshot, content + b"\n")


def _project(board: Board, shown: list[SessionView]) -> ProjectContext:
    newest = max((view.last_event_at for view in board.sessions.values()), default=EPOCH_START)
    return ProjectContext(
        project_id=board.project.name,
        name=board.project.name,
        goal=board.project.goal,
        status="active" if shown else "idle",
        default_cwd=board.project.root,
        active_branch=board.project.base_branch,
        owner="lead",
        updated_at=newest,
    )


def _summary(board: Board, shown: list[SessionView]) -> str:
    if not shown:
        return f"{board.project.name}: no sessions"
    counts = Counter(view.state.value for view in shown)
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    return f"{board.project.name}: {told}"


def _session(board: Board, view: SessionView) -> SessionContext:
    return SessionContext(
        session_name=view.id,
        project_id=view.spec.project,
        agent_id=view.spec.agent.name,
        role=view.spec.role,
        state=view.state.value,
        next_action=next_action(view, board).text,
        last_signal=view.last_event_at,
        updated_at=view.since,
    )


def _next_steps(board: Board, shown: list[SessionView]) -> Iterator[str]:
    waiting = [view for view in shown if next_action(view, board).need]
    for view in sorted(waiting, key=lambda view: (view.since, view.id)):
        yield f"{view.id}: {next_action(view, board).text}"


def _highlights(board: Board, view: SessionView) -> Iterator[ContextEntry]:
    """What a session's newest report, verdict, merge and exit say."""
    report, review, merge = view.report, view.review, view.merge
    place = Place(board=board, session=view.id, cursor=view.cursor)
    if report is not None:
        yield replace(report_entry(place, report), ts=report.at)
    if review is not None and review.verdict is not None:
        yield verdict_entry(place, review.verdict)
    if merge is not None and merge.outcome is not MergeOutcome.RUNNING:
        kind = f"merge_{merge.outcome.value}"
        text = merge.detail or f"{view.spec.branch} into {merge.base_branch}"
        yield place.entry(kind, merge.id, text, actor=CORE, refs=(merge.id,), ts=merge.at)
    if view.exit is not None:
        kind, mark = view.exit.reason.value, str(view.standing.at.epoch)
        yield place.entry(kind, mark, view.exit.detail, actor=RUNNER, ts=view.exit.at)
