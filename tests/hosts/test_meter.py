from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from wuhu_tui.hosts import meter as meter_module
from wuhu_tui.hosts.meter import ProcessMeter
from wuhu_tui.model.budgets import Resources

TREE = "sleep 60 & exec sleep 60"


class Clock:
    """Time that goes on when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def spawned() -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        for child in [*psutil.Process(process.pid).children(recursive=True)]:
            child.kill()
        process.kill()
        process.wait()


def tree(
    folder: Path, *command: str, marker: str = "WUHU_SESSION_FOLDER"
) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WUHU_")}
    words = command or ("/bin/sh", "-c", TREE)
    return subprocess.Popen(words, env={**kept, marker: str(folder)}, start_new_session=True)


def measured_until(meter: ProcessMeter, folders: dict[str, Path], count: int) -> Resources:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        found = meter.measure(folders)["a"]
        if found.processes == count:
            return found
    pytest.fail(f"never {count} processes")


def test_a_tree_is_everything_that_belongs_or_descends(
    tmp_path: Path, spawned: list[subprocess.Popen[bytes]]
) -> None:
    folder, other = tmp_path / "a", tmp_path / "b"
    spawned += [tree(folder), tree(folder, "/bin/sleep", "60", marker="WUHU_RUNNER"), tree(other)]
    wiped = ("env", "-i", "/bin/sh", "-c", "sleep 60; true")
    spawned.append(tree(folder, "/bin/sh", "-c", f"{' '.join(wiped[:4])} 'sleep 60; true'; true"))
    meter = ProcessMeter()
    found = measured_until(meter, {"a": folder, "c": tmp_path / "c"}, 6)
    assert found.memory > 0
    assert meter.measure({"c": tmp_path / "c"}) == {"c": Resources()}


def test_the_processor_s_share_is_of_the_time_between_two_looks(
    tmp_path: Path, spawned: list[subprocess.Popen[bytes]]
) -> None:
    clock = Clock()
    meter = ProcessMeter(clock)
    spawned.append(tree(tmp_path, sys.executable, "-c", "while True: pass"))
    folders = {"a": tmp_path}
    assert measured_until(meter, folders, 1).cpu == 0
    process = psutil.Process(spawned[0].pid)
    before = sum(process.cpu_times()[:2])
    while sum(process.cpu_times()[:2]) - before < 0.1:
        time.sleep(0.01)
    clock.now += 1.0
    assert 0.09 < meter.measure(folders)["a"].cpu < 5
    spawned[0].kill()
    spawned[0].wait()
    assert meter.measure(folders) == {"a": Resources()}
    spawned.clear()


def test_an_environment_is_read_once(
    tmp_path: Path, spawned: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    meter = ProcessMeter(clock, epoch=lambda: time.time() + 3600)
    spawned.append(tree(tmp_path))
    measured_until(meter, {"a": tmp_path}, 2)
    looks: list[int] = []

    def look(process: psutil.Process) -> tuple[str, int, float]:
        looks.append(process.pid)
        return "", 0, 0.0

    monkeypatch.setattr(meter_module, "_look_at", look)
    assert meter.measure({"a": tmp_path})["a"].processes == 2
    assert spawned[0].pid not in looks
    clock.now += meter_module.FORGET + 1
    meter.measure({"a": tmp_path})
    assert spawned[0].pid in looks
