"""`wuhu messages`: what waits where, what became of it, and what can still be changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec import to_builtins

from wuhu_tui.cli.exits import NOT_POSSIBLE, OK
from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import Json, text_of
from wuhu_tui.cli.output import Painted, ago, hint, say, say_columns, say_json, say_result
from wuhu_tui.cli.place import settle, with_core
from wuhu_tui.cli.shapes import shown
from wuhu_tui.cli.speaker import check_own_word, speaker
from wuhu_tui.journal.clock import now
from wuhu_tui.model.attention import loud_letters
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import NotFound, NotPossible, UsageError
from wuhu_tui.model.letters import LEAD, Letter
from wuhu_tui.model.letters_waiting import Waiting, neighbour, waiting_for
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.quantities import counted
from wuhu_tui.model.receipts import Receipt

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

Id = Annotated[str, typer.Option(metavar="ID")]

SENT = 5
"""How many of a session's newest receipts are listed."""

_ONE = "--cancel, --edit, --move, --promote, --up, --down, --requeue, --discard or --seen"


def messages(
    session: Annotated[
        str, typer.Argument(metavar="[SESSION]", help="One of them only; default: all.")
    ] = "",
    *,
    cancel: Annotated[str, typer.Option("--cancel", metavar="ID", help="Take one back.")] = "",
    edit: Annotated[str, typer.Option("--edit", metavar="ID", help="Change one to --text.")] = "",
    move: Annotated[str, typer.Option("--move", metavar="ID", help="Put one into --lane.")] = "",
    promote: Annotated[
        str, typer.Option("--promote", metavar="ID", help="Make it the first of the steer lane.")
    ] = "",
    up: Annotated[str, typer.Option("--up", metavar="ID", help="One place up in its lane.")] = "",
    down: Annotated[
        str, typer.Option("--down", metavar="ID", help="One place down in its lane.")
    ] = "",
    requeue: Annotated[
        str, typer.Option("--requeue", metavar="ID", help="Send again what did not arrive.")
    ] = "",
    discard: Annotated[
        str, typer.Option("--discard", metavar="ID", help="Let one go for good.")
    ] = "",
    seen: Annotated[
        str, typer.Option("--seen", metavar="ID", help="You have read what did not arrive.")
    ] = "",
    text: Annotated[str, typer.Option("--text", help="The new text for --edit.")] = "",
    note: Annotated[str, typer.Option("--note", help="Why, for --requeue and --discard.")] = "",
    lane: Annotated[Lane, typer.Option("--lane", help="The lane for --move.")] = Lane.FOLLOW_UP,
    json: Json = False,
) -> int:
    """List messages on their way, and what did not arrive; change, send again or let go of one."""
    wanted = {
        "cancel": cancel,
        "edit": edit,
        "move": move,
        "promote": promote,
        "up": up,
        "down": down,
        "requeue": requeue,
        "discard": discard,
        "seen": seen,
    }
    chosen = {verb: name for verb, name in wanted.items() if name}
    if len(chosen) > 1:
        raise UsageError("one change at a time", remedy=_ONE)
    if not chosen:
        return _list(session, as_json=json)
    [(verb, name)] = chosen.items()
    change = _Change(text=text_of(text) if edit else "", note=note, lane=lane)
    _do(session, verb, name, change, as_json=json)
    return OK


class _Change:
    """What goes with a change."""

    def __init__(self, *, text: str, note: str, lane: Lane) -> None:
        self.text = text
        self.note = note
        self.lane = lane


def _do(session: str, verb: str, wanted: str, change: _Change, *, as_json: bool) -> None:
    async def work(core: CoreDoor) -> tuple[str, str]:
        view = find_session(core.board, session) if session else None
        owner, message = _find(core.board, view, wanted)
        check_own_word(core.board, message, send_again=verb == "requeue")
        await _VERBS[verb](core, owner, message, change)
        return owner, message

    owner, message = with_core(work)
    shape = {"session": owner, "message": message, "asked": verb}
    say_result(shape, f"{owner}  asked to {_SPOKEN.get(verb, verb)} {message}", as_json=as_json)


