"""Letters on their way through a real project: journal first, mailbox second, under one id."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.core.conftest import Desk, open_desk
from wuhu_tui.core import delivery, letters
from wuhu_tui.core.letters import post
from wuhu_tui.journal.clock import now
from wuhu_tui.model import commands, events
from wuhu_tui.model.errors import JournalError, NotFound, NotPossible, UsageError
from wuhu_tui.model.events import Event
from wuhu_tui.model.letters import LEAD, Letter, LetterKind, LetterState
from wuhu_tui.model.letters_waiting import waiting_for
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.project_events import LetterMoved
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.states import SessionState

STATE = LetterState


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TAKE_PATIENCE", 1.0)


def letter_of(desk: Desk, name: str) -> Letter:
    return desk.core.board.letters[name]


def old_letter(recipient: str, name: str = "l1", kind: LetterKind = LetterKind.STEER) -> Letter:
    """A letter that was posted a while ago, by somebody who died before it was laid down."""
    return Letter(
        id=name,
        kind=kind,
        sender=LEAD,
        recipient=recipient,
        text=f"text of {name}",
        posted_at=now() - timedelta(minutes=1),
        lane=Lane.STEER,
    )


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


# Verbs on letters


async def dead(desk: Desk, name: str, kind: LetterKind = LetterKind.NOTE) -> str:
    """A letter that died on its way to a session that never ran."""
    session = await desk.made()
    await post(desk.core.project, old_letter(session, name, kind))
    await desk.core.project.append(LetterMoved(letter=name, after=STATE.DEAD, detail="gone"))
    return session


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


# A parent


async def family(desk: Desk) -> tuple[str, str]:
    """A parent that rests, and a child of it at work."""
    parent = await desk.started("orch")
    child = await desk.started(parent=parent)
    desk.host.workers[parent].rests()
    desk.host.workers[parent].reports(ReportKind.NOTE)
    await desk.reaches(parent, SessionState.REPORTED)
    return parent, child


def heard(desk: Desk, session: str) -> list[str]:
    return desk.host.workers[session].heard


async def test_a_parent_hears_of_its_child_once_also_from_a_second_conductor(
    conducted: Desk,
) -> None:
    parent, child = await family(conducted)
    conducted.host.workers[child].reports(ReportKind.BLOCKED)
    await conducted.until(lambda: len(heard(conducted, parent)) == 1, "the parent hears it")
    assert f"{child} says: blocked" in heard(conducted, parent)[0]
    await conducted.core.idle()
    await conducted.core.aclose()
    second = await open_desk(conducted.folder.root, conduct=True)
    try:
        await second.core.idle()
        letters_of_child = [
            one for one in second.core.board.letters.values() if one.sender == child
        ]
        assert len(letters_of_child) == 1
        assert not list((conducted.folder.session(parent).mailbox / "new").glob("*.json"))
    finally:
        await second.core.aclose()


async def test_what_a_child_said_before_it_was_archived_is_not_lost(desk: Desk) -> None:
    """No conductor had carried it; nobody reads the journal of an archived session again."""
    parent, child = await family(desk)
    desk.host.workers[child].reports(ReportKind.BLOCKED)
    await desk.reaches(child, SessionState.REPORTED)
    await desk.core.stop(child)
    await desk.core.archive(child)
    [letter] = [one for one in desk.core.board.letters.values() if one.sender == child]
    assert (letter.recipient, letter.kind) == (parent, LetterKind.BLOCKED)
    await desk.until(lambda: len(heard(desk, parent)) == 1, "the parent hears it")


async def test_a_parent_that_sleeps_is_woken_by_a_report(
    conducted: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent, child = await family(conducted)
    await conducted.core.hibernate(parent)
    conducted.host.workers[child].reports(ReportKind.DONE)
    await conducted.until(lambda: conducted.host.resumed.count(parent) == 2, "it is woken")
    await conducted.until(
        lambda: any("says: done" in m.text for m in conducted.view(parent).waiting), "it hears"
    )


async def test_a_parent_that_was_stopped_is_not_resumed_by_a_report(conducted: Desk) -> None:
    parent, child = await family(conducted)
    await conducted.core.stop(parent)
    conducted.host.workers[child].reports(ReportKind.DONE)
    await conducted.until(
        lambda: any(
            one.sender == child and one.state is STATE.DEFERRED
            for one in conducted.core.board.letters.values()
        ),
        "the letter waits",
    )
    [letter] = [one for one in conducted.core.board.letters.values() if one.sender == child]
    assert letter.failures == 1
    assert letter.next_try is not None
    assert conducted.host.resumed.count(parent) == 1
    await conducted.core.resume(parent)
    await conducted.until(
        lambda: any(m.id == letter.id for m in conducted.view(parent).waiting), "it lands after all"
    )


async def test_what_an_archived_parent_should_hear_goes_to_the_lead(conducted: Desk) -> None:
    parent, child = await family(conducted)
    await conducted.core.stop(parent)
    await conducted.core.archive(parent, discard=True)
    conducted.host.workers[child].reports(ReportKind.DONE)

    def escalated() -> bool:
        mine = [one for one in conducted.core.board.letters.values() if one.sender == child]
        return [one.state for one in mine] == [STATE.ESCALATED]

    await conducted.until(escalated, "the lead is told")


async def test_a_mailbox_that_takes_nothing_is_told_and_tried_again(
    conducted: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await conducted.started()

    async def full(to: str, command: commands.AnyCommand) -> None:
        raise JournalError("no space left on device", where=to, remedy="free some")

    with monkeypatch.context() as patch:
        patch.setattr(conducted.host, "send", full)
        await post(conducted.core.project, old_letter(session))
        await conducted.until(lambda: "no space" in letter_of(conducted, "l1").detail, "told")
        assert letter_of(conducted, "l1").state is STATE.DEFERRED
        assert letter_of(conducted, "l1").failures == 0
    await conducted.until(
        lambda: any(m.id == "l1" for m in conducted.view(session).waiting), "it is brought"
    )
