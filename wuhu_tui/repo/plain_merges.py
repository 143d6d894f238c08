"""Merges that come out the same whoever makes them: nobody's own git settings change the content.

Merge drivers of somebody's configuration would: a file that names one is merged as text, as it is
wherever that driver is not known.
"""

from __future__ import annotations

import re
from dataclasses import replace

from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.patches import readable
from wuhu_tui.repo.refusals import refused
from wuhu_tui.repo.rescue import commit_tree

_SETTINGS = (
    *("merge.conflictStyle=merge", "merge.renames=true", "merge.directoryRenames=conflict"),
    *("merge.renormalize=false", "merge.renameLimit=7000", "diff.renameLimit=7000"),
    *("merge.ff=true", "merge.log=false", "merge.verbosity=2", "merge.autoStash=false"),
    *(
        "submodule.recurse=false",
        "diff.algorithm=histogram",
        "diff.renames=true",
        "diff.submodule=short",
    ),
    *("commit.cleanup=whitespace", "commit.template=", "core.editor=:"),
    *("trailer.ifexists=addIfDifferent", "trailer.ifmissing=add", "trailer.where=end"),
    "trailer.separators=:",
)

_AS_TEXT = "git merge-file -q --marker-size=%L %A %O %B || exit 1"

_NO_PROMPT = {"GPG_TTY": "", "DISPLAY": "", "WAYLAND_DISPLAY": "", "SSH_ASKPASS_REQUIRE": "never"}

_KIND = re.compile(r"CONFLICT \(([^)]*)\)")


class Clash(Value, frozen=True):
    """One path that a merge could not settle, and how in git's words."""

    path: str
    kind: str = "content"


class Tried(Value, frozen=True):
    """What a merge would come to: its tree, which holds markers where something clashes."""

    tree: str
    clashes: tuple[Clash, ...] = ()
    stages: bytes = b""
    """The unmerged entries, as `git update-index -z --index-info` takes them."""


def unprompted(git: Git) -> Git:
    """The same git, which asks nobody for the word to a key: it fails instead."""
    return replace(git, environment={**git.environment, **_NO_PROMPT})


async def plain_options(git: Git) -> tuple[str, ...]:
    """What goes before a git command so that no configuration changes what it makes."""
    words = ("config", "--name-only", "-z", "--get-regexp", r"^merge\..*\.driver$")
    names = (await git.look(*words)).text.split("\0")
    drivers = tuple(f"{name}={_AS_TEXT}" for name in names if name and "=" not in name)
    return tuple(word for setting in (*_SETTINGS, *drivers) for word in ("-c", setting))


async def try_merge(
    git: Git, ours: str, theirs: str, options: tuple[str, ...], *, start: str = ""
) -> Tried:
    """Merge two commits in no worktree at all; the objects go where `git` writes them.

    `start` is what both are taken to begin with, where that is not what their histories say.

    Raises:
        GitError: git refused for another reason than a conflict.
    """
    if start:
        ours, theirs = await _beginning_with(git, start, ours, theirs)
    words = ("merge-tree", "--write-tree", "--messages", "-z", ours, theirs)
    answer = await git.look(*options, *words, deadline=LONG)
    if answer.code > 1 or not answer.output:
        raise refused(words, answer.words, git.folder)
    tree, _, rest = answer.output.partition(b"\0")
    listed, _, told = rest.partition(b"\0\0")
    if not answer.code:
        return Tried(tree=tree.decode())
    return Tried(tree=tree.decode(), clashes=_clashes(listed, told), stages=listed + b"\0")


async def _beginning_with(git: Git, start: str, ours: str, theirs: str) -> tuple[str, str]:
    """Commits of the same content, whose common history is `start` alone."""
    root = await commit_tree(git, f"{start}^{{tree}}", [], "start")
    one = await commit_tree(git, f"{ours}^{{tree}}", [root], "ours")
    return one, await commit_tree(git, f"{theirs}^{{tree}}", [root], "theirs")


def _clashes(listed: bytes, told: bytes) -> tuple[Clash, ...]:
    kinds = _kinds(told)
    paths = (entry.partition(b"\t")[2] for entry in listed.split(b"\0") if b"\t" in entry)
    unique = dict.fromkeys(readable(path) for path in paths)
    for path in kinds:
        unique.setdefault(path)
    return tuple(Clash(path=path, kind=kinds.get(path, "content")) for path in unique)


def _kinds(told: bytes) -> dict[str, str]:
    """The kind of conflict of each path that git's messages name."""
    words = told.split(b"\0")
    kinds: dict[str, str] = {}
    while words and words[0].isdigit():
        count = int(words[0])
        paths, rest = words[1 : 1 + count], words[1 + count :]
        found = _KIND.search(rest[1].decode("utf-8", "replace")) if len(rest) > 1 else None
        for path in paths if found else ():
            kinds.setdefault(readable(path), found[1] if found else "")
        words = rest[2:]
    return kinds
