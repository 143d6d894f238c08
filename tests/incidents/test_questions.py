"""Questions and drafts: what two hands, the clock, or a long lunch do to them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.core.conftest import Desk, open_desk
from tests.session.stage import Stage
from wuhu_tui.journal.clock import now
from wuhu_tui.model.errors import Conflict
from wuhu_tui.model.events import AnswerRefused, MessageLanded, QuestionAnswered
from wuhu_tui.model.questions import OnTimeout, Option, Question, QuestionKind
from wuhu_tui.model.states import SessionState

COLOURS = (Option(key="r", label="red"), Option(key="b", label="blue"))


def _colour(**changes: object) -> Question:
    given = {"kind": QuestionKind.CHOICE, "text": "Which colour?", "options": COLOURS, **changes}
    return Question(id="q1", asked_at=now(), **given)  # type: ignore[arg-type]


async def test_a_draft_left_for_hours_is_found_as_it_was_left(conducted: Desk) -> None:
    """The lead began a message and went to lunch; meanwhile reports and questions came in.

    In another tool an arriving report was typed into the half-written line and sent with it. Here
    what arrives goes onto the board, and the file of drafts is nobody's but the lead's.
    """
    drafts = conducted.folder.drafts
    drafts.write_text('{"steer:shop-impl-01": "do not for"}', encoding="utf-8")
    left = drafts.read_bytes(), drafts.stat().st_mtime_ns
    asking, reporting = await conducted.started(), await conducted.started()
    conducted.host.workers[asking].asks("q1", "r", "b")
    conducted.host.workers[reporting].commits()
    conducted.host.workers[reporting].reports()
    await conducted.core.follow_up(reporting, "and now the docs", by="shop-lead-01")
    await conducted.reaches(asking, SessionState.ASKING)
    await conducted.core.idle()
    assert conducted.view(asking).questions
    assert (drafts.read_bytes(), drafts.stat().st_mtime_ns) == left


async def test_a_question_answered_by_two_hands_is_answered_by_one(
    desk: Desk, root: object
) -> None:
    """The lead said red while the orchestrator said blue, each sure to have decided.

    In another tool the agent got both. Here the first one counts, the agent hears one word, and
    the other hand is told who was first.
    """
    session = await desk.started()
    desk.host.workers[session].asks("q1", "r", "b")
    await desk.reaches(session, SessionState.ASKING)
    other = await open_desk(desk.folder.root)
    other.host.workers[session] = desk.host.workers[session]
    try:
        told = await asyncio.gather(
            desk.core.answer(session, "q1", choice="r"),
            other.core.answer(session, "q1", choice="b", by="orchestrator"),
            return_exceptions=True,
        )
    finally:
        await other.core.aclose()
    lost = [one for one in told if one is not None]
    assert len(lost) == 1
    assert isinstance(lost[0], Conflict)
    won = desk.host.workers[session].answers["q1"].by
    assert won in str(lost[0])


async def test_a_question_nobody_answered_in_time_went_ahead_and_said_so(stage: Stage) -> None:
    """The lead was away, the deadline passed, the default was taken; then the lead said otherwise.

    In another tool the late answer vanished. Here the record says that the deadline answered, the
    lead is told so, and the late words reach the agent as a message.
    """
    turn = await stage.first_turn()
    asked = turn.ask(_colour(deadline=now(), default="r", on_timeout=OnTimeout.DEFAULT))
    answer = await asyncio.wait_for(asked, 5)
    assert answer is not None
    assert answer.choice == "r"
    assert stage.events(QuestionAnswered)[0].expired
    await stage.taken(stage.answer("q1", "b", by="ann"))
    assert stage.events(AnswerRefused)[0].won_by == "deadline"
    turn.end()
    assert "blue" in (await stage.agent.next_turn()).text


@pytest.mark.parametrize("kind", [QuestionKind.PERMISSION, QuestionKind.CHOICE])
async def test_a_dialog_with_a_living_process_is_a_question_not_work(
    stage: Stage, kind: QuestionKind
) -> None:
    """An agent sat at a dialog for two hours; its process lived, so it was shown as working.

    A message that was typed then answered the dialog. Here the session asks at once, and what is
    said to it waits until the dialog has its own answer.
    """
    turn = await stage.first_turn()
    asked = turn.ask(_colour(kind=kind))
    await stage.in_state(SessionState.ASKING)
    word = stage.steer("r")
    await stage.taken(word)
    assert not asked.done()
    assert stage.log.state is SessionState.ASKING
    assert [message.id for message in stage.view.waiting] == [word.id]
    stage.answer("q1", "b")
    answer = await asyncio.wait_for(asked, 5)
    assert answer is not None
    assert answer.choice == "b"
    await stage.in_state(SessionState.WORKING)
    turn.end()
    later = await stage.agent.next_turn()
    assert later.text == "r"
    later.end()
    await stage.in_state(SessionState.IDLE)
    assert [event.id for event in stage.events(MessageLanded)].count(word.id) == 1


async def test_a_question_that_blocks_waits_however_late_it_is(stage: Stage) -> None:
    """A permission to delete was granted by a clock, because nobody was there to say no.

    Here nothing destructive has a deadline: it stays open, and the session asks.
    """
    turn = await stage.first_turn()
    late = now() - timedelta(hours=3)
    marker = _colour(deadline=now(), default="r", on_timeout=OnTimeout.DEFAULT)
    blocking = Question(
        id="rm",
        kind=QuestionKind.PERMISSION,
        text="rm -rf build",
        options=COLOURS,
        default="r",
        deadline=late,
        on_timeout=OnTimeout.DEFAULT,
        asked_at=late,
    )
    asked = turn.ask(blocking)
    await asyncio.wait_for(turn.ask(marker), 5)
    assert not asked.done()
    assert stage.log.state is SessionState.ASKING
