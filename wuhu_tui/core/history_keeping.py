"""How long it is kept how worktrees stood."""

from __future__ import annotations

from datetime import datetime, timedelta

from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.history_trees import forget_history, history_sessions


async def forget_old_trees(port: ProjectPort, now: datetime, keep_days: int) -> str:
    """Let go of what archived sessions left too long ago; why not, if something stays."""
    if not keep_days:
        return ""
    git, sessions = port.repository.git, port.board.sessions
    oldest = (now - timedelta(days=keep_days)).timestamp()
    try:
        for name, moment in (await history_sessions(git)).items():
            view = sessions.get(name)
            if view is not None and view.state is SessionState.ARCHIVED and moment < oldest:
                await forget_history(git, name)
    except GitError as error:
        return f"how old archived work stood is still kept: {error.message}"
    return ""
