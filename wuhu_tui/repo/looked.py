"""Keeps alive what the lead has seen of a session, whatever becomes of its branch."""

from __future__ import annotations

from wuhu_tui.repo.git import Git
from wuhu_tui.repo.refs import LOCK_PATIENCE

LOOKED_REFS = "refs/wuhu/looked/"
"""One ref a session, at the commit that was looked at last."""


async def keep_looked(git: Git, session: str, head: str) -> None:
    """Let no garbage collection take this commit while the session is on the board."""
    ref = LOOKED_REFS + session
    await git.run("update-ref", "-m", "wuhu: looked at", ref, head, patience=LOCK_PATIENCE)


async def looked_sessions(git: Git) -> tuple[str, ...]:
    """The sessions of which something is kept alive."""
    names = await git.read("for-each-ref", "--format=%(refname)", LOOKED_REFS)
    return tuple(name.removeprefix(LOOKED_REFS) for name in names.splitlines())


async def forget_looked(git: Git, session: str) -> None:
    """Let go of what was seen of a session."""
    await git.run("update-ref", "-d", LOOKED_REFS + session, patience=LOCK_PATIENCE)
