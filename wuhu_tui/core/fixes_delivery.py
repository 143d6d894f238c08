"""What a pr-fix session committed goes onto the branch of the session it fixes.

Three steps, each of which finds what a crash left of it done: the branch moves by compare-and-swap,
together with a clean checkout of it; the review of the fixed session is opened on the new commit;
the pr-fix session is archived.
"""

from __future__ import annotations

from pathlib import Path

from wuhu_tui.core.delivery import deliver_and_wake
from wuhu_tui.core.letters import command_of, post
from wuhu_tui.core.lives import archive
from wuhu_tui.core.project import BUSY, Project
from wuhu_tui.core.reviews import SHORT, open_review
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, NotPossible
from wuhu_tui.model.events import Noted
from wuhu_tui.model.letters import Letter, LetterKind
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.landing import Move, move_base
from wuhu_tui.repo.refs import is_ancestor, required_tip
from wuhu_tui.repo.status import dirty_files, few
from wuhu_tui.repo.worktrees import worktree_at

_CLOSED = (SessionState.MERGING, SessionState.MERGED, SessionState.ARCHIVED)


async def deliver_fix(project: Project, session: str, *, by: str) -> str:
    """Put what a pr-fix session committed onto the branch it fixes; returns the new head.

    Raises:
        NotPossible: one of the two works, is closed, or has uncommitted work in its place; or
            nothing was committed that could be delivered.
        Conflict: the branch moved on meanwhile; the pr-fix session is told to take that in.
        GitError: the branch may not move; names the files.
    """
    await project.catch_up()
    fix = project.view(session)
    fixed = _fixed_by(project, fix)
    git = project.repository.git
    head = await required_tip(git, fix.spec.branch)
    _check_committed(fix, head)
    tip = await required_tip(git, fixed.spec.branch)
    if not await is_ancestor(git, head, tip):
        await _check_ready(project, fix, fixed)
        await _move(project, fix, fixed, tip, head)
        text = f"{fixed.id} has what {fix.id} fixed, {head[:SHORT]} (asked for by {by})"
        await project.append(Noted(text=text))
    await _reviewed_again(project, fixed.id)
    await archive(project, fix.id, discard=False, by=by)
    return head


def _fixed_by(project: Project, fix: SessionView) -> SessionView:
    if not fix.spec.fixes:
        raise NotPossible(
            "it fixes nobody's work",
            where=fix.id,
            remedy=f"its own work goes the way of a review: wuhu review {fix.id} --open",
        )
    fixed = project.view(fix.spec.fixes)
    if fixed.state in _CLOSED:
        raise NotPossible(
            f"{fixed.id} is {fixed.state.value}",
            where=fix.id,
            remedy=f"what it fixed lies on {fix.spec.branch}",
        )
    return fixed


def _check_committed(fix: SessionView, head: str) -> None:
    if head == fix.spec.base_commit:
        raise NotPossible(
            "it has committed nothing yet",
            where=fix.id,
            remedy=f"wait for its report, or let it go: wuhu archive {fix.id}",
        )


async def _check_ready(project: Project, fix: SessionView, fixed: SessionView) -> None:
    """Pass only if nobody works on either branch and all of the fix is committed."""
    for view in (fix, fixed):
        if view.state in BUSY:
            raise NotPossible(
                f"{view.id} is {view.state.value}",
                where=fix.id,
                remedy="wait until its turn is over: what was fixed waits for that",
            )
    path = Path(fix.spec.worktree)
    there = await worktree_at(project.repository.git, path)
    dirty = () if there is None else await dirty_files(project.repository.git.at(path))
    if dirty:
        raise NotPossible(
            f"not everything it fixed is committed: {few(dirty)}",
            where=fix.id,
            remedy=f'tell it to commit or drop that: wuhu follow-up {fix.id} "…"',
        )


async def _move(
    project: Project, fix: SessionView, fixed: SessionView, tip: str, head: str
) -> None:
    git, branch = project.repository.git, fixed.spec.branch
    if not await is_ancestor(git, tip, head):
        await _send_on(project, fix, fixed, tip)
        raise Conflict(
            f"{branch} moved on to {tip[:SHORT]} since {fix.id} began",
            where=fix.id,
            remedy="it was told to merge that into its own branch and to report again",
        )
    moved = await move_base(project.repository, branch, tip, head, f"wuhu: fixed by {fix.id}")
    if moved is not Move.DONE:
        raise Conflict(f"{branch} moved just now", where=fix.id, remedy="it is tried again")


async def _send_on(project: Project, fix: SessionView, fixed: SessionView, tip: str) -> None:
    """Tell the fix, once for each commit, what it has to take in."""
    letter = Letter(
        id=f"fix-{fix.id}-{tip[:SHORT]}",
        kind=LetterKind.FOLLOW_UP,
        sender="core",
        recipient=fix.id,
        text=(
            f"The branch you fix, {fixed.spec.branch}, moved on to {tip[:SHORT]}. Merge it into "
            f"yours (git merge {fixed.spec.branch}), settle what clashes, run the checks, and "
            "report done again."
        ),
        posted_at=project.clock(),
        lane=Lane.FOLLOW_UP,
    )
    if letter.id not in project.board.letters:
        await post(project, letter)
        await deliver_and_wake(project, fix.id, command_of(letter))


async def _reviewed_again(project: Project, session: str) -> None:
    """Put the fixed work before its judges; a review of the same commit stays as it is."""
    board = await project.catch_up()
    await open_review(project, board.sessions[session])
