"""The pull backstop: what nobody reported is found by looking, told once, and never acted on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from wuhu_tui.core.backstop_pulls import open_pull
from wuhu_tui.core.due import is_silent, review_due
from wuhu_tui.core.duties import Duty
from wuhu_tui.core.errands import NotYet
from wuhu_tui.core.project import Project
from wuhu_tui.core.scribe import base_of
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.entries import silence_mark
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.events import Event
from wuhu_tui.model.project_events import SightingMade
from wuhu_tui.model.questions import Question
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.sightings import Sighting, SightingKind
from wuhu_tui.model.states import ENDED_STATES, SessionState
from wuhu_tui.repo.branch_watch import Tips
from wuhu_tui.repo.git import Git

SETTLE = timedelta(seconds=3)
"""How long a session must have stood still: its report may still be on its way."""

_OVER = ENDED_STATES | {SessionState.HIBERNATED}
_LEFT = _OVER | {SessionState.MERGED}
"""States of sessions that will not report any more by themselves."""

_QUIET = _LEFT | {SessionState.IDLE, SessionState.REPORTED}
"""States in which something may have been left unsaid."""


def sightings_due(project: Project, tips: Tips) -> Iterator[Duty]:
    """Everything that should be looked into by the board and the branches as they are now."""
    now = project.clock()
    for view in project.board.sessions.values():
        if view.state in _QUIET and view.spec.project and now - view.since >= SETTLE:
            yield from _silence(project, view, now)
            yield from _questions(project, view)
            yield from _work(project, view, tips)
            yield from _pulls(project, view, tips)


# an idle session without a report


def _silence(project: Project, view: SessionView, now: datetime) -> Iterator[Duty]:
    if not is_silent(view, now, nudges=project.config.policies.nudge):
        return
    found = Sighting(
        session=view.id,
        kind=SightingKind.NO_REPORT,
        mark=silence_mark(view),
        text="its turn ended without a report, and a reminder changed nothing"
        if view.nudged_for_turn >= 0
        else "its turn ended without a report",
    )
    if found.id not in project.board.sightings:
        yield Duty(f"no report {view.id}", found.mark, lambda: _tell(project, found))


# a question whose session ended


def _questions(project: Project, view: SessionView) -> Iterator[Duty]:
    if view.state not in _OVER:
        return
    for question in view.questions:
        found = _orphaned(view, question)
        if found.id not in project.board.sightings:
            name = f"orphaned question {question.id}"
            yield Duty(name, found.mark, lambda found=found: _tell(project, found))  # type: ignore[misc]


def _orphaned(view: SessionView, question: Question) -> Sighting:
    return Sighting(
        session=view.id,
        kind=SightingKind.ORPHANED_QUESTION,
        mark=f"{question.id}.{view.cursor.epoch}",
        text=f"it is {view.state.value} and still waits for an answer: {question.text}",
        refs=(question.id,),
    )


# commits of a session that ended


def _work(project: Project, view: SessionView, tips: Tips) -> Iterator[Duty]:
    tip = tips.local.get(view.spec.branch, "")
    if view.state not in _LEFT or not tip or is_told(view, tip) or review_due(view):
        return
    name = sighting_name(view, SightingKind.UNREPORTED_WORK, tip)
    if name not in project.board.sightings:
        yield Duty(f"branch of {view.id}", (tip, view.state), lambda: _look(project, view, tip))


def is_told(view: SessionView, tip: str) -> bool:
    """Whether somebody spoke of the branch as it stands: a report, a review, a merge, the base."""
    report = view.report if view.report and view.report.kind is not ReportKind.NOTE else None
    spoken = {
        view.spec.base_commit,
        report.head if report else "",
        view.review.head if view.review else "",
        view.merge.head if view.merge else "",
    }
    return tip in spoken


def sighting_name(view: SessionView, kind: SightingKind, mark: str) -> str:
    """The id under which such a thing was found, if it was."""
    return Sighting(session=view.id, kind=kind, mark=mark, text="").id


async def _look(project: Project, view: SessionView, tip: str) -> None:
    """Commits that base has not are work; a branch that only followed its base has none."""
    base = project.repository.git
    count = await _beyond(base, base_of(project, view), tip)
    if count:
        await _tell(project, await _unreported(base, view, tip, count))


async def _beyond(git: Git, base: str, tip: str) -> int:
    return int(await git.read("rev-list", "--count", f"{base}..{tip}", "--"))


async def _unreported(git: Git, view: SessionView, tip: str, count: int) -> Sighting:
    subject = await git.read("log", "-1", "--format=%s", tip, "--")
    commits = "1 commit" if count == 1 else f"{count} commits"
    return Sighting(
        session=view.id,
        kind=SightingKind.UNREPORTED_WORK,
        mark=tip,
        text=f"{commits} that nobody reported, the newest “{subject}”; it is {view.state.value}. "
        f"Put it before you: wuhu review {view.id}",
        refs=(tip,),
    )


# a pull request that no report speaks of


def _pulls(project: Project, view: SessionView, tips: Tips) -> Iterator[Duty]:
    pushed = tips.pushed.get(view.spec.branch, "")
    if not pushed or is_told(view, pushed):
        return
    occasion = (pushed, view.state, view.turn)
    yield Duty(f"pull request of {view.id}", occasion, lambda: _look_at_pull(project, view))


async def _look_at_pull(project: Project, view: SessionView) -> None:
    """Once a push: whether it could be told or not, the next push asks again."""
    try:
        pull = await open_pull(project.repository.root, view.spec.branch)
    except NotPossible as error:
        project.ledger.warn(str(error))
        return
    if pull is None or is_told(view, pull.head):
        return
    found = Sighting(
        session=view.id,
        kind=SightingKind.PULL_REQUEST,
        mark=str(pull.number),
        text=f"pull request #{pull.number} “{pull.title}” is open, and no report speaks of it",
        refs=(pull.url, pull.head),
    )
    await _tell(project, found)


async def _tell(project: Project, found: Sighting) -> None:
    """Write a sighting down, unless somebody did, or it is so no more."""
    await project.catch_up()

    def decide(board: Board) -> list[Event]:
        view = board.session(found.session)
        if view is None or view.state is SessionState.ARCHIVED or found.id in board.sightings:
            return []
        return [SightingMade(sighting=found)]

    view = project.view(found.session)
    if found.kind is SightingKind.NO_REPORT and silence_mark(view) != found.mark:
        raise NotYet
    await project.decide(decide)
