"""What judges say: taken into the review or refused, and made the verdict where the policy says so.

An opinion is written first and the verdict that follows from it second: a crash in between is mended
by the next look, which finds the opinion without its verdict.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from wuhu_tui.core.errands import NotYet
from wuhu_tui.core.judging import send_changes
from wuhu_tui.core.judging_board import Rules, is_current, untaken
from wuhu_tui.core.judging_place import restore, written
from wuhu_tui.core.letters import move, post
from wuhu_tui.core.project import Project
from wuhu_tui.core.reviews import judged
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.model import quantities
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.events import Event
from wuhu_tui.model.judges import was_refused
from wuhu_tui.model.letters import LEAD, Letter, LetterKind, LetterState
from wuhu_tui.model.review_events import OpinionGiven, OpinionRefused
from wuhu_tui.model.review_policy import binding, policy_of, why_it_does_not_count
from wuhu_tui.model.reviews import Assignment, Judge, Verdict, VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.waivers import unwaived_words
from wuhu_tui.repo.ground import changed_ground, ground_of
from wuhu_tui.repo.refs import tip_of

TOLD = "judging-"
"""How the ids of letters begin that say that the lead has to judge."""


def rules_of(project: Project, view: SessionView) -> Rules:
    """What the project and the session say about judging it."""
    settings = project.config.review
    return Rules(
        policy=policy_of(view.spec.review, settings.policy),
        rounds=settings.rounds,
        checks=tuple(project.checks),
        nudges=project.config.policies.nudge,
    )


async def take_opinion(project: Project, session: str) -> None:
    """Take a judge's word into the review, or refuse it there with the reason; once each."""
    board = await project.catch_up()
    judge = project.view(session)
    assignment = judge.spec.judges
    assert assignment is not None
    said = untaken(judge, board.session(assignment.session))
    if said is None:
        return
    said = replace(said, by=judge.id, judge=assignment.judge, round=assignment.round)
    is_there = await asyncio.to_thread(Path(judge.spec.worktree).is_dir)
    files = await written(project, judge.spec, assignment) if is_there else ()
    reason = _of_place(files, is_there=is_there) or await _of_ground(project, assignment)
    reason = reason or _why_not(said, judge, assignment, board)
    await project.decide(lambda now: _taken(now, judge.id, assignment, said, reason))
    if files:
        await restore(project, judge.spec, assignment)


def _of_place(files: tuple[str, ...], *, is_there: bool) -> str:
    """What speaks against a verdict in the place it was found in; empty: nothing."""
    if not is_there:
        return "its place is gone, and nobody can say what was written there"
    return f"it wrote in its place: {quantities.few(files)}" if files else ""


async def _of_ground(project: Project, assignment: Assignment) -> str:
    """What of the repository changed beyond the judge's place; nobody can say by whose hand."""
    if not assignment.ground:
        return ""
    repository = project.repository
    now = await ground_of(repository.git, repository.common)
    changed = changed_ground(assignment.ground, now)
    return f"while it judged, the repository changed: {quantities.few(changed)}" if changed else ""


def _why_not(said: Verdict, judge: SessionView, assignment: Assignment, board: Board) -> str:
    if said.head != assignment.head:
        return f"it judged {said.head[:12]}, and was given {assignment.head[:12]}"
    view = board.session(assignment.session)
    if view is None or view.review is None:
        return "what it judged is gone"
    if was_refused(judge.id, view.review):
        return "an earlier verdict of it on this commit does not count: another one judges it"
    return why_it_does_not_count(said, view.spec.acceptance)


def _taken(
    board: Board, judge: str, assignment: Assignment, said: Verdict, reason: str
) -> list[Event]:
    view, own = board.session(assignment.session), board.session(judge)
    if own is None or view is None or not is_current(assignment, view):
        return []
    if untaken(own, view) is None:
        return []
    if reason:
        return [OpinionRefused(session=view.id, verdict=said, reason=reason)]
    return [OpinionGiven(session=view.id, verdict=said)]


async def bind_verdict(project: Project, session: str) -> None:
    """Make the opinion that binds the review's verdict; what it asks for goes to the session."""
    await project.catch_up()
    view = project.view(session)
    head = view.review.head if view.review else ""
    if not head or await tip_of(project.repository.git, view.spec.branch) != head:
        raise NotYet  # a newer commit is there: it is opened first, and nothing binds then
    given: list[Verdict] = []

    def decide(now: SessionView) -> tuple[Event, ...]:
        said = _binding(project, now)
        if said is None:
            return ()
        given.append(replace(said, at=project.clock()))
        return judged(project.checks, now, given[-1])

    try:
        await Scribe(project, view).decide(decide)
    except NotPossible as error:
        raise NotYet from error
    if given and given[-1].kind is VerdictKind.CHANGES_REQUESTED:
        await send_changes(project, session, given[-1])


def _binding(project: Project, view: SessionView) -> Verdict | None:
    if view.review is None or view.state is not SessionState.IN_REVIEW:
        return None
    rules = rules_of(project, view)
    return binding(rules.policy, view.review, rules.rounds)


async def tell_lead(project: Project, session: str, judge: Judge | None) -> None:
    """Say once that no session can bring this review further: the lead has to judge."""
    part = judge.value if judge else "rounds"
    await _tell(project, session, part, _words(project.view(session), judge))


async def tell_unwaived(project: Project, session: str, said: Verdict) -> None:
    """Say once that a session approved what only the lead lets pass."""
    review = project.view(session).review
    if review is not None:
        words = f"{said.by} approves {session} at {review.head[:12]}, which changes files"
        words = f"{words} {unwaived_words(said, review)}: judge it yourself."
        await _tell(project, session, "scope", words)


async def _tell(project: Project, session: str, part: str, text: str) -> None:
    review = project.view(session).review
    if review is None:
        return
    letter = Letter(
        id=f"{TOLD}{session}-{review.head[:12]}-{review.round}-{part}",
        kind=LetterKind.ESCALATION,
        sender="core",
        recipient=LEAD,
        text=text,
        posted_at=project.clock(),
        about=session,
    )
    await post(project, letter)


def moot(board: Board) -> Iterator[Letter]:
    """Letters that say so of a commit which is judged, or not under review any more."""
    for letter in board.letters.values():
        if letter.is_ended or not letter.id.startswith(TOLD):
            continue
        view = board.session(letter.about)
        review = view.review if view and view.state is SessionState.IN_REVIEW else None
        mark = f"{TOLD}{letter.about}-{review.head[:12]}-{review.round}-" if review else ""
        if review is None or review.verdict is not None or not letter.id.startswith(mark):
            yield letter


async def take_back(project: Project, letter: str) -> None:
    """End a letter to the lead that asks for nothing any more."""
    await move(project, letter, LetterState.CANCELLED, detail="it was judged, or is gone")


def _words(view: SessionView, judge: Judge | None) -> str:
    head = view.review.head[:12] if view.review else ""
    if judge is None:
        return f"{view.id} was judged in too many rounds without an end: judge {head} yourself."
    return (
        f"No verdict came of the sessions that were to judge {view.id} at {head} as "
        f"{judge.value}: judge it yourself, or see why with wuhu review {view.id}."
    )
