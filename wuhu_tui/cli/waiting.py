"""`wuhu join`: wait until sessions reach a state; wakes early for whatever needs the lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from wuhu_tui.cli.exits import exit_of_join
from wuhu_tui.cli.naming import find_sessions
from wuhu_tui.cli.options import By, Json
from wuhu_tui.cli.output import Painted, ago, hint, say, say_columns, say_json
from wuhu_tui.cli.place import with_core
from wuhu_tui.cli.shapes import shown
from wuhu_tui.cli.speaker import speaker
from wuhu_tui.journal.clock import now
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil, Wake
from wuhu_tui.model.states import SessionState
from wuhu_tui.worker.durations import duration_of

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor


def join(
    sessions: Annotated[
        list[str] | None, typer.Argument(metavar="SESSION", help="Default: all not yet merged.")
    ] = None,
    *,
    any_of: Annotated[bool, typer.Option("--any/--all", help="One is enough, or all.")] = False,
    until: Annotated[JoinUntil, typer.Option("--until", help="What to wait for.")] = (
        JoinUntil.REPORTED
    ),
    timeout: Annotated[str, typer.Option("--timeout", help="90s, 10m, 1h, none.")] = "1h",
    by: By = "lead",
    json: Json = False,
) -> int:
    """Wait for sessions; wakes early when one asks, fails or has something to review.

    The exit code says why it woke: 0 reached, 10 question, 11 review ready, 12 steered,
    13 failed, 14 timeout, 15 cancelled, 16 reached but without a report. Killed and run again, it
    goes on where it was: what came meanwhile is told.
    """
    limit = duration_of(timeout)

    async def work(core: CoreDoor) -> Wake:
        asked_at = now()
        opened = await core.open_join(
            _named(core, sessions),
            mode=JoinMode.ANY if any_of else JoinMode.ALL,
            until=until,
            timeout=limit,
            by=speaker(by),
            attended=True,
        )
        if opened.opened_at < asked_at:
            hint(
                f"going on with the wait that was broken off {ago(opened.opened_at, asked_at)} ago"
            )
        wake = await _wait(core, opened)
        say_json({"join": opened.id, **_shape(wake)}) if json else _say(wake)
        await core.take_wake(opened.id)
        return wake

    return exit_of_join(with_core(work, conduct=True, lands=True))


async def _wait(core: CoreDoor, opened: Join) -> Wake:
    """Wait; a wait that is broken off leaves no join behind, one that is killed can be gone on with."""
    try:
        return await core.wait_join(opened.id)
    except BaseException:
        await core.cancel_join(opened.id)
        raise


def _named(core: CoreDoor, names: list[str] | None) -> list[str]:
    if names:
        return [view.id for view in find_sessions(core.board, names)]
    open_ = [view.id for view in shown(core.board) if view.state is not SessionState.MERGED]
    if not open_:
        raise NotPossible("there is nothing to wait for", remedy="begin a session: wuhu new …")
    return open_


def _shape(wake: Wake) -> dict[str, object]:
    outcomes = {session: outcome.value for session, outcome in wake.outcomes.items()}
    return {
        "reason": wake.reason.value,
        "session": wake.session,
        "outcomes": outcomes,
        "exit_code": exit_of_join(wake),
    }


def _say(wake: Wake) -> None:
    because = f" because of {wake.session}" if wake.session else ""
    say(Painted(f"woke: {wake.reason.value.replace('_', ' ')}", "bold"), because)
    say_columns(
        [(session, outcome.value) for session, outcome in wake.outcomes.items()], indent="  "
    )
