"""`wuhu init`: everything a repository needs to be supervised; doing it again changes nothing."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from wuhu_tui.core.config import ProjectConfig, load_config, project_name
from wuhu_tui.core.config_text import config_text
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.policy import write_policy
from wuhu_tui.core.project_journal import ProjectJournal
from wuhu_tui.core.recordings.refusals import only_replayed
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.layout import FOLDER, ProjectFolder
from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import Event
from wuhu_tui.model.project_events import ProjectOpened, SessionInstantiated
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.repo.repository import Repository, open_repository

EXCLUDED = f"/{FOLDER}/"
"""The line of `.git/info/exclude` that keeps our folder out of the lead's commits."""

_SAME = (EXCLUDED, f"{FOLDER}/", FOLDER, f"/{FOLDER}")


async def initialise(path: Path, *, clock: Callable[[], datetime] = now) -> ProjectFolder:
    """Make the repository that `path` lies in a project.

    Writes a commented `wuhu.toml` unless there is one, the `.wuhu` folder with the command that
    workers report with, the line that makes git ignore it, and the journal's first event.

    Raises:
        GitError: not a repository, or not fit for supervision.
        ConfigError: the `wuhu.toml` that is there is not valid.
        NotPossible: it is a recording that was unpacked.
    """
    config = await asyncio.to_thread(_config_above, path)
    repository = await open_repository(path, base=config.project.base)
    folder = ProjectFolder(repository.root)
    if await asyncio.to_thread(folder.recording.exists):
        raise only_replayed(folder.root)
    config = await asyncio.to_thread(load_config, folder.root)
    opened = ProjectOpened(
        project=project_name(config, folder),
        root=str(folder.root),
        base_branch=config.project.base or repository.branch,
        goal=config.project.goal,
    )
    await asyncio.to_thread(_write_files, folder, repository, opened)
    await asyncio.to_thread(write_policy, folder, config)
    await _open_journal(folder, opened, clock)
    return folder


def _config_above(path: Path) -> ProjectConfig:
    """The settings of the repository around `path`: git may need their base branch to open it."""
    path = path.absolute()
    tops = (top for top in (path, *path.parents) if (top / ".git").exists())
    top = next(tops, None)
    return load_config(top) if top else ProjectConfig()


def _write_files(folder: ProjectFolder, repository: Repository, opened: ProjectOpened) -> None:
    prepare_folder(folder)
    _exclude(repository.common)
    if not folder.config.exists():
        text = config_text(opened.project, opened.base_branch)
        write_atomic(folder.config, text.encode())


def prepare_folder(folder: ProjectFolder) -> None:
    """The folders of a project, and the command that workers report with, as they should be.

    Raises:
        JournalError: the disk refused.
    """
    try:
        for place in (folder.sessions, folder.worktrees, folder.commands):
            place.mkdir(parents=True, exist_ok=True)
        # Commands and logs there hold what agents said, unredacted.
        _give_mode(folder.sessions, 0o700)
        _write_command(folder.commands / "wuhu")
    except OSError as error:
        raise JournalError(
            f"cannot be made ready: {error.strerror or error}",
            where=str(error.filename or folder.path),
            remedy="check the disk and the folder's rights",
        ) from error


def _give_mode(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o777 != mode:
        path.chmod(mode)


def _write_command(path: Path) -> None:
    """Runs this very wuhu, whatever else is installed and wherever the worker stands."""
    text = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -m wuhu_tui.cli.main "$@"\n'
    content = text.encode()
    if not path.is_file() or path.read_bytes() != content:
        write_atomic(path, content)
    _give_mode(path, 0o755)


def _exclude(common: Path) -> None:
    path = common / "info" / "exclude"
    text = path.read_text(encoding="utf-8", errors="surrogateescape") if path.exists() else ""
    if any(line.strip() in _SAME for line in text.splitlines()):
        return
    path.parent.mkdir(exist_ok=True)
    gap = "" if not text or text.endswith("\n") else "\n"
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{gap}{EXCLUDED}\n")


def _orphans(folder: ProjectFolder, board: Board) -> Iterator[SessionSpec]:
    """Sessions that lie here and that no journal names: the project's was lost."""
    for path in sorted(folder.sessions.glob("*/session.json")):
        try:
            spec = msgspec.json.decode(path.read_bytes(), type=SessionSpec)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            continue  # its folder stays where it is
        if spec.id == path.parent.name and not _is_known(board, spec.id):
            yield spec


def _is_known(board: Board, session: str) -> bool:
    view = board.session(session)
    return view is not None and bool(view.spec.project)


async def _open_journal(
    folder: ProjectFolder, opened: ProjectOpened, clock: Callable[[], datetime]
) -> None:
    journal = ProjectJournal(folder, Ledger(), clock)

    def once(board: Board) -> list[Event]:
        if board.project.name:
            return []
        return [opened, *(SessionInstantiated(spec=spec) for spec in _orphans(folder, board))]

    try:
        await journal.decide(once)
    finally:
        await journal.settled()
