"""What a merge rests on: an approval of exactly the newest commit, every check green, scope kept.

What is outside the scope lands only where the lead let it pass.
"""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.core.gates import check_green, check_scope
from wuhu_tui.core.merge_lock import is_interrupted
from wuhu_tui.core.ports import ProjectCheck, ProjectPort
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.core.scribe import base_of
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, NotPossible
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.reviews import Verdict, VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.refs import commit_exists, is_ancestor, required_tip


def check_approval(checks: Sequence[ProjectCheck], view: SessionView) -> Verdict:
    """The verdict to merge on.

    Raises:
        NotPossible: the session is not approved, a check is not green, what lies outside its scope
            was not let pass, or its merge runs.
        Conflict: somebody merged it already.
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
    check_scope(verdict, review, view.id)
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


async def approved_tip(port: ProjectPort, view: SessionView) -> str:
    """The approved commit, which must be the newest."""
    approved = check_approval(port.checks, view).head
    tip = await required_tip(port.repository.git, view.spec.branch)
    if tip != approved:
        raise Conflict(
            f"{tip[:SHORT]} came after the approved {approved[:SHORT]}",
            where=view.id,
            remedy="look at the new commits and approve them",
        )
    return approved


async def taken_back(port: ProjectPort, view: SessionView) -> tuple[str, ...]:
    """Reverts of this session's work that base still has, newest first."""
    git, merge = port.repository.git, view.merge
    if merge is None:
        return ()
    reverts = merge.replays
    undone = merge.outcome in (MergeOutcome.UNDONE, MergeOutcome.ROLLED_BACK)
    moved_back = merge.undo in {"", merge.stack_base or merge.base_tip, merge.base_tip}
    tip = await required_tip(git, base_of(port, view))
    if undone and not moved_back and await _has_itself(git, merge, tip):
        reverts = await _own_reverts(git, merge)
    known = [commit for commit in reverts if await commit_exists(git, commit)]
    return tuple([commit for commit in known if await is_ancestor(git, commit, tip)])


async def _has_itself(git: Git, merge: Merge, tip: str) -> bool:
    """Whether base has the very commits: one that has them anew, reverted, takes them once more."""
    known = await commit_exists(git, merge.undo) and await commit_exists(git, merge.head)
    return known and await is_ancestor(git, merge.head, tip)


async def _own_reverts(git: Git, merge: Merge) -> tuple[str, ...]:
    """The reverts that took back this merge alone, where a whole batch was taken back with it.

    They stand in base in the opposite order of what they revert.
    """
    reverts = await _first_parents(git, merge.undo_tip, merge.undo)
    if merge.outcome is MergeOutcome.UNDONE or not merge.stack_base:
        return reverts
    stack = await _first_parents(git, merge.stack_base, merge.stack_tip)
    own = await _first_parents(git, merge.base_tip, merge.result)
    taken = zip(reversed(reverts), stack, strict=False)
    return tuple(reversed([revert for revert, commit in taken if commit in own]))


async def _first_parents(git: Git, below: str, top: str) -> tuple[str, ...]:
    return tuple((await git.read("rev-list", "--first-parent", f"{below}..{top}")).split())
