"""Kill -9 at random points of a scripted four-session run: no promise is broken by any of it.

Each seed kills dashboards, runners and agents until it has killed often enough, then lets the lead
finish. An independent checker, which reads only journals and git, then looks for broken promises.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.crash.checker import Acknowledged, lines, violations
from tests.projects import prepare
from tests.sampling import sampled

KILLS = 18
"""For each seed; three seeds make more than fifty."""

FINISH = 150.0
"""Seconds for a whole run, kills included."""

PACE = 0.2
"""How slowly the sample agents work, 1 being for people."""


class Run:
    """One project under fire."""

    def __init__(self, root: Path, ledger: Path, seed: int) -> None:
        self.root = root
        self.ledger = ledger
        self.chance = random.Random(seed)
        self.killed: list[str] = []
        self.robot = self._new_robot()

    def _new_robot(self) -> subprocess.Popen[bytes]:
        log = (self.ledger.parent / "robot.log").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.crash.robot", str(self.root), str(self.ledger)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def go(self) -> bool:
        """Kill and wait until the lead is done; whether that came in time."""
        give_up = time.monotonic() + FINISH
        while time.monotonic() < give_up:
            if self._ended(self.chance.uniform(0.1, 0.6)):
                return True
            if len(self.killed) < KILLS:
                self._kill_somebody()
        return False

    def _ended(self, wait: float) -> bool:
        """Whether the robot saw everything merged; a robot that was killed is replaced."""
        try:
            code = self.robot.wait(wait)
        except subprocess.TimeoutExpired:
            return False
        if code == 0:
            return True
        self.robot = self._new_robot()
        return False

    def _kill_somebody(self) -> None:
        kind = self.chance.choice(("dashboard", "runner", "runner", "agent", "agent"))
        pids = {"dashboard": [self.robot.pid]}.get(kind) or self._living(kind)
        if not pids:
            return
        try:
            os.kill(self.chance.choice(pids), signal.SIGKILL)
        except ProcessLookupError:
            return
        self.killed.append(kind)

    def _living(self, kind: str) -> list[int]:
        """Pids of runners or agents that the journals name and that still are what they were."""
        word = {"runner": "session.runner", "agent": "sample_agent"}[kind]
        found = []
        for journal in sorted(self.root.glob(".wuhu/sessions/*/events.jsonl")):
            starts = [e for e in lines(journal) if e["type"] == f"{kind}.started"]
            if starts and _is(starts[-1]["pid"], word):
                found.append(starts[-1]["pid"])
        return found

    def acknowledged(self) -> Acknowledged:
        """What the lead was told is done."""
        known = Acknowledged()
        for row in _rows(self.ledger):
            match row["kind"]:
                case "message":
                    known.messages[row["id"]] = row["session"]
                case "answer":
                    known.answers.append((row["session"], row["question"]))
                case "verdict":
                    known.verdicts.append((row["session"], row["head"]))
                case "merged":
                    known.merged.append(row["session"])
        return known

    def end(self) -> None:
        """Leave no process behind."""
        if self.robot.poll() is None:
            self.robot.kill()
            self.robot.wait()
        for process in _of(self.root):
            process.kill()


def _is(pid: int, word: str) -> bool:
    try:
        return word in " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return False


def _of(root: Path) -> list[psutil.Process]:
    """Every process that belongs to a session of this project."""
    found = []
    for process in psutil.process_iter():
        try:
            mine = process.environ().get("WUHU_SESSION_FOLDER", "").startswith(str(root))
            if mine or str(root) in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def _rows(ledger: Path) -> list[dict[str, Any]]:
    if not ledger.exists():
        return []
    whole = ledger.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in whole]


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(FINISH + 60)
@pytest.mark.parametrize("seed", sampled([11, 23, 47], {11}))
def test_no_promise_is_broken(tmp_path: Path, seed: int) -> None:
    root = prepare(tmp_path / "shop-api", "shop-api", delay=PACE)
    run = Run(root, tmp_path / "ledger", seed)
    try:
        finished = run.go()
        states = {
            path.parent.name: json.loads(path.read_text(encoding="utf-8"))
            for path in root.glob(".wuhu/sessions/*/state.json")
        }
        assert violations(root, run.acknowledged()) == []
        assert len(run.killed) >= KILLS, run.killed
        log = (tmp_path / "robot.log").read_text(encoding="utf-8", errors="replace")[-3000:]
        assert finished, f"the work was not finished in time: {states}\n{log}"
    finally:
        run.end()
