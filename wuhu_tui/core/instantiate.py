"""Instantiate: branch, worktree and session folder, all of them or none; nothing runs.

The spec is placed first, and the journal's event is written last. So whatever a crash leaves
behind is a placed spec that no event names: the next instantiation finishes it if it has the same
key, and takes it back otherwise.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import msgspec

from wuhu_tui.core.briefs import check_brief, check_lines, fill_folder, skills_of
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.launches import launch_of
from wuhu_tui.core.locking import held
from wuhu_tui.core.naming import BRANCHES, check_wish, next_id
from wuhu_tui.core.project import Project
from wuhu_tui.core.rescuing import Removal, keep_draft
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import NotPossible, WuhuError
from wuhu_tui.model.events import Event, Noted
from wuhu_tui.model.project_events import SessionInstantiated
from wuhu_tui.model.reviews import ReviewPolicy
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.repo.refs import NOTHING, move_branch, required_tip, tip_of
from wuhu_tui.repo.rescue import drafted
from wuhu_tui.repo.worktrees import add_worktree, making_note, remove_worktree, worktree_at

PATIENCE = 120.0
"""Seconds to wait for others that instantiate: large worktrees take their time."""


async def instantiate(project: Project, wish: NewSession) -> SessionSpec:
    """Make the session that is wished for, or adopt the one this key made before.

    Raises:
        UsageError: the wish is not clear.
        NotPossible: a session wishes for another's approval than the lead's.
        NotFound: a file of its brief is not there.
        ConfigError, AgentError: its agent is unknown, or its program is missing.
        GitError: no such base, or branch or place are taken; nothing is left behind.
    """
    check_wish(wish)
    await asyncio.to_thread(check_brief, wish)
    async with held(
        project.folder.path / "instantiate.lock",
        patience=PATIENCE,
        busy="another process makes sessions and does not come to an end",
    ):
        await project.reload()
        _check_policy(project, wish)
        await project.journal.refresh()
        made = _made_before(project.board, wish.key)
        if made is not None:
            return made
        half_made = await _settle_half_made(project, wish.key)
        if half_made is not None:
            return await _make(project, half_made, wish)
        return await _make(project, await _spec_of(project, wish), wish)


def _check_policy(project: Project, wish: NewSession) -> None:
    """What counts instead of the lead's approval, the lead says: no session for those it makes."""
    if not wish.parent or wish.review in ("", ReviewPolicy.HUMAN, project.config.review.policy):
        return
    raise NotPossible(
        f"only the lead lets work be approved by {wish.review}",
        where=wish.parent,
        remedy="leave the review policy out: the project's counts",
    )


def _made_before(board: Board, key: str) -> SessionSpec | None:
    specs = (view.spec for view in board.sessions.values())
    return next((spec for spec in specs if key and spec.key == key), None)


async def _settle_half_made(project: Project, key: str) -> SessionSpec | None:
    """Take back what crashes left; returns the one that this key began."""
    mine = None
    for spec in await asyncio.to_thread(_half_made, project):
        if key and spec.key == key:
            mine = spec
        else:
            await _undo(project, spec)
    return mine


def _half_made(project: Project) -> list[SessionSpec]:
    """Specs that were placed and that no event names; drafts of dead processes go at once."""
    for draft in project.folder.worktrees.glob(".*.making.*"):
        draft.unlink(missing_ok=True)
    found = []
    named = _named(project.board)
    for path in sorted(project.folder.sessions.glob("*/session.json")):
        if path.parent.name not in named:
            try:
                spec = msgspec.json.decode(path.read_bytes(), type=SessionSpec)
            except (OSError, msgspec.DecodeError):
                continue  # not one of ours: its number stays taken
            found.append(spec)
    return found


def _named(board: Board) -> set[str]:
    """Sessions that an event made, not only a stray journal."""
    return {name for name, view in board.sessions.items() if view.spec.project}


