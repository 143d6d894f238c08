"""A real client of an orchestrator's tools, at a real project whose runners do what the test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from mcp import Client
from mcp_types import CallToolResult, TextContent

from tests.core.conftest import Desk, open_desk
from tests.core.fake_host import Worker, git
from wuhu_tui.core.orchestration import Orchestrator
from wuhu_tui.mcp.orchestrator import server
from wuhu_tui.mcp.orchestrator_hands import Hands
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.questions import Question

PATIENCE = 30.0


class Stage:
    """A chief session that directs others through a client, and a lead at the same core."""

    def __init__(self, desk: Desk, client: Client, who: Orchestrator) -> None:
        self.desk = desk
        self.client = client
        self.who = who

    @property
    def lead(self) -> Any:
        """The core, as the lead has it."""
        return self.desk.core

    def view(self, session: str) -> SessionView:
        """The session now."""
        return self.desk.view(session)

    def worker(self, session: str) -> Worker:
        """The session's runner and agent."""
        return self.desk.host.workers[session]

    async def call(self, tool: str, **arguments: Any) -> Any:
        """What a tool answers."""
        result = await self.client.call_tool(tool, arguments)
        assert not result.is_error, words(result)
        return json.loads(words(result))

    async def refused(self, tool: str, **arguments: Any) -> str:
        """Why a tool does nothing."""
        result = await self.client.call_tool(tool, arguments)
        assert result.is_error, words(result)
        return words(result)

    def calling(self, tool: str, **arguments: Any) -> asyncio.Task[Any]:
        """A tool that is called while the test goes on."""
        return asyncio.create_task(self.call(tool, **arguments))

    def being_refused(self, tool: str, **arguments: Any) -> asyncio.Task[str]:
        """The same for one that will be refused."""
        return asyncio.create_task(self.refused(tool, **arguments))

    async def child(self, title: str, **wish: Any) -> str:
        """A session of the chief's own that works."""
        made = await self.call("instantiate_session", task="do it", title=title, start=True, **wish)
        assert made["state"] == "working"
        return str(made["session"])

    async def asked(self) -> Question:
        """What the chief asks the lead, once it does."""

        def look() -> Question | None:
            return next(iter(self.view(self.who.name).questions), None)

        found = await self.desk.core.project.ledger.until(look, PATIENCE)
        assert found is not None
        return found

    async def allows(self, choice: str = "allow", by: str = "lead", note: str = "") -> Question:
        """The lead answers what the chief asks."""
        question = await self.asked()
        await self.lead.answer(self.who.name, question.id, choice=choice, note=note, by=by)
        return question

    async def reported(self, session: str, file: str = "work.txt") -> str:
        """A session commits, reports and is reviewed; its head."""
        head = self.worker(session).commits(file, f"{session}\n")
        self.worker(session).reports()
        await self.desk.until(lambda: self.view(session).review is not None, "a review")
        return head

    async def joined(self, number: int = 1) -> None:
        """Wait until so many joins were opened."""
        await self.desk.until(lambda: len(self.lead.board.joins) >= number, "a join")


def words(result: CallToolResult) -> str:
    """The text of a tool's answer."""
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


@asynccontextmanager
async def staged(root: Path, *, session: bool = True, settings: str = "") -> AsyncIterator[Stage]:
    """An orchestrator with its client; `session`: it works inside a session of its own."""
    if settings:
        with (root / "wuhu.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n[orchestrator]\n{settings}\n")
        git(root, "commit", "-qam", "what it may do alone")
    desk = await open_desk(root, conduct=True)
    who, listening = Orchestrator(name="helper"), None
    if session:
        name = await desk.started("orchestrator")
        who = Orchestrator(name=name, folder=str(desk.folder.session(name).path))
        listening = asyncio.create_task(_listen(desk.host.workers[name]))
    try:
        async with connected(Hands(desk.core, who)) as client:
            yield Stage(desk, client, who)
    finally:
        if listening is not None:
            listening.cancel()
        await desk.core.aclose()
        desk.host.end_all()


async def _listen(worker: Worker) -> None:
    """Take what the chief's own tools lay into its mailbox, as its runner does."""
    while worker.lock.held:
        worker.listen()
        await asyncio.sleep(0.02)


@asynccontextmanager
async def connected(hands: Hands) -> AsyncIterator[Client]:
    """A client of a server, kept by a task of its own: what entered a client must leave it."""
    ready: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()

    async def at_once() -> Hands:
        return hands

    async def keep() -> None:
        async with Client(server(at_once)) as client:
            ready.set_result(client)
            await done.wait()

    keeper = asyncio.create_task(keep())
    try:
        async with asyncio.timeout(PATIENCE):
            yield await ready
    finally:
        done.set()
        with suppress(asyncio.CancelledError):
            await keeper
