"""What mending needs: who mends, and where that is written down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.project import Project
from wuhu_tui.core.project_journal import ProjectJournal
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.events import Event


@dataclass(frozen=True)
class Hands:
    """Whoever mends; `project` is missing where the core cannot open."""

    by: str
    append: Callable[[Event], Awaitable[object]]
    project: Project | None = None

    @property
    def opened(self) -> Project:
        """The open project.

        Raises:
            NotPossible: the core cannot open it.
        """
        if self.project is None:
            raise NotPossible(
                "this needs the whole project, which cannot be opened",
                remedy="mend what wuhu doctor says of it first",
            )
        return self.project


def hands_of(project: Project, by: str) -> Hands:
    """The hands of somebody who has the project open."""
    return Hands(by=by, append=project.append, project=project)


@asynccontextmanager
async def bare_hands(
    folder: ProjectFolder, by: str, clock: Callable[[], datetime]
) -> AsyncIterator[Hands]:
    """Hands that only need the project's journal."""
    journal = ProjectJournal(folder, Ledger(), clock)
    try:
        yield Hands(by=by, append=journal.append)
    finally:
        await journal.settled()
