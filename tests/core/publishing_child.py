"""A process that merges one session and publishes: `python -m tests.core.publishing_child ROOT HOW`.

HOW is `each` or `protected`. Whatever it talks to may kill it.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.core.merging_alone import run_merge
from tests.core.merging_child import FilePort
from tests.core.repositories import NAME_OF_FIRST
from wuhu_tui.core.merge_lock import is_interrupted
from wuhu_tui.core.merges import resume_merges
from wuhu_tui.model.remotes import Push, RemoteRules
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.repository import open_repository

RULES = {
    "each": RemoteRules(push=Push.EACH, seconds=20),
    "protected": RemoteRules(protected=True, seconds=20),
}


async def main(root: Path, how: str) -> None:
    """Merge what is approved, or go on with what was begun."""
    port = FilePort(await open_repository(root))
    port.remote_rules = RULES[how]
    view = port.view(NAME_OF_FIRST)
    if is_interrupted(view):
        await resume_merges(port)
    elif view.state is SessionState.APPROVED:
        await run_merge(port, view, patience=20)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
