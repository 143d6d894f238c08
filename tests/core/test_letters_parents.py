"""What a parent hears of its child, whoever dies in between."""

from __future__ import annotations

import pytest

from tests.core.conftest import Desk, open_desk
from tests.core.letter_steps import letter_of, old_letter
from wuhu_tui.core import delivery
from wuhu_tui.core.letters import post
from wuhu_tui.model import commands
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.letters import LetterKind, LetterState
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.states import SessionState

STATE = LetterState


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TAKE_PATIENCE", 1.0)


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
