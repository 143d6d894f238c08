"""Tools of judging and landing: reviews, diffs, verdicts, and merges that the lead allows."""

from __future__ import annotations

from typing import Any, NamedTuple

from wuhu_tui.core.gates import check_green
from wuhu_tui.core.orchestration_leave import Wanted
from wuhu_tui.core.queue_wait import merge_unless_kept
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.mcp import orchestrator_arguments as arguments
from wuhu_tui.mcp import orchestrator_shapes as shapes
from wuhu_tui.mcp.orchestrator_diffs import diff_part
from wuhu_tui.mcp.orchestrator_hands import Hands
from wuhu_tui.mcp.signs import Signs
from wuhu_tui.mcp.tools import answers_of
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, NotPossible
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.quantities import few
from wuhu_tui.model.reports import Criterion, ReportKind
from wuhu_tui.model.reviews import CheckState, Finding, Review, VerdictKind
from wuhu_tui.model.states import ENDED_STATES, SessionState

REVIEW_PATIENCE = 20.0
"""Seconds in which a session that reported is put before the lead."""


async def request_review(hands: Hands, wish: arguments.SessionArguments, signs: Signs) -> Any:
    """Put its commits up for review, or show the review there is."""
    view = await hands.fresh(wish.session)
    hands.refuse_own(view, "judge its own work")
    await hands.want(
        signs,
        Wanted(
            deeds=("request_review",),
            session=view.id,
            text=f"May {hands.who.name} put {view.spec.shown_name} up for review?",
            remedy=f"do it yourself: wuhu review {view.id} --open",
        ),
    )
    await signs.unbroken(hands.core.open_review(view.id), "the review is being opened")
    return _reviewed(await _checked(hands, view.id, signs))


async def review_diff(hands: Hands, wish: arguments.DiffArguments, signs: Signs) -> Any:
    """Exactly what would be merged, in parts."""
    view = await _reported(hands, wish.session, signs)
    part = diff_part(
        hands.core,
        view.id,
        head=_review_of(view).head,
        paths=wish.paths,
        offset=wish.offset,
    )
    return _reviewed(view) | await signs.during(part, "the diff is being read")


async def _reported(hands: Hands, name: str, signs: Signs) -> SessionView:
    """The session; one that reported a moment ago is waited for until its review is open."""
    session = (await hands.fresh(name)).id

    def look() -> SessionView | None:
        view = hands.view(session)
        return None if _review_comes(view) else view

    opened = hands.project.ledger.until(look, REVIEW_PATIENCE)
    return await signs.during(opened, "its review is being opened") or hands.view(session)


def _review_comes(view: SessionView) -> bool:
    """Whether it said that it is done, and its commits are not before anybody yet."""
    report = view.report
    if report is None or report.kind is not ReportKind.DONE or view.state in ENDED_STATES:
        return False
    is_newest = view.reported_in_turn >= view.turn
    return is_newest and (view.review is None or view.review.opened_at < report.at)


def _reviewed(view: SessionView) -> shapes.Shape:
    return {
        "session": view.id,
        "state": view.state.value,
        "review": shapes.review_shape(_review_of(view)),
    }


def _review_of(view: SessionView) -> Review:
    if view.review is None:
        raise NotPossible(
            "there is nothing to review yet",
            where=view.id,
            remedy="join it until it has reported, or request_review if it has commits",
        )
    return view.review


async def _checked(hands: Hands, session: str, signs: Signs) -> SessionView:
    """The session once no check of its review runs any more."""

    def look() -> SessionView | None:
        view = hands.view(session)
        checks = view.review.checks if view.review else ()
        runs = any(check.state is CheckState.RUNNING for check in checks)
        return None if runs and view.state is SessionState.IN_REVIEW else view

    found = await signs.during(hands.project.ledger.until(look, None), "its checks run")
    assert found is not None
    return found


async def request_changes(hands: Hands, wish: arguments.ChangesArguments, signs: Signs) -> Any:
    """Send the work back."""
    view = await _reported(hands, wish.session, signs)
    hands.refuse_own(view, "judge its own work")
    head = _whole_head(view, wish.head)
    await hands.want(
        signs,
        Wanted(
            deeds=hands.also(view, "request_changes"),
            session=view.id,
            text=f"May {hands.who.name} send {view.spec.shown_name} back?",
            context=wish.note,
            exactly=repr(wish),
            remedy=f"do it yourself: wuhu request-changes {view.id}",
        ),
        lambda: _moot(hands, view.id, head),
    )
    verdict = hands.core.verdict(
        view.id,
        VerdictKind.CHANGES_REQUESTED,
        head=head,
        note=wish.note,
        findings=[Finding(**_fields(one)) for one in wish.findings],
        by=hands.who.name,
    )
    given = await signs.unbroken(verdict, "the work is being sent back")
    return {"session": view.id, "verdict": given.kind.value, "head": given.head}


def _fields(one: arguments.FindingArguments) -> dict[str, Any]:
    return {"path": one.path, "line": one.line, "text": one.text, "severity": one.severity}


async def approve(hands: Hands, wish: arguments.JudgeArguments, signs: Signs) -> Any:
    """Approve one commit."""
    judged = await _judgeable(hands, wish, signs, "judge its own work")
    by = await _leave_to_land(hands, judged, ("approve",), signs)
    return {
        "session": judged.view.id,
        "verdict": await _approve(hands, judged, by, signs),
        "head": judged.head,
    }


