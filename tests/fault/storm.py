"""One run: hands at work, faults let loose, rest, and an independent checker over the journals."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.fault.accounts import violations
from tests.fault.faults import Faults, copy_journals, processes_of, remove_disk, small_disk
from tests.fault.journals import read_confirmed, read_records
from tests.fault.world import prepare

HANDS = (("first", "conduct"), ("second", "conduct"), ("third", "watch"))
DISK = 48
"""Megabytes of the small disk: the worktrees, journals and agents' own files need a few."""

START_LIMIT = 60.0
"""Seconds for all sessions to be at work before the first fault."""

REST_LIMIT = 150.0
"""Seconds for a project to come to rest after the last fault."""


@dataclass
class Outcome:
    """What one run came to."""

    seed: int
    faults: Counter[str]
    confirmed: Counter[str]
    broken: list[str]
    kept: Path
    notes: list[str] = field(default_factory=list)
    took: dict[str, float] = field(default_factory=dict)
    """Seconds of each part."""

    def told(self) -> str:
        """In a few lines."""
        counts = ", ".join(f"{n} {kind}" for kind, n in sorted(self.faults.items()))
        verbs = ", ".join(f"{n} {kind}" for kind, n in sorted(self.confirmed.items()))
        took = ", ".join(f"{part} {seconds:.0f} s" for part, seconds in self.took.items())
        lines = [f"seed {self.seed}: faults: {counts}; confirmed: {verbs}; {took}", *self.notes]
        if self.broken:
            lines += [f"BROKEN: {one}" for one in self.broken]
            lines.append(f"journals: {self.kept}; again: make fault FAULT_SEED={self.seed}")
        return "\n".join(lines)


