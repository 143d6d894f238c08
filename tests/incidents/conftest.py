"""The desks and stages of the rooms, for stories that cross them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.conftest import _any_agent, conducted, desk, root
from tests.repo.gitbox import Box
from tests.session.conftest import stage

__all__ = ["_any_agent", "box", "conducted", "desk", "root", "stage"]


@pytest.fixture
def box(root: Path) -> Box:
    """The repository under supervision."""
    box = Box(root)
    box.git("config", "user.name", "Lead")
    box.git("config", "user.email", "lead@example.org")
    return box
