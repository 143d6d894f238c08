"""Reviews: what a session committed, put before the lead; verdicts on exactly one commit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from wuhu_tui.core.checks import run_checks
from wuhu_tui.core.gates import check_criteria, check_green, check_scope, check_words
from wuhu_tui.core.leftovers import end_scratch, new_scratch
from wuhu_tui.core.merge_lock import is_interrupted
from wuhu_tui.core.ports import ProjectCheck, ProjectPort
from wuhu_tui.core.scribe import Scribe, base_of, moved, newest
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, IllegalTransition, NotPossible
from wuhu_tui.model.events import Event
from wuhu_tui.model.findings import severity_of
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.project_events import (
    CheckEnded,
    ConflictsFound,
    ReviewOpened,
    ReviewVoided,
    VerdictGiven,
)
from wuhu_tui.model.reports import Criterion
from wuhu_tui.model.review_policy import lead_said, round_after, said_so_far
from wuhu_tui.model.reviews import Check, CheckState, Finding, Review, Verdict, VerdictKind
from wuhu_tui.model.states import REVIEW_STATES, SessionState, transition
from wuhu_tui.model.waivers import outside_scope, with_waiver
from wuhu_tui.repo.diffs import changed_paths, diff_stat, parting
from wuhu_tui.repo.landing import predict_conflicts
from wuhu_tui.repo.refs import is_ancestor, required_tip, tip_of
from wuhu_tui.repo.status import dirty_files

SHORT = 12
"""Characters of a commit's id that are shown."""

_OPEN = frozenset({SessionState.IN_REVIEW, SessionState.APPROVED, SessionState.CHANGES_REQUESTED})
_BUSY = frozenset({SessionState.STARTING, SessionState.WORKING, SessionState.ASKING})


async def open_review(port: ProjectPort, view: SessionView) -> Review | None:
    """Put a session's commits before the lead; None when it has none.

    A review of the same commits stays as it is. Checks that ended on the same commit before keep
    counting; a verdict on another commit does not.

    Raises:
        NotPossible: the session works, is being merged, or stands where it cannot be reviewed.
    """
    view = await newest(port, view)
    _check_reviewable(view)
    review = await _looked_at(port, view)
    if review is None or _is_open(view, review):
        return view.review if review else None
    scribe = Scribe(port, view)
    await _void(scribe, review.head)
    review = _goes_on(review, scribe.view)
    await scribe.append(ReviewOpened(session=view.id, review=review))
    await scribe.move(SessionState.IN_REVIEW, "commits to judge")
    return scribe.view.review


def _goes_on(review: Review, view: SessionView) -> Review:
    """The review as the next of the same work: its round, and what was said before.

    What judges said of exactly this commit in this round stays said, also what does not count.
    """
    before = view.review
    if before is None or view.state is SessionState.MERGED:
        return review
    number, said = round_after(before), said_so_far(before)
    if (before.head, before.round) != (review.head, number):
        return replace(review, round=number, earlier=said)
    others = tuple(one for one in said if one not in before.opinions)
    return replace(
        review,
        round=number,
        earlier=others,
        opinions=before.opinions,
        refused=before.refused,
    )


async def refresh_review(port: ProjectPort, view: SessionView) -> Review | None:
    """A new commit on a reviewed branch voids the verdict; the review is opened anew.

    While the session works, only the verdict falls: the new review waits for its report. None when
    nothing changed. New commits of a session that was merged are put before the lead as well.
    """
    if view.review is None:
        return None
    head = await tip_of(port.repository.git, view.spec.branch)
    if head in {"", view.review.head}:
        return None
    if view.state in REVIEW_STATES or await _goes_beyond(port, view, head):
        return await open_review(port, view)
    await _void(Scribe(port, view), head)
    return None


async def _goes_beyond(port: ProjectPort, view: SessionView, head: str) -> bool:
    """Whether a merged session has commits that base has not."""
    if view.state is not SessionState.MERGED:
        return False
    git = port.repository.git
    return not await is_ancestor(git, head, await required_tip(git, base_of(port, view)))


async def _void(scribe: Scribe, head: str) -> None:
    """Take a verdict back that was given on another commit than `head`."""
    review = scribe.view.review
    if review and review.verdict and review.head != head:
        await scribe.append(ReviewVoided(session=scribe.view.id, head=review.head, new_head=head))


def _is_open(view: SessionView, fresh: Review) -> bool:
    """Whether exactly these commits lie before the lead already."""
    if view.review is None or view.state not in _OPEN:
        return False
    return (view.review.head, view.review.merge_base) == (fresh.head, fresh.merge_base)


