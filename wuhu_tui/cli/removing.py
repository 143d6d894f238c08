"""`wuhu demo --remove`: end a demo's sessions, then remove its folder; nothing else is removed."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from wuhu_tui.journal.layout import find_project
from wuhu_tui.model.errors import NotPossible, UsageError

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

PREFIX = "wuhu-demo-"
"""How the temporary folder around a demo is called."""

PATIENCE = 20.0
"""Seconds in which the sessions must have ended."""


async def remove_demo(folder: Path) -> Path:
    """End everything that runs in the demo and remove it.

    Raises:
        UsageError: this is no demo.
        NotPossible: a session would not end; nothing is removed.
    """
    from wuhu_tui.core.core import Core

    place = await asyncio.to_thread(_place_of, folder)
    for root in await asyncio.to_thread(_projects_in, place):
        core = await Core.open(root, conduct=False)
        try:
            await _end_sessions(core, root)
        finally:
            await core.aclose()
    await asyncio.to_thread(shutil.rmtree, place)
    return place


def _place_of(folder: Path) -> Path:
    folder = folder.absolute()
    project = find_project(folder)
    place = project.root.parent if project else folder
    if not place.name.startswith(PREFIX) or not place.is_dir():
        raise UsageError(
            "this is no demo of wuhu, so it is not removed",
            where=str(folder),
            remedy="say the folder that wuhu demo named",
        )
    return place


def _projects_in(place: Path) -> list[Path]:
    found = {project.root for at in place.iterdir() if (project := find_project(at))}
    return sorted(root for root in found if root.parent == place)


async def _end_sessions(core: CoreDoor, root: Path) -> None:
    for name in core.board.sessions:
        if core.runner_alive(name):
            await core.stop(name)
    try:
        async with asyncio.timeout(PATIENCE):
            while any(map(core.runner_alive, core.board.sessions)):
                await core.changed(core.revision)
    except TimeoutError as error:
        raise NotPossible(
            "a session would not end, so nothing was removed",
            where=str(root),
            remedy=f"look at it: wuhu -C {root} status",
        ) from error
