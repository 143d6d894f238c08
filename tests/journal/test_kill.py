"""A writer killed at any moment: what it acknowledged is there, and the next life goes on."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from wuhu_tui.journal.lock import FileLock, is_held
from wuhu_tui.journal.reader import read_from

WRITE = """
import sys
from pathlib import Path
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model.events import AgentSaid, Noted
path = Path(sys.argv[1])
with FileLock(path.with_suffix(".lock")):
    writer = JournalWriter.open(path, kind="session", name="s")
    epoch = writer.claim_epoch()
    for number in range(100_000):
        writer.append(AgentSaid(text="x" * (number % 700)))
        record = writer.append(Noted(text=f"{epoch}:{number}"))
        print(record.seq, record.event.text, flush=True)
"""


@pytest.mark.crash
def test_nothing_acknowledged_is_lost_over_many_killed_lives(path: Path) -> None:
    chance = random.Random(7)
    acknowledged: list[tuple[int, str]] = []
    for _ in range(8):
        command = [sys.executable, "-c", WRITE, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(chance.randint(1, 60))]
            process.kill()
            lines += process.stdout.readlines()
        whole = [line.split() for line in lines if line.endswith("\n")]
        acknowledged += [(int(seq), text) for seq, text in whole]
    page = read_from(path, "s")
    assert page.problems == ()
    kept = {record.seq: record.event.text for record in page.records}
    assert [record.seq for record in page.records] == list(range(1, len(page.records) + 1))
    assert len(acknowledged) >= 8
    assert [(seq, kept[seq]) for seq, _ in acknowledged] == acknowledged
    assert {record.epoch for record in page.records} == set(range(1, 9))
    assert not is_held(path.with_suffix(".lock"))
    assert FileLock(path.with_suffix(".lock")).acquire()
