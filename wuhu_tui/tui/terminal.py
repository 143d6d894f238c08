"""The terminal itself: how far it lags behind, and how it is handed to another program."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
from typing import TYPE_CHECKING, Any

from textual.app import App, SuspendNotSupported

from wuhu_tui.model.errors import ConfigError, NotPossible

if TYPE_CHECKING:
    from wuhu_tui.tui.app import WuhuApp


def backlog(app: App[Any]) -> int:
    """Writes the terminal has not taken yet; painting more would only make it fall further behind.

    Textual keeps its writer's queue to itself, so a driver without one counts as keeping up.
    """
    thread = getattr(getattr(app, "_driver", None), "_writer_thread", None)
    queue = getattr(thread, "_queue", None)
    return int(queue.qsize()) if queue is not None else 0


async def editing(app: WuhuApp, editor: str, place: str) -> None:
    """Run the editor in the foreground; the core goes on beside it, the screen stays still."""
    command = [*shlex.split(editor), place]
    try:
        with app.batch_update(), app.suspend():
            code = await asyncio.to_thread(subprocess.call, command, cwd=place)
    except SuspendNotSupported:
        app.verbs.tell_error(NotPossible("this terminal cannot be handed to an editor"))
    except OSError as error:
        app.verbs.tell_error(
            ConfigError(f"the editor {command[0]!r} cannot be run: {error.strerror}")
        )
    else:
        if code:
            app.verbs.tell(f"{command[0]} ended with code {code}", severe=True)
