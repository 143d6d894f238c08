"""A session's lives: start, resume, stop, hibernate, archive; what must hold before each."""

from __future__ import annotations

import asyncio
from pathlib import Path

from wuhu_tui.core.cleanup import put_away
from wuhu_tui.core.delivery import check_on_board, deliver_until
from wuhu_tui.core.history_keeping import forget_old_trees
from wuhu_tui.core.judging_place import seal
from wuhu_tui.core.looks import forget_looks
from wuhu_tui.core.memory import shortage
from wuhu_tui.core.project import BUSY, Project
from wuhu_tui.core.reports_back import report_back
from wuhu_tui.core.rescuing import Removal, keep_staged, keep_work
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.core.sync import freshen
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.commands import Hibernate
from wuhu_tui.model.errors import (
    AgentError,
    Conflict,
    GitError,
    JournalError,
    NotFound,
    NotPossible,
)
from wuhu_tui.model.events import Noted
from wuhu_tui.model.states import SessionState, transition
from wuhu_tui.repo.refs import commit_exists, required_tip, tip_of
from wuhu_tui.repo.worktrees import add_worktree, restore_worktree, worktree_at

BEGIN_PATIENCE = 15.0
"""Seconds in which a runner that holds its lock must have written its first word."""


async def begin_life(project: Project, session: str) -> None:
    """Spawn the session's runner unless one lives; returns once it has begun to write.

    Raises:
        NotPossible: too many sessions run, memory is short, or its state does not allow it.
        GitError: its worktree cannot be brought back; nothing was started.
        AgentError: the runner died at once.
    """
    check_on_board(project.view(session))
    async with project.starting(session):
        view = project.view(session)
        if await project.alive(session) and _is_at_work(view):
            return
        await project.reload()
        await _check_room(project, session)
        await ensure_folder(project, view)
        await ensure_worktree(project, view)
        if view.spec.judges is not None:
            await seal(view.spec)
        await freshen(project, view)
        await project.host.resume(session)
        await project.alive(session)
        await _first_word(project, session, view.cursor.epoch)


def _is_at_work(view: SessionView) -> bool:
    """Whether a living runner is not about to end."""
    return view.own is None or view.runner_expected


async def _first_word(project: Project, session: str, epoch: int) -> None:
    def look() -> bool | None:
        own = project.view(session).own
        return True if own is not None and own.at.epoch > epoch else None

    if await project.ledger.until(look, BEGIN_PATIENCE) or await project.alive(session):
        return
    raise AgentError(
        f"the runner of {session} ended before it wrote a word",
        where=str(project.folder.session(session).runner_log),
        remedy="mend what its log names, then resume the session",
    )


async def _check_room(project: Project, session: str) -> None:
    limit = project.config.limits.sessions
    running = project.running_beside(session)
    if len(running) >= limit:
        raise NotPossible(
            f"{len(running)} sessions run already, and {limit} may",
            remedy="stop or hibernate one, or raise limits.sessions in wuhu.toml",
        )
    try:
        short = shortage(project.config.limits, await asyncio.to_thread(project.memory))
    except OSError as error:
        text = f"could not look at the machine's memory ({error}); starting all the same"
        await project.append(Noted(text=text))
        return
    if short:
        raise NotPossible(short, remedy="end something, or lower limits.memory_* in wuhu.toml")


async def ensure_folder(project: Project, view: SessionView) -> None:
    """The session's folder, made anew by the project's journal if somebody removed it."""
    spec = project.folder.session(view.id).spec
    missing = not await asyncio.to_thread(spec.exists)
    try:
        await project.host.place(view.spec)
    except Conflict:
        return  # secrets are taken out of a journal: what lies there is the whole of it
    if missing:
        text = f"the folder of {view.id} was gone and was made anew; its own journal begins anew"
        await project.append(Noted(text=text, level="warning"))


async def ensure_worktree(project: Project, view: SessionView) -> None:
    """The session's worktree, brought back if it was put away; never the main checkout instead."""
    spec, repository = view.spec, project.repository
    path = Path(spec.worktree)
    there = await worktree_at(repository.git, path)
    if there is not None and not there.missing:
        return
    await keep_staged(project, spec)
    if await tip_of(repository.git, spec.branch):
        await restore_worktree(repository, path, spec.branch)
        return
    await add_worktree(repository, path, spec.branch, await _last_commit(project, view))


async def _last_commit(project: Project, view: SessionView) -> str:
    """Where a deleted branch goes on: its last commit, or base once that has it."""
    git = project.repository.git
    if view.state is not SessionState.MERGED:
        for commit in (view.head, view.review.head if view.review else ""):
            if commit and await commit_exists(git, commit):
                return commit
    return await required_tip(git, view.spec.base_branch)


