"""The doctor on lost sessions, and on worktrees that are gone, strange, or of nobody."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.core.conftest import Desk
from tests.core.fake_host import git
from tests.core.test_doctor_probes import levels, look, process
from wuhu_tui.core.doctor.check import run_check
from wuhu_tui.core.doctor.patient import admit
from wuhu_tui.core.doctor.sessions import SESSIONS
from wuhu_tui.core.doctor.visit import mend_place
from wuhu_tui.core.doctor.worktrees import BRANCHES_OF_SESSIONS, STRAYS, WORKTREES
from wuhu_tui.journal.clock import now
from wuhu_tui.model.errors import GitError, NotPossible
from wuhu_tui.model.health import Level


async def test_a_lost_session_and_a_half_made_one_are_seen(desk: Desk) -> None:
    session = await desk.started()
    desk.host.workers[session].dies()
    spec = desk.folder.session(session).spec.read_text()
    half = desk.folder.sessions / "shop-impl-99"
    half.mkdir()
    (half / "session.json").write_text(spec)
    found = await levels(desk.folder.root, SESSIONS)
    assert found == {
        f"sessions:{session}": Level.TROUBLE,
        "sessions:half-made:shop-impl-99": Level.TROUBLE,
    }


async def test_a_worktree_that_is_gone_is_told_by_its_session(desk: Desk) -> None:
    session = await desk.made()
    await asyncio.to_thread(shutil.rmtree, desk.view(session).spec.worktree)
    one = await look(desk.folder.root, WORKTREES)
    assert one.repair == f"wuhu resume {session}"


async def test_git_is_made_to_forget_a_worktree_of_nobody_that_is_gone(desk: Desk) -> None:
    root, path = desk.folder.root, desk.folder.worktrees / "old"
    git(root, "worktree", "add", "-q", "-b", "wuhu/old", str(path))
    await asyncio.to_thread(shutil.rmtree, path)
    gone = await look(root, WORKTREES)
    assert gone.fixable
    await mend_place(root, gone.id, by="lead")
    assert str(path) not in git(root, "worktree", "list")
    branch = await look(root, BRANCHES_OF_SESSIONS)
    assert branch.repair == "git branch -d wuhu/old"


async def test_what_was_staged_in_a_worktree_that_is_gone_is_kept_before_it_is_forgotten(
    desk: Desk,
) -> None:
    root, path = desk.folder.root, desk.folder.worktrees / "old"
    git(root, "worktree", "add", "-q", "-b", "wuhu/old", str(path))
    (path / "new.txt").write_text("only staged\n")
    git(path, "add", "new.txt")
    await asyncio.to_thread(shutil.rmtree, path)
    gone = await look(root, WORKTREES)
    done = await mend_place(root, gone.id, by="ada")
    ref = done.rpartition(" ")[2]
    assert git(root, "show", f"{ref}:new.txt").strip() == "only staged"
    assert str(path) not in git(root, "worktree", "list")


async def test_a_worktree_of_nobody_is_removed_and_what_it_held_is_kept(desk: Desk) -> None:
    root, path = desk.folder.root, desk.folder.worktrees / "old"
    git(root, "worktree", "add", "-q", "-b", "wuhu/old", str(path))
    (path / "README.md").write_text("changed\n")
    (path / "new.txt").write_text("never committed\n")
    one = await look(root, STRAYS)
    assert one.fixable
    done = await mend_place(root, one.id, by="ada")
    assert not path.exists()
    ref = done.rpartition(" ")[2]
    assert git(root, "show", f"{ref}:new.txt").strip() == "never committed"
    assert git(root, "show", f"{ref}:README.md").strip() == "changed"
    assert [rescue.by for rescue in (await desk.core.project.catch_up()).rescues.values()] == [
        "ada"
    ]


async def test_a_worktree_of_nobody_stays_while_somebody_works_in_it(desk: Desk) -> None:
    root, path = desk.folder.root, desk.folder.worktrees / "old"
    git(root, "worktree", "add", "-q", "-b", "wuhu/old", str(path))
    one = await look(root, STRAYS)
    async with process("sleep", "99", folder=path):
        with pytest.raises(GitError, match="in use by"):
            await mend_place(root, one.id, by="lead")
    assert path.exists()


async def test_git_is_made_to_know_a_worktree_again_that_was_moved_away_and_back(
    desk: Desk,
) -> None:
    session = await desk.made()
    worktree = Path(desk.view(session).spec.worktree)
    admin = desk.folder.root / ".git" / "worktrees" / worktree.name / "gitdir"
    admin.write_text("/somewhere/else/.git\n")
    found = await run_check(await admit(desk.folder.root, now()), WORKTREES)
    (one,) = [one for one in found if one.id.startswith("worktrees:unknown")]
    await mend_place(desk.folder.root, one.id, by="lead")
    assert (await look(desk.folder.root, WORKTREES)).level is Level.OK


async def test_a_worktree_whose_record_is_gone_is_not_said_to_be_mended(desk: Desk) -> None:
    session = await desk.made()
    worktree = Path(desk.view(session).spec.worktree)
    admin = desk.folder.root / ".git" / "worktrees" / worktree.name
    await asyncio.to_thread(shutil.rmtree, admin)
    one = await look(desk.folder.root, WORKTREES)
    assert one.level is Level.TROUBLE
    with pytest.raises(NotPossible, match="record of this worktree is gone"):
        await mend_place(desk.folder.root, one.id, by="lead")
    assert worktree.exists()


async def test_a_project_behind_a_link_is_well_too(desk: Desk, tmp_path: Path) -> None:
    await desk.made()
    link = tmp_path / "link"
    link.symlink_to(desk.folder.root)
    assert set((await levels(link, WORKTREES, STRAYS)).values()) == {Level.OK}
