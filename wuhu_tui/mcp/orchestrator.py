"""The lead's verbs for an agent that directs others: an MCP server over stdio, `wuhu mcp`.

It keeps nothing of its own: joins, questions, letters and jobs belong to the project, so a server
or a client that ends while it waits loses nothing. It does the project's automation only while no
other process does, and lets go as soon as one asks. Clients wait but a moment for a server's first
word, so it says what its tools are before it opens the project.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mcp_types as types
import msgspec
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server

from wuhu_tui.mcp.orchestrator_tools import INSTRUCTIONS, TOOLS
from wuhu_tui.mcp.signs import Signs, all_done
from wuhu_tui.mcp.telling import told, tools_page
from wuhu_tui.mcp.tools import arguments_of
from wuhu_tui.model.board import Board
from wuhu_tui.model.deeds import SERVER
from wuhu_tui.model.errors import NotFound, UsageError, WuhuError
from wuhu_tui.model.letters import LEAD

if TYPE_CHECKING:
    from wuhu_tui.core.orchestration import Orchestrator
    from wuhu_tui.mcp.orchestrator_hands import Hands

Context = ServerRequestContext[dict[str, Any]]
Ready = Callable[[], Awaitable["Hands"]]
"""Gives the orchestrator's hands, once the project is open."""

CORE = "core"

LAST_WORK = 20.0
"""Seconds that work which must not be broken off may take when the client has gone."""


def server(ready: Ready) -> Server[dict[str, Any]]:
    """The server of one orchestrator, ready to run."""

    async def call(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        return await _call(ready, context, params)

    return Server(SERVER, instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call)


async def list_tools(
    context: Context, params: types.PaginatedRequestParams | None
) -> types.ListToolsResult:
    """All tools, on one page."""
    return tools_page(TOOLS)


async def _call(
    ready: Ready, context: Context, params: types.CallToolRequestParams
) -> types.CallToolResult:
    """Call one tool; what goes wrong is told in words that the model reads."""
    try:
        if params.name not in TOOLS:
            known = ", ".join(TOOLS)
            raise NotFound(f"no tool is called {params.name}", remedy=f"there are: {known}")
        hands = await ready()
        from wuhu_tui.mcp.orchestrator_steps import STEPS

        kind, step = STEPS[params.name]
        wish = arguments_of(params.name, params.arguments, kind)
        answer = await step(hands, wish, Signs(context.session))
        return told(msgspec.json.encode(answer).decode())
    except WuhuError as error:
        from wuhu_tui.mcp.orchestrator_shapes import cut

        return told(cut(f"{error.title}: {error}"), failed=True)


def caller(board: Board, environment: Mapping[str, str], name: str = "") -> Orchestrator:
    """Who calls: the session this process belongs to, or else somebody by that name.

    Raises:
        UsageError: another name than its own is wanted inside a session, or one that is taken.
    """
    from wuhu_tui.core.orchestration import STANDALONE, Orchestrator

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

    What keeps the project from being opened is told by every tool.
    """
    opening = asyncio.create_task(_open(root, name))

    async def ready() -> Hands:
        return await asyncio.shield(opening)

    serving = server(ready)
    try:
        async with stdio_server() as (reading, writing):
            await serving.run(reading, writing, serving.create_initialization_options())
    finally:
        (opened,) = await asyncio.gather(opening, return_exceptions=True)
        if not isinstance(opened, BaseException):
            await _end(opened)


async def _open(root: Path, name: str) -> Hands:
    await asyncio.to_thread(_load)
    from wuhu_tui.core.core import Core
    from wuhu_tui.mcp.orchestrator_hands import Hands

    core = await Core.open(root, by="wuhu mcp")
    try:
        return Hands(core, caller(core.board, os.environ, name))
    except BaseException:
        await core.aclose()
        raise


def _load() -> None:
    """Load what the tools need, while the first words with the client are exchanged."""
    import wuhu_tui.mcp.orchestrator_steps  # noqa: F401


async def _end(hands: Hands) -> None:
    """The client has gone: what must not be broken off is ended, joins stay or go."""
    from wuhu_tui.core.orchestration_joins import leave_joins

    try:
        async with asyncio.timeout(LAST_WORK):
            await all_done()
            await leave_joins(hands.project, hands.who)
    except TimeoutError:
        hands.project.ledger.warn("work of an orchestrator was broken off: its client had gone")
    finally:
        await hands.core.aclose()


def main() -> None:
    """Run the server in this process, which belongs to a session."""
    root = project_of(os.environ)
    if root is None:
        sys.exit("this is not inside a session; elsewhere: wuhu mcp")
    try:
        asyncio.run(serve(root))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
