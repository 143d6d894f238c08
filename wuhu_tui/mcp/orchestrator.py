"""The lead's verbs for an agent that directs others: an MCP server over stdio, `wuhu mcp`.

It keeps nothing of its own: joins, questions, letters and jobs belong to the project, so a server
or a client that ends while it waits loses nothing. It does the project's automation only while no
other process does, and lets go as soon as one asks.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import mcp_types as types
import msgspec
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server

from wuhu_tui.core.core import Core
from wuhu_tui.core.orchestration import STANDALONE, Orchestrator
from wuhu_tui.core.orchestration_joins import leave_joins
from wuhu_tui.mcp import orchestrator_arguments as arguments
from wuhu_tui.mcp import (
    orchestrator_reviewing,
    orchestrator_sessions,
    orchestrator_waiting,
)
from wuhu_tui.mcp.orchestrator_hands import Hands
from wuhu_tui.mcp.orchestrator_tools import INSTRUCTIONS, TOOLS
from wuhu_tui.mcp.signs import Signs, all_done
from wuhu_tui.mcp.tools import Arguments, arguments_of
from wuhu_tui.model.board import Board
from wuhu_tui.model.deeds import SERVER
from wuhu_tui.model.errors import NotFound, UsageError, WuhuError
from wuhu_tui.model.letters import LEAD

Context = ServerRequestContext[dict[str, Any]]
Step = Callable[[Hands, Any, Signs], Awaitable[Any]]

CORE = "core"

LAST_WORK = 20.0
"""Seconds that work which must not be broken off may take when the client has gone."""

STEPS: dict[str, tuple[type[Arguments], Step]] = {
    "instantiate_session": (
        arguments.NewSessionArguments,
        orchestrator_sessions.instantiate_session,
    ),
    "start_session": (arguments.SessionArguments, orchestrator_sessions.start_session),
    "list_sessions": (arguments.ListArguments, orchestrator_sessions.list_sessions),
    "read_session": (arguments.ReadArguments, orchestrator_sessions.read_session),
    "steer": (arguments.TextArguments, orchestrator_sessions.steer),
    "follow_up": (arguments.TextArguments, orchestrator_sessions.follow_up),
    "interrupt": (arguments.SessionArguments, orchestrator_sessions.interrupt),
    "join": (arguments.JoinArguments, orchestrator_waiting.join),
    "questions": (arguments.NothingArguments, orchestrator_waiting.questions),
    "answer": (arguments.AnswerArguments, orchestrator_waiting.answer),
    "messages": (arguments.NothingArguments, orchestrator_waiting.messages),
    "request_review": (arguments.SessionArguments, orchestrator_reviewing.request_review),
    "review_diff": (arguments.DiffArguments, orchestrator_reviewing.review_diff),
    "request_changes": (arguments.ChangesArguments, orchestrator_reviewing.request_changes),
    "approve": (arguments.JudgeArguments, orchestrator_reviewing.approve),
    "request_merge": (arguments.JudgeArguments, orchestrator_reviewing.request_merge),
    "sync_environment": (arguments.SessionArguments, orchestrator_sessions.sync_environment),
    "run_in": (arguments.RunArguments, orchestrator_waiting.run_in),
    "wait_job": (arguments.JobArguments, orchestrator_waiting.wait_job),
    "stop_job": (arguments.JobArguments, orchestrator_waiting.stop_job),
    "stop_session": (arguments.SessionArguments, orchestrator_sessions.stop_session),
    "archive_session": (arguments.ArchiveArguments, orchestrator_sessions.archive_session),
}
"""What each tool takes and does."""


def server(hands: Hands) -> Server[dict[str, Any]]:
    """The server of one orchestrator at an open project, ready to run."""

    async def call(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        return await _call(hands, context, params)

    return Server(SERVER, instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call)


async def list_tools(
    context: Context, params: types.PaginatedRequestParams | None
) -> types.ListToolsResult:
    """All tools, on one page."""
    return types.ListToolsResult(
        tools=[
            types.Tool(name=name, description=description, input_schema=schema)
            for name, (description, schema) in TOOLS.items()
        ]
    )


async def _call(
    hands: Hands, context: Context, params: types.CallToolRequestParams
) -> types.CallToolResult:
    """Call one tool; what goes wrong is told in words that the model reads."""
    try:
        if params.name not in STEPS:
            known = ", ".join(STEPS)
            raise NotFound(f"no tool is called {params.name}", remedy=f"there are: {known}")
        kind, step = STEPS[params.name]
        wish = arguments_of(params.name, params.arguments, kind)
        answer = await step(hands, wish, Signs(context.session))
        return _result(msgspec.json.encode(answer).decode())
    except WuhuError as error:
        return _result(f"{error.title}: {error}", failed=True)


def _result(text: str, *, failed: bool = False) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], is_error=failed
    )


def caller(board: Board, environment: Mapping[str, str], name: str = "") -> Orchestrator:
    """Who calls: the session this process belongs to, or else somebody by that name.

    Raises:
        UsageError: another name than its own is wanted inside a session, or one that is taken.
    """
    session = environment.get("WUHU_SESSION", "")
    folder = environment.get("WUHU_SESSION_FOLDER", "")
    if board.session(session) is not None and folder:
        if name not in ("", session):
            raise UsageError(
                f"inside a session the orchestrator is that session: {session}",
                remedy="leave --as out",
            )
        return Orchestrator(name=session, folder=folder)
    wanted = name or STANDALONE
    if wanted in {LEAD, CORE} or board.session(wanted) is not None:
        raise UsageError(f"{wanted} is somebody else", remedy="--as another name")
    return Orchestrator(name=wanted)


def project_of(environment: Mapping[str, str]) -> Path | None:
    """The project of the session this process belongs to; None: it belongs to none."""
    folder = environment.get("WUHU_SESSION_FOLDER", "")
    return Path(folder).parents[2] if folder else None


async def serve(root: Path, name: str = "") -> None:
    """Serve this process's stdin and stdout until stdin ends.

    Raises:
        NotFound, ConfigError, GitError, JournalError: the project cannot be opened.
        UsageError: nobody can be called so.
    """
    core = await Core.open(root, by="wuhu mcp")
    try:
        hands = Hands(core, caller(core.board, os.environ, name))
        serving = server(hands)
        async with stdio_server() as (reading, writing):
            await serving.run(reading, writing, serving.create_initialization_options())
        await _end(hands)
    finally:
        await core.aclose()


async def _end(hands: Hands) -> None:
    """The client has gone: what must not be broken off is ended, joins stay or go."""
    try:
        async with asyncio.timeout(LAST_WORK):
            await all_done()
    except TimeoutError:
        return
    await leave_joins(hands.project, hands.who)
