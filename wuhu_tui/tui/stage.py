"""What screens look at: a core with its clock, and what the lead has chosen on its board."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from wuhu_tui.core.door import CoreDoor
from wuhu_tui.tui.presentation.kinds import Kind


@dataclass(frozen=True)
class Walk:
    """Where the walk through the needs stands: the stop, why it went there, what was selected."""

    stop: str = ""
    kind: Kind | None = None
    selected: str = ""


@dataclass(eq=False)
class Stage:
    """The live project is one stage, a replay another; each keeps its own selection."""

    core: CoreDoor
    clock: Callable[[], datetime]
    selected: str = ""
    marked: tuple[str, ...] = ()
    walked: Walk = field(default_factory=Walk)
