"""Settles a conflict by hand: laid out in a worktree of its own, taken when nothing is left open.

The worktree outlives every process; it is removed when its conflict is settled or left.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from wuhu_tui.core.cleanup import remove_place
from wuhu_tui.core.leftovers import end_scratch
from wuhu_tui.core.locking import held
from wuhu_tui.core.merge_making import records_of
from wuhu_tui.core.merge_messages import merge_message
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.rescuing import Removal
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.core.scribe import Scribe, base_of, moved, newest
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, NotPossible, WuhuError
from wuhu_tui.model.events import Event
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.settling_events import ConflictSettled, SettlingBegan, SettlingLeft
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.landing import unmerged_files
from wuhu_tui.repo.manners import begin_making, lay_out
from wuhu_tui.repo.refs import required_tip
from wuhu_tui.repo.remembering import open_memory
from wuhu_tui.repo.settling import Standing, commit_settled, standing_of, unsettled
from wuhu_tui.repo.status import dirty_files
from wuhu_tui.repo.worktrees import add_scratch, worktree_at

SETTLED_REFS = "refs/wuhu/settled/"
"""Where resolutions are kept until their merge has landed."""

_PATIENCE = 5.0
_MOST = 8


def settling_place(port: ProjectPort, session: str) -> Path:
    """Where the session's conflict is settled."""
    return port.folder.path / "settling" / session


async def begin_settling(port: ProjectPort, view: SessionView, *, by: str = "lead") -> str:
    """Lay the session's conflict with base out in a worktree; returns that folder.

    Raises:
        NotPossible: it is not in conflict, or does not collide with base any more.
        Conflict: somebody else begins or ends it at this moment.
    """
    place = settling_place(port, view.id)
    async with _alone(port):
        scribe = Scribe(port, await newest(port, view))
        merge = _in_conflict(scribe.view)
        git = await _begun(port, place, merge)
        if git is None:
            git = await _laid_out(scribe, place)
        if merge.settling != str(place):
            began = SettlingBegan(session=view.id, merge=merge.id, place=str(place), by=by)
            await scribe.append(began)
    return str(place)


async def settle_conflict(port: ProjectPort, view: SessionView, *, by: str = "lead") -> None:
    """Take what lies in the worktree as the resolution; the session stands approved again.

    It lands without another verdict: whoever settles says that it is right, and no session may.

    Raises:
        NotPossible: nothing was begun, something is not settled yet, which is named with file and
            line, or it is a session that settles.
        Conflict: its branch moved, so that it settles nothing any more.
    """
    place = settling_place(port, view.id)
    _check_no_session(port, view.id, by)
    async with _alone(port):
        scribe = Scribe(port, await newest(port, view))
        merge = _in_conflict(scribe.view)
        git, standing = await _to_settle(port, place, scribe.view, merge)
        files = await _check_settled(git, standing, view.id)
        records = records_of(port)
        if records:
            await _learned(git, records)
        message = merge_message(scribe.view, port.merge_rules.subject)
        resolution = await commit_settled(git, standing, message)
        await _keep(port, view.id, resolution)
        await scribe.decide(lambda now: _settled(now, merge, resolution, by, files))
        await end_scratch(port.repository, place)


async def leave_settling(port: ProjectPort, view: SessionView, *, by: str = "lead") -> None:
    """Remove what was settled by hand, half or whole; what was half-done is kept as a rescue."""
    async with _alone(port):
        scribe = Scribe(port, await newest(port, view))
        await drop_settling(port, scribe.view, by=by, reason="settling by hand was left")
        merge = scribe.view.merge
        if merge is not None and (merge.settling or merge.resolution):
            await scribe.append(SettlingLeft(session=view.id, merge=merge.id, by=by))


async def drop_settling(port: ProjectPort, view: SessionView, *, by: str, reason: str) -> None:
    """Remove a session's settling worktree and resolution, if it has them.

    Raises:
        GitError: somebody works in it, or what it holds cannot be kept.
    """
    place = settling_place(port, view.id)
    if await worktree_at(port.repository.git, place):
        removal = Removal(session=view.id, branch=view.spec.branch, reason=reason, by=by)
        await remove_place(port, place, removal, discard=True)
    await port.repository.git.attempt("update-ref", "-d", SETTLED_REFS + view.id)


async def tidy_settling(port: ProjectPort, view: SessionView) -> str:
    """After a landing: remove what was left of settling; says what is kept, if anything is."""
    try:
        await drop_settling(port, view, by="core", reason="its merge has landed")
    except WuhuError as error:
        return f"settling kept: {error.message}"
    return ""


