"""Rescues: everything that lies in a worktree, as it lies there; and nothing of it is touched."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.repo.gitbox import Box, git, make_box
from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.repository import Repository
from wuhu_tui.repo.rescue import drafted, keep_commit
from wuhu_tui.repo.snapshot import Snapshot
from wuhu_tui.repo.worktrees import add_worktree, remove_worktree

REF = "refs/wuhu/rescue/one/1"


@pytest.fixture
async def tree(box: Box, repository: Repository) -> Box:
    """A session's worktree on its own branch."""
    path = box.path / ".wuhu" / "worktrees" / "one"
    await add_worktree(repository, path, "wuhu/one", "main")
    return box.at(path)


async def seen(repository: Repository, tree: Box) -> Snapshot:
    async with drafted(repository, tree.path) as draft:
        return draft.snapshot


async def kept(repository: Repository, tree: Box, ref: str = REF) -> Snapshot:
    async with drafted(repository, tree.path) as draft:
        await draft.keep(ref, "Rescue")
        return draft.snapshot


def files_of(box: Box, commit: str = REF) -> dict[str, str]:
    names = box.git("ls-tree", "-r", "-z", "--name-only", commit).split("\0")
    return {name: box.git("show", f"{commit}:{name}") for name in names if name}


def state_of(tree: Box) -> tuple[str, ...]:
    """Everything a rescue must leave as it is."""
    index = Path(tree.git("rev-parse", "--path-format=absolute", "--git-path", "index"))
    return (
        tree.git("status", "--porcelain=v2", "--untracked-files=all"),
        tree.git("rev-parse", "HEAD"),
        tree.git("symbolic-ref", "-q", "HEAD", check=False),
        tree.git("stash", "list"),
        tree.git("ls-files", "-s", "-v"),
        index.read_bytes().hex(),
    )


async def test_a_clean_worktree_holds_no_work(repository: Repository, tree: Box) -> None:
    found = await seen(repository, tree)
    assert not found.holds_work
    assert (found.head, found.tree) == (tree.head(), tree.head("HEAD^{tree}"))


async def test_tracked_and_untracked_files_are_kept_as_they_lie(
    box: Box, repository: Repository, tree: Box
) -> None:
    tree.commit({"gone.txt": "x", "tool.sh": "#!/bin/sh\n"})
    tree.write("readme.txt", "changed\n")
    (tree.path / "gone.txt").unlink()
    (tree.path / "tool.sh").chmod(0o755)
    tree.write("deep/er/new.txt", "new\n")
    (tree.path / "link").symlink_to("deep/er/new.txt")
    tree.write("bytes.bin", bytes(range(256)))
    before = state_of(tree)
    found = await kept(repository, tree)
    assert state_of(tree) == before
    assert set(found.uncommitted) == {"readme.txt", "gone.txt", "tool.sh"}
    assert set(found.untracked) == {"deep/er/new.txt", "link", "bytes.bin"}
    assert found.size == len("changed\n#!/bin/sh\nnew\ndeep/er/new.txt") + 256
    assert box.head(f"{REF}^1") == tree.head()
    assert box.git("rev-list", "--parents", "-n1", REF).split() == [box.head(REF), tree.head()]
    modes = {line.split("\t")[1]: line[:6] for line in box.git("ls-tree", "-r", REF).splitlines()}
    assert modes["tool.sh"] == "100755"
    assert modes["link"] == "120000"
    assert "gone.txt" not in modes
    assert box.git("cat-file", "-s", f"{REF}:bytes.bin") == "256"
    assert files_of(box)["deep/er/new.txt"] == "new"


async def test_ignored_files_are_not_kept(box: Box, repository: Repository, tree: Box) -> None:
    tree.commit({".gitignore": "build/\n"})
    tree.write("build/out.o", "x")
    assert not (await seen(repository, tree)).holds_work
    tree.write("kept.txt", "x")
    await kept(repository, tree)
    assert "build/out.o" not in files_of(box)


async def test_what_is_staged_otherwise_is_a_second_parent(
    box: Box, repository: Repository, tree: Box
) -> None:
    tree.write("readme.txt", "staged\n")
    tree.write("only-staged.txt", "x")
    tree.git("add", "--all")
    tree.write("readme.txt", "then changed\n")
    (tree.path / "only-staged.txt").unlink()
    before = state_of(tree)
    found = await kept(repository, tree)
    assert state_of(tree) == before
    assert found.staged_tree
    assert set(found.uncommitted) == {"readme.txt", "only-staged.txt"}
    assert files_of(box)["readme.txt"] == "then changed"
    staged = files_of(box, f"{REF}^2")
    assert (staged["readme.txt"], staged["only-staged.txt"]) == ("staged", "x")


