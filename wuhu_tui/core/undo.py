"""Takes a landed merge back: base moves back when nothing landed since, else gets a revert.

No checks run: taking back is the lead's own decision, and must work when base is red.
"""

from __future__ import annotations

from pathlib import Path

from wuhu_tui.core.leftovers import end_scratch, landings_ended, new_scratch
from wuhu_tui.core.merge_lock import PATIENCE, merge_lock
from wuhu_tui.core.merge_messages import LONGEST, one_line
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.remotes import check_undo, look_at_remote, project_base, publish_undo
from wuhu_tui.core.rescuing import keep_staged
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.core.scribe import Scribe, newest
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, GitError, JournalError, NotPossible
from wuhu_tui.model.merges import Merge, MergeManner, MergeOutcome
from wuhu_tui.model.project_events import MergeEnded, MergeUndoPrepared
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.landing import Move, carry_checkout, move_base, revert_in_scratch
from wuhu_tui.repo.refs import (
    NOTHING,
    is_ancestor,
    move_branch,
    published,
    required_tip,
    tip_of,
)
from wuhu_tui.repo.status import few
from wuhu_tui.repo.worktrees import restore_worktree

MAX_TRIES = 3
"""How often an undo begins anew because base moved meanwhile."""


async def undo_merge(
    port: ProjectPort, view: SessionView, *, by: str = "lead", patience: float = PATIENCE
) -> Merge:
    """Take the session's merge back; it stands approved again, with branch and worktree restored.

    Raises:
        NotPossible: there is no landed merge, or another one runs.
        Conflict: what landed since changed the same places; names the files.
        GitError: base may not move: its checkout is dirty or in use; names the files.
    """
    async with merge_lock(port, patience):
        scribe = Scribe(port, await newest(port, view))
        _check_landed(scribe.view)
        check_undo(port, scribe.view)
        return await carry_back(scribe, by=by)


async def carry_back(scribe: Scribe, *, by: str = "lead") -> Merge:
    """Do what is left of an undo; the caller holds the merge lock."""
    await landings_ended(scribe.port.repository)
    detail = await move_back(scribe)
    restored = await _restore(scribe)
    told = await publish_undo(scribe)
    await _record(scribe, f"{detail} by {by}{told}{restored}")
    return scribe.merge


def is_half_undone(view: SessionView) -> bool:
    """Whether an undo began and its end is not in the journal."""
    merge = view.merge
    if merge is None:
        return False
    if merge.outcome is MergeOutcome.UNDONE:
        return view.given.state is SessionState.MERGED
    return merge.outcome is MergeOutcome.MERGED and bool(merge.undo)


def _check_landed(view: SessionView) -> None:
    landed = view.merge is not None and view.merge.outcome is MergeOutcome.MERGED
    if landed and view.given.state is SessionState.MERGED:
        return
    if is_half_undone(view):
        return
    raise NotPossible(
        f"there is no merge to take back: it is {view.state.value}",
        where=view.id,
        remedy="only a merged session that is not archived can be taken back",
    )


async def move_back(scribe: Scribe) -> str:
    """Move base to where the merge is not; says how. The caller holds the merge lock.

    Raises:
        Conflict: what landed since changed the same places, or base kept moving.
        GitError: base may not move now.
    """
    if scribe.merge.outcome is MergeOutcome.UNDONE:
        return scribe.merge.detail
    try:
        for _ in range(MAX_TRIES):
            said = await _try(scribe)
            if said:
                return said
    except (GitError, Conflict):
        await _prepared(scribe, "", "")
        raise
    finally:
        await end_scratch(scribe.port.repository, _place(scribe))
    await _prepared(scribe, "", "")
    raise Conflict(
        f"{scribe.merge.base_branch} kept moving",
        where=scribe.view.id,
        remedy="wait until it is quiet, then undo again",
    )


async def _try(scribe: Scribe) -> str:
    """One attempt; empty if base moved meanwhile."""
    port, merge = scribe.port, scribe.merge
    git = port.repository.git
    tip = await required_tip(git, merge.base_branch)
    if await _is_done(git, merge, tip):
        await carry_checkout(port.repository, merge.base_branch, merge.undo_tip, merge.undo)
        return _how(merge)
    if not await is_ancestor(git, merge.result, tip):
        return f"{merge.base_branch} did not have {merge.result[:SHORT]} any more; recorded"
    target = await _target(scribe, tip)
    await _prepared(scribe, target, tip)
    reason = f"wuhu: undo merge of {scribe.view.id}"
    moved = await move_base(port.repository, merge.base_branch, tip, target, reason)
    return _how(scribe.merge) if moved is Move.DONE else ""


