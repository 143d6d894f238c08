"""The desks and stages of the rooms, for stories that cross them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from tests.core.conftest import _any_agent, conducted, desk, root
from tests.recorded import held_to_witness
from tests.repo.gitbox import Box
from tests.session.conftest import stage
from wuhu_tui.core.witness import WANTED

__all__ = ["_any_agent", "box", "conducted", "desk", "root", "stage"]


@pytest.fixture
def box(root: Path) -> Box:
    """The repository under supervision."""
    box = Box(root)
    box.git("config", "user.name", "Lead")
    box.git("config", "user.email", "lead@example.org")
    return box


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember of a test whether it failed."""
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture(autouse=True)
async def _recorded(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """Every incident on a project of its own is watched, and its replay held to what was live."""
    monkeypatch.setenv(WANTED, "1")
    yield
    failed = request.node.stash.get(_FAILED, False)
    words = await held_to_witness(tmp_path / "shop", request.node.name, failed=failed)
    if words:
        pytest.fail(words) if not failed else request.node.add_report_section(
            "call", "recording", words
        )
