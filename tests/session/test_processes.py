"""Finding and ending processes: all of a life, and none of anybody else's."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.session.program import STUBBORN
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.session.environment import markers
from wuhu_tui.session.processes import DEADLINE, Belonging, Process, ProcessTree, find, lives_of

SLEEP = (sys.executable, "-c", "import time; time.sleep(3600)")
WIPED = (sys.executable, "-c", "import os; os.execve('/bin/sleep', ['sleep', '3600'], {})")


def wait_for(true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 30
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.01)


class Zoo:
    """Starts processes and knows whom to clean away."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = SessionFolder(root / "shop-impl-01")
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, command: tuple[str, ...], epoch: int = 1, **extra: str) -> int:
        environment = {**os.environ, **markers(self.folder, epoch), **extra}
        process = subprocess.Popen(command, env=environment, cwd=self.root)
        self.started.append(process)
        return process.pid

    def found(self, *lives: str) -> set[int]:
        return {process.pid for process in find(Belonging(self.folder.path, frozenset(lives)))}

    def until(self, count: int) -> None:
        wait_for(lambda: len(self.found()) == count)

    def close(self) -> None:
        ProcessTree(Belonging(self.folder.path)).end(grace=0)
        for process in self.started:
            process.kill()
            process.wait()


@pytest.fixture
def zoo(tmp_path: Path) -> Iterator[Zoo]:
    zoo = Zoo(tmp_path)
    yield zoo
    zoo.close()


def test_a_stubborn_tree_is_ended_whole(zoo: Zoo) -> None:
    zoo.start((sys.executable, "-c", STUBBORN, "daemon.pid"))
    zoo.until(2)
    began = time.monotonic()
    left = ProcessTree(Belonging(zoo.folder.path)).end(grace=0.2)
    assert left == []
    assert zoo.found() == set()
    assert time.monotonic() - began < DEADLINE


POLITE = (
    "import signal, sys, time\n"
    "def bye(*_):\n open('tidied', 'w').close(); sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, bye)\n"
    "open('listening', 'w').close()\n"
    "time.sleep(3600)"
)


class SlowTree(ProcessTree):
    """Looks so slowly at first that the grace would be over."""

    grace = 2.0

    def look(self) -> list[Process]:
        time.sleep(self.grace if not self._known else 0)
        return super().look()


@pytest.mark.parametrize("kind", [ProcessTree, SlowTree])
def test_whoever_heeds_the_polite_signal_may_tidy_up(zoo: Zoo, kind: type[ProcessTree]) -> None:
    zoo.start((sys.executable, "-c", POLITE))
    wait_for((zoo.root / "listening").exists)
    assert kind(Belonging(zoo.folder.path)).end(grace=SlowTree.grace) == []
    assert (zoo.root / "tidied").exists()


def test_only_the_life_that_is_meant(zoo: Zoo) -> None:
    old, new = zoo.start(SLEEP, epoch=1), zoo.start(SLEEP, epoch=2)
    zoo.until(2)
    assert zoo.found("shop-impl-01:1") == {old}
    assert lives_of(zoo.folder.path) == {"shop-impl-01:1", "shop-impl-01:2"}
    ProcessTree(Belonging(zoo.folder.path, frozenset({"shop-impl-01:1"}))).end(grace=0.2)
    assert zoo.found() == {new}


def test_the_older_and_the_spared_are_left_alone(zoo: Zoo) -> None:
    pid = zoo.start(SLEEP)
    zoo.until(1)
    belonging = Belonging(zoo.folder.path)
    assert ProcessTree(belonging, since=time.time() + 60).look() == []
    assert ProcessTree(belonging, spare=pid).look() == []
    assert [p.pid for p in ProcessTree(belonging, since=time.time() - 60).look()] == [pid]


def test_a_session_of_the_same_name_elsewhere_is_another(zoo: Zoo, tmp_path: Path) -> None:
    pid = zoo.start(SLEEP, WUHU_SESSION_FOLDER=str(tmp_path / "other" / "shop-impl-01"))
    mine = zoo.start(SLEEP)
    zoo.until(1)
    assert zoo.found() == {mine}
    assert pid not in zoo.found()


def test_a_child_with_a_wiped_environment_is_found_by_its_parent(zoo: Zoo) -> None:
    parent = (
        sys.executable,
        "-c",
        f"import subprocess; subprocess.run([{WIPED[0]!r}, '-c', {WIPED[2]!r}])",
    )
    zoo.start(parent)
    zoo.until(2)
    assert ProcessTree(Belonging(zoo.folder.path)).end(grace=0.2) == []


def test_what_was_seen_is_ended_even_when_its_parent_is_gone(zoo: Zoo) -> None:
    parent = f"import subprocess; subprocess.run([{WIPED[0]!r}, '-c', {WIPED[2]!r}])"
    pid = zoo.start((sys.executable, "-c", parent))
    zoo.until(2)
    tree = ProcessTree(Belonging(zoo.folder.path))
    [orphan] = [process for process in tree.look() if process.pid != pid]
    wait_for(lambda: orphan.environ() == {})
    zoo.started[0].kill()
    zoo.started[0].wait()
    assert zoo.found() == set()
    assert tree.look() == [orphan]
    assert tree.end(grace=0.2) == []
    assert not orphan.is_running() or orphan.status() == "zombie"


def test_a_runner_started_from_within_is_spared(zoo: Zoo) -> None:
    inner = (
        "import os, subprocess, sys\n"
        "env = {k: v for k, v in os.environ.items() if not k.startswith('WUHU_')}\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)'],\n"
        "    env={**env, 'WUHU_RUNNER': '/elsewhere'})\n"
        "open('runner.pid', 'w').write(str(child.pid))\n"
        "child.wait()"
    )
    zoo.start((sys.executable, "-c", inner))
    runner = zoo.root / "runner.pid"
    wait_for(lambda: runner.exists() and bool(runner.read_text()))
    pid = int(runner.read_text())
    ProcessTree(Belonging(zoo.folder.path)).end(grace=0.2)
    os.kill(pid, 0)
    os.kill(pid, 9)


def test_nobody_ends_itself_or_whom_it_descends_from(
    zoo: Zoo, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        "from pathlib import Path\n"
        "from wuhu_tui.session.processes import Belonging, ProcessTree\n"
        f"left = ProcessTree(Belonging(Path({str(zoo.folder.path)!r}))).end(grace=0.2)\n"
        "open('survived', 'w').write(str(left))"
    )
    shell = ("/bin/sh", "-c", f'{sys.executable} -c "$SCRIPT"; sleep 0')
    zoo.start(shell, SCRIPT=script)
    assert zoo.started[0].wait(20) == 0
    assert (zoo.root / "survived").read_text() == "[]"