async def _is_done(git: Git, merge: Merge, tip: str) -> bool:
    """Whether base moved already to where an earlier attempt meant it to go."""
    if not merge.undo:
        return False
    if _is_revert(merge):
        return await is_ancestor(git, merge.undo, tip)
    return not await is_ancestor(git, merge.result, tip)


def _is_revert(merge: Merge) -> bool:
    return merge.undo != merge.base_tip


def _how(merge: Merge) -> str:
    if _is_revert(merge):
        return f"reverted {merge.result[:SHORT]} with {merge.undo[:SHORT]}"
    return f"{merge.base_branch} moved back to {merge.undo[:SHORT]}"


async def _target(scribe: Scribe, tip: str) -> str:
    """Where base should go: the old tip, if nothing landed since and nobody else has the merge."""
    merge = scribe.merge
    if tip == merge.result and not await _is_elsewhere(scribe):
        return merge.base_tip
    return await _reverted(scribe, tip)


async def _is_elsewhere(scribe: Scribe) -> bool:
    """Whether somebody else has the merge, or may have: a push that failed here can have arrived."""
    port, merge = scribe.port, scribe.merge
    if port.remote_rules.wanted and merge.base_branch == project_base(port):
        state = await look_at_remote(port)
        if state.trouble and state.refused:
            return True
    return bool(await published(port.repository.git, merge.result))


async def _reverted(scribe: Scribe, tip: str) -> str:
    merge, repository = scribe.merge, scribe.port.repository
    place = _place(scribe)
    scratch = await new_scratch(repository, place, tip)
    span = f"{merge.base_tip}..{merge.result}"
    result = tip
    for line in (await scratch.read("rev-list", "--first-parent", "--parents", span)).splitlines():
        commit, *parents = line.split()
        message = _message(scribe.view, commit)
        parent = 1 if len(parents) > 1 else 0
        reverted = await revert_in_scratch(scratch, commit, message, parent=parent)
        if reverted.conflicts:
            raise Conflict(
                f"what landed since changed the same places: {few(reverted.conflicts)}",
                where=scribe.view.id,
                remedy=f"revert it by hand: {_by_hand(merge)}",
            )
        result = reverted.result
    return result


def _message(view: SessionView, commit: str) -> str:
    subject = f"Undo the merge of {one_line(view.spec.shown_name)}"[:LONGEST]
    return f"{subject}\n\nThis reverts {commit}.\n\nWuhu-Session: {one_line(view.id)}\n"


def _by_hand(merge: Merge) -> str:
    if merge.manner is MergeManner.MERGE:
        return f"git revert -m 1 {merge.result[:SHORT]}"
    return f"git revert {merge.base_tip[:SHORT]}..{merge.result[:SHORT]}"


def _place(scribe: Scribe) -> Path:
    return scribe.port.folder.scratch / f"undo-{scribe.merge.id}"


async def _prepared(scribe: Scribe, result: str, tip: str) -> None:
    """Record where base is about to go, or that it is not going there any more."""
    if scribe.merge.undo == result:
        return
    await scribe.append(
        MergeUndoPrepared(session=scribe.view.id, merge=scribe.merge.id, result=result, tip=tip)
    )


async def _restore(scribe: Scribe) -> str:
    """Bring branch and worktree back that the clean-up took; a failure is told, nothing more."""
    repository, spec = scribe.port.repository, scribe.view.spec
    try:
        if not await tip_of(repository.git, spec.branch):
            head = scribe.merge.head
            await move_branch(repository.git, spec.branch, NOTHING, head, "wuhu: undo")
        if spec.worktree:
            await keep_staged(scribe.port, spec)
            await restore_worktree(repository, Path(spec.worktree), spec.branch)
    except (GitError, JournalError, OSError) as error:
        return f"; worktree not restored: {error}"
    return ""


async def _record(scribe: Scribe, detail: str) -> None:
    if scribe.merge.outcome is not MergeOutcome.UNDONE:
        await scribe.append(
            MergeEnded(
                session=scribe.view.id,
                merge=scribe.merge.id,
                outcome=MergeOutcome.UNDONE,
                detail=detail,
            )
        )
    if scribe.view.given.state is SessionState.MERGED:
        await scribe.move_on(SessionState.APPROVED, "merge taken back")
