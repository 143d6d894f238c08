"""A place is exactly what was named: whatever is doubtful is refused, and nothing runs elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.core.conftest import Desk
from tests.core.fake_host import git
from wuhu_tui.core.jobs_places import Place, find_place
from wuhu_tui.model.errors import NotFound, NotPossible, UsageError, WuhuError


def place(desk: Desk, name: str) -> Place:
    return find_place(desk.folder, desk.core.board, name)


async def test_a_session_by_id_title_or_any_folder_of_its_worktree(desk: Desk) -> None:
    session = await desk.made(title="login page")
    worktree = Path(desk.view(session).spec.worktree)
    (worktree / "src").mkdir()
    for name in (session, "login page", str(worktree), f".wuhu/worktrees/{session}"):
        found = place(desk, name)
        assert (found.path, found.session and found.session.id) == (str(worktree), session)
    inside = place(desk, str(worktree / "src"))
    assert (inside.path, inside.session and inside.session.id) == (str(worktree / "src"), session)


async def test_the_main_checkout_only_when_it_is_named(desk: Desk, root: Path) -> None:
    (root / "src").mkdir()
    assert place(desk, str(root)) == Place(path=str(root))
    assert place(desk, ".") == Place(path=str(root))
    assert place(desk, "src") == Place(path=str(root / "src"))


async def test_whatever_is_doubtful_is_refused(desk: Desk, root: Path, tmp_path: Path) -> None:
    session = await desk.made(title="twin")
    await desk.made(title="twin")
    worktree = Path(desk.view(session).spec.worktree)
    (worktree / "file").touch()
    (worktree / "out").symlink_to(tmp_path)
    (desk.folder.worktrees / "nobodys").mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    refused: dict[str, type[WuhuError]] = {
        "": UsageError,
        "twin": UsageError,
        "shop-impl-99": NotFound,
        str(root / "missing"): NotFound,
        str(worktree / "missing"): NotFound,
        str(worktree / "file"): NotFound,
        str(worktree / "out"): NotPossible,
        str(outside): NotPossible,
        "..": NotPossible,
        f"{worktree}/../../../..": NotPossible,
        ".git": NotPossible,
        ".wuhu": NotPossible,
        str(desk.folder.worktrees / "nobodys"): NotPossible,
        "\0": NotFound,
        "x" * 5000: NotFound,
    }
    for name, error in refused.items():
        with pytest.raises(error):
            place(desk, name)


async def test_a_worktree_that_is_gone_is_not_replaced_by_the_checkout_around_it(
    desk: Desk, root: Path
) -> None:
    """An empty folder where a worktree was: git in it would work on the main checkout."""
    session = await desk.made()
    worktree = Path(desk.view(session).spec.worktree)
    shutil.rmtree(worktree)
    worktree.mkdir()
    before = git(root, "rev-parse", "HEAD")
    for name in (session, str(worktree)):
        with pytest.raises(NotPossible, match="worktree is not there"):
            await desk.core.run_in(name, "git commit --allow-empty -m oops")
    worktree.rmdir()
    with pytest.raises(NotPossible, match="worktree is not there"):
        place(desk, session)
    assert git(root, "rev-parse", "HEAD") == before


async def test_an_archived_sessions_place_is_gone(desk: Desk) -> None:
    session = await desk.made()
    await desk.core.archive(session)
    with pytest.raises(NotPossible, match="archived"):
        place(desk, session)


async def test_a_stopped_sessions_place_is_there(desk: Desk) -> None:
    session = await desk.started()
    await desk.core.stop(session)
    assert (await desk.core.run_in(session, "git rev-parse --abbrev-ref HEAD")).output == (
        f"{desk.view(session).spec.branch}\n"
    )
