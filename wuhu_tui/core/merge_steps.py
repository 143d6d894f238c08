"""The steps of a merge, one function each; every one can be done again after a crash.

A step returns why the merge goes no further, or None after it has recorded that it is done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from wuhu_tui.core.cleanup import put_away
from wuhu_tui.core.leftovers import new_scratch
from wuhu_tui.core.merge_checks import red_ones, red_words, run_for
from wuhu_tui.core.merge_ground import lost_ground
from wuhu_tui.core.merge_making import Result, make_result
from wuhu_tui.core.queue_wanted import dropped_word
from wuhu_tui.core.remotes import is_protected, merge_delay, publish
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.core.settling import tidy_settling
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import BaseBlocked
from wuhu_tui.model.events import Event
from wuhu_tui.model.merges import FileConflict, Merge, MergeManner, MergeOutcome, MergeStep
from wuhu_tui.model.project_events import MergeStepped
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value
from wuhu_tui.repo.landing import Move, blocked_base, carry_checkout, move_base
from wuhu_tui.repo.refs import commit_exists, has_commit, is_ancestor, required_tip, tip_of
from wuhu_tui.repo.status import dirty_files, few

MAX_TRIES = 3
"""How often a merge begins anew because base moved meanwhile."""


class Halt(Value, frozen=True):
    """Why a merge goes no further."""

    outcome: MergeOutcome
    detail: str
    files: tuple[str, ...] = ()
    conflicts: tuple[FileConflict, ...] = ()
    stays: bool = False
    """Whether it is to begin again, as soon as what stood in its way is gone."""
    held: str = ""
    """Why it goes back into the queue, held until the lead decides."""


def scratch_place(scribe: Scribe) -> Path:
    """Where the merge is made and checked."""
    return scribe.port.folder.scratch / scribe.merge.id


async def preflight(scribe: Scribe) -> Halt | None:
    """Merge onto the tip of base in a scratch worktree, and check the result there."""
    port, merge = scribe.port, scribe.merge
    halt = await not_ready(scribe) or await _delayed_by_remote(scribe)
    if halt:
        return halt
    place = scratch_place(scribe)
    tip = await required_tip(port.repository.git, merge.base_branch)
    if not merge.replays and await is_ancestor(port.repository.git, merge.head, tip):
        return refused(f"{merge.base_branch} has {merge.head[:SHORT]} already: nothing to merge")
    made = await make_result(scribe, await new_scratch(port.repository, place, tip))
    halt = came_to_nothing(merge, made, tip) or await _checked(scribe, place)
    return halt or await proven(((scribe, made, tip),))


Stacked = tuple[Scribe, Result, str]
"""A merge, what was made of it, and the commit below that."""


async def proven(stack: Sequence[Stacked]) -> Halt | None:
    """Record what was proven, if the queue wants all of it still; after that it lands."""
    bounds = (stack[0][2], stack[-1][1].commit) if stack[0][0].merge.batch else ("", "")
    gone: list[str] = []

    def decide(board: Board) -> Sequence[Event]:
        words = (dropped_word(board, scribe.view.id, scribe.merge) for scribe, _, _ in stack)
        gone.extend(filter(None, words))
        return () if gone else [_proven(scribe, made, tip, bounds) for scribe, made, tip in stack]

    for scribe, _, _ in stack[:1]:
        await scribe.decide_on(decide)
    for scribe, _, _ in stack[1:]:
        scribe.look()
    return refused(gone[0]) if gone else None


def _proven(scribe: Scribe, made: Result, tip: str, bounds: tuple[str, str]) -> MergeStepped:
    return MergeStepped(
        session=scribe.view.id,
        merge=scribe.merge.id,
        step=MergeStep.PREFLIGHT,
        result=made.commit,
        tip=tip,
        detail=made.why,
        remembered=made.remembered,
        manner=made.manner,
        stack_base=bounds[0],
        stack_tip=bounds[1],
    )


def came_to_nothing(merge: Merge, made: Result, tip: str) -> Halt | None:
    """Why nothing can land of what was made; None if it can."""
    if made.nothing:
        return refused(f"{merge.base_branch} has it already: nothing to merge")
    if not made.conflicts:
        return None
    detail = f"conflicts with {merge.base_branch} at {tip[:SHORT]}: {few(made.files)}"
    return Halt(
        outcome=MergeOutcome.CONFLICT, detail=detail, files=made.files, conflicts=made.conflicts
    )


async def _delayed_by_remote(scribe: Scribe) -> Halt | None:
    delay = await merge_delay(scribe.port, scribe.merge.base_branch)
    return refused(delay, stays=True) if delay else None


async def not_ready(scribe: Scribe) -> Halt | None:
    """What speaks against merging now."""
    port, view, merge = scribe.port, scribe.view, scribe.merge
    dropped = dropped_word(port.board, view.id, merge)
    halt = refused(dropped) if dropped else await not_approved(scribe)
    if halt:
        return halt
    worktree = Path(view.spec.worktree)
    if (worktree / ".git").exists():
        dirty = await dirty_files(port.repository.git.at(worktree))
        if dirty:
            return refused(
                f"not committed in {worktree}: {few(dirty)} → let the session commit or remove them"
            )
    blocked = await blocked_base(port.repository, merge.base_branch)
    return refused(blocked, stays=True) if blocked else None


async def not_approved(scribe: Scribe) -> Halt | None:
    """Why exactly this commit may not land: its branch moved, or its approval was taken back."""
    view, merge = scribe.view, scribe.merge
    tip = await tip_of(scribe.port.repository.git, view.spec.branch)
    if tip != merge.head:
        now = f"is at {tip[:SHORT]}" if tip else "is gone"
        return refused(f"{view.spec.branch} {now}, approved was {merge.head[:SHORT]}")
    verdict = view.review.verdict if view.review else None
    if verdict is None or (verdict.kind, verdict.head) != (VerdictKind.APPROVED, merge.head):
        return refused(f"the approval of {merge.head[:SHORT]} was taken back")
    lost = await lost_ground(scribe.port, view, merge.base_branch)
    return refused(lost) if lost else None


def refused(detail: str, *, stays: bool = False) -> Halt:
    """It does not land; `stays`: for now."""
    return Halt(outcome=MergeOutcome.REFUSED, detail=detail, stays=stays)


async def _checked(scribe: Scribe, place: Path) -> Halt | None:
    """Run the project's checks on the merged result."""
    checks = await run_for((scribe,), place, scribe.port.checks)
    red = red_ones(checks or ())
    return refused(red_words(red[0], "on the merged result")) if red else None


