"""The merge pipeline: journaled steps, each of which can be done again after a crash.

What lands is the approved commit, merged onto the tip of base and checked there. Whatever goes
wrong before `land` leaves base as it was; whatever goes wrong after it never takes base back.
"""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.core.leftovers import end_scratch, landings_ended
from wuhu_tui.core.merge_lock import PATIENCE, is_interrupted, merge_lock, take_merge_lock
from wuhu_tui.core.merge_steps import STEPS, Halt, landed, scratch_place
from wuhu_tui.core.ports import ProjectCheck, ProjectPort
from wuhu_tui.core.reviews import SHORT, check_green
from wuhu_tui.core.scribe import Scribe, base_of, newest
from wuhu_tui.core.undo import carry_back, is_half_undone
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, GitError, NotPossible, WuhuError
from wuhu_tui.model.events import Noted
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.project_events import MergeEnded, MergeStarted
from wuhu_tui.model.reviews import Verdict, VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.refs import commit_exists, is_ancestor, required_tip


def next_step(merge: Merge) -> MergeStep | None:
    """The step to do next, from what the journal says alone; None when there is none."""
    if merge.outcome is not MergeOutcome.RUNNING:
        return None
    return next((step for step in MergeStep if step not in merge.done), None)


async def run_merge(
    port: ProjectPort, view: SessionView, *, by: str = "lead", patience: float = PATIENCE
) -> Merge:
    """Merge an approved session; returns how it ended: merged, conflict or refused.

    Raises:
        NotPossible: it is not approved, a check is not green, or another merge runs.
        Conflict: the approved commit is not the newest any more.
    """
    async with merge_lock(port, patience):
        view = await newest(port, view)
        merge = Merge(
            id=port.new_id(),
            head=await _approved_tip(port, view),
            base_branch=base_of(port, view),
            replays=await _taken_back(port, view),
            by=by,
        )
        scribe = Scribe(port, view)
        await scribe.decide(lambda now: _begun(port.checks, now, merge))
        return await carry_on(scribe, by=by)


def _begun(
    checks: Sequence[ProjectCheck], view: SessionView, merge: Merge
) -> tuple[MergeStarted, ...]:
    """The merge begins if at this moment exactly its commit is approved."""
    if _approval(checks, view).head != merge.head:
        raise Conflict(
            f"{merge.head[:SHORT]} is not the approved commit any more",
            where=view.id,
            remedy="look at the new commits and approve them",
        )
    return (MergeStarted(session=view.id, merge=merge),)


async def resume_merges(port: ProjectPort) -> tuple[Merge, ...]:
    """Bring every interrupted merge and undo to its end, oldest first.

    None if somebody merges just now. One that cannot go on is told in the project's journal and
    does not hold up the others.
    """
    if not any(_is_unfinished(view) for view in (await port.catch_up()).sessions.values()):
        return ()
    lock = await take_merge_lock(port, 0)
    if lock is None:
        return ()
    try:
        return await _resume_all(port)
    finally:
        lock.release()


def _is_unfinished(view: SessionView) -> bool:
    return is_interrupted(view) or is_half_undone(view)


async def _resume_all(port: ProjectPort) -> tuple[Merge, ...]:
    board = await port.catch_up()
    views = [view for view in board.sessions.values() if _is_unfinished(view)]
    views.sort(key=lambda view: (view.merge.at, view.id) if view.merge else (view.since, ""))
    return tuple([merge for view in views for merge in await _resumed(port, view)])


async def _resumed(port: ProjectPort, view: SessionView) -> list[Merge]:
    scribe = Scribe(port, view)
    try:
        return [await (carry_on(scribe) if is_interrupted(view) else carry_back(scribe))]
    except WuhuError as error:
        text = f"the merge of {view.spec.shown_name} cannot go on: {error}"
        await port.append(Noted(text=text, level="error"))
        return []


def _approval(checks: Sequence[ProjectCheck], view: SessionView) -> Verdict:
    """The verdict to merge on.

    Raises:
        NotPossible: the session is not approved, a check is not green, or its merge runs.
    """
    if is_interrupted(view):
        raise NotPossible(
            "its merge was interrupted", where=view.id, remedy="it resumes by itself; wait for it"
        )
    _check_nobody_was_first(view)
    review = view.review
    verdict = review.verdict if review else None
    approved = verdict is not None and verdict.kind is VerdictKind.APPROVED
    if review is None or verdict is None or not approved:
        raise NotPossible("nobody approved it", where=view.id, remedy="review and approve it first")
    if view.state is not SessionState.APPROVED:
        raise NotPossible(
            f"it is {view.state.value}, not approved", where=view.id, remedy="approve it again"
        )
    check_green(checks, review, view.id)
    return verdict


