"""Permissions and forms of the real sample agent become questions, and answers find their way back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.agents.conftest import Theatre
from tests.agents.sink import LIMIT, NOW
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY, PermissionRequest
from wuhu_tui.model.questions import Option, QuestionKind

CHOICE: dict[str, Any] = {
    "ask": "Which store?",
    "options": [
        {"key": "memory", "label": "In memory", "steps": [{"say": "Memory."}]},
        {
            "key": "sqlite",
            "label": "SQLite",
            "detail": "survives restarts",
            "recommended": True,
            "steps": [{"say": "Took {last_answer}."}],
        },
    ],
    "on_text": [{"say": "Words: {last_answer}."}],
    "on_none": [{"say": "Nothing."}],
}

REMOVAL: dict[str, Any] = {
    "permission": "Remove the cart",
    "command": "rm cart.py",
    "on_allow": [{"say": "Gone."}],
    "on_reject": [{"say": "Kept."}],
}


async def test_a_form_is_a_choice(theatre: Theatre) -> None:
    theatre.play([CHOICE])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        show.sink.answers.append({"choice": "sqlite"})
        await show.agent.prompt("Go")
    question = show.sink.questions[0]
    assert (question.id, question.kind, question.asked_at) == ("q1", QuestionKind.CHOICE, NOW)
    assert question.text == "Which store?"
    assert question.options == (
        Option(key="sqlite", label="SQLite", detail="survives restarts", recommended=True),
        Option(key="memory", label="In memory"),
    )
    assert question.blocking
    assert show.sink.said == "Took sqlite."


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"text": "Redis"}, "Words: Redis."),
        ({"text": "in memory"}, "Memory."),
        ({}, "Nothing."),
    ],
)
async def test_a_choice_takes_words_too(
    theatre: Theatre, answer: dict[str, str], said: str
) -> None:
    theatre.play([CHOICE])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        show.sink.answers.append(answer)
        await show.agent.prompt("Go")
    assert show.sink.said == said


async def test_a_form_without_options_is_an_open_question(theatre: Theatre) -> None:
    theatre.play([{"ask": "What name?"}, {"say": "Hello {last_answer}"}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        show.sink.answers.append({"text": "Ada"})
        await show.agent.prompt("Go")
    assert show.sink.questions[0].kind is QuestionKind.OPEN
    assert show.sink.said == "Hello Ada"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"choice": "allow"}, "Gone."),
        ({"choice": "deny"}, "Kept."),
        ({"text": "yes"}, "Kept."),
    ],
)
async def test_a_permission_is_a_question(
    theatre: Theatre, answer: dict[str, str], said: str
) -> None:
    theatre.play([REMOVAL])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        show.sink.answers.append(answer)
        await show.agent.prompt("Go")
    question = show.sink.questions[0]
    assert question.kind is QuestionKind.PERMISSION
    assert (question.text, question.context) == ("Remove the cart", "rm cart.py")
    assert [(option.key, option.label, option.recommended) for option in question.options] == [
        (ALLOW, "Allow once", False),
        (ALLOW_SESSION, "Allow for this session", False),
        (DENY, "Deny", False),
    ]
    assert question.request == PermissionRequest(kind="execute", command="rm cart.py")
    assert show.sink.said == said
    assert (theatre.worktree / "cart.py").exists() == (said == "Kept.")
    assert show.sink.notes == []


async def test_words_beside_a_permission_are_passed_on(theatre: Theatre) -> None:
    theatre.play([REMOVAL])
    async with asyncio.timeout(LIMIT), theatre.show(reject_ends_turn=True) as show:
        show.sink.answers.append({"choice": "deny", "note": "rather move it to attic/"})
        await show.agent.prompt("Go")
    assert show.sink.said == "Kept."
    assert "ends its turn" in show.sink.questions[0].options[2].detail
    assert show.sink.passed_on == ["rather move it to attic/"]
    assert show.sink.notes == []


@pytest.mark.parametrize("step", [CHOICE, REMOVAL])
async def test_an_interrupt_withdraws_an_open_question(
    theatre: Theatre, step: dict[str, Any]
) -> None:
    theatre.play([step, {"say": "after"}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_asked()
        await show.agent.interrupt()
        assert await turn == "cancelled"
        assert show.sink.withdrawn == show.sink.questions
    assert show.sink.said == ""


async def test_some_agents_need_the_permission_answered_before_they_stop(
    theatre: Theatre,
) -> None:
    theatre.play([REMOVAL], behaviour={"cancel_waits_for_permission": True})
    async with (
        asyncio.timeout(LIMIT),
        theatre.show(cancel_answers_permission=True) as show,
    ):
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_asked()
        await show.agent.interrupt()
        # The agent hears the rejection first and may go on a little before it hears the cancel.
        assert await turn in {"cancelled", "end_turn"}
        assert show.sink.withdrawn == show.sink.questions
    assert (theatre.worktree / "cart.py").exists()


async def test_a_question_stays_when_its_agent_dies(theatre: Theatre) -> None:
    theatre.play([CHOICE])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_asked()
        assert show.sink.withdrawn == []
        await show.agent.close()
        await asyncio.wait({turn})
        assert turn.exception() is not None
        # The call is cancelled only after the sink heard of the agent's end.
        assert show.sink.exits == [(0, "")]
        assert show.sink.withdrawn == show.sink.questions
