"""What the conductor owes sessions that fix another's work, by the board as it is now."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from wuhu_tui.core.errands import Work
from wuhu_tui.core.project import Project


def fixing_duties(project: Project) -> Iterator[tuple[str, Hashable, Work]]:
    """Everything that is due about fixes."""
    yield from ()
