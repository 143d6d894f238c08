"""Verdicts as the lead gives them: what is judged goes back to the session where it must."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.core.delivery import check_on_board, deliver_and_wake
from wuhu_tui.core.letters import command_of, post
from wuhu_tui.core.looks import look_with_verdict
from wuhu_tui.core.project import Project
from wuhu_tui.core.reviews import changes_message, give_verdict
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.letters import Letter, LetterKind
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.reports import Criterion
from wuhu_tui.model.reviews import Finding, Verdict, VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.diffs import structured_diff


async def diff(project: Project, session: str) -> Diff:
    """Exactly what the session's review shows.

    Raises:
        NotPossible: there is no review.
    """
    review = project.view(session).review
    if review is None:
        raise NotPossible(
            "there is nothing to review yet",
            where=session,
            remedy=f"wait for its report, or open a review: wuhu review {session} --open",
        )
    return await structured_diff(project.repository.git, review.merge_base, review.head)


async def judge(
    project: Project,
    session: str,
    kind: VerdictKind,
    *,
    head: str,
    note: str,
    findings: Sequence[Finding],
    by: str,
    criteria: Sequence[Criterion] = (),
) -> Verdict:
    """Judge one commit; requested changes go back to the session as a follow-up."""
    view = project.view(session)
    await project.reload()
    verdict = await give_verdict(
        project, view, kind, head=head, note=note, findings=findings, criteria=criteria, by=by
    )
    untold = await look_with_verdict(project, session, verdict)
    if untold:
        project.ledger.warn(untold)
    if kind is VerdictKind.CHANGES_REQUESTED:
        await send_changes(project, session, verdict)
    return verdict


async def send_changes(project: Project, session: str, verdict: Verdict) -> None:
    """Tell the session what to change, and wake it for that."""
    check_on_board(project.view(session))
    letter = _changes(session, verdict)
    await post(project, letter)
    await deliver_and_wake(project, session, command_of(letter))


async def send_changes_again(project: Project, session: str, verdict: Verdict) -> None:
    """Make sure that the session has the message; what was sent before changes nothing.

    A session that ended since then is not woken: the message waits for its resume.
    """
    if project.view(session).state is SessionState.CHANGES_REQUESTED:
        await send_changes(project, session, verdict)
    else:
        letter = _changes(session, verdict)
        await post(project, letter)
        await project.host.send(session, command_of(letter))


def _changes(session: str, verdict: Verdict) -> Letter:
    return Letter(
        id=changes_id(session, verdict),
        kind=LetterKind.FOLLOW_UP,
        sender=verdict.by,
        recipient=session,
        text=changes_message(verdict),
        posted_at=verdict.at,
        lane=Lane.FOLLOW_UP,
    )


def changes_id(session: str, verdict: Verdict) -> str:
    """The id of the one message that a verdict becomes."""
    return f"changes-{session}-{verdict.at:%Y%m%d%H%M%S%f}"


def unsent_changes(project: Project, view: SessionView) -> Verdict | None:
    """A request for changes that its session is not known to have got."""
    verdict = view.review.verdict if view.review else None
    asked = view.given.state is SessionState.CHANGES_REQUESTED
    if verdict is None or not asked or view.resumed_at > view.given.at:
        return None
    return None if project.ledger.is_taken(changes_id(view.id, verdict)) else verdict
