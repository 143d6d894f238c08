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
from wuhu_tui.journal.lines import BadLine
from wuhu_tui.journal.reader import read_header
from wuhu_tui.model.errors import JournalError, NotPossible
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
    """Hands that only need the project's journal.

    Raises:
        NotPossible: there is none, so nothing could be written down.
        JournalError: it is not one that this wuhu may write on.
    """
    if not folder.journal.is_file():
        raise NotPossible(
            "there is no project's journal to write down what is mended",
            where=str(folder.journal),
            remedy="make it a project first: wuhu init; or mend it by hand",
        )
    _refuse_newer(folder)
    journal = ProjectJournal(folder, Ledger(), clock)
    try:
        yield Hands(by=by, append=journal.append)
    finally:
        await journal.settled()


def _refuse_newer(folder: ProjectFolder) -> None:
    """Refuse a journal of a newer wuhu; one whose header is damaged may be written on."""
    try:
        read_header(folder.journal)
    except JournalError as error:
        if not isinstance(error.__cause__, BadLine):
            raise
