"""Letters on their way through a real project: journal first, mailbox second, under one id."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.core.conftest import Desk
from tests.core.letter_steps import letter_of, old_letter
from wuhu_tui.core import delivery, letters
from wuhu_tui.core.letters import post
from wuhu_tui.model import commands
from wuhu_tui.model.errors import JournalError, NotPossible, UsageError
from wuhu_tui.model.events import Event
from wuhu_tui.model.letters import LetterKind, LetterState
from wuhu_tui.model.letters_waiting import waiting_for
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.project_events import LetterMoved
from wuhu_tui.model.states import SessionState

STATE = LetterState


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TAKE_PATIENCE", 1.0)


async def test_a_message_is_written_down_before_it_lies_in_the_mailbox(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.started()
    seen: list[bool] = []
    send = desk.host.send

    async def look(to: str, command: commands.AnyCommand) -> None:
        seen.append(command.id in desk.core.board.letters)
        await send(to, command)

    monkeypatch.setattr(desk.host, "send", look)
    name = await desk.core.steer(session, "look left", by="shop-orch-01")
    assert seen == [True]
    letter = letter_of(desk, name)
    assert (letter.kind, letter.sender, letter.recipient, letter.text) == (
        LetterKind.STEER,
        "shop-orch-01",
        session,
        "look left",
    )
    assert [message.id for message in desk.view(session).waiting] == [name]


async def test_follow_ups_and_answers_are_letters_too(desk: Desk) -> None:
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.asks("q1", "red", "blue")
    await desk.reaches(session, SessionState.ASKING)
    await desk.core.answer(session, "q1", choice="red", note="it is warm")
    later = await desk.core.follow_up(session, "and then?")
    [answer] = [one for one in desk.core.board.letters.values() if one.kind is LetterKind.ANSWER]
    assert answer.about == "q1"
    assert answer.answer is not None
    assert (answer.answer.choice, answer.answer.note) == ("red", "it is warm")
    assert letter_of(desk, later).lane is Lane.FOLLOW_UP


async def test_a_crash_before_the_mailbox_is_mended_by_the_conductor(
    desk: Desk, conducted: Desk
) -> None:
    session = await conducted.started()
    await post(conducted.core.project, old_letter(session))
    await conducted.until(
        lambda: any(m.id == "l1" for m in conducted.view(session).waiting), "it is brought"
    )
    await conducted.until(lambda: letter_of(conducted, "l1").state is STATE.OFFERED, "offered")
    await conducted.core.project.host.send(session, letters.command_of(letter_of(conducted, "l1")))
    await conducted.core.idle()
    assert [m.id for m in conducted.view(session).waiting] == ["l1"]


async def test_what_could_not_be_laid_down_never_comes_by_itself(
    conducted: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await conducted.started()

    async def full(to: str, command: commands.AnyCommand) -> None:
        raise JournalError("no space left on device", where=to, remedy="free some")

    with monkeypatch.context() as patch:
        patch.setattr(conducted.host, "send", full)
        with pytest.raises(JournalError, match="no space left"):
            await conducted.core.steer(session, "look left")
    [letter] = conducted.core.board.letters.values()
    assert letter.state is STATE.DISCARDED
    assert "no space left" in letter.detail
    await conducted.core.idle()
    assert conducted.view(session).waiting == ()


async def test_where_not_even_the_end_can_be_written_the_sender_is_told_that_it_may_come(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.made()
    decide = desk.core.project.journal.decide

    async def full(to: str, command: commands.AnyCommand) -> None:
        raise JournalError("no space left on device", where=to, remedy="free some")

    async def no_end(wanted: Callable[..., list[Event]]) -> object:
        if any(isinstance(event, LetterMoved) for event in wanted(desk.core.board)):
            raise JournalError("still none", where="project.jsonl", remedy="free some")
        return await decide(wanted)

    monkeypatch.setattr(desk.host, "send", full)
    monkeypatch.setattr(desk.core.project.journal, "decide", no_end)
    with pytest.raises(JournalError, match="written down and comes when that is mended") as told:
        await desk.core.steer(session, "look left")
    assert "--cancel" in told.value.remedy


async def test_what_is_too_large_is_not_even_written_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.started()
    monkeypatch.setattr("wuhu_tui.model.commands.MAX_SIZE", 1000)
    with pytest.raises(UsageError, match="too large"):
        await desk.core.steer(session, "x" * 2000)
    assert desk.core.board.letters == {}


# Changes before any runner took it


async def test_what_no_runner_took_yet_can_be_taken_back_edited_and_moved(desk: Desk) -> None:
    session = await desk.made()
    gone = await desk.core.steer(session, "never mind")
    changed = await desk.core.follow_up(session, "first words")
    moved = await desk.core.steer(session, "later")
    assert [item.id for item in waiting_for(desk.core.board, session)] == [gone, moved, changed]
    await desk.core.cancel_message(session, gone)
    await desk.core.edit_message(session, changed, "better words")
    await desk.core.move_message(session, moved, Lane.FOLLOW_UP)
    assert letter_of(desk, gone).state is STATE.CANCELLED
    left = waiting_for(desk.core.board, session)
    assert [(item.id, item.lane, item.in_lane) for item in left] == [
        (changed, Lane.FOLLOW_UP, False),
        (moved, Lane.FOLLOW_UP, False),
    ]
    assert left[0].text == "better words"
    assert left[0].lands == "once it is started"
    with pytest.raises(NotPossible, match="lead took that message back already, at"):
        await desk.core.cancel_message(session, gone, by="shop-orch-01")


async def test_promoting_puts_a_message_before_all_others(desk: Desk) -> None:
    session = await desk.made()
    first = await desk.core.steer(session, "first")
    later = await desk.core.follow_up(session, "later")
    await desk.core.promote_message(session, later)
    await desk.core.promote_message(session, first)  # it is the first of what the runner has
    files = sorted((desk.folder.session(session).mailbox / "new").iterdir())
    assert b'"before":"%s"' % first.encode() in files[-1].read_bytes()
