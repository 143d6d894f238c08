"""What people do to a repository while their work is merged: nothing of theirs is lost or passed by."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.core.merging_alone import run_merge
from tests.core.repositories import NAME_OF_FIRST, MemoryPort, Project, make_project
from tests.repo.gitbox import Box, git
from tests.sampling import sampled
from wuhu_tui.core.leftovers import marked
from wuhu_tui.core.outlook import merge_outlook
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.core.reviews import check_review, give_verdict, open_review
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.model.errors import Conflict, GitError
from wuhu_tui.model.events import Event
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.project_events import MergeStepped
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.worktrees import SCRATCH_MARK


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    """A project whose only check does what `while_checked` says, and nothing before that."""
    deeds = tmp_path / "deeds"
    check = ProjectCheck(name="people", command=f"test ! -e {deeds} || . {deeds}")
    return await make_project(tmp_path / "shop", [check])


@pytest.fixture
def port(project: Project) -> MemoryPort:
    return project.port


def while_checked(project: Project, script: str, *, once: bool = True) -> None:
    """Let somebody do this in the lead's checkout while the merged result is being checked."""
    deeds = project.box.path.parent / "deeds"
    first = f"rm {deeds};" if once else ""
    places = f"unset $(git rev-parse --local-env-vars); cd {project.box.path}"
    deeds.write_text(f"{first} {places} && {script}\n")


def at_step(port: MemoryPort, step: MergeStep, deed: object) -> None:
    """Let somebody do something right after a step of the merge was written down."""

    def trap(event: Event, moment: str) -> None:
        if isinstance(event, MergeStepped) and event.step is step and moment == "after":
            port.trap = lambda event, moment: None
            assert callable(deed)
            deed()

    port.trap = trap


async def merged(port: MemoryPort) -> Merge:
    return await run_merge(port, port.view(NAME_OF_FIRST))


def assert_whole(project: Project) -> None:
    """The lead's checkout is what base is, and no scratch is left."""
    assert project.box.git("status", "--porcelain") == ""
    assert project.box.git("worktree", "list", "--porcelain").count("/scratch/") == 0


# people on base


async def test_a_human_commits_on_base_while_the_result_is_checked(
    project: Project, port: MemoryPort
) -> None:
    await project.approved()
    while_checked(project, "echo theirs > theirs.txt && git add -A && git commit -qm Theirs")
    merge = await merged(port)
    assert merge.outcome is MergeOutcome.MERGED
    subjects = project.box.git("log", "--format=%s", "--first-parent", "main").splitlines()
    assert subjects[1:] == ["Theirs", "Start"]
    assert {"theirs.txt", "basket.txt"} <= {one.name for one in project.box.path.iterdir()}
    assert_whole(project)


@pytest.mark.long
async def test_a_human_pushes_to_base_while_the_result_is_checked(
    project: Project, port: MemoryPort, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", str(project.box.path), "clone")
    other = Box(tmp_path / "clone")
    other.git("config", "user.name", "Other")
    other.git("config", "user.email", "other@example.org")
    theirs = other.commit({"theirs.txt": "x"}, "Theirs")
    project.box.git("checkout", "--quiet", "-b", "lead")
    await project.approved()
    while_checked(project, f"cd {other.path} && git push -q origin main")
    merge = await merged(port)
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.git("rev-parse", "main^1") == theirs


@pytest.mark.long
async def test_base_that_somebody_moves_all_the_time_keeps_everything_of_theirs(
    project: Project, port: MemoryPort
) -> None:
    await project.approved()
    while_checked(project, "git commit -q --allow-empty -m Again", once=False)
    merge = await merged(port)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "kept moving" in merge.detail
    subjects = project.box.git("log", "--format=%s", "main").splitlines()
    assert set(subjects) == {"Again", "Start"}
    assert_whole(project)


async def test_base_is_moved_back_below_the_review_while_the_result_is_checked(
    project: Project, port: MemoryPort
) -> None:
    project.box.commit({"secret.txt": "to be forgotten\n"}, "By mistake")
    await project.approved()
    while_checked(project, "git reset -q --hard HEAD~1")
    start = project.box.head("HEAD~1")
    merge = await merged(port)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "main was moved back or rewritten" in merge.detail
    assert merge.detail.endswith(f"wuhu review {NAME_OF_FIRST} --open")
    assert project.box.head("main") == start
    assert not (project.box.path / "secret.txt").exists()
    await looked_again(port)
    assert (await merged(port)).outcome is MergeOutcome.MERGED


async def looked_again(port: MemoryPort) -> None:
    """The lead opens the review anew, sees all that would land now, and approves that."""
    review = await open_review(port, port.view(NAME_OF_FIRST))
    assert review is not None
    assert (review.verdict, review.files) == (None, 2)
    await check_review(port, port.view(NAME_OF_FIRST), again=True)
    view = port.view(NAME_OF_FIRST)
    await give_verdict(port, view, VerdictKind.APPROVED, head=review.head)


@pytest.mark.long
async def test_base_is_moved_back_but_not_below_the_review(
    project: Project, port: MemoryPort
) -> None:
    await project.approved()
    start = project.box.head("main")
    project.box.commit({"oops.txt": "x"}, "By mistake")
    while_checked(project, "git reset -q --hard HEAD~1")
    merge = await merged(port)
    assert (merge.outcome, merge.base_tip) == (MergeOutcome.MERGED, start)
    assert not (project.box.path / "oops.txt").exists()
    assert_whole(project)


@pytest.mark.long
async def test_base_is_moved_back_right_after_it_landed(project: Project, port: MemoryPort) -> None:
    await project.approved()
    start = project.box.head("main")
    at_step(port, MergeStep.LAND, lambda: project.box.git("reset", "--hard", "-q", start))
    merge = await merged(port)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "somebody moved it back" in merge.detail
    assert port.view(NAME_OF_FIRST).state is SessionState.APPROVED
    assert Path(port.view(NAME_OF_FIRST).spec.worktree).exists()


@pytest.mark.long
async def test_base_is_moved_back_after_the_end(project: Project, port: MemoryPort) -> None:
    await project.approved()
    start = project.box.head("main")
    await merged(port)
    project.box.git("reset", "--quiet", "--hard", start)
    undone = await undo_merge(port, port.view(NAME_OF_FIRST))
    assert "did not have" in undone.detail
    assert project.box.head("main") == start
    assert port.view(NAME_OF_FIRST).state is SessionState.APPROVED


async def test_another_sessions_work_is_not_brought_back_by_one_that_began_on_it(
    project: Project, port: MemoryPort
) -> None:
    await project.approved({"first.txt": "first\n"})
    await merged(port)
    second = await project.approved({"second.txt": "second\n"}, name="shop-impl-02")
    await undo_merge(port, port.view(NAME_OF_FIRST))
    assert not (project.box.path / "first.txt").exists()
    assert "bring that back unseen" in (await merge_outlook(port, second)).blocks[0]
    merge = await run_merge(port, second)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "bring that back unseen" in merge.detail
    assert not (project.box.path / "first.txt").exists()


@pytest.mark.long
async def test_a_hook_here_that_lets_base_not_move(project: Project, port: MemoryPort) -> None:
    await project.approved()
    tip = project.box.head("main")
    hook = project.box.path / ".git" / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        '#!/bin/sh\ntest "$1" = prepared || exit 0\n'
        "if grep -q refs/heads/main; then echo frozen >&2; exit 1; fi\n"
    )
    hook.chmod(0o755)
    merge = await merged(port)
    assert merge.outcome is MergeOutcome.REFUSED
    assert project.box.head("main") == tip
    assert not (project.box.path / "basket.txt").exists()
    hook.unlink()
    assert_whole(project)
    assert (await merged(port)).outcome is MergeOutcome.MERGED