async def test_work_that_git_was_told_not_to_look_at_is_seen(
    box: Box, repository: Repository, tree: Box
) -> None:
    """`git status` shows neither of these, so a clean-up that asked it would delete them."""
    tree.commit({"a.txt": "a\n", "b.txt": "b\n"})
    tree.git("update-index", "--assume-unchanged", "a.txt")
    tree.git("update-index", "--skip-worktree", "b.txt")
    tree.write("a.txt", "work\n")
    tree.write("b.txt", "work\n")
    assert tree.git("status", "--porcelain") == ""
    before = state_of(tree)
    assert set((await kept(repository, tree)).uncommitted) == {"a.txt", "b.txt"}
    assert state_of(tree) == before
    assert files_of(box)["a.txt"] == files_of(box)["b.txt"] == "work"


async def test_files_outside_a_sparse_checkout_are_no_deletions(
    repository: Repository, tree: Box
) -> None:
    tree.commit({"in/a.txt": "a\n", "out/b.txt": "b\n"})
    tree.git("sparse-checkout", "set", "in")
    assert not (tree.path / "out").exists()
    assert not (await seen(repository, tree)).holds_work
    tree.write("out/new.txt", "n")
    assert (await kept(repository, tree)).untracked == ("out/new.txt",)


async def test_odd_names_are_kept(box: Box, repository: Repository, tree: Box) -> None:
    odd = ["Case.txt", "case.txt", "é.txt", "e\u0301.txt", 'quo"te', "new\nline", " lead", "-dash"]
    for name in odd:
        tree.write(name, name)
    raw = os.fsencode(tree.path) + b"/\xff\xfe"
    Path(os.fsdecode(raw)).write_bytes(b"raw")
    found = await kept(repository, tree)
    assert len(found.untracked) == len(odd) + 1
    listed = box.git("ls-tree", "-z", "--name-only", REF).split("\0")
    assert {*odd, os.fsdecode(b"\xff\xfe")} <= set(listed)


