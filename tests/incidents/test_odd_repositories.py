"""Repositories out of the ordinary: huge, cloned in part, with names of any script."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from tests.core.merging_alone import run_merge
from tests.core.repositories import NAME_OF_FIRST, MemoryPort, Project, make_project, opened
from tests.incidents.test_people_meanwhile import assert_whole, merged
from tests.repo.gitbox import Box, git
from tests.sampling import sampled
from wuhu_tui.core.reviews import check_review, give_verdict, open_review
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.repo.branch_watch import read_tips


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    return await make_project(tmp_path / "shop")


@pytest.fixture
def port(project: Project) -> MemoryPort:
    return project.port


async def test_a_thousand_branches(project: Project, port: MemoryPort) -> None:
    start = project.box.head()
    refs = "".join(f"create refs/heads/topic/{number} {start}\n" for number in range(1000))
    update_refs(project.box.path, refs)
    began = time.monotonic()
    await project.approved()
    merge = await merged(port)
    tips = await read_tips(port.repository.git)
    took = time.monotonic() - began
    assert merge.outcome is MergeOutcome.MERGED
    assert len(tips.local) == 1001
    assert took < 20, f"{took:.1f} s"


def update_refs(folder: Path, commands: str) -> None:
    words = ["git", "update-ref", "--stdin"]
    subprocess.run(words, cwd=folder, input=commands.encode(), check=True, timeout=60)


def upstream(tmp_path: Path) -> Path:
    """A repository with some history, from which less than all of it can be cloned."""
    path = tmp_path / "upstream"
    path.mkdir()
    box = Box(path)
    box.git("init", "--quiet", "--initial-branch=main")
    box.git("config", "user.name", "Up")
    box.git("config", "user.email", "up@example.org")
    box.git("config", "uploadpack.allowFilter", "true")
    box.git("config", "uploadpack.allowAnySHA1InWant", "true")
    for number in range(4):
        box.commit({"file.txt": f"{number}\n", f"old/{number}.txt": "x" * 2000}, f"C{number}")
    return path


async def cloned(tmp_path: Path, word: str) -> Project:
    source = upstream(tmp_path)
    git(tmp_path, "clone", "--quiet", word, f"file://{source}", "shop")
    box = Box(tmp_path / "shop")
    box.git("config", "user.name", "Lead")
    box.git("config", "user.email", "lead@example.org")
    (box.path / ".git" / "info" / "exclude").write_text("/.wuhu/\n")
    return await opened(box)


@pytest.mark.parametrize(
    "word", sampled(["--depth=1", "--filter=blob:none", "--filter=tree:0"], {"--filter=blob:none"})
)
async def test_a_clone_that_has_not_everything(tmp_path: Path, word: str) -> None:
    project = await cloned(tmp_path, word)
    view = await project.approved({"old/1.txt": "changed\n", "new.txt": "new\n"})
    assert view.review is not None
    assert view.review.files == 2
    merge = await run_merge(project.port, view)
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.git("show", "main:new.txt") == "new"
    undone = await undo_merge(project.port, project.port.view(NAME_OF_FIRST))
    assert undone.outcome is MergeOutcome.UNDONE
    assert_whole(project)


async def test_names_that_differ_in_case_alone_and_names_of_any_script(
    project: Project, port: MemoryPort
) -> None:
    names = [
        "Straße/привет.txt",
        "日本/語.txt",
        "naïve.txt",
        "nai\u0308ve.txt",
        "a\tb.txt",
        "🦊.txt",
    ]
    project.box.commit(dict.fromkeys([*names, "case.txt"], "old\n"), "Names")
    worktree = await project.session(NAME_OF_FIRST, f"wuhu/{NAME_OF_FIRST}")
    worktree.git("mv", "case.txt", "Case.txt")
    worktree.commit(dict.fromkeys(names, "new\n"), "Rename in case alone")
    project.reports(NAME_OF_FIRST)
    await open_review(port, port.view(NAME_OF_FIRST))
    await check_review(port, port.view(NAME_OF_FIRST))
    view = port.view(NAME_OF_FIRST)
    assert view.review is not None
    await give_verdict(port, view, VerdictKind.APPROVED, head=view.review.head)
    merge = await merged(port)
    assert merge.outcome is MergeOutcome.MERGED
    assert (project.box.path / "Case.txt").exists()
    assert not (project.box.path / "case.txt").exists()
    assert all((project.box.path / name).read_text() == "new\n" for name in names)
    assert_whole(project)


@pytest.mark.long
async def test_a_conflict_in_such_names_is_told_by_them(project: Project, port: MemoryPort) -> None:
    view = await project.approved({"日本/語.txt": "theirs\n"})
    project.box.commit({"日本/語.txt": "mine\n"}, "Mine")
    merge = await run_merge(port, view)
    assert (merge.outcome, merge.files) == (MergeOutcome.CONFLICT, ("日本/語.txt",))
