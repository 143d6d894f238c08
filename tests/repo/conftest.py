"""Repositories for the tests of the git room."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repo.gitbox import Box, make_box
from wuhu_tui.repo.repository import Repository, open_repository


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return make_box(tmp_path / "project")


@pytest.fixture
async def repository(box: Box) -> Repository:
    return await open_repository(box.path)
