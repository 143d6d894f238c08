"""Why a merge waits, told once each on stderr while somebody waits for its end."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeVar

from wuhu_tui.cli.output import hint
from wuhu_tui.model.board import Board
from wuhu_tui.model.queue_order import place_of
from wuhu_tui.model.queue_words import waiting_reason, waits_words

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

T = TypeVar("T")


async def saying_why(core: CoreDoor, session: str, work: Awaitable[T]) -> T:
    """What the work comes to; meanwhile it is told what the session's merge waits for."""
    import asyncio

    telling = asyncio.create_task(_tell(core, session))
    try:
        return await work
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _tell(core: CoreDoor, session: str) -> None:
    told, revision = "", -1
    while True:
        revision = await core.changed(revision)
        entry = core.board.queue.entry(session)
        reason = waiting_reason(core.board, entry) if entry else ""
        words = f"{_place(core.board, session)}it {waits_words(reason)}" if reason else ""
        if words and words != told:
            hint(words)
            told = words


def _place(board: Board, session: str) -> str:
    """Where in line it stands, unless it is alone there."""
    count = len(board.queue.entries)
    return f"{place_of(board, session)} of {count} in line; " if count > 1 else ""
