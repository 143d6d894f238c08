"""Opening a project: find it, read it, and put together what its verbs share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from wuhu_tui.core.config_file import ConfigFile
from wuhu_tui.core.follower import Follower
from wuhu_tui.core.initialise import prepare_folder
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.policy import write_policy
from wuhu_tui.core.project import Project
from wuhu_tui.core.project_journal import ProjectJournal
from wuhu_tui.core.recordings.refusals import only_replayed
from wuhu_tui.core.witness import listen_if_wanted
from wuhu_tui.hosts.host import Host
from wuhu_tui.hosts.local import LocalHost
from wuhu_tui.journal.layout import ProjectFolder, find_project, lost_project
from wuhu_tui.model.errors import JournalError, NotFound
from wuhu_tui.repo.repository import open_repository


def no_project(path: Path) -> NotFound:
    """There is no project around `path`, or one that lost its journal; says how to go on."""
    lost = lost_project(path)
    if lost is not None:
        return NotFound(
            "the project's journal is gone, the sessions are still there",
            where=str(lost.journal),
            remedy=f"put it back, or take the sessions up anew: wuhu -C {lost.root} init",
        )
    return NotFound(
        "no wuhu project here",
        where=str(path),
        remedy="in the repository's top folder: wuhu init; elsewhere: wuhu -C FOLDER …",
    )


async def open_project(
    path: Path,
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
    host_of: Callable[[ProjectFolder], Host] = LocalHost,
) -> Project:
    """The project around `path`, read to the end of its journals and followed from there.

    Raises:
        NotFound: there is no project here; says how to make one.
        NotPossible: it is a recording that was unpacked.
        ConfigError, GitError, JournalError: something of it is not fit.
    """
    folder = await asyncio.to_thread(find_project, path)
    if folder is None:
        raise no_project(path)
    if await asyncio.to_thread(folder.recording.exists):
        raise only_replayed(folder.root)
    settings = await asyncio.to_thread(ConfigFile, folder.root)
    host = host_of(folder)
    ledger = Ledger()
    listen_if_wanted(folder, ledger, new_id)
    await _make_ready(folder, settings, ledger)
    follower = Follower(folder, ledger, host.alive)
    try:
        await follower.start()
        base = settings.config.project.base or ledger.board.project.base_branch
        repository = await open_repository(folder.root, base=base)
    except BaseException:
        await follower.aclose()
        raise
    return Project(
        folder=folder,
        repository=repository,
        config_file=settings,
        host=host,
        ledger=ledger,
        journal=ProjectJournal(folder, ledger, clock),
        follower=follower,
        clock=clock,
        new_id=new_id,
    )


async def _make_ready(folder: ProjectFolder, settings: ConfigFile, ledger: Ledger) -> None:
    """A disk that takes nothing keeps nobody from looking: what it refuses is told."""
    try:
        await asyncio.to_thread(prepare_folder, folder)
        await asyncio.to_thread(write_policy, folder, settings.config)
    except JournalError as error:
        ledger.warn(f"{error.where}: {error.message}")
