"""`wuhu export`: a project's journals and git objects as one file that replays anywhere."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuhu_tui.cli import picturing
from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, hint, say, say_columns, say_json
from wuhu_tui.cli.place import project_here, with_core
from wuhu_tui.cli.times import time_of
from wuhu_tui.cli.written import write_pieces
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.errors import UsageError

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor
    from wuhu_tui.core.recordings.listing import Listed
    from wuhu_tui.core.recordings.wishes import Exported, ExportWish

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[SESSION]…", help="These alone; without one: all.")
]
Output = Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="Where to write it.")]
Since = Annotated[str, typer.Option(metavar="TIME", help="From then on: 2h, or a date.")]
Until = Annotated[str, typer.Option(metavar="TIME", help="Up to then.")]
WithoutFiles = Annotated[
    bool, typer.Option("--without-files", help="No git objects, no contents of files, no output.")
]
WithSecrets = Annotated[
    bool, typer.Option("--with-secrets", help="Files that hold secrets go in as they are.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file of that name.")]
Lines = Annotated[bool, typer.Option("--json-lines", help="All records, one a line, in one order.")]
Markdown = Annotated[bool, typer.Option("--markdown", help="A report for people.")]
List = Annotated[bool, typer.Option("--list", help="The recordings of this project.")]


def export(
    sessions: Names = None,
    *,
    output: Output = "",
    since: Since = "",
    until: Until = "",
    without_files: WithoutFiles = False,
    with_secrets: WithSecrets = False,
    force: Force = False,
    json_lines: Lines = False,
    markdown: Markdown = False,
    svg: picturing.Svg = False,
    png: picturing.Png = False,
    asciicast: picturing.Asciicast = False,
    at: picturing.At = "",
    size: picturing.Size = "140x40",
    theme: picturing.Theme = "",
    speed: picturing.Speed = 1.0,
    idle: picturing.Idle = 2.0,
    v2: picturing.Old = False,
    show: List = False,
    json: Json = False,
) -> None:
    """Write what happened into one file, which `wuhu replay FILE` shows anywhere.

    It holds the journals, secrets taken out again, and the git objects that they name. Pictures
    are drawn of this project, or of a recording or folder that is named first; of one session: in full.
    """
    kind = picturing.kind_wanted(svg=svg, png=png, asciicast=asciicast)
    if kind is not None:
        wanted = picturing.PictureOptions(
            kind=kind,
            output=output,
            force=force,
            at=at,
            since=since,
            until=until,
            size=size,
            theme=theme,
            speed=speed,
            idle=idle,
            version=2 if v2 else 3,
        )
        picturing.write_picture(sessions or [], wanted)
        return
    from wuhu_tui.core.recordings.wishes import ExportWish

    if json_lines and markdown:
        raise UsageError("a file is either JSON lines or a report", remedy="ask for one of them")
    folder = project_here()
    if show:
        _say_list(folder, as_json=json)
        return
    wish = ExportWish(
        sessions=_found(folder, sessions or []),
        since=time_of(since),
        until=time_of(until),
        without_files=without_files,
        with_secrets=with_secrets,
        force=force,
    )
    if json_lines or markdown:
        asyncio.run(_tell(folder, wish, output, as_lines=json_lines))
        return
    target = Path(output).absolute() if output else default_target(folder, wish, now())
    _say_exported(asyncio.run(_exported(folder, wish, target)), as_json=json)


def default_target(folder: ProjectFolder, wish: ExportWish, at: datetime) -> Path:
    """Where a recording lies that was given no name."""
    name = wish.sessions[0] if len(wish.sessions) == 1 else folder.root.name
    return folder.recordings / f"{name}-{at:%Y%m%d-%H%M%S}.wuhu"


def _found(folder: ProjectFolder, names: list[str]) -> tuple[str, ...]:
    """The sessions that are meant; titles too, at the price of opening the core."""
    if all("/" not in name and folder.session(name).spec.is_file() for name in names):
        return tuple(dict.fromkeys(names))

    async def work(core: CoreDoor) -> tuple[str, ...]:
        from wuhu_tui.cli.naming import find_session

        return tuple(dict.fromkeys(find_session(core.board, name).id for name in names))

    return with_core(work)


async def _exported(folder: ProjectFolder, wish: ExportWish, target: Path) -> Exported:
    from wuhu_tui.core.recordings.exporting import export as write

    shown = sys.stderr.isatty()

    def progress(words: str, share: float) -> None:
        if shown:
            sys.stderr.write(f"\r\x1b[K{share:4.0%}  {words}")
            sys.stderr.flush()

    try:
        return await write(folder, wish, target, progress=progress)
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")


def _say_exported(told: Exported, *, as_json: bool) -> None:
    if as_json:
        say_json(exported_shape(told))
        return
    manifest = told.manifest
    say(Painted(str(told.path), "bold"), f"  {size_words(told.size)}")
    span = (
        f", {manifest.first:%Y-%m-%d %H:%M} to {manifest.last:%Y-%m-%d %H:%M} UTC"
        if (manifest.first and manifest.last)
        else ""
    )
    say(
        f"{_counted(len(manifest.sessions), 'session')}, {_counted(manifest.records, 'record')}{span}"
    )
    if manifest.redactions:
        say(f"{_counted(manifest.redactions, 'secret')} taken out of journals")
    for note in told.warnings:
        say(Painted("not in it: ", "yellow"), note)
    say("open it anywhere: ", Painted(f"wuhu replay {told.path}", "bold"))


def exported_shape(told: Exported) -> dict[str, Any]:
    """What `wuhu export --json` prints."""
    manifest = told.manifest
    return {
        "file": str(told.path),
        "size": told.size,
        "format": manifest.format,
        "project": manifest.project,
        "sessions": list(manifest.sessions),
        "records": manifest.records,
        "first": manifest.first,
        "last": manifest.last,
        "files": manifest.scope.files,
        "redactions": manifest.redactions,
        "cuts": manifest.cuts,
        "not_in_it": list(told.warnings),
    }


async def _tell(folder: ProjectFolder, wish: ExportWish, output: str, *, as_lines: bool) -> None:
    """Write records or a report to a file, or to stdout."""
    from wuhu_tui.core.recordings import telling

    pieces = telling.json_lines(folder, wish) if as_lines else _report(folder, wish)
    if not output or output == "-":
        async for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()
        return
    size = await write_pieces(Path(output), pieces, force=wish.force)
    hint(f"{output}  {size_words(size)}")


async def _report(folder: ProjectFolder, wish: ExportWish) -> AsyncIterator[bytes]:
    from wuhu_tui.core.recordings.telling import markdown_report

    yield (await markdown_report(folder, wish)).encode()


def _say_list(folder: ProjectFolder, *, as_json: bool) -> None:
    from wuhu_tui.core.recordings.listing import listed

    found = listed(folder)
    if as_json:
        say_json([_listed_shape(one) for one in found])
        return
    if not found:
        say("no recordings here yet; make one with: wuhu export")
        return
    say_columns([(one.path.name, size_words(one.size), _listed_words(one)) for one in found])
    say(f"open one with: wuhu replay {found[0].path}")


def _listed_words(one: Listed) -> str:
    if one.manifest is None:
        return one.problem
    told = one.manifest
    last = f", up to {told.last:%Y-%m-%d %H:%M} UTC" if told.last else ""
    return f"{_counted(len(told.sessions), 'session')}, {_counted(told.records, 'record')}{last}"


def _listed_shape(one: Listed) -> dict[str, Any]:
    told = one.manifest
    return {
        "file": str(one.path),
        "size": one.size,
        "sessions": list(told.sessions) if told else [],
        "records": told.records if told else None,
        "first": told.first if told else None,
        "last": told.last if told else None,
        "problem": one.problem,
    }


def size_words(size: int) -> str:
    """Bytes in the unit that reads best."""
    amount, unit = float(size), "B"
    for larger in ("kB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
