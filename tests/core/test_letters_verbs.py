"""What is done with a letter: sent again, changed, let go, seen."""

from __future__ import annotations

import asyncio

import pytest

from tests.core.conftest import Desk
from tests.core.letter_steps import dead, letter_of
from wuhu_tui.core import delivery
from wuhu_tui.model import commands, events
from wuhu_tui.model.errors import NotFound, NotPossible, UsageError
from wuhu_tui.model.letters import LetterState
from wuhu_tui.model.letters_waiting import waiting_for
from wuhu_tui.model.project_events import LetterMoved
from wuhu_tui.model.states import SessionState

STATE = LetterState


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TAKE_PATIENCE", 1.0)


async def test_a_dead_letter_is_sent_again_with_a_note(desk: Desk) -> None:
    session = await dead(desk, "d1")
    assert await desk.core.requeue_letter("d1", note="it is back") == "d1"
    letter = letter_of(desk, "d1")
    assert (letter.state, letter.note, letter.failures) == (STATE.QUEUED, "it is back", 0)
    assert [item.id for item in waiting_for(desk.core.board, session)] == ["d1"]
    await desk.core.start(session)
    assert [message.id for message in desk.view(session).waiting] == ["d1"]


async def test_what_its_recipient_had_is_sent_again_as_another_letter(desk: Desk) -> None:
    """The same id would be the same message, and change nothing."""
    session = await desk.started()
    worker = desk.host.workers[session]
    name = await desk.core.steer(session, "look left")
    worker.write(events.MessageUnsure(id=name))
    await desk.core.project.catch_up()
    again = await desk.core.requeue_letter(name)
    assert again != name
    assert letter_of(desk, name).state is STATE.DISCARDED
    assert again in letter_of(desk, name).detail
    assert [message.text for message in desk.view(session).waiting] == ["look left"]


async def test_a_letter_that_arrived_is_not_sent_again(desk: Desk) -> None:
    session = await desk.started()
    desk.host.workers[session].rests()
    await desk.reaches(session, SessionState.IDLE)
    name = await desk.core.steer(session, "look left")
    with pytest.raises(NotPossible, match="has it already"):
        await desk.core.requeue_letter(name)


async def test_discarding_ends_a_letter_for_good_and_takes_it_back(desk: Desk) -> None:
    session = await dead(desk, "d1")
    await desk.core.discard_letter("d1", note="done by hand")
    assert letter_of(desk, "d1").state is STATE.DISCARDED
    assert letter_of(desk, "d1").note == "done by hand"
    await desk.core.start(session)
    assert desk.view(session).waiting == ()
    for verb in (
        desk.core.requeue_letter("d1"),
        desk.core.edit_letter("d1", "x"),
        desk.core.discard_letter("d1"),
        desk.core.acknowledge_letter("d1"),
    ):
        with pytest.raises(NotPossible, match="discarded"):
            await verb


async def test_two_who_send_the_same_again_send_it_once(desk: Desk) -> None:
    session = await desk.started()
    name = await desk.core.steer(session, "look left")
    desk.host.workers[session].write(events.MessageUnsure(id=name))
    await desk.core.project.catch_up()
    results = await asyncio.gather(
        *(desk.core.requeue_letter(name) for _ in range(2)), return_exceptions=True
    )
    [refused] = [result for result in results if isinstance(result, NotPossible)]
    assert "discarded" in refused.message
    assert [message.text for message in desk.view(session).waiting] == ["look left"]


@pytest.mark.parametrize("change", ["cancel", "edit", "discard", "edit the letter"])
async def test_a_runner_that_has_not_said_so_has_changed_nothing(
    desk: Desk, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lives and is slow: the message may land as it is while somebody reads "cancelled"."""
    session = await desk.started()
    name = await desk.core.steer(session, "look left")
    monkeypatch.setattr(delivery, "TAKE_PATIENCE", 0.01)

    async def swallow(to: str, command: commands.AnyCommand) -> None:
        """It lies in the mailbox, and nobody looks."""

    monkeypatch.setattr(desk.host, "send", swallow)
    match change:
        case "cancel":
            await desk.core.cancel_message(session, name)
        case "edit":
            await desk.core.edit_message(session, name, "look right")
        case "discard":
            await desk.core.discard_letter(name)
        case _:
            await desk.core.edit_letter(name, "look right")
    assert not letter_of(desk, name).is_ended
    assert letter_of(desk, name).text == "look left"


async def test_what_never_reached_an_archived_session_can_be_let_go(desk: Desk) -> None:
    session = await dead(desk, "d1")
    await desk.core.archive(session)
    await desk.core.discard_letter("d1")
    assert letter_of(desk, "d1").state is STATE.DISCARDED


async def test_acknowledging_makes_a_letter_silent_and_takes_nothing_back(desk: Desk) -> None:
    session = await desk.made()
    name = await desk.core.steer(session, "look left")
    await desk.core.project.append(LetterMoved(letter=name, after=STATE.ESCALATED, detail="gone"))
    await desk.core.acknowledge_letter(name)
    assert letter_of(desk, name).state is STATE.ACKED
    await desk.core.start(session)
    assert [message.id for message in desk.view(session).waiting] == [name]


async def test_a_letter_s_words_are_changed_wherever_it_lies(desk: Desk) -> None:
    session = await dead(desk, "d1")
    await desk.core.edit_letter("d1", "better words")
    assert letter_of(desk, "d1").text == "better words"
    await desk.core.requeue_letter("d1")
    await desk.core.start(session)
    [message] = desk.view(session).waiting
    assert message.text == "better words"
    with pytest.raises(UsageError):
        await desk.core.edit_letter("d1", "  ")


async def test_letters_that_do_not_exist_are_told(desk: Desk) -> None:
    for verb in (
        desk.core.requeue_letter("x"),
        desk.core.edit_letter("x", "y"),
        desk.core.discard_letter("x"),
        desk.core.acknowledge_letter("x"),
    ):
        with pytest.raises(NotFound, match="no message x"):
            await verb
