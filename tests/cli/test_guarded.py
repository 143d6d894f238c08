"""The dashboard as the command line runs it."""

from __future__ import annotations

import asyncio
import os
import signal

from tests.tui.fake_core import FakeCore
from wuhu_tui.cli.guarded import GuardedApp


async def test_a_polite_signal_is_a_leaving() -> None:
    app = GuardedApp(FakeCore())
    async with asyncio.timeout(20):
        async with app.run_test() as pilot:
            await pilot.pause()
            os.kill(os.getpid(), signal.SIGTERM)
            while not app._exit:
                await asyncio.sleep(0.01)
    assert app.return_code == 0
    assert app.defect is None
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
