from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.recordings.projects import make_run
from wuhu_tui.core.recordings.exporting import export
from wuhu_tui.core.recordings.wishes import ExportWish


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of a run of two sessions; nobody changes it."""
    place = tmp_path_factory.mktemp("recorded")
    written = make_run(place / "shop")
    asyncio.run(export(written.folder, ExportWish(), place / "run.wuhu"))
    return place / "run.wuhu"
