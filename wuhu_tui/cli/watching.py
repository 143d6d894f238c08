"""What happens, line by line, for a terminal without a dashboard or no terminal at all."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from wuhu_tui.cli.attention import reason
from wuhu_tui.cli.output import Painted, say
from wuhu_tui.journal.clock import now
from wuhu_tui.model.attention import next_action
from wuhu_tui.model.states import SessionState

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor
    from wuhu_tui.model.board import Board

BUSY = frozenset({SessionState.STARTING, SessionState.WORKING, SessionState.MERGING})

QUIET = 4.0
"""Seconds without a busy session after which nothing more happens by itself."""

LIMIT = 900.0
"""Seconds after which it is enough in any case."""


def watch(root: Path) -> None:
    """Print every change of state until all sessions wait for the lead; then how they stand."""
    from wuhu_tui.cli.overview import say_status

    say_status(asyncio.run(_watch(root)))


async def _watch(root: Path) -> Board:
    from wuhu_tui.core.core import Core

    core = await Core.open(root)
    try:
        async with asyncio.timeout(LIMIT):
            await _tell_changes(core)
    except TimeoutError:
        say(Painted("some sessions still work", "yellow"))
    finally:
        await core.aclose()
    return core.board


async def _tell_changes(core: CoreDoor) -> None:
    told: dict[str, SessionState] = {}
    while True:
        revision = core.revision
        _tell(core.board, told)
        try:
            async with asyncio.timeout(None if _is_busy(core.board) else QUIET):
                await core.changed(revision)
        except TimeoutError:
            await core.idle()
            if core.revision == revision:
                return


def _is_busy(board: Board) -> bool:
    return any(view.state in BUSY for view in board.sessions.values())


def _tell(board: Board, told: dict[str, SessionState]) -> None:
    """Print the sessions whose state is another than last told."""
    for view in board.sessions.values():
        if told.get(view.id) is view.state:
            continue
        told[view.id] = view.state
        say(
            Painted(now().astimezone().strftime("%H:%M:%S  "), "dim"),
            f"{view.spec.shown_name:<12}  ",
            Painted(
                f"{view.state.value.replace('_', ' '):<17}",
                "yellow" if next_action(view, board).need else "cyan",
            ),
            "  ",
            reason(view),
        )
