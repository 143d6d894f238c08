"""What a worktree holds beyond the commit it stands on, read without touching anything of it.

Git looks with an index of its own, and writes what it finds where it is told to.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

from msgspec.structs import replace

from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.nested import Nested, nested_in, record_nested
from wuhu_tui.repo.own_index import given, names_in
from wuhu_tui.repo.patches import readable
from wuhu_tui.repo.places import Place
from wuhu_tui.repo.quarantine import Quarantine
from wuhu_tui.repo.refs import commit_exists, held_by_branch
from wuhu_tui.repo.refusals import refused
from wuhu_tui.repo.status import operation_in_progress

EXACT = (
    *("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"),
    *("-c", "core.untrackedCache=false", "-c", "core.splitIndex=false"),
    *("-c", "core.safecrlf=false", "-c", "core.trustctime=true", "-c", "core.checkStat=default"),
    *("-c", "core.fsync=all", "-c", "core.fsyncMethod=batch"),
    *("-c", "add.ignoreErrors=false", "-c", "advice.addEmbeddedRepo=false"),
    *("-c", "i18n.commitEncoding=UTF-8", "-c", "commit.gpgSign=false"),
)
"""Settings under which git takes what lies there, whatever the lead or an agent configured."""

_NOTES = (
    *("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "MERGE_AUTOSTASH"),
    *("rebase-merge/orig-head", "rebase-merge/autostash"),
    *("rebase-apply/orig-head", "rebase-apply/autostash"),
)
"""Where a half-done operation keeps commits that only it needs."""

_COMMIT = re.compile(r"^[0-9a-f]{40}(?:[0-9a-f]{24})?$", re.MULTILINE)

_GONE = "000000"
_LINKED = "160000"


class Snapshot(Value, frozen=True):
    """What a worktree holds beyond the commit it stands on."""

    head: str = ""
    """Empty: it stands on no commit yet."""
    tree: str = ""
    head_tree: str = ""
    staged_tree: str = ""
    """What is staged; empty: nothing that the commit has not."""
    uncommitted: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    size: int = 0
    """Bytes of all these files."""
    commits: tuple[str, ...] = ()
    """Commits it points to and no branch holds."""
    unheld: int = 0
    """How many commits hang on them."""
    operation: str = ""
    nested: tuple[str, ...] = ()
    """Repositories of their own inside, kept as files with everything they have."""
    left_out: tuple[str, ...] = ()

    @property
    def files(self) -> int:
        """How many files differ."""
        return len(self.uncommitted) + len(self.untracked)

    @property
    def holds_work(self) -> bool:
        """Whether anything would be lost with the worktree."""
        return bool(self.files or self.staged_tree or self.commits)


async def take_snapshot(place: Place, git: Git, aside: Quarantine, head: str) -> Snapshot:
    """Everything the worktree holds, its objects written aside."""
    if place.known:
        head = (await git.look("rev-parse", "--verify", "--quiet", "HEAD^{commit}")).text
    empty = await git.run("hash-object", "-w", "-t", "tree", "--stdin")
    head_tree = await git.read("rev-parse", f"{head}^{{tree}}") if head else empty
    await _begin_index(place, git, aside, head)
    known = frozenset(await names_of(git, "ls-files", "-z"))
    staged = await _staged(git, head_tree)
    seen = Snapshot(
        head=head,
        tree=staged,
        head_tree=head_tree,
        staged_tree="" if staged == head_tree else staged,
    )
    if place.here:
        await _begin_index(place, git, aside, head)
        seen = await _with_folder(git, seen)
    return await _with_commits(place, git, await _with_files(git, seen, known))


async def _with_folder(git: Git, seen: Snapshot) -> Snapshot:
    """With the tree of what lies in the folder."""
    special = await _drop_special(git)
    nested = await nested_in(git)
    await _add_all(git, nested)
    working = tuple(one for one in nested if one.holds_work)
    await record_nested(git, working)
    lost = (f"{one.path}: {one.said}" for one in nested if not one.holds_work)
    return replace(
        seen,
        tree=await git.run(*EXACT, "write-tree", deadline=LONG),
        nested=tuple(one.path for one in working),
        left_out=(*(f"{name}: a pipe or a socket" for name in special), *lost),
    )


async def _begin_index(place: Place, git: Git, aside: Quarantine, head: str) -> None:
    """Our own index, as the worktree's is now."""
    await asyncio.to_thread(_copy_index, place, aside)
    if not place.known and head:
        await git.run(*EXACT, "read-tree", head, deadline=LONG)


def _copy_index(place: Place, aside: Quarantine) -> None:
    """With the times of the original: they tell git which files it must look at again."""
    target = aside.folder / "index"
    target.unlink(missing_ok=True)
    source = place.git_dir / "index"
    if place.known and source.exists():
        shutil.copy2(source, target)


async def names_of(git: Git, *words: str) -> tuple[str, ...]:
    """Paths that git lists, as git's own bytes; a name need not be text."""
    output = await git.read_bytes(*EXACT, *words, deadline=LONG)
    return tuple(names_in(output))


