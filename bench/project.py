"""A repository under supervision with many sessions, for measuring only."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

CONFIG = """\
[project]
name = "bench"
base = "main"
agent = "bench"

[limits]
sessions = 500

[policies]
nudge = false

[agents.bench]
command = ["{python}", "-c", "pass"]
"""

_NAMED = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")


def make_repository(root: Path) -> None:
    """A repository with one commit."""
    root.mkdir(parents=True)
    (root / "README.md").write_text("bench\n")
    (root / "wuhu.toml").write_text(CONFIG)
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", ".")
    git(root, *_NAMED, "commit", "--quiet", "--message=begin")


def git(folder: Path, *arguments: str) -> None:
    """Run git there."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True)


def make_project(root: Path, sessions: int) -> list[str]:
    """A project with so many instantiated sessions; gives their ids."""
    make_repository(root)
    return asyncio.run(_fill(root, sessions))


async def _fill(root: Path, sessions: int) -> list[str]:
    from wuhu_tui.core.core import Core

    from wuhu_tui.core.door import NewSession
    from wuhu_tui.core.initialise import initialise

    await initialise(root)
    core = await Core.open(root, conduct=False)
    try:
        wishes = [NewSession(task="work", title=f"work-{number}") for number in range(sessions)]
        return [(await core.instantiate(wish)).id for wish in wishes]
    finally:
        await core.aclose()
