"""Batches: several merges that are stacked, proven together, and land together.

Each is a merge of its own in the journal; all that share a `batch` stand or fall as one stack. A
life that dies before the stack has landed leaves base as it was: they begin anew. After that each
is brought to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wuhu_tui.core.batch_bench import StackBench, finish, leave
from wuhu_tui.core.bisecting import land_together
from wuhu_tui.core.leftovers import landings_ended
from wuhu_tui.core.merge_steps import landed, refused
from wuhu_tui.core.merges import is_batched, tell_stuck
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import GitError, WuhuError
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.states import SessionState


async def run_batch(port: ProjectPort, members: Sequence[Scribe]) -> None:
    """Stack these merges, which have begun, prove them together and land what is green.

    The caller holds the merge lock.
    """
    await landings_ended(port.repository)
    for scribe in members:
        if scribe.view.given.state is SessionState.APPROVED:
            await scribe.move_on(SessionState.MERGING, f"merge by {scribe.merge.by}")
    bench = StackBench(port, members[0].merge.batch)
    try:
        await land_together(bench, members)
    except (GitError, OSError) as error:
        await _give_up(members, error)
    finally:
        await bench.clear()


async def _give_up(members: Sequence[Scribe], error: Exception) -> None:
    """Git refused: what has not landed waits; for what has, somebody else has to try again."""
    running = [one for one in members if one.merge.outcome is MergeOutcome.RUNNING]
    inside = [scribe for scribe in running if await landed(scribe)]
    for scribe in running:
        if scribe not in inside:
            await leave(scribe, refused(str(error), stays=True))
    if inside:
        raise error


async def resume_batches(port: ProjectPort) -> tuple[Merge, ...]:
    """Bring every interrupted batch to its end; the caller holds the merge lock.

    One that cannot go on is told and does not hold up the others.
    """
    ended: list[Merge] = []
    for name in dict.fromkeys(_batches(port.board.sessions.values())):
        members = _members(port, name)
        try:
            await _resume(port, members)
        except WuhuError as error:
            await tell_stuck(port, members[0].view, error)
        ended += [one.merge for one in members if one.merge.outcome is not MergeOutcome.RUNNING]
    return tuple(ended)


def _batches(views: Iterable[SessionView]) -> list[str]:
    return [view.merge.batch for view in views if view.merge and is_batched(view)]


def _members(port: ProjectPort, batch: str) -> list[Scribe]:
    views = [
        view
        for view in port.board.sessions.values()
        if view.merge and view.merge.batch == batch and is_batched(view)
    ]
    return [Scribe(port, view) for view in sorted(views, key=_height)]


def _height(view: SessionView) -> tuple[str, str]:
    merge = view.merge
    return (merge.id, view.id) if merge else ("", view.id)


def _had_landed(scribe: Scribe) -> bool:
    return MergeStep.LAND in scribe.merge.done


async def _resume(port: ProjectPort, members: Sequence[Scribe]) -> None:
    await landings_ended(port.repository)
    going_back = any(scribe.merge.undo for scribe in members)
    inside = [one for one in members if await landed(one) or (going_back and _had_landed(one))]
    if inside:
        await finish(inside)
    for scribe in members:
        if scribe not in inside:
            await leave(scribe, refused("the batch was interrupted; it begins anew", stays=True))
    if members:
        await StackBench(port, members[0].merge.batch).clear()
