"""Pictures of a run: a moment as SVG or PNG, a stretch of it as an asciicast."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from wuhu_tui.cli.output import hint
from wuhu_tui.cli.written import write_pieces
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.value import Value

if TYPE_CHECKING:
    from wuhu_tui.core.door_replay import ReplayDoor
    from wuhu_tui.tui.picturing import PictureWish
    from wuhu_tui.tui.picturing_casts import CastWish
    from wuhu_tui.tui.settings import DashboardSettings

PANEL = "Pictures"
COLUMNS = (40, 500)
ROWS = (12, 200)
"""How small and how large a picture may be."""

Svg = Annotated[bool, typer.Option("--svg", help="A drawing of one moment.", rich_help_panel=PANEL)]
Png = Annotated[bool, typer.Option("--png", help="The same as pixels.", rich_help_panel=PANEL)]
Asciicast = Annotated[
    bool,
    typer.Option("--asciicast", help="All of it, played, for asciinema.", rich_help_panel=PANEL),
]
At = Annotated[
    str,
    typer.Option("--at", metavar="TIME", help="The moment; else the end.", rich_help_panel=PANEL),
]
Size = Annotated[
    str,
    typer.Option(
        "--size", metavar="COLUMNSxROWS", help="Of the screen: 140x40.", rich_help_panel=PANEL
    ),
]
Theme = Annotated[
    str, typer.Option("--theme", metavar="NAME", help="Another theme.", rich_help_panel=PANEL)
]
Speed = Annotated[
    float,
    typer.Option(
        "--speed", min=0.25, max=64, help="Recorded seconds in one second.", rich_help_panel=PANEL
    ),
]
Idle = Annotated[
    float,
    typer.Option(
        "--idle",
        min=0,
        metavar="SECONDS",
        help="So long nothing may happen; 0: as long as it did.",
        rich_help_panel=PANEL,
    ),
]
Old = Annotated[
    bool, typer.Option("--v2", help="An asciicast for older players.", rich_help_panel=PANEL)
]


class PictureKind(StrEnum):
    """What is written."""

    SVG = "svg"
    PNG = "png"
    CAST = "cast"


class PictureOptions(Value, frozen=True):
    """What was said on the command line."""

    kind: PictureKind
    output: str = ""
    force: bool = False
    at: str = ""
    since: str = ""
    until: str = ""
    size: str = "140x40"
    theme: str = ""
    speed: float = 1.0
    idle: float = 2.0
    version: int = 3


def kind_wanted(*, svg: bool, png: bool, asciicast: bool) -> PictureKind | None:
    """Which picture is asked for; None: none.

    Raises:
        UsageError: more than one.
    """
    flags = ((svg, PictureKind.SVG), (png, PictureKind.PNG), (asciicast, PictureKind.CAST))
    wanted = [kind for given, kind in flags if given]
    if len(wanted) > 1:
        raise UsageError("one file is one kind of picture", remedy="ask for one of them")
    return wanted[0] if wanted else None


def write_picture(words: Sequence[str], options: PictureOptions) -> None:
    """Draw what these words name, as `wuhu replay` reads them; one session: that one in full.

    Raises:
        UsageError: an option cannot be understood.
        NotFound: there is no such recording, session or theme.
    """
    asyncio.run(_write(words, options))


async def _write(words: Sequence[str], options: PictureOptions) -> None:
    from wuhu_tui.cli.replay import source_of
    from wuhu_tui.core.replay.replay_core import ReplayCore

    columns, rows = size_of(options.size)
    source = await asyncio.to_thread(source_of, words)
    alone = len(source.sessions) == 1
    sessions = () if alone else source.sessions
    door = await ReplayCore.open(Path(source.root), source=source.name, sessions=sessions)
    try:
        await door.idle()
        from wuhu_tui.tui.picturing import PictureWish

        wish = PictureWish(
            columns=columns,
            rows=rows,
            theme=options.theme,
            session=source.sessions[0] if alone else "",
        )
        await _draw(door, wish, options)
    finally:
        await door.aclose()


def size_of(text: str) -> tuple[int, int]:
    """Columns and rows.

    Raises:
        UsageError: it is no size, or none that can be drawn.
    """
    columns, _, rows = text.lower().partition("x")
    if columns.isdecimal() and rows.isdecimal():
        size = int(columns), int(rows)
        if COLUMNS[0] <= size[0] <= COLUMNS[1] and ROWS[0] <= size[1] <= ROWS[1]:
            return size
    raise UsageError(
        f'"{text}" is no size',
        remedy=f"write 140x40; {COLUMNS[0]}x{ROWS[0]} to {COLUMNS[1]}x{ROWS[1]} can be drawn",
    )


async def _draw(door: ReplayDoor, wish: PictureWish, options: PictureOptions) -> None:
    target, out = _target(door, wish, options), sys.stdout.buffer  # a dashboard catches stdout
    async with aclosing(_pieces(door, wish, options)) as pieces:
        if target is None:
            async for piece in pieces:
                out.write(piece)
            out.flush()
            return
        size = await write_pieces(target, pieces, force=options.force)
    hint(f"{target}  {size:,} bytes")


def _target(door: ReplayDoor, wish: PictureWish, options: PictureOptions) -> Path | None:
    """Where it is written; None: to stdout."""
    if options.output == "-":
        return None
    name = wish.session or Path(door.source).stem
    return Path(options.output or f"{name}.{options.kind.value}").absolute()


async def _pieces(
    door: ReplayDoor, wish: PictureWish, options: PictureOptions
) -> AsyncGenerator[bytes, None]:
    if options.kind is PictureKind.CAST:
        async with aclosing(_cast(door, wish, options)) as lines:
            async for line in lines:
                yield line
        return
    svg = await _moment(door, wish, options)
    if options.kind is PictureKind.PNG:
        from wuhu_tui.tui.picturing_png import png_of

        yield await asyncio.to_thread(png_of, svg)
    else:
        yield svg.encode()


async def _moment(door: ReplayDoor, wish: PictureWish, options: PictureOptions) -> str:
    from wuhu_tui.tui.picturing import easel

    at = _time(options.at, door)
    if at is not None:
        await door.seek_time(at)
    async with easel(door, wish, settings=_settings(wish)) as drawn:
        await drawn.show()
        return drawn.svg()


async def _cast(
    door: ReplayDoor, wish: PictureWish, options: PictureOptions
) -> AsyncGenerator[bytes, None]:
    from wuhu_tui.model.asciicast import CastWriter
    from wuhu_tui.tui.picturing import easel
    from wuhu_tui.tui.picturing_casts import began, played

    played_as, progress = _cast_wish(door, options), _progress_to(sys.stderr)
    async with easel(door, wish, settings=_settings(wish)) as drawn:
        writer = CastWriter(drawn.header(await began(door, played_as)), version=options.version)
        yield writer.header()
        async with aclosing(played(door, drawn, played_as, progress)) as events:
            async for event in events:
                yield writer.line(event)
    progress(-1)


def _cast_wish(door: ReplayDoor, options: PictureOptions) -> CastWish:
    from wuhu_tui.tui.picturing_casts import CastWish

    return CastWish(
        since=_time(options.since, door),
        until=_time(options.until, door),
        speed=options.speed,
        idle=options.idle,
    )


def _time(text: str, door: ReplayDoor) -> datetime | None:
    """As `wuhu replay` reads it; a length alone is so long before the end, as exports have it."""
    from wuhu_tui.cli.replay import time_of

    if not text:
        return None
    length = text[0].isdecimal() and text[-1] in "smhd"
    return time_of(f"-{text}" if length else text, door)


def _settings(wish: PictureWish) -> DashboardSettings:
    """The lead's own look, and nothing of it that is written down or heard."""
    from wuhu_tui.core.user_settings import load_user_settings, user_folder
    from wuhu_tui.tui.settings import DashboardSettings

    user = load_user_settings()
    return DashboardSettings(
        theme=wish.theme or user.ui.theme,
        keymap=user.keys,
        themes=user_folder() / "themes",
        bell=False,
        tune_memory=False,
    )


def _progress_to(terminal: TextIO) -> Callable[[float], None]:
    """Says how much is done, where somebody looks; less than nothing takes it away again."""

    def say(share: float) -> None:
        if terminal.isatty():
            terminal.write("\r\x1b[K" + ("" if share < 0 else f"{share:4.0%}"))
            terminal.flush()

    return say
