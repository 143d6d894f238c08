"""Looks at what would land if a session were merged now; begins nothing and leaves nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

from msgspec.structs import replace

from wuhu_tui.core.approval import check_approval
from wuhu_tui.core.merge_ground import lost_ground
from wuhu_tui.core.merge_making import landed_anew_below, records_of, settled_before
from wuhu_tui.core.merge_messages import merge_message, trailers
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.remotes import merge_delay
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.core.scribe import base_of, newest
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import NotPossible, WuhuError
from wuhu_tui.model.merge_outlook import MergeOutlook
from wuhu_tui.model.merges import MergeManner
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.waivers import waiver_of
from wuhu_tui.repo.conflict_sides import name_sides
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.landing import blocked_base
from wuhu_tui.repo.listing import Reading, listed
from wuhu_tui.repo.plain_merges import Tried, plain_options, try_merge
from wuhu_tui.repo.quarantine import quarantine
from wuhu_tui.repo.refs import required_tip, tip_of
from wuhu_tui.repo.remembering import foretell
from wuhu_tui.repo.status import dirty_files, few
from wuhu_tui.repo.worktrees import checkout_of

_MOST_COMMITS = "--max-count=200"


async def merge_outlook(port: ProjectPort, view: SessionView) -> MergeOutlook:
    """What would land of the session's approved or reviewed commit, how, and what blocks it.

    Raises:
        NotPossible: it has no commit that could be merged.
    """
    view = await newest(port, view)
    seen = await _with_ground(port, view, _known(port, view, await _head(port, view)))
    return await _with_content(port, view, seen)


def _known(port: ProjectPort, view: SessionView, head: str) -> MergeOutlook:
    """What the journals and the settings say."""
    return MergeOutlook(
        session=view.id,
        head=head,
        base_branch=base_of(port, view),
        manner=port.merge_rules.manner,
        message=_message(port, view),
        review_checks=view.review.checks if view.review else (),
        to_check=tuple(check.name for check in port.checks),
        resolution=settled_before(view, head),
        outside=view.review.outside if view.review else (),
        waived_by=waiver_of(view.review),
        settling=view.merge.settling if view.merge else "",
    )


async def _with_ground(port: ProjectPort, view: SessionView, seen: MergeOutlook) -> MergeOutlook:
    """The same, with base and the worktree as they stand."""
    git, base, head = port.repository.git, seen.base_branch, seen.head
    tip = await required_tip(git, base)
    waits = await blocked_base(port.repository, base)
    checkout = await checkout_of(git, base)
    return replace(
        seen,
        base_tip=tip,
        commits=await _commits(git, tip, head),
        behind=int(await git.read("rev-list", "--count", f"{head}..{tip}")),
        blocks=(*await _blocks(port, view, head), *((waits,) if waits else ())),
        waits=waits,
        checkout=checkout.path if checkout else "",
        removes=await _removes(port, view),
    )


async def _head(port: ProjectPort, view: SessionView) -> str:
    """The approved commit, else the one under review, else the newest."""
    verdict = view.review.verdict if view.review else None
    if verdict is not None and verdict.kind is VerdictKind.APPROVED:
        return verdict.head
    head = view.review.head if view.review else await tip_of(port.repository.git, view.spec.branch)
    if head:
        return head
    raise NotPossible(
        "it has no commit that could be merged", where=view.id, remedy="wait until it has one"
    )


def _message(port: ProjectPort, view: SessionView) -> str:
    if port.merge_rules.manner is MergeManner.REBASE:
        return "".join(f"{name}: {value}\n" for name, value in trailers(view))
    return merge_message(view, port.merge_rules.subject)


async def _commits(git: Git, tip: str, head: str) -> tuple[str, ...]:
    words = ("log", "--no-show-signature", "--no-color", "--format=%h %s", _MOST_COMMITS)
    return tuple((await git.read(*words, f"{tip}..{head}")).splitlines())


async def _blocks(port: ProjectPort, view: SessionView, head: str) -> tuple[str, ...]:
    """What speaks against it, apart from base's checkout."""
    found = []
    try:
        check_approval(port.checks, view)
    except WuhuError as error:
        found.append(error.message)
    tip = await tip_of(port.repository.git, view.spec.branch)
    if tip != head:
        now = f"is at {tip[:SHORT]}" if tip else "is gone"
        found.append(f"{view.spec.branch} {now}, looked at was {head[:SHORT]}")
    worktree = Path(view.spec.worktree) if view.spec.worktree else None
    if worktree and await _is_there(worktree / ".git"):
        dirty = await dirty_files(port.repository.git.at(worktree))
        found += [f"not committed in {worktree}: {few(dirty)}"] if dirty else []
    base = base_of(port, view)
    later = (await lost_ground(port, view, base), await merge_delay(port, base))
    return (*found, *filter(None, later))


async def _removes(port: ProjectPort, view: SessionView) -> tuple[str, ...]:
    spec = view.spec
    worktree: tuple[str, ...] = ()
    if spec.worktree and await _is_there(Path(spec.worktree)):
        worktree = (f"worktree {spec.worktree}",)
    return (*worktree, f"branch {spec.branch}")


async def _is_there(path: Path) -> bool:
    return await asyncio.to_thread(path.exists)


async def _with_content(port: ProjectPort, view: SessionView, seen: MergeOutlook) -> MergeOutlook:
    """The same, with what base would get and what clashes."""
    async with quarantine(port.repository) as aside:
        git = Git(port.repository.root, environment=aside.environment)
        below = await landed_anew_below(port.board, git, seen.head, seen.base_tip)
        tried = await _tried(git, seen, below)
        tree = tried.tree
        conflicts = await name_sides(git, tried.clashes, seen.base_tip, seen.head)
        records = records_of(port)
        remembered = await foretell(git, tried, records) if records and conflicts else ()
        same = await git.read("rev-parse", f"{seen.base_tip}^{{tree}}")
        return replace(
            seen,
            files=() if conflicts else (await listed(git, seen.base_tip, tree, Reading())).files,
            conflicts=conflicts,
            remembered=remembered,
            nothing=not conflicts and tree == same,
        )


async def _tried(git: Git, seen: MergeOutlook, below: str) -> Tried:
    options = await plain_options(git)
    if seen.resolution:
        tried = await try_merge(git, seen.base_tip, seen.resolution, options)
        if not tried.clashes:
            return tried
    return await try_merge(git, seen.base_tip, seen.head, options, start=below)