def _alone(port: ProjectPort) -> AbstractAsyncContextManager[None]:
    busy = "somebody else begins or ends settling a conflict at this moment"
    return held(port.folder.path / "settling.lock", patience=_PATIENCE, busy=busy)


def _check_no_session(port: ProjectPort, session: str, by: str) -> None:
    """What a session writes is looked at before it lands, and a resolution is not."""
    if port.board.session(by) is not None:
        raise NotPossible(
            "a session may not say how a conflict is settled: nobody would look at it",
            where=session,
            remedy=f"settle it on a branch that is reviewed: wuhu fix {session}",
        )


def _in_conflict(view: SessionView) -> Merge:
    merge = view.merge
    if view.state is SessionState.CONFLICT and merge and merge.outcome is MergeOutcome.CONFLICT:
        return merge
    raise NotPossible(
        f"its merge is not in conflict: it is {view.state.value}",
        where=view.id,
        remedy="merge it; a conflict is told then",
    )


async def _begun(port: ProjectPort, place: Path, merge: Merge) -> Git | None:
    """Git in the worktree of a settling that was begun before; None if there is none."""
    there = await worktree_at(port.repository.git, place)
    if there is None or there.missing:
        return None
    git = port.repository.git.at(place)
    standing = await standing_of(git)
    if standing is not None and standing.head == merge.head:
        return git
    if not await dirty_files(git) and (standing is None or not standing.done):
        return None  # nobody has done anything in it yet
    raise NotPossible(
        "another settling of this session lies there, of an older commit",
        where=str(place),
        remedy="take out of it what you need, then leave it",
    )


async def _laid_out(scribe: Scribe, place: Path) -> Git:
    port, merge = scribe.port, scribe.merge
    if merge.replays:
        raise NotPossible(
            "what was taken back before clashes with what landed since",
            where=scribe.view.id,
            remedy=f"send it back; what to do is told by: wuhu conflict {scribe.view.id}",
        )
    tip = await required_tip(port.repository.git, base_of(port, scribe.view))
    scratch = await add_scratch(port.repository, place, tip)
    making = await begin_making(scratch, records_of(port))
    await lay_out(making, merge.head)
    if not await unmerged_files(scratch):
        await end_scratch(port.repository, place)
        raise NotPossible(
            f"it does not collide with {merge.base_branch} at {tip[:SHORT]} any more",
            where=scribe.view.id,
            remedy="approve it again, then merge it",
        )
    await making.recall()
    return scratch


async def _to_settle(
    port: ProjectPort, place: Path, view: SessionView, merge: Merge
) -> tuple[Git, Standing]:
    there = await worktree_at(port.repository.git, place)
    git = port.repository.git.at(place)
    standing = await standing_of(git) if there and not there.missing else None
    if standing is None:
        raise NotPossible(
            "nobody has begun to settle it by hand",
            where=view.id,
            remedy=f"begin with: wuhu settle {view.id}",
        )
    tip = await required_tip(port.repository.git, view.spec.branch)
    if merge.head not in {tip} or standing.head != tip:
        raise Conflict(
            f"{view.spec.branch} is at {tip[:SHORT]} now; {standing.head[:SHORT]} was settled",
            where=view.id,
            remedy="look at the new commits; then leave this settling and merge again",
        )
    return git, standing


async def _check_settled(git: Git, standing: Standing, session: str) -> tuple[str, ...]:
    """The files that were in conflict, all settled."""
    left = await unsettled(git, standing)
    if left:
        more = f" and {len(left) - _MOST} more" if len(left) > _MOST else ""
        raise NotPossible(
            f"not settled yet: {'; '.join(left[:_MOST])}{more}",
            where=str(git.folder),
            remedy=f"settle these, then: wuhu settle {session} --done",
        )
    return await unmerged_files(git)


async def _learned(git: Git, records: Path) -> None:
    memory = await open_memory(git, records)
    await git.run("add", "--update", ":/")
    await memory.learn()


async def _keep(port: ProjectPort, session: str, resolution: str) -> None:
    words = ("update-ref", "-m", "wuhu: conflict settled", SETTLED_REFS + session, resolution)
    await port.repository.git.run(*words)


def _settled(
    now: SessionView, merge: Merge, resolution: str, by: str, files: tuple[str, ...]
) -> tuple[Event, ...]:
    if _in_conflict(now).id != merge.id:
        raise Conflict("it was merged anew meanwhile", where=now.id, remedy="look at it again")
    settled = ConflictSettled(
        session=now.id, merge=merge.id, resolution=resolution, by=by, files=files
    )
    return (settled, moved(now, SessionState.APPROVED, f"conflict settled by {by}"))
