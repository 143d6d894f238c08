"""The terminal itself: how far it lags behind, and how it is handed to another program."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App, SuspendNotSupported

from wuhu_tui.tui.safe import safe_line

if TYPE_CHECKING:
    from wuhu_tui.tui.app import WuhuApp


def backlog(app: App[Any]) -> int:
    """Writes the terminal has not taken yet; painting more would only make it fall further behind.

    Textual keeps its writer's queue to itself, so a driver without one counts as keeping up.
    """
    thread = getattr(getattr(app, "_driver", None), "_writer_thread", None)
    queue = getattr(thread, "_queue", None)
    return int(queue.qsize()) if queue is not None else 0


class TerminalTitle:
    """The terminal's own title; what it was before is given back."""

    _SAVE, _RESTORE = "\x1b[22;2t", "\x1b[23;2t"

    def __init__(self) -> None:
        self._shown = ""

    def show(self, app: App[Any], title: str) -> None:
        """Set the title; writes only when it differs."""
        text = safe_line(title, 120)
        if text != self._shown:
            self._write(app, f"{'' if self._shown else self._SAVE}\x1b]2;{text}\x07")
            self._shown = text

    def restore(self, app: App[Any]) -> None:
        """Give the title back that was there before."""
        if self._shown:
            self._write(app, self._RESTORE)
            self._shown = ""

    def _write(self, app: App[Any], codes: str) -> None:
        driver = getattr(app, "_driver", None)
        if driver is not None and not app.is_headless and not app.is_web:
            driver.write(codes)
            driver.flush()


async def editing(app: WuhuApp, editor: str, place: str, files: tuple[str, ...] = ()) -> None:
    """Run the editor in the foreground; the core goes on beside it, the screen stays still.

    It gets the place, or `files` in it by their full path: no file is taken for an option.
    """
    paths = [str(Path(place) / name) for name in files if (Path(place) / name).exists()]
    command = [*shlex.split(editor), *(paths or [place])]
    try:
        with app.batch_update(), app.suspend():
            trouble = await asyncio.to_thread(_run, command, place)
    except SuspendNotSupported:
        trouble = "this terminal cannot be handed to an editor"
    if trouble:
        app.verbs.tell(trouble, title="Editor", severe=True)


def _run(command: list[str], place: str) -> str:
    """Run a program to its end; returns what went wrong.

    Nothing may be raised while the app is suspended: it would stay suspended.
    """
    try:
        code = subprocess.call(command, cwd=place)
    except OSError as error:
        return f"{command[0]} cannot be run in {place}: {error.strerror}"
    return f"{command[0]} ended with code {code}" if code else ""
