from __future__ import annotations

from pathlib import Path

import pytest

from tests.radar.field import Field, make_field


@pytest.fixture
async def field(tmp_path: Path) -> Field:
    return await make_field(tmp_path)
