"""A session's folder with a journal that the test writes: a stand-in for its runner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.stand_in import StandIn


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[StandIn]:
    stand_in = StandIn(tmp_path)
    yield stand_in
    stand_in.close()
