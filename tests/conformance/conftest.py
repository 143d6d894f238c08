"""Leaves the suite out of the ordinary run, and gives it its server, its cache and its results."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.cache import cache_folder, results_file
from tests.conformance.outcomes import Results
from tests.model_server.server import ModelServer

CACHE = cache_folder()
"""Looked up at once: every test has a home of its own."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Real agents run only where `-m agents` asks for them."""
    if "agents" in str(config.option.markexpr or ""):
        return
    left_out = [item for item in items if item.get_closest_marker("agents")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("agents")]


@pytest.fixture(scope="session")
def cache() -> Path:
    """Where the agents' programs lie."""
    CACHE.mkdir(parents=True, exist_ok=True)
    return CACHE


@pytest.fixture(scope="session")
def results(cache: Path) -> Results:
    """What this run finds; it is written beside what those before found."""
    return Results(results_file(cache))


@pytest.fixture(scope="session")
def model_server() -> Iterator[ModelServer]:
    """The model of all agents."""
    with ModelServer() as server:
        yield server


@pytest.fixture(scope="session")
def homes(cache: Path) -> Iterator[Path]:
    """The agents' homes of this run: not in the temporary folder, which Codex does not trust."""
    place = cache / "homes" / str(os.getpid())
    place.mkdir(parents=True, exist_ok=True)
    yield place
    shutil.rmtree(place, ignore_errors=True)
