"""Questions about commits and branches, and moving a branch only from where it was seen."""

from __future__ import annotations

from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.refusals import held_lock, refused

NOTHING = ""
"""What stands for "does not exist" where a branch moves from or to."""

LOCK_PATIENCE = 5.0
"""Seconds to wait for another git process that holds a lock."""


def branch_ref(branch: str) -> str:
    """The full name of a local branch."""
    return f"refs/heads/{branch}"


async def tip_of(git: Git, branch: str) -> str:
    """The newest commit of a local branch; empty if there is no such branch.

    Raises:
        GitError: the branch exists and is damaged.
    """
    answer = await git.look("rev-parse", "--verify", "--quiet", branch_ref(branch) + "^{commit}")
    if answer.code == 0:
        return answer.text
    named = await git.look("for-each-ref", "--format=%(refname)", branch_ref(branch))
    if "broken ref" in named.words or branch_ref(branch) in named.text.splitlines():
        raise GitError(
            f"the branch {branch} is damaged: it names no commit",
            where=str(git.folder),
            remedy=f"see its last good commit with: git reflog {branch}; then git update-ref",
        )
    return ""


async def branch_tips(git: Git) -> dict[str, str]:
    """The newest commit of every local branch, by its name."""
    listing = await git.read(
        "for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", branch_ref("")
    )
    parted = (line.partition(" ") for line in listing.splitlines())
    return {branch: commit for commit, _, branch in parted}


async def required_tip(git: Git, branch: str) -> str:
    """The newest commit of a local branch that must exist."""
    tip = await tip_of(git, branch)
    if not tip:
        raise GitError(
            f"the branch {branch} does not exist",
            where=str(git.folder),
            remedy="look at what there is: git branch -a; a deleted one: git reflog",
        )
    return tip


async def commit_of(git: Git, name: str) -> str:
    """The full id of the commit that any revision names."""
    return await git.read("rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")


async def commit_exists(git: Git, commit: str) -> bool:
    """Whether the repository holds this commit."""
    return (await git.look("cat-file", "-e", f"{commit}^{{commit}}")).code == 0


async def merge_base(git: Git, one: str, other: str) -> str:
    """The commit where two lines parted; empty when they have none in common."""
    answer = await git.look("merge-base", one, other)
    if answer.code > 1:
        raise refused(("merge-base", one, other), answer.words, git.folder)
    return answer.text


async def is_ancestor(git: Git, older: str, newer: str) -> bool:
    """Whether everything in `older` is in `newer`."""
    answer = await git.look("merge-base", "--is-ancestor", older, newer)
    if answer.code > 1:
        raise refused(("merge-base", older, newer), answer.words, git.folder)
    return answer.code == 0


async def has_commit(git: Git, tip: str, commit: str) -> bool:
    """Whether `tip`, which is here, has all of `commit`; one that is not here is in none."""
    if tip == commit:
        return bool(tip)
    if not tip or not commit:
        return False
    answer = await git.look("merge-base", "--is-ancestor", commit, tip)
    if answer.code > 1 and await commit_exists(git, commit):
        raise refused(("merge-base", commit, tip), answer.words, git.folder)
    return answer.code == 0


async def move_branch(git: Git, branch: str, old: str, new: str, reason: str) -> bool:
    """Compare-and-swap: point the branch to `new` if it still is at `old`; False if it is not.

    `NOTHING` as old makes the branch, as new deletes it. No working tree is touched.
    """
    ref = branch_ref(branch)
    change = ("-d", ref, old) if new == NOTHING else (ref, new, old)
    answer = await git.attempt("update-ref", "-m", reason, *change, patience=LOCK_PATIENCE)
    if answer.code == 0:
        return True
    if held_lock(answer.words) or await tip_of(git, branch) == old:
        raise refused(("update-ref", ref), answer.words, git.folder)
    return False


async def published(git: Git, commit: str) -> tuple[str, ...]:
    """Remote-tracking branches that contain the commit: somebody else may have it."""
    names = await git.read(
        "for-each-ref", "--format=%(refname:short)", "--contains", commit, "refs/remotes"
    )
    return tuple(names.split())


async def held_by_branch(git: Git, commit: str) -> bool:
    """Whether some branch or tag, local or remote, keeps this commit alive."""
    names = await git.read(
        "for-each-ref",
        "--count=1",
        "--format=%(refname)",
        "--contains",
        commit,
        "refs/heads",
        "refs/remotes",
        "refs/tags",
        deadline=LONG,
    )
    return bool(names)
