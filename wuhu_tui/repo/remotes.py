"""One bounded look at a remote branch, and a plain push to it; git never asks anybody anything."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import PurePath

from wuhu_tui.model.errors import GitError
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import Answer, Git
from wuhu_tui.repo.refs import branch_ref, commit_exists, is_ancestor
from wuhu_tui.repo.refusals import said_by_git

LOOK = 20.0
"""Seconds in which a remote must have answered."""

FETCH = 120.0
"""Seconds in which the commits of one branch must have come."""

NAMED = 3
"""How many commits are named."""

_SSH = "-o BatchMode=yes -o ConnectTimeout=10"

_NEVER_ASKING = {
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
}

_LONGEST = 600
_NOISE = ("To ", "hint:", "error: failed to push some refs", "Done")
_PASSWORD = re.compile(r"//[^/@\s]+@")


class Gap(Value, frozen=True):
    """How far two lines of commits are apart; `missing` names the newest that only the other has."""

    ahead: int = 0
    behind: int = 0
    missing: tuple[str, ...] = ()


async def unasking(git: Git) -> Git:
    """The same git, whose helpers and whose ssh fail rather than ask for a password."""
    environment = {**git.environment, **_NEVER_ASKING}
    command = os.environ.get("GIT_SSH_COMMAND", "")
    if not command and "GIT_SSH" not in os.environ:
        command = (await git.look("config", "--get", "core.sshCommand")).text or "ssh"
    if _is_ssh(command):
        environment["GIT_SSH_COMMAND"] = f"{command} {_SSH}"
    return Git(git.folder, git.deadline, environment)


def _is_ssh(command: str) -> bool:
    """Whether it takes the options of OpenSSH."""
    try:
        words = shlex.split(command)
    except ValueError:
        return False
    return bool(words) and PurePath(words[0]).name == "ssh"


def tracking_ref(remote: str, branch: str) -> str:
    """Where a remote's branch stands here as last seen."""
    return f"refs/remotes/{remote}/{branch}"


async def has_remote(git: Git, remote: str) -> bool:
    """Whether the repository knows a remote of this name."""
    return (await git.look("remote", "get-url", remote)).code == 0


async def last_seen(git: Git, remote: str, branch: str) -> str:
    """The remote branch's commit as last seen, without asking; empty: never seen."""
    name = tracking_ref(remote, branch) + "^{commit}"
    return (await git.look("rev-parse", "--verify", "--quiet", name)).text


async def remote_tip(git: Git, remote: str, branch: str) -> str:
    """The commit that the remote has as this branch, asked now; empty: it has no such branch.

    Raises:
        GitError: it could not be asked, or did not answer in time.
    """
    quiet = await unasking(git)
    ref = branch_ref(branch)
    answer = await quiet.look("ls-remote", "--refs", remote, ref, deadline=LOOK)
    if answer.code:
        raise GitError(
            f"{remote} could not be asked: {said(answer)}",
            where=str(git.folder),
            remedy=f"try it by hand: git ls-remote {remote}",
        )
    pairs = (line.partition("\t") for line in answer.text.splitlines())
    return next((commit for commit, _, name in pairs if name == ref), "")


async def seen_tip(git: Git, remote: str, branch: str) -> str:
    """Ask where the remote branch stands and have its commits here; empty: there is no such branch.

    No local branch is touched, whatever the remote's own refspecs say.

    Raises:
        GitError: it could not be asked, or its commits could not be brought.
    """
    tip = await remote_tip(git, remote, branch)
    known = await last_seen(git, remote, branch)
    if not tip or (tip == known and await commit_exists(git, tip)):
        return tip
    quiet = await unasking(git)
    refs = f"+{branch_ref(branch)}:{tracking_ref(remote, branch)}"
    words = (
        "--quiet",
        "--no-tags",
        "--refmap=",
        "--no-recurse-submodules",
        "--no-write-fetch-head",
    )
    answer = await quiet.attempt("fetch", *words, remote, refs, deadline=FETCH)
    if answer.code:
        raise GitError(
            f"{remote}/{branch} could not be brought here: {said(answer)}",
            where=str(git.folder),
            remedy=f"try it by hand: git fetch {remote}",
        )
    return await last_seen(git, remote, branch)


async def gap(git: Git, local: str, remote: str) -> Gap:
    """How far a local commit and one of a remote are apart; both must be here."""
    if not local or not remote or local == remote:
        return Gap()
    counted = await git.read("rev-list", "--left-right", "--count", f"{local}...{remote}", "--")
    ahead, behind = (int(number) for number in counted.split())
    missing = await _subjects(git, f"{local}..{remote}") if behind else ()
    return Gap(ahead=ahead, behind=behind, missing=missing)


async def unseen_count(git: Git, commit: str, remote: str) -> int:
    """How many commits up to this one no branch of the remote has, as last seen."""
    words = ("rev-list", "--count", commit, "--not", f"--remotes={remote}", "--")
    return int(await git.read(*words))


async def _subjects(git: Git, span: str) -> tuple[str, ...]:
    listing = await git.read("log", f"--max-count={NAMED}", "--format=%h %s", span, "--")
    return tuple(line for line in listing.splitlines() if line)


async def push_commit(git: Git, remote: str, commit: str, branch: str, *, deadline: float) -> str:
    """Push exactly this commit to the branch, never by force; why it was not taken, empty if it was.

    Its hooks run. What did not end in time is ended, and may have arrived all the same.
    """
    quiet = await unasking(git)
    words = ("push", "--porcelain", "--no-follow-tags", remote, f"{commit}:{branch_ref(branch)}")
    try:
        answer = await quiet.attempt(*words, deadline=deadline)
    except GitError as error:
        return f"{error.message} (a hook, or the remote, hangs)"
    return said(answer) if answer.code else ""


async def has_arrived(git: Git, remote: str, commit: str, branch: str) -> bool:
    """Whether the remote branch has this commit, asked now.

    Raises:
        GitError: it could not be asked.
    """
    tip = await seen_tip(git, remote, branch)
    return bool(tip) and await is_ancestor(git, commit, tip)


def said(answer: Answer) -> str:
    """What a remote, a hook or git itself said against it, in a few lines, without passwords."""
    refused = [line.split("\t")[-1] for line in answer.text.splitlines() if line.startswith("!")]
    lines = [line.strip() for line in answer.words.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(_NOISE)]
    remote = [
        line.removeprefix("remote:").strip() for line in telling if line.startswith("remote:")
    ]
    words = remote or (telling if refused else [said_by_git("\n".join(telling or lines))])
    text = "; ".join(dict.fromkeys(filter(None, [*refused, *words])))
    return _PASSWORD.sub("//", text)[:_LONGEST]
