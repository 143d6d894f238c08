"""Screens are known by session; what is typed into them goes to living processes only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.core.conftest import Desk
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.commands import Keys, Resize
from wuhu_tui.model.errors import NotFound, NotPossible
from wuhu_tui.model.events import AgentSaid, Event
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState

AT = datetime(2026, 3, 4, tzinfo=UTC)


def record(seq: int, event: Event) -> Record:
    return Record(session="s1", epoch=1, seq=seq, ts=AT, event=event)


def test_a_screen_grows_beside_the_transcript() -> None:
    ledger = Ledger()
    assert ledger.screen("s1") is None
    first = ScreenChanged(columns=9, rows=2, lines={0: "a", 1: "b"}, whole=True)
    ledger.apply([record(1, first), record(2, AgentSaid(text="gone by"))])
    before = ledger.revision
    ledger.apply([record(3, ScreenChanged(columns=9, rows=2, lines={1: "c"}))])
    screen = ledger.screen("s1")
    assert screen is not None
    assert screen.lines == ("a", "c")
    assert ledger.revision > before
    assert [item.text for item in ledger.transcript("s1").items] == ["gone by"]
    ledger.begin_anew()
    assert ledger.screen("s1") is None


async def test_keys_go_to_a_living_runner_only(desk: Desk) -> None:
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.deaf = True
    await desk.core.type_keys(session, "ls\r")
    await desk.core.resize_screen(session, 120, 40)
    keys, size = (command for command, _ in worker.mailbox.take_all())
    assert isinstance(keys, Keys)
    assert (keys.text, keys.by) == ("ls\r", "lead")
    assert isinstance(size, Resize)
    assert (size.columns, size.rows) == (120, 40)
    worker.deaf = False
    await desk.core.stop(session)
    await desk.reaches(session, SessionState.STOPPED)
    with pytest.raises(NotPossible, match="does not live"):
        await desk.core.type_keys(session, "x")
    with pytest.raises(NotFound):
        await desk.core.type_keys("shop-impl-99", "x")
