from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Literal

import pytest

from tests.session.stage import Stage

PHASES: tuple[Literal["setup", "call", "teardown"], ...] = ("setup", "call", "teardown")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    await stage.close()


@pytest.fixture(autouse=True)
def no_forgotten_failures(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """asyncio only logs what nobody awaited; here that is a failure.

    Only what this test made is looked through: after thousands of tests all of it takes seconds.
    """
    gc.freeze()
    yield
    gc.collect()
    gc.unfreeze()
    told = [record for phase in PHASES for record in caplog.get_records(phase)]
    forgotten = [record.getMessage() for record in told if record.name == "asyncio"]
    assert forgotten == []
