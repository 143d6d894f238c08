"""`wuhu queue`: what is on its way to base, in which order, and why it waits."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import By, Json
from wuhu_tui.cli.output import Painted, Part, ago, hint, say, say_columns, say_json, say_result
from wuhu_tui.cli.place import project_here, with_core
from wuhu_tui.cli.speaker import check_deeds, check_leave, speaker
from wuhu_tui.journal.clock import now
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.queue_health import standing_words
from wuhu_tui.model.queue_order import in_order, place_of
from wuhu_tui.model.queue_words import is_running, merge_words, waiting_reason, waits_words

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

ACTIONS = ("add", "hold", "release", "move", "drop", "pause", "resume")

What = Annotated[
    str, typer.Argument(metavar="[ACTION]", help=f"{', '.join(ACTIONS)}. Default: show it.")
]
Whose = Annotated[str, typer.Argument(metavar="[SESSION]", help="Not for pause and resume.")]
Before = Annotated[
    str, typer.Option("--before", metavar="SESSION", help="move: ahead of this one, else last.")
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, for the record.")]


def queue(
    what: What = "",
    session: Whose = "",
    *,
    before: Before = "",
    note: Note = "",
    by: By = "lead",
    json: Json = False,
) -> None:
    """Show the merge queue, or change it: add, hold, release, move, drop, pause, resume.

    Whatever is in it lands by itself, in order, while somebody conducts (the dashboard, or
    wuhu conduct).
    """
    _check(what, session, before)
    if not what:
        _list(as_json=json)
        return

    async def work(core: CoreDoor) -> tuple[str, str]:
        view = find_session(core.board, session) if session else None
        _check_leave(core.board, view, what)
        if view is None:
            return "", await _change_all(core, what, note, speaker(by))
        return view.id, await _change_one(core, what, view.id, (before, note), speaker(by))

    name, words = with_core(work)
    shape = {"session": name, "action": what} if name else {"action": what}
    say_result(shape, f"{name}  {words}" if name else words, as_json=json)


def _check(what: str, session: str, before: str) -> None:
    if what and what not in ACTIONS:
        raise UsageError(
            f'"{what}" is nothing to do with the merge queue',
            remedy=f"one of: {', '.join(ACTIONS)}",
        )
    whole = what in ("", "pause", "resume")
    if whole and session:
        raise UsageError(f"{what or 'the list'} is about the whole queue, not about one session")
    if not whole and not session:
        raise UsageError(f"say whose merge to {what}", remedy=f"wuhu queue {what} SESSION")
    if before and what != "move":
        raise UsageError("--before says where to move a merge", remedy="wuhu queue move SESSION")


def _check_leave(board: Board, view: SessionView | None, what: str) -> None:
    """Inside a session the queue is changed only as merges are asked for."""
    if view is not None:
        check_leave(board, view, f"{what} its own merge", "request_merge")
    else:
        check_deeds(f"{what} the merge queue", "request_merge")


async def _change_all(core: CoreDoor, what: str, note: str, by: str) -> str:
    if what == "pause":
        await core.pause_queue(note=note, by=by)
        return "no merge begins until: wuhu queue resume"
    await core.resume_queue(by=by)
    return "merges begin again"


async def _change_one(core: CoreDoor, what: str, name: str, said: tuple[str, str], by: str) -> str:
    before, note = said
    match what:
        case "add":
            await core.queue_merge(name, by=by)
            return f"queued: {place_words(core.board, name)}"
        case "hold":
            await core.hold_merge(name, note=note, by=by)
            return "held back"
        case "release":
            await core.release_merge(name, by=by)
            return f"held back no more: {place_words(core.board, name)}"
        case "move":
            ahead_of = find_session(core.board, before).id if before else ""
            await core.place_merge(name, before=ahead_of, by=by)
            return place_words(core.board, name)
        case _:
            await core.drop_merge(name, reason=note, by=by)
            return "taken out of the merge queue"


def place_words(board: Board, name: str) -> str:
    """Its place in line, and why it waits."""
    entry = board.queue.entry(name)
    if entry is None:
        return "not in the merge queue"
    view = board.session(name)
    if view and view.merge and is_running(view):
        return merge_words(view.merge)
    why = waiting_reason(board, entry)
    place = f"{place_of(board, name)} of {len(board.queue.entries)} in the merge queue"
    return f"{place}, {waits_words(why)}" if why else f"{place}, ready"


def _list(*, as_json: bool) -> None:
    async def work(core: CoreDoor) -> Board:
        return core.board

    board = with_core(work)
    standing = _standing(board)
    if as_json:
        say_json(queue_shape(board, standing))
        return
    if board.queue.paused_by:
        note = f": {board.queue.paused_note}" if board.queue.paused_note else ""
        say(Painted(f"paused by {board.queue.paused_by}{note}", "yellow"))
    rows = [_row(board, entry, at, now()) for at, entry in enumerate(in_order(board), 1)]
    say_columns(rows or [("nothing waits to be merged; wuhu queue add SESSION",)])
    if standing:
        say(Painted(standing, "red"))
        hint("work it: wuhu conduct")


def _standing(board: Board) -> str:
    from wuhu_tui.journal.lock import is_held

    folder = project_here()
    conducted, locked = is_held(folder.conductor_lock), is_held(folder.path / "merge.lock")
    return standing_words(board, now(), conducted=conducted, locked=locked)


def _row(board: Board, entry: QueuedMerge, place: int, at: datetime) -> tuple[Part, ...]:
    view = board.session(entry.session)
    running = is_running(view)
    why = waiting_reason(board, entry)
    merge = view.merge if view else None
    state: Part = Painted("ready", "green")
    if running and merge:
        state = Painted(merge_words(merge), "cyan")
    elif why:
        state = Painted(why, "yellow")
    title = view.spec.title if view else ""
    return (f"{place}", Painted(entry.session, "bold"), title, ago(entry.at, at), state)


def queue_shape(board: Board, standing: str) -> dict[str, Any]:
    """What `wuhu queue --json` prints."""
    queue = board.queue
    return {
        "paused_by": queue.paused_by,
        "paused_note": queue.paused_note,
        "stands_still": standing,
        "entries": [_entry_shape(board, entry) for entry in in_order(board)],
        "dropped": list(queue.dropped),
    }


def _entry_shape(board: Board, entry: QueuedMerge) -> dict[str, Any]:
    view = board.session(entry.session)
    running = view.merge if view and view.merge and is_running(view) else None
    return {
        "session": entry.session,
        "head": entry.head,
        "by": entry.by,
        "at": entry.at,
        "approved_at": entry.approved_at,
        "held_by": entry.held_by,
        "waits": waiting_reason(board, entry),
        "merge": _merge_shape(running) if running else None,
    }


def _merge_shape(merge: Merge) -> dict[str, Any]:
    return {
        "id": merge.id,
        "batch": merge.batch,
        "doing": merge_words(merge) if merge.outcome is MergeOutcome.RUNNING else "",
        "steps": [
            {"step": step.value, "at": at}
            for step, at in zip(merge.done, merge.done_at, strict=False)
        ],
        "checks": [{"name": check.name, "state": check.state.value} for check in merge.checks],
    }
