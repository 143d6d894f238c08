"""What every test needs: a clean environment, a user of its own, and no process left behind."""

from __future__ import annotations

import gc
import os
import sys
import time
from pathlib import Path

import pytest

from tests.sampling import LONG
from tests.slowest import rank, slowest

_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "WUHU_SESSION", "WUHU_SESSION_FOLDER")


os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
"""Hundreds of processes are started here; without bytecode each would compile wuhu anew."""

os.environ["TZ"] = "UTC"
time.tzset()
"""Times of day are the lead's own: here the lead lives by UTC."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long cases only when they are wanted; several workers begin with the slowest tests."""
    if not LONG and "long" not in str(config.getoption("markexpr")):
        long = [item for item in items if item.get_closest_marker("long")]
        if long:
            config.hook.pytest_deselected(items=long)
            items[:] = [item for item in items if not item.get_closest_marker("long")]
    if hasattr(config, "workerinput"):
        known = {name: place for place, name in enumerate(slowest())}
        items.sort(key=lambda item: rank(item.nodeid, known))


def pytest_collection_finish() -> None:
    """What stays for ever is not looked at again: with all tests loaded a look takes a third of a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _own_user(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder and a git identity of the test's own; nothing of the machine's user leaks in."""
    home = tmp_path_factory.mktemp("home")
    for name in _FOREIGN:
        monkeypatch.delenv(name, raising=False)
    settings = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_STATE_HOME": str(home / ".state"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    (home / ".gitconfig").write_text(
        "[user]\n\tname = A Lead\n\temail = lead@example.invalid\n[init]\n\tdefaultBranch = main\n",
        encoding="utf-8",
    )
    return home