async def _spec_of(project: Project, wish: NewSession) -> SessionSpec:
    """Everything about the session, decided before anything of it is made."""
    git = project.repository.git
    launch = await asyncio.to_thread(launch_of, project.config, project.folder, wish.agent)
    base = wish.base or project.config.project.base or project.board.project.base_branch
    tip = await required_tip(git, base)
    commit = wish.judges.head if wish.judges else tip
    name = next_id(project.board.project.name, wish.role, await _taken(project))
    return SessionSpec(
        id=name,
        project=project.board.project.name,
        role=wish.role,
        title=wish.title.strip(),
        task=wish.task,
        agent=launch,
        worktree=str(project.folder.worktrees / name),
        branch=wish.branch or BRANCHES + name,
        base_branch=base,
        base_commit=commit,
        scope=wish.scope,
        acceptance=wish.acceptance,
        checks=check_lines(project.config.project_checks),
        rules=wish.rules,
        focus=wish.focus,
        turn_limit=wish.turn_limit,
        budget=wish.budget,
        parent=wish.parent,
        created_at=project.clock(),
        key=wish.key,
        after=wish.after,
        review=wish.review,
        judges=wish.judges,
        fixes=wish.fixes,
    )


async def _taken(project: Project) -> set[str]:
    """Every name that is or was used: by sessions, folders, or branches that outlived them."""
    output = await project.repository.git.read(
        "for-each-ref", "--format=%(refname:lstrip=3)", f"refs/heads/{BRANCHES}"
    )
    folders = await asyncio.to_thread(_folder_names, project)
    return {*project.board.sessions, *folders, *output.split()}


def _folder_names(project: Project) -> set[str]:
    places = (project.folder.sessions, project.folder.worktrees)
    return {path.name for place in places if place.is_dir() for path in place.iterdir()}


async def _make(project: Project, spec: SessionSpec, wish: NewSession) -> SessionSpec:
    skills = await asyncio.to_thread(skills_of, project.config, project.folder.root, spec.role)
    try:
        await project.host.place(spec)
        await asyncio.to_thread(fill_folder, project.folder.session(spec.id), wish, *skills)
        path = Path(spec.worktree)
        await add_worktree(project.repository, path, spec.branch, spec.base_commit)
        await project.journal.decide(lambda board: _named_once(board, spec))
    except BaseException:
        await _undo(project, spec)
        raise
    return spec


def _named_once(board: Board, spec: SessionSpec) -> list[Event]:
    return [] if spec.id in _named(board) else [SessionInstantiated(spec=spec)]


async def _undo(project: Project, spec: SessionSpec) -> None:
    """Take back whatever of the session was made, its spec last; what fails is told."""
    await project.journal.settled()
    if spec.id in _named(project.board):
        return
    try:
        await _take_back_worktree(project, spec)
        folder = project.folder.session(spec.id).path
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    except WuhuError as error:
        text = f"the half-made session {spec.id} could not be taken back: {error}"
        await project.append(Noted(text=text, level="warning"))


async def _keep_content(project: Project, spec: SessionSpec) -> None:
    """Keep what was put into it; files that the checkout did not come to are no work."""
    removal = Removal(session=spec.id, branch=spec.branch, reason="half-made, taken back")
    async with drafted(project.repository, Path(spec.worktree)) as draft:
        if draft.snapshot.size or draft.snapshot.commits:
            await keep_draft(project, draft, removal)


async def _take_back_worktree(project: Project, spec: SessionSpec) -> None:
    """Remove worktree and branch, but only if they are ours and hold no work."""
    repository, path = project.repository, Path(spec.worktree)
    note = making_note(path)
    there = await worktree_at(repository.git, path)
    is_ours = note.exists() or (there is not None and there.branch == spec.branch)
    if not is_ours:
        return
    if there is not None:
        await _keep_content(project, spec)
    await remove_worktree(repository, path, discard=True)
    if await tip_of(repository.git, spec.branch) == spec.base_commit:
        await move_branch(
            repository.git, spec.branch, spec.base_commit, NOTHING, "wuhu: half-made session"
        )
    note.unlink(missing_ok=True)
