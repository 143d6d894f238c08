"""A clock that is set back while everything runs: order and lives do not hang on it."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.session.stage import Stage
from wuhu_tui.journal.clock import now
from wuhu_tui.model.commands import AnyCommand, EditMessage, Steer
from wuhu_tui.model.reports import ExitReason
from wuhu_tui.session import mailbox as mailbox_module
from wuhu_tui.session.mailbox import Mailbox

BACK = timedelta(hours=1)


async def test_a_life_that_began_before_the_clock_was_set_back_can_be_stopped(stage: Stage) -> None:
    """For an hour after the clock was corrected every stop was taken for one of an earlier life.

    Here only what lay in the mailbox before the life began is judged by its time.
    """
    stage.open(asked_at=now())
    await stage.until(lambda: bool(stage.agents))
    await stage.agent.next_turn()
    stage.stop(at=now() - BACK)
    assert (await stage.ended()).reason is ExitReason.STOPPED


def test_a_message_and_what_changes_it_keep_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change of a message overtook the message itself, and the old words were delivered.

    Two commands of two processes lie in one mailbox; between them the clock was set back.
    """
    mailbox = Mailbox(tmp_path / "mailbox")
    mailbox.prepare()
    junk = ["99999999999999999999.far-ahead.json", "nothing.json", "1.json"]
    for name in junk:
        (mailbox.path / "new" / name).write_bytes(b"junk")
    real = time.time_ns()
    put: list[AnyCommand] = [
        Steer(id="one", by="lead", at=now(), text="old words"),
        EditMessage(id="two", by="lead", at=now(), message="one", text="new words"),
        Steer(id="three", by="lead", at=now(), text="more"),
    ]
    for hours, command in enumerate(put):
        monkeypatch.setattr(mailbox_module, "_newest", 0)
        monkeypatch.setattr("time.time_ns", lambda back=hours: real - back * 3600 * 10**9)
        mailbox.put(command)
    assert [command.id for command, _ in mailbox.take_all()] == ["one", "two", "three"]
