"""Proves base itself once it has moved: the checks of `[merge] after`; red ones take it back."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from wuhu_tui.core.leftovers import end_scratch, new_scratch
from wuhu_tui.core.merge_checks import red_ones, red_words, run_for
from wuhu_tui.core.merge_steps import Halt, below_of, scratch_place, stepped, top_of
from wuhu_tui.core.ports import ProjectCheck, ProjectPort
from wuhu_tui.core.remotes import is_protected
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.core.undo import move_back
from wuhu_tui.model.errors import Conflict
from wuhu_tui.model.events import Event, Noted
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.project_events import MergeStepped, MergeUndoPrepared
from wuhu_tui.model.reviews import Check
from wuhu_tui.repo.refs import required_tip


async def prove_base(landed: Sequence[Scribe]) -> Halt | None:
    """Run the checks on base with what landed together; red: base is taken back with all of it.

    The last one landed says where base goes back to: a life that died meanwhile goes on with that.

    Raises:
        GitError: base is red and cannot be taken back now; it is tried again.
    """
    last = next((one for one in landed if one.merge.undo), landed[-1])
    red = await _red_ones(landed, last)
    if not red:
        await record_proof(landed)
        return None
    words = red_words(red[0], f"on {last.merge.base_branch} once it had landed")
    if is_protected(last):
        kept = f"it moves only by pull requests at {last.port.remote_rules.name}: revert it there"
        await _stays_red(landed, words, Conflict(kept))
        return None
    try:
        said = await _taken_back(landed, last)
    except Conflict as error:
        await _stays_red(landed, words, error)
        return None
    with_it = _with_it(landed)
    detail = f"{said}: {words}"
    held = f"{_first_line(words)}{with_it}; {said}"
    return Halt(outcome=MergeOutcome.ROLLED_BACK, detail=detail, held=held)


async def _red_ones(landed: Sequence[Scribe], last: Scribe) -> tuple[Check, ...]:
    """What is red on base, or was before a life that took it back died."""
    if last.merge.undo:
        return red_ones(last.merge.checks)
    checks = after_checks(last.port)
    return await _red_on_base(landed, checks) if checks else ()


async def _taken_back(landed: Sequence[Scribe], last: Scribe) -> str:
    """Take base back; each of them knows then where it went, for the day it lands again."""
    said = await move_back(Span(last.port, last.view))
    last.look()
    back = last.merge
    for scribe in landed:
        if scribe.merge.undo != back.undo:
            await scribe.append(
                MergeUndoPrepared(
                    session=scribe.view.id,
                    merge=scribe.merge.id,
                    result=back.undo,
                    tip=back.undo_tip,
                )
            )
    return said


class Span(Scribe):
    """The last of what landed together, whose merge reaches over all of it."""

    @property
    def merge(self) -> Merge:
        """The merge from where base stood before to where it went."""
        merge = super().merge
        return replace(merge, base_tip=below_of(merge), result=top_of(merge))


def has_proof(scribe: Scribe) -> bool:
    """Whether base was proven with the stack that this one landed with."""
    own = scribe.merge
    return any(
        merge is not None
        and (merge.batch, merge.stack_tip) == (own.batch, own.stack_tip)
        and MergeStep.PROVE in merge.done
        for merge in (view.merge for view in scribe.port.board.sessions.values())
    )


def after_checks(port: ProjectPort) -> tuple[ProjectCheck, ...]:
    """The checks that are to run on base."""
    names = port.merge_rules.after
    return tuple(check for check in port.checks if check.name in names)


async def _red_on_base(
    landed: Sequence[Scribe], checks: Sequence[ProjectCheck]
) -> tuple[Check, ...]:
    last = landed[-1]
    repository, place = last.port.repository, scratch_place(last)
    tip = await required_tip(repository.git, last.merge.base_branch)
    await new_scratch(repository, place, tip)
    try:
        return red_ones(await run_for(landed, place, checks, always=True) or ())
    finally:
        await end_scratch(repository, place)


async def record_proof(landed: Sequence[Scribe], detail: str = "") -> None:
    """All of them at once: a batch is proven as a whole."""

    def decide(board: object) -> Sequence[Event]:
        return [
            MergeStepped(
                session=scribe.view.id,
                merge=scribe.merge.id,
                step=MergeStep.PROVE,
                detail=detail,
            )
            for scribe in landed
        ]

    if len(landed) == 1:
        await stepped(landed[0], MergeStep.PROVE, detail=detail)
        return
    await landed[0].decide_on(decide)
    for scribe in landed:
        scribe.look()


async def _stays_red(landed: Sequence[Scribe], words: str, error: Conflict) -> None:
    """Base cannot be taken back: the lead has to know at once."""
    merge = landed[-1].merge
    text = f"{merge.base_branch} is red and was not rolled back: {error.message}; {words}"
    await landed[-1].port.append(Noted(text=text, level="error"))
    await record_proof(landed, _first_line(text))


def _with_it(landed: Sequence[Scribe]) -> str:
    names = [scribe.view.spec.shown_name for scribe in landed]
    return f" (landed together: {', '.join(names)})" if len(names) > 1 else ""


def _first_line(words: str) -> str:
    return words.split("\n", 1)[0]
