"""The worker's tools as an MCP server over stdio: `python -m wuhu_tui.mcp.worker`.

It belongs to one session, that of its environment, and keeps nothing: a question lives in the
session's journal, so a server or an agent that ends while it waits loses nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import mcp_types as types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server

from wuhu_tui.mcp.telling import told, tools_page
from wuhu_tui.mcp.tools import (
    INSTRUCTIONS,
    TOOLS,
    Arguments,
    AskArguments,
    NoArguments,
    ProgressArguments,
    ReplyArguments,
    ReportArguments,
    VerdictArguments,
    answers_of,
    arguments_of,
)
from wuhu_tui.model.errors import NotFound, WuhuError
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.reviews import Finding, VerdictKind
from wuhu_tui.worker.asking import Answered, Asking, pauses
from wuhu_tui.worker.brief import brief_text, read_brief
from wuhu_tui.worker.judging import judges_of, make_judgement, make_reply
from wuhu_tui.worker.place import own_folder, spec_of
from wuhu_tui.worker.reporting import make_report

NAME = "wuhu"

SIGN_OF_LIFE = 5.0
"""Seconds between two words that a question still waits: clients give up on silent calls."""

Context = ServerRequestContext[dict[str, Any]]
Step = Callable[[Any, Context], Awaitable[str]]


async def _ask(wish: AskArguments, context: Context) -> str:
    asking = Asking.of(own_folder(), wish.as_wish())
    asking.begin()
    if not wish.wait:
        found = asking.look()
        return _told(found) if found else _told_asked(asking)
    return _told(await _answer(asking, context))


async def _answer(asking: Asking, context: Context) -> Answered:
    """Wait as long as it takes; whoever cancels this call cancels the waiting, not the question."""
    began = told = anyio.current_time()
    for pause in pauses():
        answered = asking.look()
        if answered is not None:
            return answered
        await anyio.sleep(pause)
        now = anyio.current_time()
        if now - told >= SIGN_OF_LIFE:
            told = now
            words = f"waiting for the lead's answer ({now - began:.0f} s)"
            await context.session.report_progress(now - began, message=words)
    raise AssertionError("pauses do not end")


async def _report(wish: ReportArguments, context: Context) -> str:
    kind, place = ReportKind(wish.kind), own_folder()
    acceptance = spec_of(place).acceptance if wish.criteria else ()
    answers = answers_of(wish.criteria, acceptance)
    make_report(place, kind, wish.summary, evidence=wish.evidence, criteria=answers)
    return f"Reported: {kind.value}."


async def _judge(wish: VerdictArguments, context: Context) -> str:
    place = own_folder()
    findings = tuple(
        Finding(path=one.path, line=one.line, text=one.text, severity=one.severity)
        for one in wish.findings
    )
    judged = make_judgement(
        place,
        VerdictKind(wish.verdict),
        head=wish.head,
        note=wish.note,
        findings=findings,
        criteria=answers_of(wish.criteria, spec_of(place).acceptance),
    )
    return f"Judged {judged.head[:12]}: {judged.kind.value}."


async def _reply(wish: ReplyArguments, context: Context) -> str:
    make_reply(own_folder(), wish.comment, wish.text)
    return "Replied."


async def _progress(wish: ProgressArguments, context: Context) -> str:
    make_report(own_folder(), ReportKind.NOTE, wish.text)
    return "Told."


async def _read_brief(wish: NoArguments, context: Context) -> str:
    return brief_text(read_brief(own_folder()))


STEPS: dict[str, tuple[type[Arguments], Step]] = {
    "ask": (AskArguments, _ask),
    "report": (ReportArguments, _report),
    "progress": (ProgressArguments, _progress),
    "judge": (VerdictArguments, _judge),
    "reply": (ReplyArguments, _reply),
    "read_brief": (NoArguments, _read_brief),
}
"""What each tool takes and does."""


def _offered() -> dict[str, tuple[str, dict[str, Any]]]:
    try:
        judges = judges_of(own_folder())
    except WuhuError:
        judges = None
    if judges is not None:
        return TOOLS
    return {name: tool for name, tool in TOOLS.items() if name != "judge"}


async def list_tools(
    context: Context, params: types.PaginatedRequestParams | None
) -> types.ListToolsResult:
    """All tools, on one page; `judge` only where there is something to judge."""
    return tools_page(_offered())


async def call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
    """Call one tool; what goes wrong is told in words that the model reads."""
    try:
        if params.name not in _offered():
            known = ", ".join(_offered())
            raise NotFound(f"no tool is called {params.name}", remedy=f"there are: {known}")
        kind, step = STEPS[params.name]
        return told(await step(arguments_of(params.name, params.arguments, kind), context))
    except WuhuError as error:
        return told(f"{error.title}: {error}", failed=True)


def server() -> Server[dict[str, Any]]:
    """The server, ready to run."""
    return Server(NAME, instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool)


async def serve() -> None:
    """Serve this process's stdin and stdout until stdin ends."""
    worker = server()
    async with stdio_server() as (reading, writing):
        await worker.run(reading, writing, worker.create_initialization_options())


def _told(answered: Answered) -> str:
    if answered.is_none:
        return (
            "Nobody answered in time, and there is no default. Decide yourself if you safely can "
            "and say so in your report; else report blocked."
        )
    if answered.expired:
        return f"Nobody answered in time. Go on with your default: {answered.words}"
    return f"The answer is: {answered.words}"


def _told_asked(asking: Asking) -> str:
    return (
        f"Asked ({asking.question.id}). Go on with what does not depend on it; the answer reaches "
        "you as a message. Asking the same again returns it once it is there."
    )


def main() -> None:
    """Run the server in this process."""
    try:
        anyio.run(serve)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