async def _land(scribe: Scribe) -> Halt | None:
    """Move base by compare-and-swap; if it moved meanwhile, prove the merge anew on its new tip.

    A protected base moves by a pull request on its remote instead.
    """
    if is_protected(scribe):
        from wuhu_tui.core.pull_requests import land_by_pull_request  # which knows this module

        return await land_by_pull_request(scribe)
    for left in reversed(range(MAX_TRIES)):
        if await landed(scribe):
            break
        halt = await not_approved(scribe)
        try:
            if halt is None and await moved(scribe):
                break
        except BaseBlocked as error:
            halt = refused(error.message, stays=True)
        halt = halt or (await preflight(scribe) if left else _kept_moving(scribe))
        if halt:
            return halt
    await stepped(scribe, MergeStep.LAND)
    return None


def _kept_moving(scribe: Scribe) -> Halt:
    return refused(f"{scribe.merge.base_branch} kept moving; tried {MAX_TRIES} times", stays=True)


async def landed(scribe: Scribe) -> bool:
    """Whether base has the result already."""
    git, merge = scribe.port.repository.git, scribe.merge
    if not merge.result:
        return False
    return await has_commit(git, await required_tip(git, merge.base_branch), merge.result)


async def moved(scribe: Scribe) -> bool:
    """Try to move base, with the whole batch; False if it is not where the preflight saw it."""
    port, merge = scribe.port, scribe.merge
    if not await commit_exists(port.repository.git, merge.result):
        return False
    reason = f"wuhu: merge {scribe.view.id}"
    below, top = below_of(merge), top_of(merge)
    done = await move_base(port.repository, merge.base_branch, below, top, reason)
    return done is Move.DONE


def below_of(merge: Merge) -> str:
    """Where base stands before the merge lands, alone or with its batch."""
    return merge.stack_base or merge.base_tip


def top_of(merge: Merge) -> str:
    """Where base goes."""
    return merge.stack_tip or merge.result


async def _verify(scribe: Scribe) -> Halt | None:
    """Look at base itself: it must have the result and the approved commit."""
    repository, merge = scribe.port.repository, scribe.merge
    tip = await required_tip(repository.git, merge.base_branch)
    landed_as_it_is = merge.manner is MergeManner.MERGE
    for commit in (merge.result, merge.head) if landed_as_it_is else (merge.result,):
        if not await has_commit(repository.git, tip, commit):
            return refused(
                f"{merge.base_branch} is at {tip[:SHORT]} and lacks {commit[:SHORT]}: "
                "somebody moved it back after the merge had landed"
            )
    if tip == top_of(merge):
        await carry_checkout(repository, merge.base_branch, below_of(merge), tip)
    await stepped(scribe, MergeStep.VERIFY)
    return None


async def _prove(scribe: Scribe) -> Halt | None:
    """Run the checks that are to run on base; red ones take the merge back."""
    from wuhu_tui.core.proving import prove_base  # which knows this module

    return await prove_base((scribe,))


async def _publish(scribe: Scribe) -> Halt | None:
    """Bring the proven result to the remote where that is wanted; never takes it back here."""
    published = await publish(scribe)
    await scribe.append(
        MergeStepped(
            session=scribe.view.id,
            merge=scribe.merge.id,
            step=MergeStep.PUBLISH,
            published=published,
        )
    )
    return None


async def _close(scribe: Scribe) -> Halt | None:
    if scribe.view.given.state is SessionState.MERGING:
        await scribe.move_on(SessionState.MERGED, f"{scribe.merge.result[:SHORT]} landed")
    await stepped(scribe, MergeStep.CLOSE)
    return None


async def _clean_up(scribe: Scribe) -> Halt | None:
    away = await put_away(scribe.port, scribe.view)
    kept = await tidy_settling(scribe.port, scribe.view)
    otherwise = scribe.merge.manner is not scribe.port.merge_rules.manner
    why = f"landed as {scribe.merge.manner.value}: {scribe.merge.detail}" if otherwise else ""
    said = "; ".join(filter(None, (why, away.said, kept)))
    await stepped(scribe, MergeStep.CLEAN_UP, detail=said)
    return None


async def stepped(scribe: Scribe, step: MergeStep, *, detail: str = "") -> None:
    """Record that a step is done."""
    await scribe.append(
        MergeStepped(session=scribe.view.id, merge=scribe.merge.id, step=step, detail=detail)
    )


STEPS: dict[MergeStep, Callable[[Scribe], Awaitable[Halt | None]]] = {
    MergeStep.PREFLIGHT: preflight,
    MergeStep.LAND: _land,
    MergeStep.VERIFY: _verify,
    MergeStep.PROVE: _prove,
    MergeStep.PUBLISH: _publish,
    MergeStep.CLOSE: _close,
    MergeStep.CLEAN_UP: _clean_up,
}
