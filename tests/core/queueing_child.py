"""A process that works a merge queue, and can be killed: `python -m tests.core.queueing_child ROOT`.

With `slow` it says so with every step of a merge, and waits a moment: whoever reads can kill it there.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from tests.core.merging_child import FilePort
from tests.core.queue_steps import BATCH, NO_BAD
from tests.core.repositories import MemoryPort
from wuhu_tui.core.queue_work import work_queue
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.repo.repository import open_repository

RULES = {
    "one": MergeRules(after=("tests",)),
    "batch": MergeRules(together=BATCH.together, after=("tests",)),
}


async def opened(root: Path, together: str) -> FilePort:
    """The project as its files have it."""
    port = FilePort(await open_repository(root))
    port.checks = (NO_BAD,)
    port.merge_rules = RULES[together]
    return port


def tell(port: MemoryPort) -> None:
    """Say every event before and after it is written."""

    def trap(event: Event, moment: str) -> None:
        sys.stdout.write(f"{moment} {type(event).__name__}\n")
        sys.stdout.flush()
        time.sleep(0.02)

    port.trap = trap


async def main(root: Path, together: str) -> None:
    """Land what is ready, or go on with what was begun."""
    port = await opened(root, together)
    tell(port)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while port.board.queue.entries:
        await work_queue(port)
        port.pass_time(10)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