def _check_not_merging(view: SessionView) -> None:
    if is_interrupted(view):
        raise NotPossible(
            "it is being merged", where=view.id, remedy="wait until the merge has ended"
        )


def _check_reviewable(view: SessionView) -> None:
    _check_not_merging(view)
    if view.spec.judges or view.spec.fixes:
        whose = view.spec.judges.session if view.spec.judges else view.spec.fixes
        raise NotPossible(
            "it has no work of its own to review",
            where=view.id,
            remedy=f"look at the session it works for: wuhu review {whose}",
        )
    if view.state in _BUSY:
        raise NotPossible(
            f"it is {view.state.value} now",
            where=view.id,
            remedy="wait until its turn is over, or stop it first",
        )
    transition(view.state, SessionState.IN_REVIEW, "commits to judge")


async def _looked_at(port: ProjectPort, view: SessionView) -> Review | None:
    git = port.repository.git
    head = await required_tip(git, view.spec.branch)
    base = await required_tip(git, base_of(port, view))
    start = await parting(git, base, head)
    if start == head:
        return None
    stat = await diff_stat(git, base, head)
    return Review(
        head=head,
        merge_base=start,
        files=len(stat.paths),
        added=stat.added,
        removed=stat.removed,
        checks=_known_checks(port.checks, view.review, head),
        conflicts=await predict_conflicts(port.repository, base, head),
        outside=await _outside(port, view, start, head),
        uncommitted=await _uncommitted(port, view),
    )


async def _outside(port: ProjectPort, view: SessionView, start: str, head: str) -> tuple[str, ...]:
    scope = view.spec.scope
    changed = await changed_paths(port.repository.git, start, head) if scope else ()
    return outside_scope(scope, changed)


async def _uncommitted(port: ProjectPort, view: SessionView) -> tuple[str, ...]:
    worktree = Path(view.spec.worktree)
    if not _is_worktree(worktree):
        return ()
    return await dirty_files(port.repository.git.at(worktree))


def _is_worktree(path: Path) -> bool:
    return path.is_absolute() and (path / ".git").exists()


def _known_checks(
    checks: Sequence[ProjectCheck], review: Review | None, head: str
) -> tuple[Check, ...]:
    """The project's checks as they stand on a commit: ended on it before, or about to run."""
    same = review.checks if review and review.head == head else ()
    ended = {check.name: check for check in same}
    return tuple(
        ended.get(check.name) or Check(name=check.name, state=CheckState.RUNNING)
        for check in checks
    )


def missing_checks(
    checks: Sequence[ProjectCheck], review: Review, *, again: bool = False
) -> tuple[ProjectCheck, ...]:
    """The project's checks that have not ended on the review's commit; `again`: also the red ones.

    A check that is shown as running counts as missing: its runner may be gone.
    """
    settled = {CheckState.PASSED} if again else set(CheckState) - {CheckState.RUNNING}
    ended = {check.name for check in review.checks if check.state in settled}
    return tuple(check for check in checks if check.name not in ended)


async def check_review(
    port: ProjectPort, view: SessionView, *, again: bool = False
) -> tuple[Check, ...]:
    """Run the missing checks on exactly the review's commit, in a scratch worktree.

    Only one process may do this for a session at a time: the conductor.
    """
    review = view.review
    wanted = missing_checks(port.checks, review, again=again) if review else ()
    if review is None or not wanted:
        return ()
    scribe = Scribe(port, view)
    place = check_place(port, view.id)

    async def emit(check: Check) -> None:
        await scribe.append(CheckEnded(session=view.id, head=review.head, check=check))

    def output(check: str, text: str) -> None:
        port.check_output(view.id, check, text)

    await new_scratch(port.repository, place, review.head)
    try:
        return await run_checks(place, wanted, emit, output)
    finally:
        await end_scratch(port.repository, place)


def check_place(port: ProjectPort, session: str) -> Path:
    """Where the session's commit is checked."""
    return port.folder.scratch / f"check-{session}"


async def refresh_conflicts(port: ProjectPort, view: SessionView) -> tuple[str, ...]:
    """Predict anew which files of the review would conflict with base as it is now."""
    review = view.review
    if review is None:
        return ()
    base = await required_tip(port.repository.git, base_of(port, view))
    files = await predict_conflicts(port.repository, base, review.head)
    if files != review.conflicts:
        await port.append(ConflictsFound(session=view.id, head=review.head, files=files))
    return files


