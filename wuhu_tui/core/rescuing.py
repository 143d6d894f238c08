"""Keeps a worktree's work under a ref, and writes that down, before anything is removed."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.project_events import WorkRescued
from wuhu_tui.model.rescues import RESCUE_REFS, Rescue
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.rescue import Draft, drafted, keep_commit
from wuhu_tui.repo.snapshot import Snapshot
from wuhu_tui.repo.worktrees import worktree_at

MARK = "Wuhu-Rescue: "
"""The line of a rescue's message that tells all of it, should the journal not know it."""

_NAME_LIMIT = 100


class Removal(Value, frozen=True):
    """Whose place is about to go, and why."""

    session: str
    branch: str
    reason: str
    by: str = "core"
    in_place: bool = False
    """Whether the worktree stays all the same."""


async def keep_work(
    port: ProjectPort, path: Path, removal: Removal, *, head: str = ""
) -> Rescue | None:
    """Keep what the worktree in `path` holds; None if nothing would be lost with it.

    Raises:
        GitError: it cannot be kept; nothing may be removed then.
        JournalError: it is kept, and nobody could write down where.
    """
    async with drafted(port.repository, path, head=head) as draft:
        return await keep_draft(port, draft, removal)


async def keep_staged(port: ProjectPort, spec: SessionSpec) -> None:
    """Keep what was staged in a worktree whose folder is gone, before git forgets it.

    Raises:
        GitError: it cannot be kept; nothing may be forgotten then.
    """
    path = Path(spec.worktree)
    there = await worktree_at(port.repository.git, path)
    if there is None or not there.missing or not await asyncio.to_thread(_is_gone, path):
        return
    reason = "its folder was gone; what was staged in it"
    await keep_work(port, path, Removal(session=spec.id, branch=spec.branch, reason=reason))


def _is_gone(path: Path) -> bool:
    """Whether nothing lies there; an empty folder is nothing, and is removed."""
    with suppress(OSError):
        path.rmdir()
    return not os.path.lexists(path)


async def keep_draft(port: ProjectPort, draft: Draft, removal: Removal) -> Rescue | None:
    """The same, where somebody looked at what it holds already."""
    seen = draft.snapshot
    if not seen.holds_work:
        return None
    known = _kept_before(port, seen, removal)
    rescue = _rescue_of(seen, removal, port.clock())
    rescue = replace(rescue, ref=await free_ref(port.repository.git, rescue.ref))
    if known is not None and await _same_content(draft, known):
        said = {"reason": removal.reason, "by": removal.by, "in_place": removal.in_place}
        rescue = replace(known, at=rescue.at, **said)
    else:
        rescue = replace(rescue, commit=await draft.keep(rescue.ref, message_of(rescue)))
    await port.append(WorkRescued(rescue=rescue))
    return rescue


async def keep_tip(port: ProjectPort, tip: str, removal: Removal) -> Rescue:
    """Keep the commits of a branch that is about to be deleted."""
    git = port.repository.git
    count = await git.read(
        "rev-list", "--count", tip, "--not", f"--exclude={removal.branch}", "--branches"
    )
    rescue = _rescue_of(Snapshot(head=tip), removal, port.clock())
    rescue = replace(rescue, commits=int(count), ref=await free_ref(git, rescue.ref))
    commit = await keep_commit(port.repository, rescue.ref, tip, message_of(rescue))
    rescue = replace(rescue, commit=commit)
    await port.append(WorkRescued(rescue=rescue))
    return rescue


def _kept_before(port: ProjectPort, seen: Snapshot, removal: Removal) -> Rescue | None:
    """The newest rescue of this session, if it may hold just this."""
    mine = [one for one in port.board.rescues.values() if one.session == removal.session]
    newest = mine[-1] if mine else None
    if newest is None or newest.head != seen.head or newest.files != seen.files:
        return None
    return None if newest.restored_to else newest


async def _same_content(draft: Draft, known: Rescue) -> bool:
    """Whether that rescue is there and holds the same files and the same staged ones."""
    git, seen = draft.repository.git, draft.snapshot
    held = await git.look("rev-parse", "--verify", "--quiet", f"{known.ref}^{{tree}}")
    if held.code or held.text != seen.tree or known.staged != bool(seen.staged_tree):
        return False
    if not seen.staged_tree:
        return True
    number = 2 if seen.head else 1
    return (await git.look("rev-parse", f"{known.ref}^{number}^{{tree}}")).text == seen.staged_tree


def _rescue_of(seen: Snapshot, removal: Removal, at: datetime) -> Rescue:
    return Rescue(
        ref=ref_of(removal.session, at),
        session=removal.session,
        commit="",
        branch=removal.branch,
        head=seen.head,
        reason=removal.reason,
        by=removal.by,
        at=at,
        files=seen.files,
        untracked=len(seen.untracked),
        size=seen.size,
        staged=bool(seen.staged_tree),
        commits=seen.unheld,
        left_out=seen.left_out,
        operation=seen.operation,
        in_place=removal.in_place,
    )


def ref_of(session: str, at: datetime) -> str:
    """Where a rescue of this session at this moment lies."""
    moment = at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f")
    return f"{RESCUE_REFS}{_fit(session)}/{moment}"


def _fit(name: str) -> str:
    """A name as a part of a ref: what git does not take there becomes a dash."""
    kept = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in name)
    return kept.strip("-")[:_NAME_LIMIT] or "nobody"


async def free_ref(git: Git, wanted: str) -> str:
    """The ref, or that with a number if two fell into one moment."""
    ref = wanted
    for number in range(2, 1000):
        if (await git.look("rev-parse", "--verify", "--quiet", ref)).code:
            return ref
        ref = f"{wanted}-{number}"
    raise GitError("no name is left for a rescue", where=wanted, remedy="try again")


def message_of(rescue: Rescue) -> str:
    """A rescue's commit message: for humans first, then everything for the machine."""
    told = msgspec.json.encode(rescue).decode()
    half_done = f"\nA {rescue.operation} was half-done." if rescue.operation else ""
    left_out = "".join(f"\nNot in it: {one}" for one in rescue.left_out)
    return (
        f"Rescue of {rescue.session}: {rescue.reason}\n\n"
        f"{rescue.files} files that were not committed, {rescue.untracked} of them untracked, "
        f"on {rescue.branch or 'no branch'} at {rescue.head[:12]}.{half_done}{left_out}\n\n"
        f"{MARK}{told}\n"
    )


def read_message(message: str, ref: str, commit: str) -> Rescue | None:
    """The rescue that a commit's message tells; None if it tells none."""
    for line in message.splitlines():
        if line.startswith(MARK):
            try:
                rescue = msgspec.json.decode(line.removeprefix(MARK), type=Rescue)
            except msgspec.DecodeError:
                return None
            return replace(rescue, ref=ref, commit=commit)
    return None
