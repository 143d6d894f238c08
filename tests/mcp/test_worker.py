"""The worker's tools, through a real client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp_types import CallToolResult, TextContent

from tests.session.stage import make_session
from tests.worker.stand_in import StandIn
from wuhu_tui.mcp import worker
from wuhu_tui.mcp.tools import (
    ASK,
    JUDGE,
    REPLY,
    REPORT,
    TOOLS,
    AskArguments,
    ReplyArguments,
    ReportArguments,
    VerdictArguments,
)
from wuhu_tui.model.commands import (
    AnswerTaken,
    AnyCommand,
    Ask,
    MakeJudgement,
    MakeReport,
    ReplyToComment,
)
from wuhu_tui.model.questions import OnTimeout, Question
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.reviews import Assignment
from wuhu_tui.session.mailbox import Mailbox

PATIENCE = 20
WHICH = {
    "question": "Which hash?",
    "options": [
        {"label": "bcrypt"},
        {"key": "a", "label": "argon2", "detail": "newer", "recommended": True},
    ],
}


@pytest.fixture
async def client(runner: StandIn) -> AsyncIterator[Client]:
    """Kept by a task of its own: what entered a client must leave it."""
    ready: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()

    async def keep() -> None:
        async with Client(worker.server()) as client:
            ready.set_result(client)
            await done.wait()

    keeper = asyncio.create_task(keep())
    async with asyncio.timeout(PATIENCE):
        yield await ready
        done.set()
        await keeper


def _words(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def _call(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, _words(result)
    return _words(result)


async def _refused(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return _words(result)


async def _next(runner: StandIn) -> AnyCommand:
    while True:
        for command in runner.look():
            return command
        await asyncio.sleep(0.01)


async def _question(runner: StandIn) -> Question:
    command = await _next(runner)
    assert isinstance(command, Ask)
    runner.ask(command.question)
    return command.question


async def test_the_tools_and_what_they_take(client: Client) -> None:
    assert client.server_info is not None
    assert client.server_info.name == "wuhu"
    assert client.instructions is not None
    assert "report" in client.instructions
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"ask", "report", "progress", "read_brief", "reply"}
    for name, tool in tools.items():
        assert tool.description
        assert tool.input_schema == TOOLS[name][1]


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        (ASK, AskArguments),
        (REPORT, ReportArguments),
        (JUDGE, VerdictArguments),
        (REPLY, ReplyArguments),
    ],
)
def test_the_schema_names_every_argument(schema: dict[str, Any], kind: Any) -> None:
    assert set(schema["properties"]) == set(kind.__struct_fields__)


async def test_a_question_is_answered(client: Client, runner: StandIn) -> None:
    call = asyncio.create_task(_call(client, "ask", **WHICH))
    question = await _question(runner)
    assert [option.key for option in question.options] == ["a", "bcrypt"]
    runner.answer(question, choice="a", note="it is newer")
    assert await call == "The answer is: argon2 — it is newer"
    assert isinstance(await _next(runner), AnswerTaken)


async def test_options_may_be_written_as_text(client: Client, runner: StandIn) -> None:
    call = asyncio.create_task(
        _call(client, "ask", question="Which?", options=["a: argon2 — newer", "bcrypt"])
    )
    question = await _question(runner)
    assert [(o.key, o.label, o.detail) for o in question.options] == [
        ("a", "argon2", "newer"),
        ("bcrypt", "bcrypt", ""),
    ]
    runner.answer(question, choice="bcrypt")
    assert await call == "The answer is: bcrypt"


async def test_the_default_counts_when_nobody_answers(client: Client, runner: StandIn) -> None:
    call = asyncio.create_task(_call(client, "ask", **WHICH, default="a", deadline="1m"))
    question = await _question(runner)
    assert (question.on_timeout, question.default) == (OnTimeout.DEFAULT, "a")
    runner.answer(question, choice="a", expired=True)
    assert await call == "Nobody answered in time. Go on with your default: argon2"


async def test_nobody_answers_and_there_is_no_default(client: Client, runner: StandIn) -> None:
    call = asyncio.create_task(_call(client, "ask", question="Which?", blocking=False))
    runner.answer(await _question(runner), text="nobody answered in time", expired=True)
    assert "Decide yourself" in await call


async def test_without_waiting_the_same_words_fetch_the_answer(
    client: Client, runner: StandIn
) -> None:
    assert "Go on with what does not depend" in await _call(client, "ask", **WHICH, wait=False)
    question = await _question(runner)
    assert question.id in await _call(client, "ask", **WHICH, wait=False)
    runner.answer(question, choice="a")
    assert await _call(client, "ask", **WHICH) == "The answer is: argon2"


async def test_a_waiting_question_gives_signs_of_life(
    client: Client, runner: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SIGN_OF_LIFE", 0.0)
    heard = asyncio.Event()

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        assert message is not None
        assert "waiting for the lead" in message
        heard.set()

    call = asyncio.create_task(client.call_tool("ask", WHICH, progress_callback=hear))
    question = await _question(runner)
    await heard.wait()
    runner.answer(question, choice="a")
    assert not (await call).is_error


async def test_a_cancelled_call_leaves_the_question(client: Client, runner: StandIn) -> None:
    call = asyncio.create_task(client.call_tool("ask", WHICH))
    question = await _question(runner)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert await _call(client, "progress", text="still there") == "Told."
    assert isinstance(await _next(runner), MakeReport)
    runner.answer(question, choice="a")
    assert await _call(client, "ask", **WHICH) == "The answer is: argon2"
    assert isinstance(await _next(runner), AnswerTaken)


async def test_a_report_and_progress_lie_in_the_mailbox(client: Client, runner: StandIn) -> None:
    assert (
        await _call(client, "report", kind="done", summary="s", evidence="e") == "Reported: done."
    )
    assert await _call(client, "progress", text="half") == "Told."
    reports = [command for command in runner.look() if isinstance(command, MakeReport)]
    assert [(r.kind, r.summary, r.evidence) for r in reports] == [
        (ReportKind.DONE, "s", "e"),
        (ReportKind.NOTE, "half", ""),
    ]


async def test_the_brief_is_read(client: Client) -> None:
    assert "Task:\nHash the passwords." in await _call(client, "read_brief")


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {}, "missing required field `question`"),
        ("ask", {"question": " "}, "needs words"),
        ("ask", {"question": "?", "colour": "red"}, "unknown field `colour`"),
        ("ask", {"question": "?", "deadline": "soon"}, "not a duration"),
        ("ask", {"question": "?", "options": ["one"]}, "no choice"),
        ("report", {"kind": "finished", "summary": "s"}, "it takes: kind, summary, evidence"),
        ("report", {"kind": "done", "summary": " "}, "needs a summary"),
        ("shout", {}, "there are: ask, report, progress, reply, read_brief"),
    ],
)
async def test_what_is_wrong_is_told_in_words(
    client: Client, runner: StandIn, tool: str, arguments: dict[str, Any], words: str
) -> None:
    assert words in await _refused(client, tool, **arguments)
    assert runner.look() == []


async def test_outside_a_session_every_call_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WUHU_SESSION_FOLDER")
    assert "not inside a session" in await _refused(client, "report", kind="done", summary="s")


async def test_a_judge_is_offered_its_verdict(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judges = Assignment(session="shop-impl-02", head="a" * 40, base="b" * 40)
    root = tmp_path / "judging"
    root.mkdir()
    folder, _ = make_session(root, judges=judges, acceptance=("it is fast",))
    monkeypatch.setenv("WUHU_SESSION_FOLDER", str(folder.path))
    assert "judge" in {tool.name for tool in (await client.list_tools()).tools}
    words = {"verdict": "approved", "head": "a" * 40, "note": "right"}
    assert "criterion 1 is not answered" in await _refused(client, "judge", **words)
    met = [{"number": 1, "met": True, "evidence": "src/a.py:3"}]
    finding = {"path": "a.py", "line": 3, "text": "long name", "severity": "note"}
    await _call(client, "judge", **words, criteria=met, findings=[finding])
    ((said, _),) = Mailbox(folder.mailbox).take_all()
    assert isinstance(said, MakeJudgement)
    assert said.criteria[0].evidence == ("src/a.py:3",)
    assert said.findings[0].severity == "note"


async def test_a_reply_and_answered_criteria(client: Client, runner: StandIn) -> None:
    await _call(client, "reply", comment="c7", text="renamed")
    said = await _next(runner)
    assert isinstance(said, ReplyToComment)
    assert (said.comment, said.text) == ("c7", "renamed")
    assert "no tool is called judge" in await _refused(client, "judge")
    criteria = [{"number": 9, "met": True, "evidence": "a:1"}]
    words = {"kind": "done", "summary": "x", "criteria": criteria}
    assert "no criterion 9" in await _refused(client, "report", **words)