def _find(board: Board, only: SessionView | None, wanted: str) -> tuple[str, str]:
    """Recipient and whole id of the message that begins so.

    Raises:
        NotFound: there is none, or several.
    """
    views = [only] if only else list(board.sessions.values())
    found = {item.id: view.id for view in views for item in waiting_for(board, view.id)}
    found |= {
        letter.id: letter.recipient
        for letter in board.letters.values()
        if not letter.is_ended and (only is None or only.id in (letter.recipient, letter.sender))
    }
    names = [wanted] if wanted in found else [name for name in found if name.startswith(wanted)]
    if len(names) != 1:
        what = "several messages begin so" if names else "no such message waits"
        where = f" {only.id}" if only else ""
        raise NotFound(f"{what}: {wanted}", remedy=f"what waits: wuhu messages{where}")
    return found[names[0]], names[0]


async def _cancel(core: CoreDoor, session: str, message: str, change: _Change) -> None:
    await core.cancel_message(session, message, by=speaker(LEAD))


async def _edit(core: CoreDoor, session: str, message: str, change: _Change) -> None:
    if _is_loud(core.board, message):
        await core.edit_letter(message, change.text, by=speaker(LEAD))
    else:
        await core.edit_message(session, message, change.text, by=speaker(LEAD))


async def _move(core: CoreDoor, session: str, message: str, change: _Change) -> None:
    await core.move_message(session, message, change.lane, by=speaker(LEAD))


async def _promote(core: CoreDoor, session: str, message: str, change: _Change) -> None:
    await core.promote_message(session, message, by=speaker(LEAD))


async def _up(core: CoreDoor, session: str, message: str, change: _Change) -> None:
    await _shift(core, session, message, -1)


async def _down(core: CoreDoor, session: str, message: str, change: _Change) -> None:
    await _shift(core, session, message, 1)


async def _shift(core: CoreDoor, session: str, message: str, steps: int) -> None:
    items = waiting_for(core.board, session)
    before = neighbour(items, message, steps)
    lane = next((item.lane for item in items if item.id == message), Lane.STEER)
    if before is None:
        raise NotPossible(
            "it is at that end of its lane already, or is being handed over",
            where=session,
            remedy=f"see what waits: wuhu messages {session}",
        )
    await core.move_message(session, message, lane, before=before, by=speaker(LEAD))


async def _requeue(core: CoreDoor, session: str, message: str, change: _Change) -> None:
    await core.requeue_letter(message, by=speaker(LEAD), note=change.note)


async def _discard(core: CoreDoor, session: str, message: str, change: _Change) -> None:
    await core.discard_letter(message, by=speaker(LEAD), note=change.note)


async def _seen(core: CoreDoor, session: str, message: str, change: _Change) -> None:
    await core.acknowledge_letter(message, by=speaker(LEAD))


_VERBS: dict[str, Callable[[CoreDoor, str, str, _Change], Awaitable[None]]] = {
    "cancel": _cancel,
    "edit": _edit,
    "move": _move,
    "promote": _promote,
    "up": _up,
    "down": _down,
    "requeue": _requeue,
    "discard": _discard,
    "seen": _seen,
}
_SPOKEN = {"up": "move up", "down": "move down", "requeue": "send again", "seen": "acknowledge"}


def _is_loud(board: Board, message: str) -> bool:
    letter = board.letters.get(message)
    return letter is not None and letter.is_loud


def _list(session: str, *, as_json: bool) -> int:
    async def work(core: CoreDoor) -> tuple[Board, list[SessionView]]:
        await settle(core)
        if session:
            return core.board, [find_session(core.board, session)]
        return core.board, shown(core.board)

    board, views = with_core(work, conduct=True)
    only = views[0].id if session else ""
    loud = [letter for letter in loud_letters(board) if _concerns(letter, only)]
    code = NOT_POSSIBLE if loud else OK
    if as_json:
        shape = messages_shape(board, views, loud)
        say_json({**(shape["sessions"][0] if session else {}), **shape, "exit_code": code})
    else:
        _say_list(board, views, loud)
    return code