def _check_nobody_was_first(view: SessionView) -> None:
    """Pass only if it is not merged yet; the second hand is told whose was the first."""
    merge = view.merge
    merged = merge is not None and merge.outcome is MergeOutcome.MERGED
    if merge is None or not merged or view.state is not SessionState.MERGED:
        return
    raise Conflict(
        f"{merge.by or 'somebody'} merged it already, at {merge.at:%H:%M:%S} UTC",
        where=view.id,
        remedy=f"nothing is left to do; to take it back: wuhu undo-merge {view.id}",
    )


async def _approved_tip(port: ProjectPort, view: SessionView) -> str:
    """The approved commit, which must be the newest."""
    approved = _approval(port.checks, view).head
    tip = await required_tip(port.repository.git, view.spec.branch)
    if tip != approved:
        raise Conflict(
            f"{tip[:SHORT]} came after the approved {approved[:SHORT]}",
            where=view.id,
            remedy="look at the new commits and approve them",
        )
    return approved


async def _taken_back(port: ProjectPort, view: SessionView) -> tuple[str, ...]:
    """Reverts of this session's work that base still has, newest first."""
    git, merge = port.repository.git, view.merge
    if merge is None:
        return ()
    reverts = merge.replays
    reverted = merge.outcome is MergeOutcome.UNDONE and merge.undo not in {"", merge.base_tip}
    if reverted and await commit_exists(git, merge.undo):
        span = f"{merge.undo_tip}..{merge.undo}"
        reverts = tuple((await git.read("rev-list", "--first-parent", span)).split())
    tip = await required_tip(git, base_of(port, view))
    known = [commit for commit in reverts if await commit_exists(git, commit)]
    return tuple([commit for commit in known if await is_ancestor(git, commit, tip)])


async def carry_on(scribe: Scribe, *, by: str = "lead") -> Merge:
    """Do what is left of a started merge; the caller holds the merge lock."""
    await landings_ended(scribe.port.repository)
    if scribe.merge.outcome is MergeOutcome.RUNNING:
        if scribe.view.given.state is SessionState.APPROVED:
            await scribe.move_on(SessionState.MERGING, f"merge by {by}")
        halt = await _do_steps(scribe)
        await _end(scribe, halt)
    await _settle(scribe)
    return scribe.merge


async def _do_steps(scribe: Scribe) -> Halt | None:
    while (step := next_step(scribe.merge)) is not None:
        halt = await _attempt(scribe, step)
        if halt:
            return halt
    return None


async def _attempt(scribe: Scribe, step: MergeStep) -> Halt | None:
    """One step; before base has moved, git's refusal ends the merge and harms nothing."""
    try:
        return await STEPS[step](scribe)
    except (GitError, OSError) as error:
        if MergeStep.LAND in scribe.merge.done or await landed(scribe):
            raise
        return Halt(outcome=MergeOutcome.REFUSED, detail=str(error))


async def _end(scribe: Scribe, halt: Halt | None) -> None:
    """Record how it ended; no scratch is left then."""
    await end_scratch(scribe.port.repository, scratch_place(scribe))
    ended = halt or Halt(outcome=MergeOutcome.MERGED, detail=scribe.merge.detail)
    await scribe.append(
        MergeEnded(
            session=scribe.view.id,
            merge=scribe.merge.id,
            outcome=ended.outcome,
            detail=ended.detail,
            files=ended.files,
        )
    )


async def _settle(scribe: Scribe) -> None:
    """After the end: the session stands where the outcome puts it."""
    if scribe.view.given.state is SessionState.MERGING:
        await scribe.move_on(_state_after(scribe.view), f"merge {scribe.merge.outcome.value}")


def _state_after(view: SessionView) -> SessionState:
    match view.merge.outcome if view.merge else None:
        case MergeOutcome.MERGED:
            return SessionState.MERGED
        case MergeOutcome.CONFLICT:
            return SessionState.CONFLICT
        case _:
            approved = view.review is not None and view.review.verdict is not None
            return SessionState.APPROVED if approved else SessionState.IN_REVIEW