async def request_merge(hands: Hands, wish: arguments.JudgeArguments, signs: Signs) -> Any:
    """Have one commit merged, once the lead allows it where the settings want that."""
    judged = await _judgeable(hands, wish, signs, "merge its own work")
    approved = _is_approved(judged.view, judged.head)
    deeds = ("request_merge",) if approved else ("request_merge", "approve")
    by = await _leave_to_land(hands, judged, deeds, signs)
    if not _is_approved(await hands.fresh(judged.view.id), judged.head):
        await _approve(hands, judged, by, signs)
    merging = merge_unless_kept(hands.project, judged.view.id, by=hands.who.name)
    done = await signs.unbroken(merging, "the merge runs")
    shape: shapes.Shape = {"session": judged.view.id, "allowed_by": by}
    if isinstance(done, str):
        landing = "it lands by itself when that is gone: join it until merged"
        return shape | {"queued": True, "waits": done, "next": landing}
    shape["merge"] = shapes.merge_shape(done)
    if done.outcome is not MergeOutcome.MERGED:
        shape["next"] = "base is untouched: send the work back, or ask the lead"
    return shape


class _Judged(NamedTuple):
    """One commit of one session, and what is said of it."""

    view: SessionView
    head: str
    note: str
    criteria: tuple[Criterion, ...]


async def _judgeable(
    hands: Hands, wish: arguments.JudgeArguments, signs: Signs, deed: str
) -> _Judged:
    """The session and the commit, once its checks are green: else nobody need be asked.

    Raises:
        NotPossible: it is its own work, there is nothing to judge, or a check is not green.
        Conflict: the commit is not the newest, or it was merged already.
    """
    view = await _reported(hands, wish.session, signs)
    hands.refuse_own(view, deed)
    head = _whole_head(view, wish.head)
    if reason := _moot(hands, view.id, head):
        raise Conflict(reason, where=view.id, remedy="look at it again: read_session")
    view = await _checked(hands, view.id, signs)
    check_green(hands.project.checks, _review_of(view), view.id)
    return _Judged(view, head, wish.note, answers_of(wish.criteria, view.spec.acceptance))


async def _leave_to_land(
    hands: Hands, judged: _Judged, deeds: tuple[str, ...], signs: Signs
) -> str:
    view = judged.view
    verb = "merge" if "request_merge" in deeds else "approve"
    into = f" into {view.spec.base_branch}" if verb == "merge" else ""
    commit = f"{view.spec.shown_name} at {judged.head[:SHORT]}"
    return await hands.want(
        signs,
        Wanted(
            deeds=deeds,
            session=view.id,
            text=f"May {hands.who.name} {verb} {commit}{into}?",
            context=_facts(view, judged),
            remedy=f"do it yourself: wuhu approve {view.id}, wuhu merge {view.id}",
        ),
        lambda: _moot(hands, view.id, judged.head),
    )


def _facts(view: SessionView, judged: _Judged) -> str:
    """What the lead must know to say yes: files, checks, conflicts, what was said of the work."""
    review = _review_of(view)
    checks = ", ".join(f"{check.name} {check.state.value}" for check in review.checks)
    report = f"{view.report.kind.value}: {view.report.summary}" if view.report else "none"
    lines = (
        f"{review.files} files, +{review.added} −{review.removed}; checks: {checks or 'none'}",
        f"conflicts with base: {', '.join(review.conflicts) or 'none'}",
        f"outside its scope: {few(review.outside, most=12)}" if review.outside else "",
        f"uncommitted, not merged: {', '.join(review.uncommitted)}" if review.uncommitted else "",
        f"report of {view.id}: {report}",
        *(f"the orchestrator finds {_answer(one)}" for one in judged.criteria),
        f"the orchestrator says: {judged.note}" if judged.note.strip() else "",
        f"look at it first: wuhu review {view.id}",
    )
    return "\n".join(filter(None, lines))


def _answer(answer: Criterion) -> str:
    return f"{'met' if answer.met else 'not met'}: {answer.text} ({', '.join(answer.evidence)})"


async def _approve(hands: Hands, judged: _Judged, by: str, signs: Signs) -> str:
    """Write the verdict of whoever allowed it; the lead's leave is the lead's approval."""
    verdict = hands.core.verdict(
        judged.view.id,
        VerdictKind.APPROVED,
        head=judged.head,
        note=judged.note,
        criteria=judged.criteria,
        by=by,
    )
    given = await signs.unbroken(verdict, "the approval is being written")
    return f"{given.kind.value} by {given.by}"


def _is_approved(view: SessionView, head: str) -> bool:
    verdict = view.review.verdict if view.review else None
    approved = verdict is not None and verdict.kind is VerdictKind.APPROVED
    return approved and verdict is not None and verdict.head == head


def _whole_head(view: SessionView, head: str) -> str:
    """A shortened commit as its whole name, if it is the one under review."""
    review = _review_of(view)
    if not head.strip():
        raise NotPossible("no commit was named", where=view.id, remedy=f"it is {review.head}")
    return review.head if review.head.startswith(head) else head


def _moot(hands: Hands, session: str, head: str) -> str:
    """Why nothing is left to be judged at this commit; says who was first, and when."""
    view = hands.view(session)
    merge, review = view.merge, view.review
    if view.state in (SessionState.MERGED, SessionState.ARCHIVED) and merge is not None:
        return f"{merge.by or 'somebody'} merged it already, at {merge.at:%H:%M:%S} UTC"
    if review is not None and review.head != head:
        return f"{head[:SHORT]} is not the newest commit: {review.head[:SHORT]} is"
    verdict = review.verdict if review else None
    if verdict is None or verdict.by == hands.who.name:
        return ""
    if verdict.kind is not VerdictKind.APPROVED:
        return f"{verdict.by} judged it, at {verdict.at:%H:%M:%S} UTC: {verdict.kind.value}"
    return ""
