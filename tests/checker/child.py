"""A process that works the queue of a history and can be killed: `python -m tests.checker.child ROOT …`."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from tests.checker.history import Ground, opened
from wuhu_tui.core.queue_work import work_queue
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_rules import MergeRules, Together
from wuhu_tui.model.merges import MergeManner


async def main(root: Path, manner: str, together: str, after: str, remote: str) -> None:
    """Work it, and say every moment at which an event is written."""
    rules = MergeRules(manner=MergeManner(manner), together=Together(together))
    port = await opened(root, rules, Ground(after=bool(after), remote=bool(remote)))

    def trap(event: Event, moment: str) -> None:
        sys.stdout.write(f"{moment} {type(event).__name__}\n")
        sys.stdout.flush()
        time.sleep(0.01)

    port.trap = trap
    await work_queue(port)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