async def stop(project: Project, session: str, *, by: str) -> None:
    """End agent and runner and wait until they are gone; ending what ended is no failure.

    What is not committed stays where it is, and a rescue of it is kept as well.

    Raises:
        NotPossible: it was never started, or its runner does not go.
        NotFound: its folder is gone, so nobody knows whether it was.
    """
    view = project.view(session)
    place = project.folder.session(session).path
    if not await asyncio.to_thread(place.is_dir):
        raise NotFound(
            f"the folder of {session} is gone: what it did cannot be seen",
            where=str(place),
            remedy=f"wuhu resume {session} makes it anew; wuhu archive {session} lets it go",
        )
    if view.own is None and not await project.alive(session):
        raise NotPossible(
            "it was never started", where=session, remedy=f"start it: wuhu start {session}"
        )
    if not await project.alive(session):
        return
    if not await project.end_runner(session, by=by, reason=f"stopped by {by}"):
        raise NotPossible(
            "its runner was told to end and has not ended yet",
            where=session,
            remedy="look again in a moment: wuhu status" + _last_resort(project.view(session)),
        )
    await _keep_stopped(project, view, by=by)


async def _keep_stopped(project: Project, view: SessionView, *, by: str) -> None:
    """Keep what is not committed although nothing is removed; a failure is told, nothing more."""
    spec = view.spec
    removal = Removal(session=view.id, branch=spec.branch, reason="stopped", by=by, in_place=True)
    try:
        there = await worktree_at(project.repository.git, Path(spec.worktree))
        if there is not None:
            await keep_work(project, Path(spec.worktree), removal)
    except (GitError, JournalError) as error:
        text = f"{view.id} was stopped; what it has not committed is in no rescue: {error}"
        await project.append(Noted(text=text, level="warning"))


def _last_resort(view: SessionView) -> str:
    """What helps with a runner that hangs, such as one that was suspended."""
    if not view.runner_pid:
        return ""
    return (
        f"; if it hangs: kill -9 {view.runner_pid} (its guardian ends the agent, "
        "and the session can be resumed)"
    )


async def hibernate(project: Project, session: str, *, by: str = "lead") -> None:
    """Release the processes of a session whose turn is over.

    Raises:
        NotPossible: a turn runs, or nothing runs at all.
    """
    view = project.view(session)
    if view.own is None or not await project.alive(session):
        if view.own is not None and view.own.state is SessionState.HIBERNATED:
            return
        raise NotPossible("nothing of it runs", where=session, remedy="there is nothing to release")
    if view.own.state in BUSY:
        raise NotPossible(
            f"it is {view.own.state.value}",
            where=session,
            remedy=f"wait until its turn is over, or stop it: wuhu stop {session}",
        )
    command = Hibernate(id=project.new_id(), by=by, at=project.clock())
    await deliver_until(project, session, command, lambda now: now.state is SessionState.HIBERNATED)


def _way_to_archive(*, discard: bool) -> str:
    if discard:
        return "mend what is named, then archive it again; nothing was removed"
    return "commit what counts, or archive it with --discard: a rescue is kept then"


async def archive(project: Project, session: str, *, discard: bool, by: str = "lead") -> None:
    """Take a session off the board; the journal says what was removed and what was kept.

    Raises:
        NotPossible: it works or is being merged, or work would be lost and `discard` is not said.
    """
    project.view(session)
    view = (await project.catch_up()).sessions[session]
    if view.state is SessionState.ARCHIVED:
        return
    if view.state in BUSY:
        raise NotPossible(
            f"it is {view.state.value}", where=session, remedy=f"stop it first: wuhu stop {session}"
        )
    transition(view.state, SessionState.ARCHIVED, "archive")
    reason = "archived, its work discarded" if discard else "archived"
    away = await put_away(project, view, discard=discard, by=by, reason=reason)
    if not away.worktree_gone:
        raise NotPossible(away.said, where=session, remedy=_way_to_archive(discard=discard))
    if not await project.release(session):
        raise NotPossible("its runner does not end", where=session, remedy="stop it first")
    view = (await project.catch_up()).sessions[session]
    await report_back(project, session)  # nobody looks at its journal again
    cause = f"archived: {away.said}" if away.said else "archived"
    await Scribe(project, view).move(SessionState.ARCHIVED, cause)
    now, days = project.clock(), project.config.history.keep_days
    for kept in (await forget_looks(project), await forget_old_trees(project, now, days)):
        if kept:
            project.ledger.warn(kept)
