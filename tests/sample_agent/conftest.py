from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.sample_agent.client import Stage

_WUHU = """#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word"; done >> "$REPORTED"
"""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A git repository with one committed file, and room for the agent's state."""
    folder, state = tmp_path / "work", tmp_path / "state"
    folder.mkdir()
    state.mkdir()
    (folder / "cart.py").write_text("TAX = 7\nSHIPPING = 5\n", encoding="utf-8")
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "Begin")):
        subprocess.run(("git", *words), cwd=folder, check=True, timeout=30)
    return Stage(folder, state)


@pytest.fixture
def reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The words that a stand-in `wuhu` command on PATH was called with."""
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "wuhu").write_text(_WUHU, encoding="utf-8")
    (commands / "wuhu").chmod(0o755)
    monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("REPORTED", str(tmp_path / "reported"))
    return tmp_path / "reported"
