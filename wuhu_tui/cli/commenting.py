"""Comments on lines of a session's work: comment makes one, comments shows, sends, settles them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec import to_builtins

from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import By, Json, Session, Text, text_of
from wuhu_tui.cli.output import Painted, Part, say, say_columns, say_json, say_result
from wuhu_tui.cli.place import with_core
from wuhu_tui.cli.speaker import check_leave, speaker
from wuhu_tui.model.comments import Comment, CommentKind, CommentState, PlacedComment, Side
from wuhu_tui.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wuhu_tui.core.door import CoreDoor

_COLOURS = {
    CommentState.DRAFT: "yellow",
    CommentState.SENT: "cyan",
    CommentState.RESOLVED: "green",
}


def place_of(text: str) -> tuple[str, int, int]:
    """A place written as `path:line` or `path:first-last`.

    Raises:
        UsageError: it is neither.
    """
    match = re.fullmatch(r"(.+):(\d+)(?:-(\d+))?", text, re.DOTALL)
    if match is None:
        raise UsageError(f'"{text}" is no place', remedy="write path:line, or path:first-last")
    return match[1], int(match[2]), int(match[3] or 0)


def comment(
    session: Session,
    place: Annotated[str, typer.Argument(metavar="PATH:LINE", help="Or PATH:FIRST-LAST.")],
    text: Text,
    *,
    question: Annotated[
        bool, typer.Option("--question", help="It wants a reply, not a change.")
    ] = False,
    old: Annotated[
        bool, typer.Option("--old", help="The lines as they were before the work.")
    ] = False,
    send: Annotated[bool, typer.Option("--send", help="Send it at once, with all drafts.")] = False,
    by: By = "lead",
    json: Json = False,
) -> None:
    """Comment on lines of the work under review; a draft until comments are sent."""

    async def work(core: CoreDoor) -> tuple[str, Comment, str]:
        view = find_session(core.board, session)
        check_leave(core.board, view, "comment on its own work", "steer")
        path, line, last = place_of(place)
        side = Side.OLD if old else Side.NEW
        anchor = await core.anchor_at(view.id, path, line, last=last, side=side)
        kind = CommentKind.QUESTION if question else CommentKind.REMARK
        who = speaker(by)
        made = await core.comment(view.id, anchor, text_of(text), kind=kind, by=who)
        return view.id, made, await core.send_comments(view.id, by=who) if send else ""

    name, made, letter = with_core(work)
    after = "sent" if letter else f"a draft; send all with: wuhu comments {name} --send"
    say_result(
        {"session": name, "comment": made, "letter": letter},
        f"{name}  {made.id} on {made.anchor.path}:{made.anchor.line}: {after}",
        as_json=json,
    )


def comments(
    session: Session,
    *,
    send: Annotated[bool, typer.Option("--send", help="Send all drafts as one message.")] = False,
    note: Annotated[str, typer.Option("--note", help="A word ahead of what is sent.")] = "",
    resolve: Annotated[
        list[str] | None, typer.Option("--resolve", metavar="ID", help="This one is settled.")
    ] = None,
    again: Annotated[
        list[str] | None, typer.Option("--again", metavar="ID", help="It is not, after all.")
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option("--drop", metavar="ID", help="Give this draft up.")
    ] = None,
    edit: Annotated[
        tuple[str, str] | None,
        typer.Option("--edit", metavar="ID TEXT", help="Give this draft other words."),
    ] = None,
    by: By = "lead",
    json: Json = False,
) -> None:
    """Show the comments on a session's work with their lines and replies; send or settle them."""

    async def work(core: CoreDoor) -> tuple[str, str, Sequence[PlacedComment]]:
        view = find_session(core.board, session)
        if send or resolve or again or drop or edit:
            check_leave(core.board, view, "change comments on its own work", "request_changes")
        who = speaker(by)
        if edit:
            await core.edit_comment(view.id, *edit)
        for name in drop or ():
            await core.drop_comment(view.id, name)
        for name in resolve or ():
            await core.resolve_comment(view.id, name, by=who)
        for name in again or ():
            await core.resolve_comment(view.id, name, again=True, by=who)
        letter = await core.send_comments(view.id, note=note, by=who) if send else ""
        return view.id, letter, await core.place_comments(view.id)

    name, letter, found = with_core(work)
    if json:
        say_json([_shape(one) for one in found])
        return
    if letter:
        say(f"{name}  sent as one message: {letter}")
    _say(found)


def _shape(placed: PlacedComment) -> dict[str, Any]:
    told: dict[str, Any] = to_builtins(placed)
    return {**told, "stale": placed.is_stale}


def _say(found: Sequence[PlacedComment]) -> None:
    if not found:
        say_columns([("no comments",)])
    for placed in found:
        one = placed.comment
        place = (
            f"{placed.path}:{placed.line}"
            if placed.line
            else f"{placed.path} (was {one.anchor.line})"
        )
        kind = "?" if one.kind is CommentKind.QUESTION else " "
        parts: list[Part] = [
            Painted(one.id, "bold"),
            f" {kind} ",
            Painted(one.state.value, _COLOURS[one.state]),
            f"  {place}",
        ]
        say(*parts, Painted(f"  stale: {placed.why}", "red") if placed.is_stale else "")
        say(Painted(f"    > {one.anchor.lines[0]}", "dim"))
        for line in one.text.splitlines():
            say(f"    {line}")
        for reply in placed.replies:
            say(Painted("    ↳ ", "cyan"), reply.text)
