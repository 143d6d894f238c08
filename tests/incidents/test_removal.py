"""Clean-up that deleted work, and protection that left trees nobody could delete."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.conftest import Desk
from tests.fault.faults import remove_disk, small_disk
from tests.repo.gitbox import Box
from wuhu_tui.core import cleanup
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo import restoring


def place(desk: Desk, session: str) -> Box:
    return Box(Path(desk.view(session).spec.worktree))


async def worked(desk: Desk) -> str:
    """A session that committed once and stopped, a file of its work uncommitted."""
    session = await desk.started()
    desk.host.workers[session].commits()
    place(desk, session).write("half.txt", "hours of work\n")
    desk.host.workers[session].ends(SessionState.STOPPED)
    await desk.reaches(session, SessionState.STOPPED)
    return session


async def test_a_removal_that_git_refused_fell_back_to_deleting_the_folder(
    desk: Desk, box: Box
) -> None:
    """git would not remove a worktree whose link was damaged, so the tool removed it with `rm -rf`.

    Asked inside such a folder git answers for the repository around it: all clean. Here the
    worktree is looked at by its own record, refused with the file's name, and rescued first.
    """
    session = await worked(desk)
    (place(desk, session).path / ".git").unlink()
    with pytest.raises(NotPossible, match=r"half\.txt"):
        await desk.core.archive(session)
    assert (place(desk, session).path / "half.txt").exists()
    await desk.core.archive(session, discard=True)
    assert not place(desk, session).path.exists()
    await desk.core.restore(session)
    assert (place(desk, session).path / "half.txt").read_text() == "hours of work\n"


async def test_a_resume_made_the_worktree_anew_over_the_work_in_it(desk: Desk, box: Box) -> None:
    """git called the worktree prunable, because its link was gone: it was pruned and made anew.

    Here the link is mended, and the session goes on where it was.
    """
    session = await worked(desk)
    (place(desk, session).path / ".git").unlink()
    await desk.core.resume(session)
    await desk.reaches(session, SessionState.WORKING)
    assert (place(desk, session).path / "half.txt").read_text() == "hours of work\n"
    assert "half.txt" in place(desk, session).git("status", "--porcelain")


async def test_what_was_staged_went_with_a_folder_that_somebody_emptied(
    desk: Desk, box: Box
) -> None:
    """Somebody emptied the folder; git forgot the worktree, and with it what was staged there.

    Here that is kept before the worktree is made anew.
    """
    session = await worked(desk)
    tree = place(desk, session)
    tree.git("add", "half.txt")
    await asyncio.to_thread(shutil.rmtree, tree.path)
    tree.path.mkdir()
    await desk.core.resume(session)
    (rescue, *_) = await desk.core.rescues()
    assert box.git("show", f"{rescue.ref}:half.txt").strip() == "hours of work"
    assert (rescue.untracked, rescue.files) == (0, 1)


async def test_a_sweep_removed_what_was_dirty_and_what_was_on_no_branch(
    desk: Desk, box: Box
) -> None:
    """A periodic sweep took ended sessions' worktrees away, with files and commits only they had.

    Here the clean-up keeps such a worktree and says why; nothing is ever discarded by itself.
    """
    dirty, detached = await worked(desk), await desk.made()
    place(desk, detached).git("checkout", "--quiet", "--detach")
    commit = place(desk, detached).commit({"only-here.txt": "x\n"})
    for session, reason in ((dirty, "half.txt"), (detached, commit[:12])):
        away = await cleanup.put_away(desk.core.project, desk.view(session))
        assert not away.worktree_gone
        assert reason in away.said
        assert place(desk, session).path.exists()


async def test_a_worktree_was_removed_under_a_child_that_worked_in_it(
    desk: Desk, box: Box, tmp_path: Path
) -> None:
    """The parent ended, its clean-up ran, and a child went on in a folder that was gone.

    Here a worktree is kept, even from a discard, while any process has its folder inside.
    """
    session = await worked(desk)
    inside = place(desk, session).path / "deep"
    inside.mkdir()
    with subprocess.Popen(("sleep", "60"), cwd=inside) as child:
        try:
            with pytest.raises(NotPossible, match=rf"in use by .*{child.pid}"):
                await desk.core.archive(session, discard=True)
            assert (await desk.core.at_stake(session)).in_use_by
            assert await desk.core.rescues() == ()
        finally:
            child.kill()
    await desk.core.archive(session, discard=True)
    assert not place(desk, session).path.exists()


async def test_a_squash_merge_looked_unmerged_and_nobody_could_delete_the_tree(
    desk: Desk, box: Box
) -> None:
    """Work was squashed into main by hand; its commits were no ancestors, so it was never let go.

    Here "merged" is judged by content: it goes without a discard, and its own commits are kept.
    """
    session = await desk.started()
    head = desk.host.workers[session].commits()
    desk.host.workers[session].ends(SessionState.STOPPED)
    await desk.reaches(session, SessionState.STOPPED)
    branch = desk.view(session).spec.branch
    box.git("merge", "--squash", "--quiet", branch)
    box.commit(message="Squashed by hand")
    await desk.core.archive(session)
    assert "base has its content" in desk.view(session).given.cause
    assert box.git("branch", "--list", branch) == ""
    (rescue,) = await desk.core.rescues()
    assert rescue.head == head
    await desk.core.restore(session)
    assert place(desk, session).head() == box.head(branch) == head


async def test_a_tree_was_kept_for_ever_and_nobody_was_told_why(desk: Desk, box: Box) -> None:
    """All that was said was that it could not be removed; people deleted folders, and lost the rest.

    Here a refusal names what would go and how it may go. Commits that base lacks keep
    no folder: they stay on their branch, which is said.
    """
    session = await worked(desk)
    branch = desk.view(session).spec.branch
    head = box.head(branch)
    with pytest.raises(NotPossible, match=r"half\.txt") as refused:
        await desk.core.archive(session)
    assert "archive it with --discard: a rescue is kept then" in refused.value.remedy
    (place(desk, session).path / "half.txt").unlink()
    await desk.core.archive(session)
    assert not place(desk, session).path.exists()
    assert box.head(branch) == head
    assert f"branch {branch} kept" in desk.view(session).given.cause


async def test_a_stash_that_all_trees_share_was_dropped(desk: Desk, box: Box) -> None:
    """Clean-up stashed one tree's work and dropped the newest entry: it was another session's.

    Here neither a rescue nor its return goes through the stash.
    """
    other = await desk.made()
    place(desk, other).write("README.md", "another session's work\n")
    place(desk, other).git("stash")
    before = box.git("stash", "list", "--format=%H %gs")
    session = await worked(desk)
    await desk.core.archive(session, discard=True)
    await desk.core.restore(session)
    assert box.git("stash", "list", "--format=%H %gs") == before != ""


async def test_a_kill_between_rescue_and_removal(
    desk: Desk, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clean-up died after it had saved the work; the next one saved nothing and went on.

    Here the next one finds the same work kept, removes the tree, and keeps one rescue, not two.
    """
    session = await worked(desk)

    async def die(*_: object, **__: object) -> None:
        raise ConnectionAbortedError

    with monkeypatch.context() as patched:
        patched.setattr(cleanup, "remove_worktree", die)
        with pytest.raises(ConnectionAbortedError):
            await cleanup.put_away(desk.core.project, desk.view(session), discard=True)
    assert (place(desk, session).path / "half.txt").exists()
    await desk.core.archive(session, discard=True)
    (rescue,) = await desk.core.rescues()
    assert not place(desk, session).path.exists()
    assert box.git("show", f"{rescue.ref}:half.txt") == "hours of work"


