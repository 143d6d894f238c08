"""`wuhu replay`: a project, some of its sessions, or a recording, shown as it stood at any moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec.structs import replace

from wuhu_tui.cli.dashboard import dashboard_settings, has_terminal
from wuhu_tui.cli.exits import OK
from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, say, say_columns, say_json
from wuhu_tui.cli.overview import say_status, status_shape
from wuhu_tui.cli.place import project_here
from wuhu_tui.core.recordings.wishes import SUFFIX
from wuhu_tui.journal.layout import ProjectFolder, find_project
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import NotFound, UsageError
from wuhu_tui.model.marks import Mark, Moment
from wuhu_tui.model.value import Value
from wuhu_tui.tui.presentation.replay_time import read_time

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor
    from wuhu_tui.core.door_replay import ReplayDoor
    from wuhu_tui.tui.settings import DashboardSettings

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILE|FOLDER] [SESSION…]", help="A recording or a project, else the one around."
    ),
]
At = Annotated[
    str, typer.Option("--at", metavar="TIME", help="14:05, -10m before its end, 2026-01-31T08:00.")
]
Speed = Annotated[
    float, typer.Option("--speed", min=0.25, max=64, help="Recorded seconds in one second.")
]
List = Annotated[bool, typer.Option("--list", help="Print what is worth jumping to.")]
State = Annotated[bool, typer.Option("--state", help="Print how everything stood at that time.")]

_NO_TERMINAL = (
    "without one: wuhu replay --list prints what is worth jumping to, "
    "wuhu replay --state --at TIME how everything stood"
)


class Source(Value, frozen=True):
    """What is replayed: a folder laid out as a project, its name, and the sessions wanted."""

    root: str
    name: str = ""
    sessions: tuple[str, ...] = ()

    @property
    def is_file(self) -> bool:
        """Whether it is a recording by itself, with no project behind it."""
        return bool(self.name)


def replay(
    targets: Targets = None,
    *,
    at: At = "",
    speed: Speed = 1.0,
    list: List = False,  # noqa: A002 - the option's name
    state: State = False,
    json: Json = False,
) -> int:
    """Show a recorded run in the dashboard, at any moment of it; nothing can be changed there.

    A project's own journals are a recording, from its first session to now. TIME is of the day on
    which it ends, or so long before that.
    """
    if not (list or state) and not has_terminal():
        raise UsageError("a replay needs a terminal, and this is none", remedy=_NO_TERMINAL)
    source = source_of(targets or [])
    if not (list or state):
        asyncio.run(_show(source, at, speed))
        return OK
    asyncio.run(_tell(source, at, marks=list, state=state, json=json))
    return OK


def source_of(targets: Sequence[str]) -> Source:
    """What is meant by the words on the command line.

    Raises:
        NotFound: there is no such file, project or session.
    """
    first = Path(targets[0]) if targets else None
    if first is not None and not first.exists():
        first = bundled_recording(targets[0]) or first
    if first is not None and first.is_file():
        from wuhu_tui.core.recordings.unpacking import unpack

        root, rest, name = unpack(first).root, targets[1:], first.name
    elif first is not None and first.is_dir() and not _is_session(targets[0]):
        found = find_project(first)
        if found is None:
            raise NotFound("no wuhu project here", where=str(first))
        root, rest, name = found.root, targets[1:], ""
    elif first is not None and _is_path(targets[0]):
        raise NotFound("there is no such file", where=targets[0])
    else:
        root, rest, name = project_here().root, targets, ""
    sessions = _sessions(ProjectFolder(root), rest) if rest else ()
    return Source(root=str(root), name=name, sessions=sessions)


def bundled_recording(name: str) -> Path | None:
    """The bundled recording of that name, where no session around is called so."""
    from wuhu_tui.core.samples import recording_of

    found, folder = recording_of(name), find_project(Path.cwd())
    if found is None or folder is None:
        return found
    try:
        return None if _sessions(folder, [name]) else found
    except (NotFound, UsageError):
        return found


def _is_path(name: str) -> bool:
    """Whether no session could be called so."""
    return "/" in name or Path(name).suffix == SUFFIX


def _is_session(name: str) -> bool:
    """Whether a folder's name is a session's too, in the project around: then that is meant."""
    folder = find_project(Path.cwd())
    return folder is not None and "/" not in name and folder.session(name).path.is_dir()


def _sessions(folder: ProjectFolder, names: Sequence[str]) -> tuple[str, ...]:
    """The ids of the sessions called so, by the project's journal alone."""
    from wuhu_tui.core.finding import find_sessions
    from wuhu_tui.core.journal_scan import scan

    told = scan(folder.journal, "", ("session.instantiated",)).records
    views = {one.event.spec.id: SessionView(spec=one.event.spec) for one in told}
    return tuple(view.id for view in find_sessions(Board(sessions=views), names))


