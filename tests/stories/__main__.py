"""Tell a story before an audience: `python -m tests.stories [NAME]`, in a real terminal."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tests.projects import prepare_in
from tests.stories.lead import Lead
from tests.stories.tales import TALES
from wuhu_tui.core.core import Core
from wuhu_tui.tui.app import WuhuApp

PAUSE = 0.6
"""Seconds after each key, so that an audience can follow."""


async def main(name: str) -> None:
    """Prepare the sample, start its sessions, and let the lead press the keys."""
    with tempfile.TemporaryDirectory() as folder:
        root = await prepare_in(Path(folder) / "shop-api", "shop-api", delay=1.0)
        core = await Core.open(root)
        try:
            for session in list(core.board.sessions):
                await core.start(session)

            async def tell(pilot: Pilot[Any]) -> None:
                await TALES[name](Lead(pilot, core, pace=PAUSE))

            await WuhuApp(core).run_async(auto_pilot=tell)
        finally:
            for session in list(core.board.sessions):
                if core.runner_alive(session):
                    await core.stop(session)
            await core.aclose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "morning"))