async def test_pipes_and_sockets_are_left_out(repository: Repository, tree: Box) -> None:
    tree.commit({"was-a-file": "x"})
    (tree.path / "was-a-file").unlink()
    os.mkfifo(tree.path / "was-a-file")
    os.mkfifo(tree.path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.open(tree.path, os.O_RDONLY)
        try:
            listening.bind(f"/proc/self/fd/{here}/socket")
        finally:
            os.close(here)
        found = await kept(repository, tree)
    assert found.uncommitted == ("was-a-file",)
    assert found.untracked == ()
    assert found.left_out == ("was-a-file: a pipe or a socket",)


async def test_line_endings_and_filters_are_what_git_makes_of_them(
    box: Box, repository: Repository, tree: Box
) -> None:
    box.git("config", "core.autocrlf", "true")
    box.git("config", "core.safecrlf", "true")
    tree.write("mixed.txt", b"one\r\ntwo\n")
    tree.write(".gitattributes", "*.up filter=up\n")
    box.git("config", "filter.up.clean", "tr a-z A-Z")
    tree.write("word.up", "loud\n")
    await kept(repository, tree)
    assert files_of(box)["mixed.txt"] == "one\ntwo"
    assert files_of(box)["word.up"] == "LOUD"


async def test_a_filter_that_must_work_and_does_not_is_a_refusal(
    box: Box, repository: Repository, tree: Box
) -> None:
    box.git("config", "filter.big.clean", "false")
    box.git("config", "filter.big.required", "true")
    tree.write(".gitattributes", "*.big filter=big\n")
    tree.write("film.big", "x")
    with pytest.raises(GitError, match=r"film\.big|filter"):
        await kept(repository, tree)


async def test_no_hook_runs_and_nobody_signs(box: Box, repository: Repository, tree: Box) -> None:
    ran = box.path / "ran"
    for name in ("pre-commit", "post-commit", "post-index-change", "reference-transaction"):
        hook = box.path / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {ran}\nexit 1\n")
        hook.chmod(0o755)
    box.git("config", "commit.gpgSign", "true")
    box.git("config", "gpg.program", "false")
    tree.write("new.txt", "x")
    await kept(repository, tree)
    assert not ran.exists()
    assert files_of(box)["new.txt"] == "x"


async def test_an_unborn_or_nameless_lead_is_no_hindrance(
    box: Box, repository: Repository, tree: Box
) -> None:
    box.git("config", "--unset", "user.name")
    box.git("config", "user.useConfigOnly", "true")
    tree.git("checkout", "--quiet", "--orphan", "fresh")
    tree.write("new.txt", "x")
    found = await kept(repository, tree)
    assert found.head == ""
    assert box.git("rev-list", "--count", REF) == "2"
    assert files_of(box)["new.txt"] == "x"


async def test_commits_that_no_branch_holds_are_kept(
    box: Box, repository: Repository, tree: Box
) -> None:
    tree.git("checkout", "--quiet", "--detach")
    lost = tree.commit({"a": "1"})
    head = tree.commit({"a": "2"})
    found = await kept(repository, tree)
    assert (found.commits, found.unheld, found.files) == ((head,), 2, 0)
    await remove_worktree(repository, tree.path, discard=True)
    box.git("-c", "gc.reflogExpire=now", "reflog", "expire", "--expire=now", "--all")
    box.git("gc", "--quiet", "--prune=now")
    assert box.git("cat-file", "-t", lost) == "commit"


async def test_a_half_done_rebase_is_kept_with_its_commits_and_its_autostash(
    box: Box, repository: Repository, tree: Box
) -> None:
    tree.commit({"readme.txt": "theirs\n", "other.txt": "o\n"})
    box.commit({"readme.txt": "mine\n"})
    tree.write("other.txt", "stashed away\n")
    tree.git("rebase", "--autostash", "main", check=False)
    tree.git("branch", "-f", "keep", "wuhu/one")
    before = state_of(tree)
    found = await kept(repository, tree)
    assert state_of(tree) == before
    assert found.operation == "rebase"
    assert "readme.txt" in found.uncommitted
    assert "<<<<<<<" in files_of(box)["readme.txt"]
    (stash,) = found.commits
    assert box.git("show", f"{stash}:other.txt") == "stashed away"
    assert box.git("merge-base", "--is-ancestor", stash, REF, check=False) == ""
    assert stash in box.git("rev-list", REF).split()


async def test_a_half_done_merge_keeps_the_commit_it_merges(
    box: Box, repository: Repository, tree: Box
) -> None:
    tree.git("checkout", "--quiet", "--detach")
    other = tree.commit({"readme.txt": "other\n"})
    tree.git("checkout", "--quiet", "wuhu/one")
    tree.commit({"readme.txt": "own\n"})
    tree.git("merge", other, check=False)
    found = await kept(repository, tree)
    assert (found.operation, found.commits) == ("merge", (other,))
    assert other in box.git("rev-list", REF).split()


async def test_what_was_staged_in_a_worktree_whose_folder_is_gone(
    box: Box, repository: Repository, tree: Box
) -> None:
    tree.write("staged.txt", "x")
    tree.git("add", "staged.txt")
    git(box.path, "clean", "-ffdxq", ".wuhu")
    assert not tree.path.exists()
    found = await kept(repository, tree)
    assert found.uncommitted == ("staged.txt",)
    assert files_of(box)["staged.txt"] == "x"


async def test_a_worktree_whose_link_is_damaged_is_not_taken_for_the_repository_around_it(
    box: Box, repository: Repository, tree: Box
) -> None:
    """Asked in that folder, git answers for the lead's own checkout: clean, nothing to lose."""
    tree.write("work.txt", "x")
    (tree.path / ".git").unlink()
    found = await kept(repository, tree)
    assert found.untracked == ("work.txt",)
    assert "readme.txt" in files_of(box)


async def test_a_folder_that_git_does_not_know_is_kept_against_the_commit_given(
    box: Box, repository: Repository
) -> None:
    stray = box.at(box.path / ".wuhu" / "worktrees" / "stray")
    stray.write("readme.txt", "one\ntwo\nthree\n")
    stray.write("new.txt", "x")
    async with drafted(repository, stray.path, head=box.head()) as draft:
        assert draft.snapshot.untracked == ("new.txt",)
        assert draft.snapshot.uncommitted == ()
    async with drafted(repository, stray.path) as draft:
        assert set(draft.snapshot.untracked) == {"new.txt", "readme.txt"}


async def test_a_foreign_repository_is_not_taken_for_a_worktree(
    box: Box, repository: Repository
) -> None:
    foreign = make_box(box.path / ".wuhu" / "worktrees" / "foreign")
    with pytest.raises(GitError, match="a repository of its own"):
        await seen(repository, foreign)


async def test_nothing_is_left_of_what_is_not_kept(
    box: Box, repository: Repository, tree: Box
) -> None:
    objects = box.path / ".git" / "objects"
    before = box.git("count-objects", "-v"), sorted(objects.iterdir())
    tree.write("new.txt", "something new\n")
    assert (await seen(repository, tree)).holds_work
    assert (box.git("count-objects", "-v"), sorted(objects.iterdir())) == before


async def test_a_ref_that_is_there_is_never_written_over(
    box: Box, repository: Repository, tree: Box
) -> None:
    tree.write("new.txt", "1")
    await kept(repository, tree)
    first = box.head(REF)
    tree.write("new.txt", "2")
    with pytest.raises(GitError):
        await kept(repository, tree)
    assert box.head(REF) == first


async def test_many_and_large_files(box: Box, repository: Repository, tree: Box) -> None:
    for number in range(300):
        tree.write(f"many/{number}.txt", f"{number}\n")
    tree.write("large.bin", os.urandom(1 << 20) * 8)
    found = await kept(repository, tree)
    assert (len(found.untracked), found.size > 8 << 20) == (301, True)
    assert box.git("cat-file", "-s", f"{REF}:large.bin") == str(8 << 20)


async def test_a_tip_is_kept_without_files_of_its_own(
    box: Box, repository: Repository, tree: Box
) -> None:
    head = tree.commit({"a": "1"})
    await keep_commit(repository, REF, head, "Kept")
    assert box.head(f"{REF}^") == head
    assert box.head(f"{REF}^{{tree}}") == box.head(f"{head}^{{tree}}")


class TestNested:
    """Repositories inside a worktree."""

    async def test_one_with_work_is_kept_whole(
        self, box: Box, repository: Repository, tree: Box
    ) -> None:
        inner = make_box(tree.path / "tools" / "inner")
        inner.commit({"deep/code.py": "print()\n"})
        inner.write("not-committed.txt", "x")
        found = await kept(repository, tree)
        assert found.nested == ("tools/inner",)
        assert found.left_out == ()
        names = files_of_names(box)
        assert {"tools/inner/deep/code.py", "tools/inner/not-committed.txt"} <= names
        assert "tools/inner/.git.wuhu/HEAD" in names

    async def test_one_without_a_commit(self, box: Box, repository: Repository, tree: Box) -> None:
        make_box(tree.path / "empty", commit=False).write("first.txt", "x")
        assert (await kept(repository, tree)).nested == ("empty",)
        assert "empty/first.txt" in files_of_names(box)

    async def test_a_clean_clone_is_left_out_and_named(
        self, box: Box, repository: Repository, tree: Box, tmp_path: Path
    ) -> None:
        source = make_box(tmp_path / "source")
        git(tree.path, "clone", "--quiet", str(source.path), "clone")
        found = await seen(repository, tree)
        assert not found.holds_work
        assert found.left_out == (
            f"clone: a clone of {source.path} at {source.head()[:7]}, nothing in it is new",
        )
        Box(tree.path / "clone").write("new.txt", "x")
        assert (await seen(repository, tree)).nested == ("clone",)

    async def test_a_submodule_with_work_is_kept_whole(
        self, box: Box, repository: Repository, tree: Box, tmp_path: Path
    ) -> None:
        source = make_box(tmp_path / "source")
        allow = ("-c", "protocol.file.allow=always")
        tree.git(*allow, "submodule", "--quiet", "add", str(source.path), "part")
        tree.commit(message="Add a part")
        assert not (await seen(repository, tree)).holds_work
        part = Box(tree.path / "part")
        part.write("readme.txt", "changed\n")
        found = await kept(repository, tree)
        assert found.nested == ("part",)
        assert box.git("show", f"{REF}:part/readme.txt") == "changed"


def files_of_names(box: Box) -> set[str]:
    return set(box.git("ls-tree", "-r", "-z", "--name-only", REF).split("\0"))
