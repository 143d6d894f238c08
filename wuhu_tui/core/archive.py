"""Archive: off the board, and off the disk as far as nothing is lost."""

from __future__ import annotations

from wuhu_tui.core.cleanup import put_away
from wuhu_tui.core.project import BUSY, Project
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.states import SessionState, transition


async def archive(project: Project, session: str, *, discard: bool) -> None:
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
    away = await put_away(project, view, discard=discard)
    if not away.worktree_gone:
        raise NotPossible(
            away.said, where=session, remedy="commit what counts, or archive it with --discard"
        )
    if not await project.release(session):
        raise NotPossible("its runner does not end", where=session, remedy="stop it first")
    view = (await project.catch_up()).sessions[session]
    cause = f"archived: {away.said}" if away.said else "archived"
    await Scribe(project, view).move(SessionState.ARCHIVED, cause)
