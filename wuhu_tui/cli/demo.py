"""`wuhu demo`: a bundled sample in a temporary place, with scripted sessions that really run."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wuhu_tui.cli.dashboard import has_terminal, show
from wuhu_tui.cli.exits import OK
from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, hint, say, say_json
from wuhu_tui.model.quantities import counted

if TYPE_CHECKING:
    from wuhu_tui.core.samples import PreparedSample

Sample = Annotated[str, typer.Argument(metavar="SAMPLE", help="Which; see --list.")]
Remove = Annotated[
    Path | None,
    typer.Option("--remove", metavar="FOLDER", help="End a demo and remove its folder."),
]


def demo(
    sample: Sample = "",
    *,
    sessions: Annotated[
        int | None, typer.Option("--sessions", min=1, help="Start only the first N.")
    ] = None,
    delay: Annotated[
        float, typer.Option("--delay", min=0, help="Pace of the scripts; 0 as fast as they can.")
    ] = 1.0,
    no_dashboard: Annotated[
        bool, typer.Option("--no-dashboard", help="Print what happens instead.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="Name the samples.")] = False,
    remove: Remove = None,
    json: Json = False,
) -> int:
    """Supervise four scripted sessions on a sample project, in a temporary place."""
    if list_:
        return _list(as_json=json)
    if remove is not None:
        return _remove(remove, as_json=json)
    prepared = asyncio.run(_begin(sample, sessions, delay))
    if json:
        names = list(prepared.sessions[:sessions])
        say_json({"folder": str(prepared.root), "sample": prepared.root.name, "sessions": names})
        return OK
    return _supervise(prepared.root, dashboard=not no_dashboard)


def _supervise(root: Path, *, dashboard: bool) -> int:
    say(Painted(f"the demo lies in {root}", "dim"))
    try:
        if dashboard and has_terminal():
            say(f"{counted(len(show(root).running), 'session')} running on")
        else:
            _watch(root, wanted=not dashboard)
        return OK
    finally:
        say(f"to come back:  wuhu -C {root}\nto remove it:  wuhu demo --remove {root}")


def _watch(root: Path, *, wanted: bool) -> None:
    from wuhu_tui.cli.watching import watch

    if not wanted:
        hint("no terminal: here is what happens, instead of the dashboard")
    watch(root)


async def _begin(sample: str, sessions: int | None, delay: float) -> PreparedSample:
    """Prepare the sample and start its sessions, all at once."""
    from wuhu_tui.core.core import Core
    from wuhu_tui.core.samples import DEFAULT_SAMPLE, prepare_sample

    prepared = await prepare_sample(sample or DEFAULT_SAMPLE, pace=delay)
    core = await Core.open(prepared.root, conduct=False)
    try:
        await asyncio.gather(*map(core.start, prepared.sessions[:sessions]))
    finally:
        await core.aclose()
    return prepared


def _list(*, as_json: bool) -> int:
    from wuhu_tui.core.samples import sample_names

    names = sample_names()
    if as_json:
        say_json(names)
    else:
        say("\n".join(names))
    return OK


def _remove(folder: Path, *, as_json: bool) -> int:
    from wuhu_tui.cli.removing import remove_demo

    removed = asyncio.run(remove_demo(folder))
    if as_json:
        say_json({"removed": str(removed)})
    else:
        say(f"removed {removed}")
    return OK
