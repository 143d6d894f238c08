"""Where the command runs: the project around the current folder, and its core."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from wuhu_tui.journal.layout import ProjectFolder, find_project

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

T = TypeVar("T")

SETTLE = 1.0
"""Seconds a list waits for automation; checks of a project take longer and are not waited for."""


def project_here() -> ProjectFolder:
    """The project around the current folder.

    Raises:
        NotFound: there is none; says how to make one.
    """
    folder = find_project(Path.cwd())
    if folder is None:
        from wuhu_tui.core.opening import no_project

        raise no_project(Path.cwd())
    return folder


def with_core(
    work: Callable[[CoreDoor], Awaitable[T]], *, conduct: bool = False, lands: bool = False
) -> T:
    """Open the project's core, do one thing with it, close it; sessions go on running.

    `conduct`: also do the project's automation meanwhile, if no other process does. `lands`: work
    the merge queue with it, which takes as long as the checks do.
    """
    import asyncio

    return asyncio.run(_with_core(project_here().root, work, conduct, lands))


async def _with_core(
    root: Path, work: Callable[[CoreDoor], Awaitable[T]], conduct: bool, lands: bool
) -> T:
    from wuhu_tui.core.core import Core

    core = await Core.open(root, conduct=conduct, lands=lands)
    try:
        return await work(core)
    finally:
        await core.aclose()


async def settle(core: CoreDoor) -> None:
    """Let what is due be done if it is quick, so that a list without a dashboard tells the truth."""
    import asyncio
    from contextlib import suppress

    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLE):
            await core.idle()
