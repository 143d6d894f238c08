"""Named screenshots and a core that does what tests say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_textual_snapshot as pts  # type: ignore[import-untyped]
from syrupy.assertion import SnapshotAssertion
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.tui.fake_core import FakeCore
from tests.tui.parsed_styles import parse_once
from tests.tui.plain_strips import no_cache
from tests.tui.quiet import wait_for_quiet

pts.SVGImageExtension.file_extension = "svg"  # syrupy 5 renamed `_file_extension`

Shot = Callable[[Pilot[Any], str], Awaitable[bool]]


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would change a picture: animations, colours, a cursor that blinks; and a sure sign of rest."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    for name in ("NO_COLOR", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Stylesheet, "_parse_rules", parse_once)
    monkeypatch.setattr("textual.strip.FIFOCache", no_cache)
    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", wait_for_quiet)
    monkeypatch.setattr(Input, "_toggle_cursor", lambda field: None)
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda field: None)


@pytest.fixture
def core() -> FakeCore:
    """A core showing `sample_board`."""
    return FakeCore()


@pytest.fixture
def shot(snapshot: SnapshotAssertion) -> Shot:
    """Compare the screen with the picture of that name: `assert await shot(pilot, "after-steer")`."""
    pictures = snapshot.use_extension(pts.SVGImageExtension)

    async def compare(pilot: Pilot[Any], name: str) -> bool:
        await pilot.pause()
        await pilot.wait_for_scheduled_animations()
        await pilot.pause()
        return bool(pilot.app.export_screenshot(simplify=True) == pictures(name=name))

    return compare
