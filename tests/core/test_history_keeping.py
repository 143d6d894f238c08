"""How worktrees stood is kept for as long as it may be wanted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.core.repositories import NAME_OF_FIRST as NAME
from tests.core.repositories import make_project
from wuhu_tui.core.history_keeping import forget_old_trees
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.journal.clock import now
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.history_trees import HISTORY_REFS, WorktreeHistory


async def test_old_looks_at_archived_work_are_let_go(tmp_path: Path) -> None:
    project = await make_project(tmp_path / "shop")
    work, port = await project.session(), project.port
    room = tmp_path / "room"
    eye = WorktreeHistory(root=project.box.path, worktree=work.path, session=NAME, room=room)
    assert await eye.look() is not None
    later = now() + timedelta(days=91)

    async def kept(keep_days: int) -> bool:
        assert await forget_old_trees(port, later, keep_days) == ""
        return bool(project.box.git("for-each-ref", HISTORY_REFS))

    assert await kept(90)  # it is not archived
    project.runs(NAME, SessionState.STOPPED)
    await Scribe(port, port.view(NAME)).move(SessionState.ARCHIVED, "test")
    assert await kept(0)
    assert await kept(92)
    assert not await kept(90)
