"""`wuhu conduct`: the project's automation without a screen, for a server, tmux or systemd."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wuhu_tui.cli.exits import OK
from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, say, say_json
from wuhu_tui.cli.place import project_here
from wuhu_tui.journal.clock import now

if TYPE_CHECKING:
    from wuhu_tui.core.conductor import Conductor
    from wuhu_tui.core.core import Core

BY = "wuhu conduct"

_ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

Log = Callable[[str], None]


def conduct(
    *,
    once: Annotated[bool, typer.Option("--once", help="Do all that is due now, then end.")] = False,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Ask whoever conducts to let go.")
    ] = False,
    json: Json = False,
) -> int:
    """Do the project's automation without a dashboard; says line by line what it does.

    One process conducts at a time: while another does, this one waits in line. Sessions go on
    running when it ends (ctrl+c, or SIGTERM).
    """
    root = project_here().root
    asyncio.run(_conduct(root, _logger(as_json=json), once=once, take_over=take_over))
    return OK


def _logger(*, as_json: bool) -> Log:
    def in_words(text: str) -> None:
        say(Painted(now().astimezone().strftime("%H:%M:%S  "), "dim"), text)

    def in_json(text: str) -> None:
        say_json({"ts": now(), "text": text}, indent=None)

    return in_json if as_json else in_words


async def _conduct(root: Path, log: Log, *, once: bool, take_over: bool) -> None:
    from wuhu_tui.core.conductor import Conductor
    from wuhu_tui.core.core import Core

    ending = _ending()
    core = await Core.open(root, conduct=False)
    conductor = Conductor(core.project, by=BY, log=log)
    try:
        if once:
            work = asyncio.create_task(_once(conductor, log))
        else:
            log(f"wuhu conduct for {core.board.project.name}, process {os.getpid()}")
            work = asyncio.create_task(_on_and_on(conductor, core, log, take_over=take_over))
        await _until(work, ending)
    finally:
        await conductor.aclose()
        await core.aclose()
    if ending.is_set():
        log("ended; sessions go on running")


async def _once(conductor: Conductor, log: Log) -> None:
    if await conductor.once():
        log("nothing more is due")
    else:
        log(f"{conductor.holder()} conducts and does what is due")


async def _on_and_on(conductor: Conductor, core: Core, log: Log, *, take_over: bool) -> None:
    told = core.board.project.warnings
    await conductor.start()
    if take_over and await conductor.take_over(BY):
        log("took over")
    while True:
        revision = core.revision
        warnings = core.board.project.warnings
        for words in warnings:
            if words not in told:
                log(f"warning: {words}")
        told = warnings
        await core.changed(revision)


async def _until(work: asyncio.Task[None], ending: asyncio.Event) -> None:
    """Until the work is over, or somebody said that it is to end."""
    told = asyncio.create_task(ending.wait())
    await asyncio.wait({work, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not work.done():
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        return
    await work


def _ending() -> asyncio.Event:
    """Set when a signal asks this process to end."""
    ending = asyncio.Event()
    for number in _ENDS:
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    return ending