async def _opened(source: Source) -> ReplayDoor:
    from wuhu_tui.core.replay.replay_core import ReplayCore

    root = Path(source.root)
    return await ReplayCore.open(root, source=source.name, sessions=source.sessions)


async def _show(source: Source, at: str, speed: float) -> None:
    from wuhu_tui.cli.guarded import GuardedApp

    async with AsyncExitStack() as opened:
        core = await _opened(source)
        opened.push_async_callback(core.aclose)
        core.set_speed(speed)
        if at:
            await _go_to(at, core)
        opens_live = None if source.is_file else partial(_live, Path(source.root), opened)
        app = GuardedApp(replay=core, opens_live=opens_live, settings=_settings(source))
        await app.run_async()
        if app.defect is not None:
            raise app.defect


async def _live(root: Path, opened: AsyncExitStack) -> CoreDoor:
    """The project itself, which the lead wants to see live."""
    from wuhu_tui.core.core import Core

    core = await Core.open(root, by="dashboard")
    opened.push_async_callback(core.aclose)
    return core


def _settings(source: Source) -> DashboardSettings:
    """The lead's own; of a recording without what would be written down beside a project."""
    settings = replace(dashboard_settings(Path(source.root)), presence=None)
    return replace(settings, drafts=None) if source.is_file else settings


async def _tell(source: Source, at: str, *, marks: bool, state: bool, json: bool) -> None:
    core = await _opened(source)
    try:
        await core.idle()
        if at:
            await _go_to(at, core)
        told = _marks(core, until=core.moment if at else core.last) if marks else ()
        if json:
            say_json(_shape(core, told, marks=marks, state=state))
            return
        if marks:
            _say_marks(told)
        if state:
            _say_state(core)
    finally:
        await core.aclose()


async def _go_to(at: str, core: ReplayDoor) -> None:
    """Go to that time, as soon as it was read; one that is told from the end waits for that."""
    while core.read < 1 and (_absolute(at) or core.last.at) >= core.last.at:
        await core.changed(core.revision)
    await core.seek_time(time_of(at, core))


def _absolute(text: str) -> datetime | None:
    """A time that is told with its day; None: it is told in another way, or not at all."""
    with suppress(ValueError):
        if len(text) > len("2026-01-31"):
            return datetime.fromisoformat(text).astimezone()
    return None


def time_of(text: str, core: ReplayDoor) -> datetime:
    """The time that is meant.

    Raises:
        UsageError: it is no time.
    """
    last = core.last.at
    return _absolute(text) or read_time(text, last, core.moment_in(0, 1).at, last)


def _marks(core: ReplayDoor, until: Moment) -> Sequence[Mark]:
    return [mark for mark in core.marks() if mark.moment.index <= until.index]


def _say_marks(marks: Sequence[Mark]) -> None:
    if not marks:
        say("nothing in it is marked")
    say_columns(
        [
            (
                Painted(mark.moment.at.astimezone().strftime("%Y-%m-%d %H:%M:%S"), "dim"),
                mark.kind.value,
                mark.session,
                mark.text,
            )
            for mark in marks
        ]
    )


def _say_state(core: ReplayDoor) -> None:
    moment = core.moment
    when = moment.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    say(Painted(f"{core.source} at {when}, {moment.index} of {core.last.index} events", "dim"))
    say_status(core.board, moment.at)


def _shape(core: ReplayDoor, told: Sequence[Mark], *, marks: bool, state: bool) -> dict[str, Any]:
    """What `wuhu replay --json` prints."""
    shape: dict[str, Any] = {"source": core.source, "moment": core.moment, "last": core.last}
    if marks:
        shape["marks"] = told
    if state:
        board = core.board
        alive = {name: core.runner_alive(name) for name in board.sessions}
        shape["state"] = status_shape(board, alive)
    return shape