class Storm:
    """The processes around one project under fire."""

    def __init__(self, root: Path, place: Path, seed: int) -> None:
        self._root = root
        self._place = place
        self._seed = seed
        self._stop = place / "stop"
        self._hands: dict[str, subprocess.Popen[bytes]] = {}
        self._clients: list[tuple[subprocess.Popen[bytes], str]] = []
        self._chance = random.Random(seed)
        self._born = 0

    def blow(self, seconds: float, faults: Faults) -> None:
        """Hands work and things go wrong for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._keep_hands()
            time.sleep(self._chance.uniform(0.1, 0.7))
            if self._chance.random() < 0.15:
                self._say_by_command()
            faults.one()
        faults.stop()

    def calm(self) -> None:
        """The hands finish what they have begun, and go."""
        self._stop.touch()
        for process in (*self._hands.values(), *(one for one, _ in self._clients)):
            _wait(process, 30)
        self._take_down_clients()

    def rest(self) -> list[str]:
        """Let everything come to rest; what is still restless when the time is up."""
        process = self._spawn("rest", "settle")
        _wait(process, REST_LIMIT)
        if process.returncode == 0:
            return []
        told = self._place / "rest.txt"
        restless = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
        return [f"no rest within {REST_LIMIT:g} s: {one}" for one in restless or ["it failed"]]

    def living(self) -> list[int]:
        """The hands that live."""
        return [hand.pid for hand in self._hands.values() if hand.poll() is None]

    def ledgers(self) -> list[Path]:
        """Where confirmed verbs stand."""
        return sorted(self._place.glob("*.ledger"))

    def end(self) -> None:
        """Leave no process behind."""
        for process in (*self._hands.values(), *(one for one, _ in self._clients)):
            if process.poll() is None:
                process.kill()
                process.wait()
        for one in processes_of(self._root):
            with contextlib.suppress(Exception):
                one.kill()

    def wake(self) -> None:
        """Until all sessions are at work: faults before anybody does anything prove little."""
        self._keep_hands()
        give_up = time.monotonic() + START_LIMIT
        journals = [path / "events.jsonl" for path in (self._root / ".wuhu" / "sessions").iterdir()]
        while time.monotonic() < give_up:
            if all(path.exists() and b'"agent.started"' in path.read_bytes() for path in journals):
                return
            time.sleep(0.1)

    def _keep_hands(self) -> None:
        for name, kind in HANDS:
            hand = self._hands.get(name)
            if hand is None or hand.poll() is not None:
                self._hands[name] = self._spawn(name, kind)

    def _spawn(self, name: str, kind: str) -> subprocess.Popen[bytes]:
        self._born += 1
        seed = self._seed * 1000 + self._born
        words = (str(self._root), str(self._place / f"{name}.ledger"), str(self._stop), name)
        with (self._place / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.fault.hand", *words, str(seed), kind],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=Path(__file__).parents[2],
            )

    def _say_by_command(self) -> None:
        sessions = sorted(path.name for path in (self._root / ".wuhu" / "sessions").iterdir())
        session, verb = self._chance.choice(sessions), self._chance.choice(("steer", "follow-up"))
        words = f"command-{len(self._clients)} please-work"
        said = self._place / f"command-{len(self._clients)}.json"
        with (self._place / "commands.log").open("ab") as log, said.open("wb") as stdout:
            process = subprocess.Popen(
                [sys.executable, "-m", "wuhu_tui", verb, session, words, "--json"],
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=log,
                cwd=self._root,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            )
        self._clients.append((process, session))

    def _take_down_clients(self) -> None:
        """What commands printed with exit code 0 is confirmed as well."""
        with (self._place / "commands.ledger").open("a", encoding="utf-8") as ledger:
            for number, (process, session) in enumerate(self._clients):
                if process.returncode == 0:
                    said = (self._place / f"command-{number}.json").read_bytes()
                    row = {"kind": "message", "id": json.loads(said)["message"]}
                    ledger.write(json.dumps({**row, "session": session}) + "\n")


def run(seed: int, seconds: float, place: Path, *, children: int = 2) -> Outcome:
    """One project, one seed, so many seconds of faults; its journals are kept beside the ledgers."""
    root = place / "storm"
    folder = root / ".wuhu"
    folder.mkdir(parents=True)
    why_not = small_disk(folder, DISK)
    storm = Storm(root, place, seed)
    kept = place / "journals"
    try:
        clock = _Clock()
        prepare(root, children=children)
        clock.reached("made")
        faults = Faults(root, storm.living, random.Random(seed + 1), has_disk=not why_not)
        storm.wake()
        clock.reached("woken")
        storm.blow(seconds, faults)
        clock.reached("blown")
        storm.calm()
        clock.reached("calmed")
        broken = storm.rest()
        clock.reached("at rest")
        records, confirmed = read_records(folder), read_confirmed(*storm.ledgers())
        broken = violations(records, confirmed, settled=not broken) + broken
        copy_journals(root, kept)
    finally:
        storm.end()
        if not why_not:
            remove_disk(folder)
    notes = [f"no full disk in this run: {why_not}"] if why_not else []
    verbs = Counter(row["kind"] for row in confirmed.rows)
    return Outcome(seed, Counter(faults.done), verbs, broken, kept, notes, clock.parts)


class _Clock:
    """How long each part took."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self._since = time.monotonic()

    def reached(self, part: str) -> None:
        """A part is over."""
        now = time.monotonic()
        self.parts[part], self._since = now - self._since, now


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Until it ends; one that does not is asked where it hangs, and killed."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def main(minutes: float, seed: int) -> int:
    """One seed after the other, for so long; returns how many broke a promise."""
    end, broken = time.monotonic() + minutes * 60, 0
    while time.monotonic() < end:
        place = Path(tempfile.mkdtemp(prefix=f"wuhu-fault-{seed}-"))
        outcome = run(seed, random.Random(seed).uniform(15, 40), place, children=3)
        sys.stdout.write(f"{outcome.told()}\n")
        sys.stdout.flush()
        broken += bool(outcome.broken)
        seed += 1
    return broken


if __name__ == "__main__":
    sys.exit(
        min(
            1,
            main(
                float(os.environ.get("FAULT_MINUTES", "3")), int(os.environ.get("FAULT_SEED", "1"))
            ),
        )
    )