def _concerns(letter: Letter, session: str) -> bool:
    return not session or session in (letter.sender, letter.recipient)


def messages_shape(board: Board, views: list[SessionView], loud: list[Letter]) -> dict[str, Any]:
    """What `wuhu messages --json` prints: each session's lanes and receipts, and what did not arrive."""
    return {
        "sessions": [
            {
                "session": view.id,
                "waiting": [_item_shape(view, item) for item in waiting_for(board, view.id)],
                "unsure": to_builtins(view.unsure),
                "receipts": to_builtins(view.receipts),
            }
            for view in views
        ],
        "letters": [
            letter for letter in board.letters.values() if not letter.is_ended or letter in loud
        ],
        "not_arrived": [letter.id for letter in loud],
    }


def _item_shape(view: SessionView, item: Waiting) -> dict[str, Any]:
    """The message as its session has it, and its place among the others."""
    message = next((waiting for waiting in view.waiting if waiting.id == item.id), None)
    place = to_builtins(item)
    state = place.pop("state")
    return {**place, **(to_builtins(message) if message else {}), "letter_state": state}


def _say_list(board: Board, views: list[SessionView], loud: list[Letter]) -> None:
    said = [_say_session(board, view, alone=len(views) == 1) for view in views]
    if not any(said) and not loud:
        say("nothing waits")
    if loud:
        say(Painted("did not arrive", "bold"))
        say_columns([_loud_row(letter) for letter in loud], indent="  ")
        hint(f"warning: {not_arrived(loud)}; {_HELP}")


_HELP = "wuhu messages --requeue ID sends one again, --discard ID lets it go, --seen ID: you know"


def not_arrived(loud: list[Letter]) -> str:
    """In words, how many letters the lead has to look at."""
    return f"{counted(len(loud), 'message')} did not arrive"


def _say_session(board: Board, view: SessionView, *, alone: bool) -> bool:
    """Whether there was anything to say of it."""
    waiting = waiting_for(board, view.id)
    sent = [r for r in view.receipts if all(r.id != item.id for item in waiting)][-SENT:]
    if not (waiting or view.unsure or (alone and sent)):
        return False
    say(Painted(view.id, "bold"), f"  {view.state.value.replace('_', ' ')}")
    rows = [_row(item) for item in waiting]
    rows += [
        (
            "",
            message.id,
            Painted("unsure", "yellow"),
            message.by,
            "nobody knows whether it arrived",
            message.text,
        )
        for message in view.unsure
    ]
    rows += [_sent_row(receipt) for receipt in sent if alone]
    say_columns(rows, indent="  ")
    return True


def _row(item: Waiting) -> tuple[str | Painted, ...]:
    reason = f" ({item.reason.value.replace('_', ' ')}: {item.detail})" if item.reason else ""
    lands = f"lands {item.lands}{reason}"
    lane = Painted(item.lane.value, "cyan")
    return f"{item.position}", item.id, lane, item.by, lands, item.text


def _sent_row(receipt: Receipt) -> tuple[str | Painted, ...]:
    step = receipt.step.value.replace("_", " ")
    times = (receipt.acted_at, receipt.accepted_at, receipt.delivered_at, receipt.queued_at)
    at = next(time for time in times if time is not None)
    kind = Painted(receipt.kind.value, "dim")
    return "", receipt.id, kind, receipt.by, f"{step} {ago(at, now())} ago", receipt.text


def _loud_row(letter: Letter) -> tuple[str | Painted, ...]:
    way = f"{letter.sender} → {letter.recipient}"
    state = Painted(letter.state.value, "red")
    since = ago(letter.since, now())
    return state, letter.id, letter.kind.value, way, since, letter.detail, letter.text