async def _staged(git: Git, head_tree: str) -> str:
    """The tree that is staged; where a merge left several versions, that of the commit."""
    unmerged = await names_of(git, "ls-files", "-u", "-z")
    paths = tuple(dict.fromkeys(entry.partition("\t")[2] for entry in unmerged))
    if paths:
        forget = ("update-index", "-z", "--force-remove", "--stdin")
        await git.run(*EXACT, *forget, given=given(paths))
        words = ("ls-tree", "-r", "-z", "--full-tree", head_tree)
        listed = await names_of(git, *words)
        before = tuple(entry for entry in listed if entry.partition("\t")[2] in set(paths))
        await git.run(*EXACT, "update-index", "-z", "--index-info", given=given(before))
    return await git.run(*EXACT, "write-tree", deadline=LONG)


async def _drop_special(git: Git) -> tuple[str, ...]:
    """Let git look at files it was told not to look at, and forget those that are none any more."""
    flagged = await names_of(git, "ls-files", "-v", "-z")
    assumed = tuple(entry[2:] for entry in flagged if entry[0].islower())
    skipped = tuple(entry[2:] for entry in flagged if entry[0] in "Ss")
    there = await asyncio.to_thread(_existing, git.folder, skipped)
    for option, names in (("--no-assume-unchanged", assumed), ("--no-skip-worktree", there)):
        if names:
            words = ("update-index", option, "-z", "--stdin")
            await git.run(*EXACT, *words, given=given(names))
    changed = tuple(dict.fromkeys(await names_of(git, "ls-files", "-m", "-z")))
    special = await asyncio.to_thread(_special, git.folder, changed)
    if special:
        words = ("update-index", "-z", "--force-remove", "--stdin")
        await git.run(*EXACT, *words, given=given(special))
    return special


def _existing(folder: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if (folder / name).exists() or (folder / name).is_symlink())


def _special(folder: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    """Names that stand for pipes, sockets or devices now: there is nothing in them to keep."""
    return tuple(name for name in names if _is_special(folder / name))


def _is_special(path: Path) -> bool:
    if path.is_symlink() or not path.exists():
        return False
    return not (path.is_file() or path.is_dir())


async def _add_all(git: Git, nested: tuple[Nested, ...]) -> None:
    aside = [f":(exclude,top,literal){one.path}" for one in nested if one.apart]
    words = (*EXACT, "add", "--all", "--sparse", "--", ":(top)", *aside)
    answer = await git.attempt(*words, deadline=LONG)
    if answer.code:
        raise refused(("add",), answer.words, git.folder)


async def _with_files(git: Git, seen: Snapshot, known: frozenset[str]) -> Snapshot:
    """With the files that differ, told apart by whether git knew them."""
    entries = await _entries(git, seen.head_tree, seen.tree)
    staged = await _entries(git, seen.head_tree, seen.staged_tree) if seen.staged_tree else {}
    untracked = {name for name, entry in entries.items() if entry[4] == "A"} - known
    uncommitted = [name for name in {**entries, **staged} if name not in untracked]
    blobs = [entry[3] for entry in entries.values() if entry[1] not in (_GONE, _LINKED)]
    return replace(
        seen,
        uncommitted=tuple(map(_shown, uncommitted)),
        untracked=tuple(_shown(name) for name in entries if name in untracked),
        size=await _size(git, blobs),
    )


async def _entries(git: Git, before: str, after: str) -> dict[str, list[str]]:
    """What differs between two trees, by path: modes, objects and a letter, as git lists them."""
    words = ("diff-tree", "-r", "--raw", "--no-renames", "--no-abbrev", "-z", before, after)
    listed = await names_of(git, *words)
    return dict(zip(listed[1::2], (entry.split() for entry in listed[::2]), strict=True))


def _shown(name: str) -> str:
    return readable(name.encode("utf-8", "surrogateescape"))


async def _size(git: Git, blobs: list[str]) -> int:
    if not blobs:
        return 0
    words = ("cat-file", "--batch-check=%(objectsize)")
    sizes = await git.read(*words, given="\n".join((*blobs, "")).encode(), deadline=LONG)
    return sum(int(size) for size in sizes.split() if size.isdecimal())


async def _with_commits(place: Place, git: Git, seen: Snapshot) -> Snapshot:
    """With the commits that hang on this worktree alone."""
    operation = ""
    pointed = [seen.head] if seen.head else []
    if place.known:
        operation = await operation_in_progress(git)
        pointed += await asyncio.to_thread(_pointed, place.git_dir)
        own = await git.read("for-each-ref", "--format=%(objectname)", "refs/worktree")
        pointed += own.split()
    loose = [
        commit
        for commit in dict.fromkeys(pointed)
        if await commit_exists(git, commit) and not await held_by_branch(git, commit)
    ]
    return replace(
        seen, operation=operation, commits=tuple(loose), unheld=await _hanging(git, loose)
    )


def _pointed(git_dir: Path) -> list[str]:
    """Commits that a half-done operation of the worktree needs."""
    found = []
    for name in _NOTES:
        note = git_dir / name
        if note.is_file():
            found += _COMMIT.findall(note.read_text(errors="replace"))
    return found


async def _hanging(git: Git, commits: list[str]) -> int:
    if not commits:
        return 0
    others = ("--not", "--branches", "--remotes", "--tags")
    return int(await git.read("rev-list", "--count", *commits, *others, deadline=LONG))


async def has_submodules(git: Git) -> bool:
    """Whether the index has a submodule: git itself refuses to remove such a worktree."""
    staged = await names_of(git, "ls-files", "--stage", "-z")
    return any(entry.startswith(_LINKED) for entry in staged)
