"""Sessions begin, end and come back: start, stop, resume, hibernate, archive."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from wuhu_tui.cli.failures import tell
from wuhu_tui.cli.naming import find_sessions
from wuhu_tui.cli.options import Json, Sessions
from wuhu_tui.cli.output import hint, say_result
from wuhu_tui.cli.place import with_core
from wuhu_tui.cli.shapes import shown
from wuhu_tui.cli.speaker import LEAD, check_leave, speaker
from wuhu_tui.core.door import CoreDoor
from wuhu_tui.model.errors import UsageError, WuhuError
from wuhu_tui.model.rescue_words import stake_facts, stake_warnings

Every = Annotated[bool, typer.Option("--all", help="Every session that is not archived.")]


def start(sessions: Sessions, json: Json = False) -> None:
    """Start instantiated sessions: their agents get their tasks."""
    _each(sessions, lambda core, session: core.start(session), "started", as_json=json)


def resume(sessions: Sessions, json: Json = False) -> None:
    """Bring back sessions that are lost, stopped, failed or hibernated."""
    _each(sessions, lambda core, session: core.resume(session), "resumed", as_json=json)


def stop(
    sessions: Annotated[list[str] | None, typer.Argument(metavar="SESSION")] = None,
    every: Every = False,
    json: Json = False,
) -> None:
    """End agents and runners; queued messages, worktrees and branches stay."""
    names = _named_or_all(sessions, every=every)
    _each(
        names,
        _stop,
        "stopped",
        as_json=json,
        at_once=True,
    )


def hibernate(sessions: Sessions, json: Json = False) -> None:
    """Release the processes of idle sessions; the next message wakes them."""
    _each(sessions, _hibernate, "asked to hibernate", as_json=json)


def archive(
    sessions: Sessions,
    discard: Annotated[
        bool,
        typer.Option("--discard", help="Also with work that is not committed: a rescue keeps it."),
    ] = False,
    json: Json = False,
) -> None:
    """Take ended sessions off the board and their worktrees off the disk."""
    _each(
        sessions,
        lambda core, session: _archive(core, session, discard=discard),
        "archived",
        as_json=json,
    )


async def _stop(core: CoreDoor, session: str) -> None:
    check_leave(core.board, core.board.sessions[session], "stop itself", "stop_session")
    await core.stop(session, by=speaker(LEAD))


async def _hibernate(core: CoreDoor, session: str) -> None:
    check_leave(core.board, core.board.sessions[session], "hibernate itself", "stop_session")
    await core.hibernate(session)


async def _archive(core: CoreDoor, session: str, *, discard: bool) -> None:
    """Archive one; before anything is discarded, say what that is and where it is kept."""
    deeds = ("archive_session", "discard") if discard else ("archive_session",)
    check_leave(core.board, core.board.sessions[session], "archive itself", *deeds)
    if discard:
        stake = await core.at_stake(session)
        for name, value in stake_facts(stake):
            hint(f"{session}  {name}: {value}")
        for warning in stake_warnings(stake):
            hint(f"{session}  {warning}")
    await core.archive(session, discard=discard, by=speaker(LEAD))


def _named_or_all(sessions: list[str] | None, *, every: bool) -> list[str] | None:
    """The names given, or None for every session.

    Raises:
        UsageError: neither or both were said.
    """
    if bool(sessions) == every:
        raise UsageError("say which sessions, or --all", remedy="wuhu sessions lists them")
    return sessions or None


def _each(
    names: list[str] | None,
    verb: Callable[[CoreDoor, str], Awaitable[None]],
    done: str,
    *,
    as_json: bool,
    at_once: bool = False,
) -> None:
    """Do one verb to each named session; a refusal of one does not spare the others.

    Raises:
        WuhuError: one refused; what was done to the others is told first.
    """

    async def work(core: CoreDoor) -> tuple[list[str], list[WuhuError]]:
        board = core.board
        views = shown(board) if names is None else find_sessions(board, names)
        chosen = [view.id for view in views if names is not None or core.runner_alive(view.id)]
        if at_once:
            answers = await asyncio.gather(*(_tried(verb(core, name)) for name in chosen))
        else:
            answers = [await _tried(verb(core, name)) for name in chosen]
        acted = [name for name, error in zip(chosen, answers, strict=True) if error is None]
        return acted, [error for error in answers if error is not None]

    acted, errors = with_core(work)
    if acted or not errors:
        say_result(
            {"sessions": acted, "done": done},
            "\n".join(f"{session}  {done}" for session in acted) or "nothing to do",
            as_json=as_json,
        )
    for error in errors[1:]:
        tell(error, as_json=as_json)
    if errors:
        raise errors[0]


async def _tried(verb: Awaitable[None]) -> WuhuError | None:
    try:
        await verb
    except WuhuError as error:
        return error
    return None
