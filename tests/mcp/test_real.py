"""A worker's words and a real runner: asked in one life, answered in the next."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp_types import TextContent

from tests.mcp.conftest import spawned
from tests.session.real import RealSession
from wuhu_tui.journal.clock import now
from wuhu_tui.model.commands import AnswerQuestion
from wuhu_tui.model.events import (
    AnswerDelivered,
    MessageQueued,
    QuestionAsked,
    ReportMade,
    TurnEnded,
)
from wuhu_tui.model.messages import TASK
from wuhu_tui.model.questions import Answer, Question
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.guarded import setting_of

PATIENCE = 50
WUHU = f"{shlex.quote(sys.executable)} -P -m wuhu_tui.cli.main"
ASK = f"! run {WUHU} ask 'Which hash?' -o 'a: argon2' -o 'b: bcrypt' > answer"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[RealSession]:
    session = RealSession(tmp_path, ASK)
    yield session
    if session.alive:
        session.kill_runner()
        session.until(lambda: not session.processes)


async def _until_asked(session: RealSession) -> Question:
    while not session.events(QuestionAsked):
        await asyncio.sleep(0.02)
    question: Question = session.events(QuestionAsked)[0].question
    return question


def _answer(question: Question) -> Answer:
    return Answer(question=question.id, by="lead", at=now(), choice="a")


async def test_a_question_outlives_its_runner_and_is_answered_by_every_way(
    session: RealSession,
) -> None:
    async with asyncio.timeout(PATIENCE):
        await session.open()
        question = await _until_asked(session)
        await asyncio.to_thread(session.in_state, SessionState.ASKING)
        session.kill_runner()
        await asyncio.to_thread(session.until, lambda: not session.processes)
        await session.open()
        await session.send(AnswerQuestion, answer=_answer(question))
        (server,) = setting_of(session.spec, session.folder, 2).mcp_servers
        async with spawned(server) as client:
            asked = {"question": "Which hash?", "options": ["a: argon2", "b: bcrypt"]}
            result = await client.call_tool("ask", asked)
            (content,) = result.content
            assert isinstance(content, TextContent)
            assert content.text == "The answer is: argon2"
            await client.call_tool("report", {"kind": "done", "summary": "argon2 it is"})
        await asyncio.to_thread(session.until, lambda: session.events(ReportMade))
        await asyncio.to_thread(session.until, lambda: session.events(AnswerDelivered))
        assert len(session.events(QuestionAsked)) == 1
        await session.stop()


async def test_who_waits_for_an_answer_gets_it_and_no_message_repeats_it(
    session: RealSession,
) -> None:
    async with asyncio.timeout(PATIENCE):
        await session.open()
        question = await _until_asked(session)
        await session.send(AnswerQuestion, answer=_answer(question))
        await asyncio.to_thread(session.until, lambda: session.events(TurnEnded))
        assert (session.worktree / "answer").read_text() == "argon2\n"
        assert [event.question for event in session.events(AnswerDelivered)] == [question.id]
        assert [event.message.id for event in session.events(MessageQueued)] == [TASK]
        await session.stop()
