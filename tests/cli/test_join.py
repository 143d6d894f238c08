"""`wuhu join` killed and run again, and its conductor killed under it."""

from __future__ import annotations

import json
import subprocess
import time

from tests.cli.conftest import PATIENCE, Wuhu


def begin_join(wuhu: Wuhu, opened: int, *arguments: str) -> subprocess.Popen[str]:
    """Begin to wait; returns once so many joins were opened altogether."""
    waiter = wuhu.begin("join", *arguments, "--json")
    give_up = time.monotonic() + PATIENCE
    while wuhu.folder.journal.read_text().count('"join.opened"') < opened:
        assert time.monotonic() < give_up, "no join was opened"
        time.sleep(0.02)
    return waiter


def test_a_killed_waiter_and_its_conductor_cost_nobody_a_wake(wuhu: Wuhu) -> None:
    session = wuhu.json("instantiate", "Add it", "--agent", "clean")["session"]
    killed = begin_join(wuhu, 1, session)
    other = begin_join(wuhu, 2, session, "--by", "shop-lead-01", "--until", "idle")
    killed.kill()
    killed.communicate()
    wuhu("start", session)
    said, _ = other.communicate(timeout=PATIENCE)
    assert (other.returncode, json.loads(said)["reason"]) == (0, "reached")
    again = wuhu.begin("join", session, "--json")
    said, told = again.communicate(timeout=PATIENCE)
    assert (again.returncode, json.loads(said)["reason"]) == (0, "reached")
    assert "broken off" in told
    assert wuhu.folder.journal.read_text().count('"join.left"') == 1
    assert not list(wuhu.folder.joins.iterdir())
