from __future__ import annotations

from pathlib import Path

import pytest

from tests.agents.codex.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Room for one agent."""
    return Stage(tmp_path)
