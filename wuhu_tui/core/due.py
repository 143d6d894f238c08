"""What the core owes a session now, read off the board. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from wuhu_tui.model.ages import has_passed
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import EPOCH_START

_S = SessionState

NUDGE_AFTER = timedelta(seconds=2)
"""How long a turn must be over before its silence counts: a report may still be on its way."""

BESIDE_PATIENCE = timedelta(minutes=10)
"""How long what a turn began may run beside it before the session is reminded all the same."""

REMINDER_PATIENCE = timedelta(minutes=1)
"""How long a reminder may lie with a session that takes no turn for it."""

NUDGE = (
    "Your turn ended without a report. If the work is done, commit it and run: "
    'wuhu report done --summary "…". If you cannot go on, run: wuhu report blocked --summary "…". '
    "Otherwise go on with the task."
)
"""What the core says to a session that fell silent."""

NUDGE_JUDGE = (
    "Your turn ended without a verdict, and silence is none. Say it with: wuhu judge "
    'approved|changes_requested|blocked --head {head} --note "…"; or go on judging.'
)
"""What it says to one that was made to judge."""

_BEFORE_REVIEW = frozenset({_S.REPORTED, _S.IDLE, _S.HIBERNATED, _S.STOPPED, _S.FAILED, _S.LOST})
_JUDGED = frozenset({_S.IN_REVIEW, _S.APPROVED, _S.CONFLICT, _S.MERGED})


def suspects(board: Board, alive: Mapping[str, bool]) -> list[str]:
    """Sessions that say they run while nobody holds their lock."""
    return [
        name
        for name, view in board.sessions.items()
        if view.runner_expected and alive.get(name) is False
    ]


def review_due(view: SessionView) -> bool:
    """Whether its newest word is `done`, with commits, and nothing lies before the lead.

    A session that answers a verdict with `done` and no new commit is put before the lead again;
    one that ended before it could answer is not.
    """
    if view.spec.judges or view.spec.fixes:
        return False
    if view.report is None or view.report.kind is not ReportKind.DONE:
        return False
    if view.state not in _BEFORE_REVIEW or view.reported_in_turn < view.turn:
        return False
    has_commits = bool(view.head) and view.head != view.spec.base_commit
    return has_commits and not _was_judged(view, view.report)


def _was_judged(view: SessionView, report: Report) -> bool:
    """Whether the verdict on its newest commit came after its newest word."""
    verdict = view.review.verdict if view.review else None
    return verdict is not None and verdict.head == view.head and report.at <= verdict.at


def review_outdated(view: SessionView) -> bool:
    """Whether it committed something newer than the commit that lies before the lead."""
    if view.review is None or not view.head or view.head == view.review.head:
        return False
    return view.state in _JUDGED or (view.review.verdict is not None and _is_busy(view))


def _is_busy(view: SessionView) -> bool:
    return view.state in (_S.WORKING, _S.ASKING, _S.IDLE)


def nudge_due(view: SessionView, board: Board, now: datetime) -> bool:
    """Whether its turn ended in silence and nobody reminded it, once per such silence.

    What it began in that turn may go on a while and bring a report; a server may run for ever.

    A turn that the lead cut short needs no report; neither does one that more work follows. Into
    a screen that seems to ask or to work nothing is typed: it would be the answer.
    """
    if not _went_silent(view) or view.turn in (view.nudged_for_turn, view.nudged_for_turn + 1):
        return False
    patience = BESIDE_PATIENCE if works_beside(view, board, view.turn_began_at) else NUDGE_AFTER
    return has_passed(patience, since=view.since, now=now)


def works_beside(view: SessionView, board: Board, after: datetime = EPOCH_START) -> bool:
    """Whether work goes on that it began since then: a command or agent of its agent's, or a job."""
    if any(task.since >= after for task in view.background):
        return True
    return any(
        job.by == view.id and job.background and job.is_running and job.begun_at >= after
        for job in board.jobs.values()
    )


def is_silent(view: SessionView, now: datetime, *, nudges: bool) -> bool:
    """Whether a silence is final: it was reminded once for it, or nobody is ever reminded.

    A turn that the lead cut short, or that more work follows, is no silence; a screen that seems
    to ask is told as that.
    """
    if not _went_silent(view):
        return False
    if not nudges or view.turn == view.nudged_for_turn + 1:
        return has_passed(NUDGE_AFTER, since=view.since, now=now)
    reminded = view.turn == view.nudged_for_turn
    return reminded and has_passed(REMINDER_PATIENCE, since=view.since, now=now)


def _went_silent(view: SessionView) -> bool:
    """Whether its turn ended without a report and nothing follows of which one may come."""
    if view.guess is not None and view.guess.state != "idle":
        return False
    if not view.no_report or view.questions or view.waiting:
        return False
    return view.stop_reason != "cancelled"


def reminder(view: SessionView) -> str:
    """What the core says to a session that fell silent; an earlier report is named as such."""
    if view.spec.judges:
        return NUDGE_JUDGE.format(head=view.spec.judges.head)
    if view.report is None:
        return NUDGE
    earlier = f"{view.report.kind.value}: {view.report.summary.strip()}"
    return f"Your last report was “{earlier}”; more was asked of you since. {NUDGE}"
