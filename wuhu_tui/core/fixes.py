"""Sessions that fix what a review or a merge found in another session's work.

A fix starts from the newest commit of that work, on a branch of its own: never do two sessions
write on one branch. It is made under a key of that commit, so that making it twice is once.
"""

from __future__ import annotations

from wuhu_tui.core.door import NewSession
from wuhu_tui.core.instantiate import instantiate
from wuhu_tui.core.judging_brief import told
from wuhu_tui.core.lives import begin_life
from wuhu_tui.core.project import BUSY, Project
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.core.scribe import base_of
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.reviews import CheckState, Review, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.refs import required_tip

ROLE = "pr-fix"

_CLOSED = {
    SessionState.INSTANTIATED: "it was never started",
    SessionState.MERGING: "its merge runs just now",
    SessionState.MERGED: "it is merged",
    SessionState.ARCHIVED: "it is archived",
}

_RULES = (
    "Fix exactly what is named here and nothing else. Commit on the branch you are on; report done "
    "when all checks are green. What you committed then goes onto the branch of {name}, and is "
    "reviewed there. Say in your report for every finding what became of it."
)


async def fix_session(project: Project, session: str, *, note: str, by: str) -> SessionSpec:
    """Make and start a session that fixes another's work, or adopt the one that does.

    Raises:
        NotPossible: there is nothing to fix, the session works itself, or another one fixes it.
    """
    await project.reload()
    await project.catch_up()
    fixed = project.view(session)
    _check_fixable(fixed)
    head = await required_tip(project.repository.git, fixed.spec.branch)
    fixing = fix_of(project.board, session)
    if fixing is not None and not (fixing.own is None and fixing.spec.base_commit == head):
        raise NotPossible(
            f"{fixing.id} fixes it already",
            where=session,
            remedy=f"wait for it, steer it, or archive it: wuhu archive {fixing.id}",
        )
    spec = fixing.spec if fixing is not None else await _made(project, fixed, head, note, by=by)
    if project.view(spec.id).own is None:
        await begin_life(project, spec.id)
    return spec


def fix_of(board: Board, session: str) -> SessionView | None:
    """The session that fixes this one's work now; None: nobody does."""
    return next(
        (
            view
            for view in board.sessions.values()
            if view.spec.fixes == session and view.state is not SessionState.ARCHIVED
        ),
        None,
    )


def _check_fixable(fixed: SessionView) -> None:
    reason = _CLOSED.get(fixed.state, "")
    if fixed.state in BUSY:
        reason = f"it is {fixed.state.value} itself: two sessions never work on one branch"
    if fixed.spec.judges or fixed.spec.fixes:
        reason = "it has no work of its own to fix"
    if reason:
        raise NotPossible(reason, where=fixed.id, remedy="tell it what to do: wuhu follow-up")


async def _made(
    project: Project, fixed: SessionView, head: str, note: str, *, by: str
) -> SessionSpec:
    brief = await _brief(project, fixed, note.strip())
    before = sum(1 for view in project.board.sessions.values() if view.spec.fixes == fixed.id)
    wish = NewSession(
        task=_task(project, fixed, head, brief, by=by),
        title=f"fix of {fixed.spec.shown_name}",
        role=ROLE,
        base=fixed.spec.branch,
        scope=fixed.spec.scope,
        acceptance=fixed.spec.acceptance,
        rules=fixed.spec.rules,
        budget=fixed.spec.budget,
        key=f"fix-{fixed.id}-{head}-{before + 1}",
        fixes=fixed.id,
        parent=by if project.board.session(by) else "",
    )
    spec = await instantiate(project, wish)
    await project.catch_up()
    return spec


def _task(project: Project, fixed: SessionView, head: str, brief: str, *, by: str) -> str:
    name = f"{fixed.id} ({fixed.spec.shown_name})"
    base = base_of(project, fixed)
    opening = (
        f"Fix what was found in the work of {name}. You start from its newest commit "
        f"{head[:SHORT]}; its diff: git diff {base}...HEAD. Asked for by {by}."
    )
    parts = (
        opening,
        _RULES.format(name=fixed.id),
        brief,
        f"Its task was:\n{fixed.spec.task.strip()}" if fixed.spec.task.strip() else "",
    )
    return "\n\n".join(part for part in parts if part)


async def _brief(project: Project, fixed: SessionView, note: str) -> str:
    """What is to be fixed: the lead's words, findings, red checks, and both sides of a conflict."""
    review = fixed.review
    found = _findings(review) if review else ""
    collides = fixed.state is SessionState.CONFLICT or bool(review and review.conflicts)
    conflict = await _conflict(project, fixed) if collides else ""
    parts = [part for part in (note, found, conflict) if part]
    if not parts:
        raise NotPossible(
            "nothing was found that could be fixed",
            where=fixed.id,
            remedy='say what it is to do: wuhu fix SESSION --note "…"',
        )
    return "\n\n".join(parts)


def _findings(review: Review) -> str:
    said = [told(verdict) for verdict in _asking(review)]
    red = [
        f"Check {check.name} is {check.state.value}:\n{check.output.strip()}"
        for check in review.checks
        if check.state in (CheckState.FAILED, CheckState.BROKEN)
    ]
    return "\n\n".join((*said, *red))


def _asking(review: Review) -> tuple[Verdict, ...]:
    """The verdicts on this commit that ask for something, each said once."""
    given = review.verdict
    others = tuple(
        one
        for one in review.opinions
        if given is None or (one.by, one.note) != (given.by, given.note)
    )
    every = (*others, *((given,) if given else ()))
    return tuple(one for one in every if one.findings or one.kind is not VerdictKind.APPROVED)


async def _conflict(project: Project, fixed: SessionView) -> str:
    from wuhu_tui.core.conflict_brief import conflict_brief

    try:
        return await conflict_brief(project, fixed)
    except NotPossible:
        return ""  # base moved on, and nothing collides any more
