"""Sync: a session's branch held against its base, and moved on where it has nothing of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
from msgspec.structs import replace

from wuhu_tui.core.delivery import check_on_board
from wuhu_tui.core.project import Project
from wuhu_tui.core.scribe import base_of
from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.events import Noted
from wuhu_tui.model.freshness import Freshness, FreshnessVerdict
from wuhu_tui.model.project_events import BaseCompared
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.repo.freshness import advance, compare, why_not_advanced
from wuhu_tui.repo.refs import tip_of


async def sync_environment(project: Project, session: str, *, by: str) -> Freshness:
    """Hold the session's branch against its base, and record it.

    One that was never started and has nothing of its own is moved on to base's tip; no other
    branch is touched.

    Raises:
        NotPossible: it is archived, or being merged.
        GitError: its branch or its base does not exist.
    """
    check_on_board(project.view(session))
    async with project.starting(session):
        await project.catch_up()
        return await _compared(project, project.view(session))


async def freshen(project: Project, view: SessionView) -> None:
    """Before the first life of a session: move it on to base's tip, or say how old its base is.

    Whatever cannot be looked at is told, and holds up nothing.
    """
    if view.own is not None or view.spec.judges is not None:
        return  # a judge's commit is what it is
    try:
        if await tip_of(project.repository.git, base_of(project, view)) != view.spec.base_commit:
            await _compared(project, view)
    except GitError as error:
        text = f"could not look how old the base of {view.id} is: {error}"
        await project.append(Noted(text=text, level="warning"))


async def _compared(project: Project, view: SessionView) -> Freshness:
    found = await _beside(project, view)
    if view.own is None and view.spec.judges is None and not await project.alive(view.id):
        found = await _moved_on(project, view, found)
    await project.append(BaseCompared(session=view.id, freshness=found))
    return found


async def _beside(project: Project, view: SessionView) -> Freshness:
    spec, base = view.spec, base_of(project, view)
    return await compare(
        project.repository, spec.branch, base, scope=spec.scope, at=project.clock()
    )


async def _moved_on(project: Project, view: SessionView, found: Freshness) -> Freshness:
    """Move a branch without work of its own on to base's tip; the session's spec follows it."""
    repository, path, branch = project.repository, Path(view.spec.worktree), view.spec.branch
    if found.behind:
        reason = await why_not_advanced(repository, path, branch, found.tip)
        reason = reason or await advance(repository, path, found.tip)
        if reason:
            return replace(found, note=reason)
    stands_on = await tip_of(repository.git, branch)
    if stands_on != found.tip or found.tip == view.spec.base_commit:
        return found
    await asyncio.to_thread(_rewrite_spec, project.folder.session(view.id).spec, found.tip)
    found = await _beside(project, view)
    return replace(found, verdict=FreshnessVerdict.PASSED, advanced=True)


def _rewrite_spec(path: Path, base_commit: str) -> None:
    """Tell the runner to come where its branch begins now; it has not read the spec yet."""
    spec = msgspec.json.decode(path.read_bytes(), type=SessionSpec)
    text = msgspec.json.encode(replace(spec, base_commit=base_commit))
    write_atomic(path, msgspec.json.format(text, indent=2) + b"\n")
