"""Turns git's words into errors that say what happened, where, and what to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.model.safe import safe_line

_LOCK = re.compile(r"Unable to create '([^']+\.lock)': File exists")

_ABORTED = "ref updates aborted by hook"
_GITS_OWN = ("fatal: ", "hint: ", "warning: ", "Not committing merge", "Auto-merging")
_MOST = 1_500

_KNOWN: tuple[tuple[str, str, str], ...] = (
    (
        r"not a git repository",
        "this is not a git repository",
        'go into a repository, or make one: git init && git commit --allow-empty -m "Start"',
    ),
    (
        r"dubious ownership",
        "git does not trust this folder: it belongs to another user",
        "git config --global --add safe.directory {folder}",
    ),
    (
        r"Please tell me who you are|auto-detect email|empty ident|user\.useConfigOnly",
        "git does not know who commits",
        'git config --global user.name "…" && git config --global user.email "…"',
    ),
    (
        r"unrelated histories",
        "the two branches have no commit in common",
        "rebase the session's branch onto base, or start the session again from base",
    ),
    (
        r"a branch named '(?P<what>[^']+)' already exists",
        "the branch {what} exists already",
        "choose another branch name, or delete that branch first",
    ),
    (
        r"'(?P<what>[^']+)' is already (?:checked out|used by worktree) at '(?P<at>[^']+)'",
        "the branch {what} is checked out in {at}",
        "choose another branch, or switch that worktree to another one",
    ),
    (
        r"not a valid branch name",
        "that is not a valid branch name",
        "use letters, digits, '-', '_' and '/'; see: git help check-ref-format",
    ),
    (
        r"does not have any commits yet",
        "the repository has no commits yet",
        'make the first one: git commit --allow-empty -m "Start"',
    ),
    (
        r"broken ref|ignoring broken|bad object|is corrupt|is empty$|invalid sha1 pointer"
        r"|unable to read (?:tree|sha1)|missing (?:blob|tree|commit)|unable to resolve reference",
        "the repository is damaged",
        "look at it with: git fsck --full",
    ),
    (
        r"unknown revision|not a valid object name|Needed a single revision|bad revision"
        r"|invalid reference|not a commit|Not a valid (?:commit|object)",
        "there is no such commit or branch",
        "look at what there is: git branch -a",
    ),
    (r"No space left on device", "the disk is full", "make room, then try again"),
    (
        r"Permission denied|Read-only file system",
        "the files cannot be written",
        "check who owns the folder and its .git",
    ),
)


def held_lock(words: str) -> str:
    """The lock file that stood in git's way; empty if it was something else."""
    found = _LOCK.search(words)
    return found[1] if found else ""


def refused(arguments: Sequence[str], words: str, folder: Path) -> GitError:
    """The error for a git call that ended badly; `words` is what it wrote to stderr."""
    lock = held_lock(words)
    if lock:
        return GitError(
            f"another git process works here: {lock} exists",
            where=str(folder),
            remedy="wait until it is done; if no git process runs any more, remove that file",
        )
    if _ABORTED in words:
        return refused_by_hook(("reference-transaction",), words, folder)
    for pattern, message, remedy in _KNOWN:
        found = re.search(pattern, words, re.MULTILINE)
        if found:
            names = {"folder": str(folder), **found.groupdict()}
            return _told(arguments, words, folder, message.format(**names), remedy.format(**names))
    return _told(arguments, words, folder, "", "see what git says: " + shown(arguments))


def refused_by_hook(hooks: Sequence[str], words: str, folder: Path) -> GitError:
    """The error where one of these hooks of the project said no; in its own words."""
    name = f"hook {hooks[0]}" if len(hooks) == 1 else f"hooks ({', '.join(hooks)})"
    return GitError(
        f"the project's {name} did not let it pass: {said_by_hook(words) or 'without a word'}",
        where=str(folder),
        remedy="do what the hook asks for, or change the hook",
    )


def said_by_hook(words: str) -> str:
    """The lines of git's stderr that are not git's own."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    own = [line for line in lines if not line.startswith(_GITS_OWN)]
    return safe_line("; ".join(own), _MOST)


def _told(
    arguments: Sequence[str], words: str, folder: Path, message: str, remedy: str
) -> GitError:
    said = said_by_git(words)
    what = (
        f"{message} (git {verb(arguments)}: {said})"
        if message
        else f"git {verb(arguments)}: {said}"
    )
    return GitError(what, where=str(folder), remedy=remedy)


def said_by_git(words: str) -> str:
    """The line of git's stderr that names the trouble."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    loud = [line for line in lines if line.startswith(("fatal:", "error:"))]
    line = (loud or lines or ["it failed without a word"])[0]
    return line.removeprefix("fatal: ").removeprefix("error: ")


def verb(arguments: Sequence[str]) -> str:
    """The git command's name."""
    return next((word for word in arguments if not word.startswith("-") and "=" not in word), "")


def shown(arguments: Sequence[str]) -> str:
    """The call as the lead would type it, shortened."""
    text = " ".join(("git", *arguments))
    return text if len(text) <= 200 else text[:200] + "…"
