"""The bench of a batch: its stack in a scratch worktree, checked, landed, and its culprits told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wuhu_tui.core.batch_words import culprit_letter, culprit_words, flaky_words
from wuhu_tui.core.bisecting import StackChanged
from wuhu_tui.core.leftovers import end_scratch
from wuhu_tui.core.merge_checks import record, red_ones, run_for
from wuhu_tui.core.merge_making import Result, make_result
from wuhu_tui.core.merge_steps import (
    MAX_TRIES,
    STEPS,
    Halt,
    Stacked,
    came_to_nothing,
    moved,
    not_approved,
    not_ready,
    proven,
    refused,
)
from wuhu_tui.core.merges import carry_on, end, settle
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.proving import has_proof, prove_base, record_proof
from wuhu_tui.core.queue_looks import red_base
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.model.events import Noted
from wuhu_tui.model.merges import MergeOutcome, MergeStep
from wuhu_tui.model.project_events import LetterPosted
from wuhu_tui.model.queue_order import needed
from wuhu_tui.model.reviews import Check, CheckState
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.landing import blocked_base
from wuhu_tui.repo.refs import is_ancestor, required_tip
from wuhu_tui.repo.status import few
from wuhu_tui.repo.worktrees import add_scratch


async def leave(scribe: Scribe, halt: Halt) -> None:
    """The member's merge ends here; its session stands where that puts it."""
    await end(scribe, halt)
    await settle(scribe)


async def finish(landed: Sequence[Scribe]) -> None:
    """Bring members whose stack is in base to their end; red on base, all are taken back."""
    for scribe in landed:
        for step in (MergeStep.LAND, MergeStep.VERIFY):
            halt = None if step in scribe.merge.done else await STEPS[step](scribe)
            if halt:
                await leave(scribe, halt)
                break
    rest = [one for one in landed if one.merge.outcome is MergeOutcome.RUNNING]
    unproven = [scribe for scribe in rest if MergeStep.PROVE not in scribe.merge.done]
    halt = await _proof(unproven) if unproven else None
    if halt:
        for scribe in sorted(unproven, key=lambda one: bool(one.merge.undo)):
            await leave(scribe, halt)
        return
    for scribe in rest:
        await carry_on(scribe)


async def _proof(landed: Sequence[Scribe]) -> Halt | None:
    """Base is proven once for all of a stack."""
    if has_proof(landed[-1]):
        await record_proof(landed)
        return None
    return await prove_base(landed)


