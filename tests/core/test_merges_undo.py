"""Taking a merge back: base moves back, or gets a revert; and the work can be merged again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.core.merging_alone import run_merge
from tests.core.repositories import MemoryPort, Project, make_project
from tests.repo.gitbox import Box
from wuhu_tui.core.reviews import give_verdict, refresh_review
from wuhu_tui.core.undo import is_half_undone, undo_merge
from wuhu_tui.model.errors import Conflict, GitError, NotPossible
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.project_events import MergeUndoPrepared, SessionMoved
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState

NAME = "shop-impl-01"


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    return await make_project(tmp_path / "shop")


@pytest.fixture
def port(project: Project) -> MemoryPort:
    return project.port


async def merged(project: Project, files: dict[str, str | bytes] | None = None) -> Merge:
    merge = await run_merge(project.port, await project.approved(files))
    assert merge.outcome is MergeOutcome.MERGED
    return merge


async def test_base_moves_back_when_nothing_landed_since(
    project: Project, port: MemoryPort
) -> None:
    tip = project.box.head("main")
    merge = await merged(project)
    project.box.write("untracked.txt", "mine")
    undone = await undo_merge(port, port.view(NAME))
    assert undone.outcome is MergeOutcome.UNDONE
    assert undone.detail == f"main moved back to {tip[:12]} by lead"
    assert project.box.head("main") == tip
    assert project.box.git("status", "--porcelain") == "?? untracked.txt"
    view = port.view(NAME)
    assert view.state is SessionState.APPROVED
    assert project.box.head(view.spec.branch) == merge.head
    assert (Path(view.spec.worktree) / "basket.txt").exists()
    assert not is_half_undone(view)


async def test_what_was_staged_where_the_worktree_is_gone_is_kept(
    project: Project, port: MemoryPort
) -> None:
    merge = await merged(project)
    spec = port.view(NAME).spec
    project.box.git("worktree", "add", "-q", "-b", spec.branch, spec.worktree, merge.head)
    tree = Box(Path(spec.worktree))
    tree.write("staged.txt", "hours of work")
    tree.git("add", "staged.txt")
    shutil.rmtree(tree.path)
    await undo_merge(port, port.view(NAME))
    (rescue,) = port.board.rescues.values()
    assert project.box.git("show", f"{rescue.ref}:staged.txt") == "hours of work"
    assert (tree.path / "basket.txt").exists()


async def test_the_same_work_merges_again(project: Project, port: MemoryPort) -> None:
    await merged(project)
    await undo_merge(port, port.view(NAME))
    again = await run_merge(port, port.view(NAME))
    assert again.outcome is MergeOutcome.MERGED
    assert (project.box.path / "basket.txt").exists()


async def test_base_that_nobody_has_checked_out(project: Project, port: MemoryPort) -> None:
    tip = project.box.head("main")
    await merged(project)
    project.box.git("checkout", "--quiet", "-b", "elsewhere")
    project.box.write("readme.txt", "dirty, but not on main")
    await undo_merge(port, port.view(NAME))
    assert project.box.head("main") == tip
    assert (project.box.path / "readme.txt").read_text() == "dirty, but not on main"


async def test_a_dirty_checkout_is_never_touched(project: Project, port: MemoryPort) -> None:
    merge = await merged(project)
    project.box.write("basket.txt", "my work")
    with pytest.raises(GitError, match=r"basket\.txt") as caught:
        await undo_merge(port, port.view(NAME))
    assert caught.value.remedy
    assert project.box.head("main") == merge.result
    assert (project.box.path / "basket.txt").read_text() == "my work"
    view = port.view(NAME)
    assert (view.state, is_half_undone(view)) == (SessionState.MERGED, False)
    project.box.git("checkout", "--quiet", "basket.txt")
    await undo_merge(port, port.view(NAME))
    assert port.view(NAME).state is SessionState.APPROVED


async def test_what_landed_since_stays(project: Project, port: MemoryPort) -> None:
    merge = await merged(project)
    later = project.box.commit({"later.txt": "x"})
    undone = await undo_merge(port, port.view(NAME), by="ada")
    assert undone.detail == f"reverted {merge.result[:12]} with {undone.undo[:12]} by ada"
    assert project.box.git("rev-list", "--parents", "-1", "main").split() == [undone.undo, later]
    assert project.box.git("ls-files").split() == ["later.txt", "readme.txt"]
    assert project.box.git("status", "--porcelain") == ""
    assert merge.result in project.box.git("log", "-1", "--format=%b", "main")


async def test_what_others_have_is_reverted_not_rewritten(
    project: Project, port: MemoryPort
) -> None:
    merge = await merged(project)
    project.box.git("update-ref", "refs/remotes/origin/main", merge.result)
    undone = await undo_merge(port, port.view(NAME))
    assert project.box.head("main^") == merge.result
    assert undone.undo == project.box.head("main")


async def test_what_was_built_upon_conflicts(project: Project, port: MemoryPort) -> None:
    await merged(project, {"readme.txt": "theirs\n"})
    later = project.box.commit({"readme.txt": "built on it\n"})
    with pytest.raises(Conflict, match=r"readme\.txt") as caught:
        await undo_merge(port, port.view(NAME))
    assert "git revert -m 1" in caught.value.remedy
    assert project.box.head("main") == later
    assert port.view(NAME).state is SessionState.MERGED
    assert list(port.folder.scratch.iterdir()) == []


async def test_base_that_was_moved_back_by_hand(project: Project, port: MemoryPort) -> None:
    tip = project.box.head("main")
    await merged(project)
    project.box.git("reset", "--quiet", "--hard", tip)
    undone = await undo_merge(port, port.view(NAME))
    assert "did not have" in undone.detail
    assert project.box.head("main") == tip
    assert port.view(NAME).state is SessionState.APPROVED


async def test_base_moves_during_the_undo(project: Project, port: MemoryPort) -> None:
    await merged(project)

    def move(event: object, moment: str) -> None:
        if isinstance(event, MergeUndoPrepared) and moment == "after":
            port.trap = lambda event, moment: None
            project.box.commit({"later.txt": "x"})

    port.trap = move
    await undo_merge(port, port.view(NAME))
    assert project.box.git("ls-files").split() == ["later.txt", "readme.txt"]
    assert len(port.told(MergeUndoPrepared)) == 2


async def test_nothing_to_take_back(project: Project, port: MemoryPort) -> None:
    await project.approved()
    with pytest.raises(NotPossible, match="no merge to take back: it is approved"):
        await undo_merge(port, port.view(NAME))


async def test_an_archived_session_stays_merged(project: Project, port: MemoryPort) -> None:
    await merged(project)
    view = port.view(NAME)
    port.write(
        "",
        SessionMoved(
            session=NAME,
            before=SessionState.MERGED,
            after=SessionState.ARCHIVED,
            cause="test",
            after_record=view.cursor,
        ),
    )
    with pytest.raises(NotPossible, match="it is archived"):
        await undo_merge(port, port.view(NAME))


async def test_reverted_work_merges_again_although_base_has_its_commits(
    project: Project, port: MemoryPort
) -> None:
    await merged(project)
    project.box.commit({"later.txt": "x"})
    await undo_merge(port, port.view(NAME))
    again = await run_merge(port, port.view(NAME))
    assert again.outcome is MergeOutcome.MERGED
    assert project.box.git("ls-files").split() == ["basket.txt", "later.txt", "readme.txt"]
    await undo_merge(port, port.view(NAME))
    assert project.box.git("ls-files").split() == ["later.txt", "readme.txt"]
    project.box.write("readme.txt", "dirty")
    refused = await run_merge(port, port.view(NAME))
    assert refused.outcome is MergeOutcome.REFUSED
    project.box.git("checkout", "--quiet", "readme.txt")
    third = await run_merge(port, port.view(NAME))
    assert third.outcome is MergeOutcome.MERGED
    assert project.box.git("ls-files").split() == ["basket.txt", "later.txt", "readme.txt"]


@pytest.mark.long
async def test_reverted_work_merges_again_with_more_commits(
    project: Project, port: MemoryPort
) -> None:
    await merged(project)
    project.box.commit({"later.txt": "x"})
    await undo_merge(port, port.view(NAME))
    view = port.view(NAME)
    head = project.box.at(Path(view.spec.worktree)).commit({"fix.txt": "x"})
    review = await refresh_review(port, view)
    assert review is not None
    assert review.head == head
    await give_verdict(port, port.view(NAME), VerdictKind.APPROVED, head=head)
    again = await run_merge(port, port.view(NAME))
    assert again.outcome is MergeOutcome.MERGED
    assert project.box.git("ls-files").split() == [
        "basket.txt",
        "fix.txt",
        "later.txt",
        "readme.txt",
    ]
    await undo_merge(port, port.view(NAME))
    assert project.box.git("ls-files").split() == ["later.txt", "readme.txt"]