# people on the session's branch and worktree


RENAMED = "branch -m {branch} another"


def remove_by_hand(worktree: str) -> None:
    shutil.rmtree(worktree)


@pytest.mark.parametrize(
    "step", sampled([None, MergeStep.LAND, MergeStep.CLOSE], {MergeStep.CLOSE})
)
async def test_the_worktree_is_deleted_by_hand(
    project: Project, port: MemoryPort, step: MergeStep | None
) -> None:
    view = await project.approved()
    if step is None:
        remove_by_hand(view.spec.worktree)
    else:
        at_step(port, step, lambda: remove_by_hand(view.spec.worktree))
    merge = await merged(port)
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.git("branch", "--list", view.spec.branch) == ""
    assert project.box.git("worktree", "list").count("\n") == 0
    undone = await undo_merge(port, port.view(NAME_OF_FIRST))
    assert undone.outcome is MergeOutcome.UNDONE
    assert (Path(view.spec.worktree) / "basket.txt").exists()


@pytest.mark.long
async def test_the_kept_worktree_is_deleted_by_hand_before_the_undo(
    project: Project, port: MemoryPort
) -> None:
    port.releases = False
    view = await project.approved()
    await merged(port)
    if Path(view.spec.worktree).exists():
        remove_by_hand(view.spec.worktree)
    undone = await undo_merge(port, port.view(NAME_OF_FIRST))
    assert undone.outcome is MergeOutcome.UNDONE
    assert project.box.head(view.spec.branch) == undone.head


@pytest.mark.parametrize("deed", sampled([RENAMED, "branch -D {branch}"], {RENAMED}))
async def test_the_branch_is_renamed_or_deleted_by_hand(
    project: Project, port: MemoryPort, deed: str
) -> None:
    view = await project.approved()
    branch, head, tip = view.spec.branch, project.box.head(view.spec.branch), project.box.head()
    if "-D" in deed:
        Box(Path(view.spec.worktree)).git("checkout", "--quiet", "--detach")
    project.box.git(*deed.format(branch=branch).split())
    with pytest.raises((GitError, Conflict), match=f"{branch} (does not exist|is gone)"):
        await merged(port)
    assert project.box.head("main") == tip
    project.box.git("branch", branch, head)
    assert (await merged(port)).outcome is MergeOutcome.MERGED


@pytest.mark.long
async def test_the_branch_is_deleted_while_the_result_is_checked(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved()
    tip = project.box.head()
    while_checked(project, f"git update-ref -d refs/heads/{view.spec.branch}")
    merge = await merged(port)
    assert merge.outcome is MergeOutcome.REFUSED
    assert f"{view.spec.branch} is gone" in merge.detail
    assert project.box.head("main") == tip


@pytest.mark.long
async def test_the_branch_is_deleted_between_landing_and_clean_up(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved()
    at_step(
        port,
        MergeStep.CLOSE,
        lambda: project.box.git("update-ref", "-d", f"refs/heads/{view.spec.branch}"),
    )
    merge = await merged(port)
    assert merge.outcome is MergeOutcome.MERGED
    assert port.view(NAME_OF_FIRST).state is SessionState.MERGED


@pytest.mark.long
async def test_nothing_outlives_a_merge_that_is_given_up(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved()
    tip = project.box.head()
    while_checked(project, "sleep 60")
    task = asyncio.create_task(run_merge(port, view))
    async with asyncio.timeout(20):
        while not (port.folder.scratch.exists() and any(port.folder.scratch.iterdir())):
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert project.box.head("main") == tip
    assert all(marked(SCRATCH_MARK, place) == [] for place in port.folder.scratch.iterdir())
