"""Base lies anywhere and in any state: the lead's own files never change but by a fast-forward."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.merging_alone import run_merge
from tests.core.repositories import MemoryPort, Project, make_project
from tests.repo.gitbox import Box, make_box
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.repo.landing import blocked_base
from wuhu_tui.repo.repository import open_repository


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    return await make_project(tmp_path / "shop")


async def refused(project: Project, word: str) -> Merge:
    tip = project.box.head("main")
    merge = await run_merge(project.port, await project.approved())
    assert merge.outcome is MergeOutcome.REFUSED
    assert word in merge.detail
    assert project.box.head("main") == tip
    return merge


async def test_base_in_two_checkouts(project: Project, tmp_path: Path) -> None:
    project.box.git("worktree", "add", "--force", str(tmp_path / "second"), "main")
    await refused(project, "is checked out in several folders")


async def test_base_in_a_checkout_that_is_gone(project: Project, tmp_path: Path) -> None:
    project.box.git("checkout", "-q", "-b", "elsewhere")
    project.box.git("worktree", "add", str(tmp_path / "gone"), "main")
    shutil.rmtree(tmp_path / "gone")
    merge = await run_merge(project.port, await project.approved())
    assert merge.outcome is MergeOutcome.MERGED


async def test_base_in_a_checkout_on_a_disk_that_is_away(project: Project, tmp_path: Path) -> None:
    project.box.git("checkout", "-q", "-b", "elsewhere")
    project.box.git("worktree", "add", "--lock", str(tmp_path / "disk"), "main")
    (tmp_path / "disk").rename(tmp_path / "away")
    await refused(project, "which is locked and not there now")
    (tmp_path / "away").rename(tmp_path / "disk")
    assert project.box.at(tmp_path / "disk").git("status", "--porcelain") == ""


async def test_base_without_a_commit(tmp_path: Path) -> None:
    box = make_box(tmp_path / "shop")
    repository = await open_repository(box.path)
    assert "has no commit yet" in await blocked_base(repository, "unborn")


async def test_a_bare_repository_with_worktrees(tmp_path: Path) -> None:
    seed = make_box(tmp_path / "seed")
    seed.git("clone", "-q", "--bare", str(seed.path), str(tmp_path / "shop.git"))
    bare = Box(tmp_path / "shop.git")
    bare.git("config", "user.name", "Lead")
    bare.git("config", "user.email", "lead@example.org")
    bare.git("worktree", "add", "-q", str(tmp_path / "main"), "main")
    box = Box(tmp_path / "main")
    (bare.path / "info" / "exclude").write_text("/.wuhu/\n")
    project = Project(box, MemoryPort(await open_repository(box.path)))
    project.port.folder.path.mkdir()
    merge = await run_merge(project.port, await project.approved())
    assert merge.outcome is MergeOutcome.MERGED
    assert (box.path / "basket.txt").exists()
    assert box.git("status", "--porcelain") == ""


FILES = ("a.txt", "dir/b.txt", "new.txt", "dir/new.txt", ".ignored")
WORDS = st.sampled_from(
    ("edit", "stage", "delete", "unlink_staged", "untracked", "link", "folder", "exec", "hide")
)


def make_dirty(box: Box, name: str, word: str) -> None:
    """The lead does something and does not commit it."""
    path = box.path / name
    path.parent.mkdir(exist_ok=True)
    known = box.git("ls-files", "--", name) != ""
    match word:
        case "delete" if path.is_file():
            path.unlink()
        case "unlink_staged" if known:
            box.git("rm", "-q", "-f", "--cached", "--", name)
        case "exec" if path.is_file():
            path.chmod(0o755)
        case "hide" if known and path.is_file():
            box.git("update-index", "--assume-unchanged", "--", name)
            path.write_text("hidden\n")
        case "link" if not path.is_dir():
            path.unlink(missing_ok=True)
            path.symlink_to("somewhere")
        case "folder" if not path.exists() and not path.is_symlink():
            path.mkdir()
            (path / "inside.txt").write_text("mine\n")
        case _ if not path.is_dir():
            path.unlink(missing_ok=True)
            path.write_text(f"{word} by the lead\n")
            if word == "stage":
                box.git("add", "--force", "--", name)


def uncommitted(box: Box) -> dict[str, object]:
    """All that a commit does not hold: the lead's own."""
    hidden = {line[2:] for line in box.git("ls-files", "-v").splitlines() if line.startswith("h ")}
    changed = set(box.git("diff", "--name-only").splitlines()) | hidden
    others = set(box.git("ls-files", "--others").splitlines())
    names = sorted(name for name in changed | others if not name.startswith(".wuhu/"))
    return {
        "files": {name: content(box.path / name) for name in names},
        "staged": box.git("diff", "--cached", "--raw"),
    }


def content(path: Path) -> object:
    if path.is_symlink():
        return str(path.readlink())
    return (path.read_bytes(), path.stat().st_mode) if path.is_file() else None


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.lists(st.tuples(st.sampled_from(FILES), WORDS), min_size=1, max_size=4))
async def test_nothing_of_the_lead_s_changes(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str]]
) -> None:
    project = await make_project(tmp_path_factory.mktemp("dirty") / "shop")
    box = project.box
    box.commit({"a.txt": "a\n", "dir/b.txt": "b\n", ".gitignore": ".ignored\n"})
    view = await project.approved({"a.txt": "A\n", "dir/b.txt": "B\n", "new.txt": "n\n"})
    tip = box.head("main")
    for name, word in changes:
        make_dirty(box, name, word)
    before = uncommitted(box)
    merge = await run_merge(project.port, view)
    assert uncommitted(box) == before
    if merge.outcome is MergeOutcome.MERGED:
        assert box.head("main") == merge.result
        assert box.git("show", "main:new.txt") == "n"
    else:
        assert merge.outcome is MergeOutcome.REFUSED
        assert box.head("main") == tip