@pytest.fixture
def small(box: Box, tmp_path: Path) -> Iterator[Path]:
    """The repository's objects on a disk of two megabytes."""
    objects, aside = box.path / ".git" / "objects", tmp_path / "aside"
    shutil.copytree(objects, aside)
    shutil.rmtree(objects)
    objects.mkdir()
    why_not = small_disk(objects, 2)
    shutil.copytree(aside, objects, dirs_exist_ok=True)
    if why_not:
        pytest.skip(f"no disk of its own can be mounted here: {why_not}")
    yield objects
    remove_disk(objects)


async def test_the_disk_is_full_when_work_is_to_be_rescued(desk: Desk, small: Path) -> None:
    """The disk was full, the backup failed without a word, and the folder was removed all the same.

    Here nothing is removed, the reason and the way forward are told, what was half written is gone,
    and once there is room the same command does it.
    """
    session = await worked(desk)
    place(desk, session).write("large.bin", os.urandom(4 << 20))
    with pytest.raises(NotPossible, match=r"disk is full|No space left") as refused:
        await desk.core.archive(session, discard=True)
    assert "nothing was removed" in refused.value.remedy
    assert (place(desk, session).path / "large.bin").stat().st_size == 4 << 20
    assert desk.view(session).state is SessionState.STOPPED
    assert list(small.glob("tmp_wuhu-*")) == []
    assert shutil.disk_usage(small).free > 1 << 20
    grow = ("mount", "-o", "remount,size=32m", str(small))
    subprocess.run(grow, check=True, capture_output=True)
    await desk.core.archive(session, discard=True)
    (rescue,) = await desk.core.rescues()
    assert rescue.size > 4 << 20


async def test_a_restore_that_was_killed_between_the_files_and_what_was_staged(
    desk: Desk, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files were back, so the second restore had nothing to do, and nothing was staged.

    Here it goes on where the first one ended.
    """
    session = await worked(desk)
    tree = place(desk, session)
    tree.write("staged.txt", "one\n")
    tree.git("add", "staged.txt")
    before = tree.git("status", "--porcelain")
    assert "A  staged.txt" in before
    await desk.core.archive(session, discard=True)

    async def killed(*_: object) -> None:
        raise ConnectionAbortedError

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "stage_again", killed)
        with pytest.raises(ConnectionAbortedError):
            await desk.core.restore(session)
    assert "?? staged.txt" in tree.git("status", "--porcelain")
    await desk.core.restore(session)
    assert tree.git("status", "--porcelain") == before
