"""`wuhu mcp`: the lead's verbs as tools for an agent that directs other sessions."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from wuhu_tui.cli.place import project_here


def mcp(
    name: Annotated[
        str,
        typer.Option(
            "--as", metavar="NAME", help="Who it is, outside a session; default: orchestrator."
        ),
    ] = "",
) -> None:
    """Serve the tools of an orchestrating agent over stdin and stdout (MCP).

    Inside a session it is that session: its own sessions are its children, and what it may not do
    alone it asks the lead. Outside it is somebody by a name, and is refused what needs leave.
    """
    import asyncio

    from wuhu_tui.mcp.orchestrator import project_of, serve

    asyncio.run(serve(project_of(os.environ) or project_here().root, name))
