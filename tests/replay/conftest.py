"""A recording that tests of reels share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.replay.journals import Recording
from tests.replay.reels import (
    NAMES,
    speak,
)


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """Three sessions and some three hundred records."""
    made = Recording(tmp_path)
    for count, name in enumerate(NAMES):
        made.born(name, count)
    speak(made, 300)
    return made