class StackBench:
    """One batch on its way to base; the caller holds the merge lock."""

    def __init__(self, port: ProjectPort, batch: str) -> None:
        self._port = port
        self._place: Path = port.folder.scratch / batch
        self._stack: list[Stacked] = []
        self._seen: dict[int, tuple[Check, ...]] = {}
        self._tip = ""
        self._tries = MAX_TRIES

    async def clear(self) -> None:
        """Leave no scratch."""
        await end_scratch(self._port.repository, self._place)

    async def build(self, members: Sequence[Scribe]) -> Sequence[Scribe]:
        """Stack these on base as it is now; who does not stand in it has left."""
        self._stack, self._seen = [], {}
        running = [one for one in members if one.merge.outcome is MergeOutcome.RUNNING]
        if not running:
            return ()
        git, base = self._port.repository.git, running[0].merge.base_branch
        await end_scratch(self._port.repository, self._place)
        self._tip = await required_tip(git, base)
        for scribe in running:
            scribe.look()
            halt = await not_ready(scribe) or self._unmet(scribe) or await self._put_on(scribe)
            if halt:
                await leave(scribe, halt)
        return [scribe for scribe, _, _ in self._stack]

    def _unmet(self, scribe: Scribe) -> Halt | None:
        """What it needs is neither in base nor below it."""
        entry = self._port.board.queue.entry(scribe.view.id)
        below = {one.view.id for one, _, _ in self._stack}
        names = needed(self._port.board, entry) if entry else ()
        missing = [name for name in names if name not in below]
        return refused(f"waits for {', '.join(missing)}", stays=True) if missing else None

    async def _put_on(self, scribe: Scribe) -> Halt | None:
        git, merge, below = self._port.repository.git, scribe.merge, self._top()
        if not merge.replays and await is_ancestor(git, merge.head, below):
            return refused(f"{merge.base_branch} has it already: nothing to merge")
        made = await make_result(scribe, await self._scratch(below))
        halt = came_to_nothing(merge, made, below)
        if halt and made.conflicts and below != self._tip:
            return await self._clashes_below(scribe, made)
        if halt is None:
            self._stack.append((scribe, made, below))
        return halt

    async def _clashes_below(self, scribe: Scribe, made: Result) -> Halt | None:
        """A clash with base is its own; one with the stack is judged once that has landed."""
        alone = await make_result(scribe, await self._scratch(self._tip))
        halt = came_to_nothing(scribe.merge, alone, self._tip) if alone.conflicts else None
        names = few(tuple(one.view.spec.shown_name for one, _, _ in self._stack))
        words = f"conflicts with the batch before it ({names}): {few(made.files)}; it comes next"
        return halt or refused(words, stays=True)

    def _top(self, count: int | None = None) -> str:
        """The commit of the lowest so many; of all when it is not said."""
        height = len(self._stack) if count is None else count
        return self._stack[height - 1][1].commit if height else self._tip

    async def _scratch(self, commit: str) -> Git:
        return await add_scratch(self._port.repository, self._place, commit)

    async def green(self, count: int) -> bool:
        """Whether the lowest so many are green; 0: whether what is red is green on base itself.

        What is red runs once more: a check that cannot be trusted is told, and blames nobody.
        """
        if count == 0:
            return await self._base_green()
        members = [scribe for scribe, _, _ in self._stack[:count]]
        await self._scratch(self._top(count))
        checks = await self._run(members, [check.name for check in self._port.checks])
        red = red_ones(checks)
        if red:
            await self._scratch(self._top(count))
            again = await self._run(members, [check.name for check in red])
            checks = tuple([check for check in checks if check not in red]) + again
            if not red_ones(again):
                await self._port.append(Noted(text=flaky_words(red, members), level="warning"))
        self._seen[count] = checks
        return not red_ones(checks)

    async def _base_green(self) -> bool:
        red = [check.name for check in red_ones(self._seen[len(self._stack)])]
        await self._scratch(self._tip)
        self._seen[0] = await self._run((), red)
        return not red_ones(self._seen[0])

    async def _run(self, members: Sequence[Scribe], names: Sequence[str]) -> tuple[Check, ...]:
        wanted = [check for check in self._port.checks if check.name in names]
        checks = await run_for(members, self._place, wanted)
        if checks is None:
            raise StackChanged
        return checks

    async def land(self, count: int) -> None:
        """Move base to the lowest so many, each of them looked at once more."""
        part = self._stack[:count]
        await self._still_approved(part)
        await self._not_blocked(count)
        await self._tell_green(part, self._seen[count])
        if await proven(part) is not None or not await self._moved(part[0][0]):
            raise StackChanged
        await finish([scribe for scribe, _, _ in part])

    async def _still_approved(self, part: Sequence[Stacked]) -> None:
        voided = False
        for scribe, _, _ in part:
            scribe.look()
            halt = await not_approved(scribe)
            if halt:
                voided = True
                await leave(scribe, halt)
        if voided:
            raise StackChanged

    async def _not_blocked(self, count: int) -> None:
        base = self._stack[0][0].merge.base_branch
        blocked = await blocked_base(self._port.repository, base, self._top(count))
        if blocked:
            await self._all_leave(refused(blocked, stays=True))
            raise StackChanged

    async def _tell_green(self, part: Sequence[Stacked], checks: Sequence[Check]) -> None:
        """What landed shows the checks it landed on, whatever ran on higher stacks since."""
        for scribe, _, _ in part:
            shown = {check.name: check.state for check in scribe.merge.checks}
            for check in checks:
                if shown.get(check.name) is not CheckState.PASSED:
                    await record(scribe, check)

    async def _moved(self, scribe: Scribe) -> bool:
        if await moved(scribe):
            return True
        self._tries -= 1
        if not self._tries:
            words = f"{scribe.merge.base_branch} kept moving; tried {MAX_TRIES} times"
            await self._all_leave(refused(words, stays=True))
        return False

    async def _all_leave(self, halt: Halt) -> None:
        for scribe, _, _ in self._stack:
            await leave(scribe, halt)

    async def blame(self, culprit: Scribe, below: Sequence[Scribe]) -> None:
        """It goes back to the lead, and its session hears what is red."""
        red = red_ones(self._seen[len(below) + 1])[0]
        words = culprit_words(red, culprit, below)
        letter = culprit_letter(culprit, words, self._port.clock())
        await culprit.decide_on(
            lambda board: () if letter.id in board.letters else (LetterPosted(letter=letter),)
        )
        await leave(culprit, refused(words))

    async def red_base(self, members: Sequence[Scribe]) -> None:
        """They wait until base has moved."""
        red = red_ones(self._seen[0])[0]
        words = red_base(red.name, members[0].merge.base_branch, self._tip)
        await self._port.append(Noted(text=f"the merge queue waits: {words}", level="error"))
        for scribe in members:
            await leave(scribe, refused(words, stays=True))
