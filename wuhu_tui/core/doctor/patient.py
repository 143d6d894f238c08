"""What the doctor looks at: a project as it lies on the disk, whether or not the core can open it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.project import Project
from wuhu_tui.journal.layout import ProjectFolder, find_project, lost_project
from wuhu_tui.journal.lock import is_held
from wuhu_tui.journal.tail import Tail
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import JournalError
from wuhu_tui.repo.git import Git

ADMISSION = 20.0
"""Seconds in which all journals must have been read; a pipe among them never ends."""


@dataclass(frozen=True)
class Patient:
    """One look's view of a project; `blind` says why there is no board, empty when there is one."""

    folder: ProjectFolder
    board: Board
    now: datetime
    blind: str = ""
    unread: tuple[str, ...] = ()
    """What of the journals could not be read."""
    deep: bool = False

    @property
    def root(self) -> Path:
        """The repository's top folder."""
        return self.folder.root

    @property
    def git(self) -> Git:
        """Git in the top folder, impatient."""
        return Git(self.root, deadline=60.0 if self.deep else 8.0)

    def alive(self, session: str) -> bool:
        """Whether somebody holds the session's lock; asks the disk."""
        return is_held(self.folder.session(session).lock)


def patient_of(project: Project, *, deep: bool = False) -> Patient:
    """An open project."""
    return Patient(
        folder=project.folder,
        board=project.board,
        now=project.clock(),
        unread=project.board.project.warnings,
        deep=deep,
    )


async def admit(path: Path, now: datetime, *, deep: bool = False) -> Patient:
    """Whatever lies around `path`, read without changing anything; never raises for what is broken."""
    try:
        async with asyncio.timeout(ADMISSION):
            return await aside(lambda: _admit(path, now, deep=deep))
    except TimeoutError:
        folder = find_project(path) or ProjectFolder(_top(path))
        why = f"the journals could not be read within {ADMISSION:g} s"
        return Patient(folder=folder, board=Board(), now=now, blind=why, deep=deep)


def _admit(path: Path, now: datetime, *, deep: bool) -> Patient:
    folder = find_project(path) or lost_project(path) or ProjectFolder(_top(path))
    board, blind, unread = _read(folder)
    return Patient(folder=folder, board=board, now=now, blind=blind, unread=unread, deep=deep)


def _top(path: Path) -> Path:
    """The repository around a path that is no project, else the path itself."""
    path = path.absolute()
    return next((top for top in (path, *path.parents) if (top / ".git").exists()), path)


def _read(folder: ProjectFolder) -> tuple[Board, str, tuple[str, ...]]:
    """The board, why there is none, and what could not be read of it."""
    if not folder.journal.exists():
        gone = any(folder.sessions.glob("*/session.json"))
        why = "the project's journal is gone" if gone else "there is no wuhu project here"
        return Board(), why, ()
    ledger, unread, more = Ledger(), list[str](), True
    tail = Tail(folder)
    try:
        while more:
            batch = tail.read_now()
            more = batch.more
            ledger.apply(batch)
            unread += [f"{one.session}: {one.reason}" for one in batch.problems if not one.line]
    except JournalError as error:
        return Board(), str(error), ()
    return ledger.board, "", tuple(unread)
