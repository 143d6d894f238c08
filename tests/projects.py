"""Sample projects as real repositories with their sessions, ready to start."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tomllib
from pathlib import Path

from wuhu_tui.core.core import Core
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.initialise import initialise

SAMPLES = Path(__file__).parents[1] / "sample_projects"


def prepare(root: Path, sample: str, *, delay: float = 0.0) -> Path:
    """Copy a sample, make it a repository, instantiate its sessions; nothing runs yet."""
    return asyncio.run(prepare_in(root, sample, delay=delay))


async def prepare_in(root: Path, sample: str, *, delay: float = 0.0) -> Path:
    """Do the same inside a running event loop."""
    shutil.copytree(SAMPLES / sample, root)
    config = root / "wuhu.toml"
    paced = config.read_text(encoding="utf-8").replace('"--delay", "1"', f'"--delay", "{delay}"')
    config.write_text(paced, encoding="utf-8")
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "Start")):
        subprocess.run(["git", "-C", str(root), *command], check=True)
    await _instantiate(root)
    return root


async def _instantiate(root: Path) -> None:
    await initialise(root)
    core = await Core.open(root, conduct=False)
    try:
        wanted = tomllib.loads((root / "sessions.toml").read_text(encoding="utf-8"))["sessions"]
        for session in wanted:
            await core.instantiate(NewSession(**session))
    finally:
        await core.aclose()