async def give_verdict(
    port: ProjectPort,
    view: SessionView,
    kind: VerdictKind,
    *,
    head: str,
    note: str = "",
    findings: Sequence[Finding] = (),
    criteria: Sequence[Criterion] = (),
    by: str = "lead",
) -> Verdict:
    """Judge one commit, which must be the newest of the session's branch.

    Raises:
        Conflict: `head` is not the newest commit any more.
        NotPossible: nothing to judge, a gate stands in the way, or the state does not allow it.
    """
    view = await newest(port, view)
    _under_review(view)
    tip = await required_tip(port.repository.git, view.spec.branch)
    if not head or not tip.startswith(head):
        raise _not_newest(view, head, tip)
    verdict = Verdict(
        kind=kind,
        head=tip,
        by=by,
        at=port.clock(),
        note=note,
        findings=tuple(findings),
        criteria=tuple(criteria),
    )
    given = with_waiver(verdict, _under_review(view))

    def decide(now: SessionView) -> tuple[Event, ...]:
        nonlocal given
        given = with_waiver(verdict, _under_review(now))
        return judged(port.checks, now, given)

    await Scribe(port, view).decide(decide)
    return given


def judged(
    checks: Sequence[ProjectCheck], view: SessionView, verdict: Verdict
) -> tuple[Event, ...]:
    """What a verdict changes for a session that stands so.

    Raises:
        Conflict: another commit is under review, or the lead said something else.
        NotPossible: a gate stands in the way of an approval, or the state does not allow it.
    """
    review = _under_review(view)
    if review.head != verdict.head:
        raise _not_newest(view, review.head, verdict.head)
    _check_lead_said_nothing_else(review, verdict, view.id)
    if verdict.kind is VerdictKind.APPROVED:
        check_green(checks, review, view.id)
        check_words(verdict, view.id)
        check_criteria(verdict, view.spec.acceptance, view.id)
        check_scope(verdict, review, view.id)
    given = VerdictGiven(session=view.id, verdict=verdict)
    after = _state_after(view, verdict.kind)
    if after is view.state:
        return (given,)
    return (given, moved(view, after, f"{verdict.kind.value} by {verdict.by}"))


def _check_lead_said_nothing_else(review: Review, verdict: Verdict, where: str) -> None:
    """The lead's verdict on a commit stands until the lead says otherwise."""
    said = lead_said(review)
    if said is None or verdict.by == LEAD or said.kind is verdict.kind:
        return
    raise Conflict(
        f"the lead judged this commit already, at {said.at:%H:%M:%S} UTC: {said.kind.value}",
        where=where,
        remedy="the lead's verdict on a commit counts; ask the lead if it has to be otherwise",
    )


def _under_review(view: SessionView) -> Review:
    _check_not_merging(view)
    if view.review is None:
        raise NotPossible(
            "there is nothing to judge yet",
            where=view.id,
            remedy=f"wait for its report, or open a review: wuhu review {view.id}",
        )
    return view.review


def _not_newest(view: SessionView, head: str, tip: str) -> Conflict:
    return Conflict(
        f"{head[:SHORT] or 'that'} is not the newest commit: {tip[:SHORT]} is",
        where=view.id,
        remedy="look at the new diff, then judge again",
    )


_AFTER = {
    VerdictKind.APPROVED: SessionState.APPROVED,
    VerdictKind.CHANGES_REQUESTED: SessionState.CHANGES_REQUESTED,
    VerdictKind.BLOCKED: SessionState.IN_REVIEW,
}


def _state_after(view: SessionView, kind: VerdictKind) -> SessionState:
    if view.state in _BUSY:
        raise NotPossible(
            f"it is {view.state.value} again",
            where=view.id,
            remedy="wait for its new report, or stop it first",
        )
    after = _AFTER[kind]
    if after is view.state:
        return after
    try:
        return transition(view.state, after, kind.value)
    except IllegalTransition as error:
        raise _waits_for_none(view) from error


def _waits_for_none(view: SessionView) -> NotPossible:
    return NotPossible(
        f"it does not wait for a verdict: it is {view.state.value.replace('_', ' ')} now",
        where=view.id,
        remedy=f"let its turn end, put its commits up again: wuhu review {view.id} --open",
    )


def changes_message(verdict: Verdict) -> str:
    """What the session is told when changes are requested: the note, then each finding."""
    head = f"Changes requested on {verdict.head[:SHORT]} by {verdict.by}."
    findings = [
        f"- {finding.path}:{finding.line} [{severity_of(finding.severity).value}] {finding.text}"
        + (f"\n  evidence: {finding.evidence}" if finding.evidence else "")
        for finding in verdict.findings
    ]
    rest = "Make these changes, commit them, and report done again."
    return "\n\n".join(part for part in (head, verdict.note, "\n".join(findings), rest) if part)
