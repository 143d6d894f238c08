"""The merge pipeline: journaled steps, each of which can be done again after a crash.

What lands is the approved commit, merged onto the tip of base and checked there. Whatever goes
wrong before `land` leaves base as it was; whatever goes wrong after it never takes base back.
"""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.core.approval import approved_tip, check_approval, taken_back
from wuhu_tui.core.leftovers import end_scratch, landings_ended
from wuhu_tui.core.merge_lock import is_interrupted, take_merge_lock
from wuhu_tui.core.merge_making import settled_before
from wuhu_tui.core.merge_steps import STEPS, Halt, landed, scratch_place
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.queue_wanted import check_may_begin
from wuhu_tui.core.remotes import AGAIN
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.core.scribe import Scribe, base_of
from wuhu_tui.core.undo import carry_back, is_half_undone
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import Conflict, GitError, WuhuError
from wuhu_tui.model.events import Event, Noted
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.project_events import MergeEnded, MergeStarted
from wuhu_tui.model.remote_events import MergeWaits
from wuhu_tui.model.states import SessionState


def next_step(merge: Merge) -> MergeStep | None:
    """The step to do next, from what the journal says alone; None when there is none."""
    if merge.outcome is not MergeOutcome.RUNNING:
        return None
    return next((step for step in MergeStep if step not in merge.done), None)


async def planned(port: ProjectPort, view: SessionView, *, by: str) -> Merge:
    """The merge that an approved session is to get; nothing of it has begun.

    Raises:
        NotPossible: it is not approved, a check is not green, or its merge runs.
        Conflict: the approved commit is not the newest any more.
    """
    head = await approved_tip(port, view)
    verdict = view.review.verdict if view.review else None
    return Merge(
        id=port.new_id(),
        head=head,
        base_branch=base_of(port, view),
        replays=await taken_back(port, view),
        manner=port.merge_rules.manner,
        resolution=settled_before(view, head),
        waived=verdict.waived if verdict else (),
        by=by,
    )


async def begin(scribe: Scribe, merge: Merge) -> None:
    """Start the merge if at this moment exactly its commit is approved.

    One that comes from the queue begins only if the queue lets it at this moment.
    """

    def decide(board: Board) -> Sequence[Event]:
        view = board.session(scribe.view.id) or scribe.view
        if check_approval(scribe.port.checks, view).head != merge.head:
            raise Conflict(
                f"{merge.head[:SHORT]} is not the approved commit any more",
                where=view.id,
                remedy="look at the new commits and approve them",
            )
        if merge.queued:
            check_may_begin(board, view, merge)
        return (MergeStarted(session=view.id, merge=merge),)

    await scribe.decide_on(decide)


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
        return await resume_all(port)
    finally:
        lock.release()


def _is_unfinished(view: SessionView) -> bool:
    return is_interrupted(view) or is_half_undone(view)


async def resume_all(port: ProjectPort) -> tuple[Merge, ...]:
    """The same; the caller holds the merge lock."""
    from wuhu_tui.core.batches import resume_batches

    board = await port.catch_up()
    if not any(_is_unfinished(view) for view in board.sessions.values()):
        return ()
    ended = await resume_batches(port)
    views = [view for view in port.board.sessions.values() if _is_unfinished(view)]
    views = [view for view in views if not is_batched(view)]
    views.sort(key=lambda view: (view.merge.at, view.id) if view.merge else (view.since, ""))
    return (*ended, *[merge for view in views for merge in await _resumed(port, view)])


def is_batched(view: SessionView) -> bool:
    """Whether its merge runs as a member of a batch: it goes on with that alone."""
    merge = view.merge
    return merge is not None and bool(merge.batch) and merge.outcome is MergeOutcome.RUNNING


async def _resumed(port: ProjectPort, view: SessionView) -> list[Merge]:
    if _looked_just_now(port, view):
        return []
    scribe = Scribe(port, view)
    try:
        return [await (carry_on(scribe) if is_interrupted(view) else carry_back(scribe))]
    except WuhuError as error:
        await tell_stuck(port, view, error)
        return []


def _looked_just_now(port: ProjectPort, view: SessionView) -> bool:
    """Whether what the merge waits for elsewhere was looked at a moment ago."""
    looked = port.looked.get(view.merge.id) if view.merge and view.merge.waits else None
    return looked is not None and port.clock() - looked < AGAIN


async def tell_stuck(port: ProjectPort, view: SessionView, error: WuhuError) -> None:
    """Note, once until something else is noted, that a merge cannot go on."""
    name = f"{view.spec.title} ({view.id})" if view.spec.title else view.id
    text = f"the merge of {name} cannot go on: {error}"
    if text not in port.board.project.warnings:
        await port.append(Noted(text=text, level="error"))


async def carry_on(scribe: Scribe, *, by: str = "lead") -> Merge:
    """Do what is left of a started merge; the caller holds the merge lock."""
    await landings_ended(scribe.port.repository)
    if scribe.merge.outcome is MergeOutcome.RUNNING:
        if scribe.view.given.state is SessionState.APPROVED:
            await scribe.move_on(SessionState.MERGING, f"merge by {by}")
        halt = await _do_steps(scribe)
        if halt and halt.outcome is MergeOutcome.RUNNING:
            return await _put_off(scribe, halt)
        await end(scribe, halt)
    await settle(scribe)
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


async def _put_off(scribe: Scribe, halt: Halt) -> Merge:
    """It goes on when something elsewhere is so; says once what that is."""
    await end_scratch(scribe.port.repository, scratch_place(scribe))
    scribe.port.looked[scribe.merge.id] = scribe.port.clock()
    if scribe.merge.waits != halt.detail:
        merge = scribe.merge.id
        await scribe.append(MergeWaits(session=scribe.view.id, merge=merge, reason=halt.detail))
    return scribe.merge


async def end(scribe: Scribe, halt: Halt | None) -> None:
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
            conflicts=ended.conflicts,
            stays=ended.stays and scribe.merge.queued,
            held=ended.held,
        )
    )


async def settle(scribe: Scribe) -> None:
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
