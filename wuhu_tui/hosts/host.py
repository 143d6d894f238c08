"""The seam: what the core asks of wherever sessions run, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.budgets import Resources
from wuhu_tui.model.commands import AnyCommand
from wuhu_tui.model.sessions import SessionSpec


class Host(Protocol):
    """A transport for journals and mailboxes; opening starts nothing, closing stops nothing."""

    async def place(self, spec: SessionSpec) -> SessionFolder:
        """Make the session's folder, durably; placing the same session again changes nothing."""

    async def send(self, session: str, command: AnyCommand) -> None:
        """Lay a command into the session's mailbox; durable on return, idempotent by its id."""

    async def resume(self, session: str) -> None:
        """Spawn the session's runner unless one lives; returns once it holds its lock."""

    def alive(self, session: str) -> bool:
        """Whether a runner holds the session's lock; asks the disk."""

    async def measure(self, sessions: Sequence[str]) -> dict[str, Resources]:
        """What the process trees of these sessions use now."""

    async def sweep(self, session: str) -> tuple[int, ...]:
        """End what a dead life left behind; returns the processes that would not die."""
