"""Makes a session's work into commits on whatever a scratch worktree stands on, in its manner."""

from __future__ import annotations

from pathlib import Path

from wuhu_tui.core.merge_messages import merge_message, trailers
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.merges import FileConflict, Merge, MergeManner, MergeOutcome
from wuhu_tui.model.value import Value
from wuhu_tui.repo.conflict_sides import name_sides
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.landing import revert_in_scratch
from wuhu_tui.repo.manners import (
    Made,
    Making,
    Whole,
    Work,
    begin_making,
    make_line,
    make_merge,
    make_squash,
    whole_of,
)
from wuhu_tui.repo.plain_merges import Clash
from wuhu_tui.repo.refs import commit_exists, has_commit, is_ancestor

_THERE = frozenset({MergeOutcome.RUNNING, MergeOutcome.MERGED})


class Result(Value, frozen=True):
    """What it came to: a commit, nothing that base lacks, or what clashes."""

    commit: str = ""
    nothing: bool = False
    """What the scratch stood on has all of it already."""
    conflicts: tuple[FileConflict, ...] = ()
    remembered: tuple[str, ...] = ()
    manner: str = ""
    """How it was made, where that is another way than was meant."""
    why: str = ""
    """Why it was made that other way."""

    @property
    def files(self) -> tuple[str, ...]:
        """The paths that clash."""
        return tuple(conflict.path for conflict in self.conflicts)


def records_of(port: ProjectPort) -> Path | None:
    """Where the project remembers how conflicts were settled; None: it does not."""
    return port.folder.path / "settled" if port.merge_rules.remember else None


async def make_result(scribe: Scribe, scratch: Git) -> Result:
    """Make the session's work into commits on what the scratch stands on.

    What an undo took back is brought back first. The scratch is left on the result; after a clash
    it is of no more use.

    Raises:
        GitError: git, or a hook of the project, did not let it pass; in its own words.
    """
    port, merge = scribe.port, scribe.merge
    making = await begin_making(scratch, records_of(port))
    start = await making.head()
    work = await _work(scribe, scratch, start)
    clashing = await _bring_back(scratch, merge, work.message)
    if clashing:
        return await _clash(scratch, merge.head, start, clashing)
    whole = await whole_of(making, work, await usable_resolution(scratch, merge))
    if whole.clashes:
        return await _clash(scratch, merge.head, await making.head(), whole.clashes)
    if whole.tree == await making.tree(start):
        return Result(nothing=True)
    made = await _made(making, merge.manner, work, whole)
    return Result(commit=made.result, remembered=whole.remembered, manner=made.manner, why=made.why)


async def _work(scribe: Scribe, scratch: Git, start: str) -> Work:
    head = scribe.merge.head
    return Work(
        head=head,
        start=start,
        message=merge_message(scribe.view, scribe.port.merge_rules.subject),
        trailers=trailers(scribe.view),
        below=await landed_anew_below(scribe.port.board, scratch, head, start),
    )


async def _made(making: Making, manner: MergeManner, work: Work, whole: Whole) -> Made:
    match manner:
        case MergeManner.SQUASH:
            return await make_squash(making, work, whole)
        case MergeManner.REBASE:
            return await make_line(making, work, whole)
    here = await making.head()
    if here != work.start and await is_ancestor(making.scratch, work.head, here):
        return Made(result=here)
    return await make_merge(making, work, whole)


async def _bring_back(scratch: Git, merge: Merge, message: str) -> tuple[Clash, ...]:
    for revert in merge.replays:
        merged = await revert_in_scratch(scratch, revert, message)
        if merged.conflicts:
            return tuple(Clash(path=path) for path in merged.conflicts)
    return ()


async def _clash(scratch: Git, head: str, onto: str, clashes: tuple[Clash, ...]) -> Result:
    return Result(conflicts=await name_sides(scratch, clashes, onto, head))


async def landed_anew_below(board: Board, git: Git, head: str, onto: str) -> str:
    """The newest commit below `head` that another session landed as other commits, in `onto`.

    Without it what both branches share would seem to be changed twice, and clash.
    """
    anew = [merge for view in board.sessions.values() if (merge := view.merge) and _is_anew(merge)]
    if not anew:
        return ""
    newer = (await git.read("rev-list", "--topo-order", f"{onto}..{head}")).split()
    below = {merge.head: merge for merge in anew if merge.head != head}
    for commit in newer:
        merge = below.get(commit)
        if merge is not None and await has_commit(git, onto, merge.result):
            return commit
    return ""


def _is_anew(merge: Merge) -> bool:
    """Whether it landed as other commits than its own."""
    there = merge.outcome in _THERE and bool(merge.result)
    return there and merge.manner is not MergeManner.MERGE


async def usable_resolution(git: Git, merge: Merge) -> str:
    """The conflict that somebody settled by hand for exactly this commit; empty: none."""
    if not merge.resolution or not await commit_exists(git, merge.resolution):
        return ""
    parents = (await git.read("rev-list", "--parents", "-1", merge.resolution)).split()[1:]
    return merge.resolution if len(parents) == 2 and parents[1] == merge.head else ""


def settled_before(view: SessionView, head: str) -> str:
    """The resolution that an earlier try of merging this commit left for the next one."""
    merge = view.merge
    if merge is None or merge.head != head or merge.outcome is MergeOutcome.MERGED:
        return ""
    return merge.resolution
