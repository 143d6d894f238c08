"""Keeps alive what the lead has seen of a session, whatever becomes of its branch."""

from __future__ import annotations

from wuhu_tui.repo.git import Git
from wuhu_tui.repo.refs import LOCK_PATIENCE
from wuhu_tui.repo.refusals import refused

LOOKED_REFS = "refs/wuhu/looked/"
"""One ref a session, at the commit that was looked at last."""


async def keep_looked(git: Git, session: str, head: str) -> None:
    """Let no garbage collection take this commit while the session is on the board."""
    ref = LOOKED_REFS + session
    await git.run("update-ref", "-m", "wuhu: looked at", ref, head, patience=LOCK_PATIENCE)


async def forget_looked(git: Git, session: str) -> None:
    """Let go of what was seen of a session; nothing if there was nothing."""
    ref = LOOKED_REFS + session
    if (await git.look("rev-parse", "--verify", "--quiet", ref)).code:
        return
    words = ("update-ref", "-d", ref)
    answer = await git.attempt(*words, patience=LOCK_PATIENCE)
    if answer.code:
        raise refused(words, answer.words, git.folder)
