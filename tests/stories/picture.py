"""Draws the README's picture from a real run: `python -m tests.stories.picture FILE.svg`."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from tests.projects import prepare_in
from tests.stories.lead import Lead
from wuhu_tui.core.core import Core
from wuhu_tui.model.states import SessionState as S
from wuhu_tui.tui.app import WuhuApp

SIZE = (140, 40)
DELAY = 0.5


async def draw(target: Path) -> None:
    """Start the sample's sessions and take the screen when it has most to show."""
    with tempfile.TemporaryDirectory() as folder:
        root = await prepare_in(Path(folder) / "shop-api", "shop-api", delay=DELAY)
        core = await Core.open(root)
        try:
            await _take(core, target)
        finally:
            for session in list(core.board.sessions):
                if core.runner_alive(session):
                    await core.stop(session)
            await core.aclose()


async def _take(core: Core, target: Path) -> None:
    app = WuhuApp(core)
    async with app.run_test(size=SIZE) as pilot:
        lead = Lead(pilot, core)
        for session in list(core.board.sessions):
            await core.start(session)
        await lead.waits_for_state("passwords", S.ASKING)
        await lead.selects("passwords")
        await lead.waits_for_state("discount", S.WORKING)
        await lead.waits_for_state("search", S.FAILED)
        await lead.waits_for_state("rounding", S.ASKING)
        await lead.waits_for_state("discount", S.IN_REVIEW)
        await lead.waits_for(
            "checks", lambda _: bool((r := lead.session("discount").review) and r.checks_green)
        )
        await pilot.pause(1.2)
        target.write_text(without_fonts(app.export_screenshot(title="wuhu")), encoding="utf-8")


def without_fonts(svg: str) -> str:
    """The picture without fonts from elsewhere: the reader's own monospace serves."""
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1])))
