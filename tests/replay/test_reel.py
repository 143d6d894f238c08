"""The reel: a recording opened, and any moment of it."""

from __future__ import annotations

from pathlib import Path

from tests.replay.journals import Recording, at, opened
from wuhu_tui.model import events
from wuhu_tui.model.board import Board
from wuhu_tui.model.fold import fold_all


async def test_a_recording_is_told_in_one_order(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.born("one", 1)
    recording.tell("one", 2, events.RunnerStarted(pid=1))
    recording.tell("one", 4, events.TurnStarted(turn=1))
    recording.tell("", 3, events.Noted(text="between"))
    reel = await opened(recording)
    records = await reel.records(0, 99)
    assert [(record.session, record.seq) for record in records] == [
        ("", 1),
        ("", 2),
        ("one", 1),
        ("", 3),
        ("one", 2),
    ]
    still = await reel.still(4)
    assert still.board == fold_all(Board(), records[:4])
    assert still.seen == {"": 3, "one": 1}
    assert (reel.last.index, reel.last.at, reel.read) == (5, at(4), 1.0)
    assert [(moment.index, name) for moment, name in reel.turns()] == [(5, "one")]
    await reel.aclose()
