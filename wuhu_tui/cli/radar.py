"""`wuhu radar`: which branches collide, in which order to land them, and telling both sides."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import By, Json
from wuhu_tui.cli.output import Painted, Part, say, say_columns, say_json, say_result
from wuhu_tui.cli.place import project_here, with_core
from wuhu_tui.cli.shapes import collision_shape
from wuhu_tui.cli.speaker import check_leave, speaker
from wuhu_tui.model.board import Board
from wuhu_tui.model.collision_words import file_words, side_name, unseen_word
from wuhu_tui.model.collisions import Collision, collision_key
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.merge_order import PlaceInOrder, reasoned_order

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

MOST_IN_MATRIX = 30
"""Sessions a matrix shows; the list below it names all pairs."""

BASE = "base"


class Act(StrEnum):
    """What to do with what collides."""

    SHOW = "show"
    TELL = "tell"


Side = Annotated[str, typer.Argument(metavar="SESSION", help="One side, of `tell`.")]
Other = Annotated[str, typer.Argument(metavar="OTHER", help="The other; without one: base.")]
Order = Annotated[bool, typer.Option("--order", help="Only the order in which to land.")]
Again = Annotated[bool, typer.Option("--again", help="Tell it although both know it.")]


def radar(
    act: Annotated[Act, typer.Argument(help="Without one, what collides is shown.")] = Act.SHOW,
    first: Side = "",
    second: Other = "",
    *,
    order: Order = False,
    again: Again = False,
    by: By = "lead",
    json: Json = False,
) -> None:
    """Show which live branches collide with base or each other, uncommitted work included.

    `tell` writes to both sides what the other changes there, why, and what to do about it.
    """
    if act is Act.TELL:
        _tell(first, second, by, again=again, as_json=json)
        return
    board, looked = with_core(_looked, conduct=True)
    is_on = _is_on()
    places = reasoned_order(board)
    if json:
        say_json(radar_shape(board, places, looked=looked, is_on=is_on))
    elif order:
        _say_order(board, places)
    else:
        _say_radar(board, places, is_on=is_on)


async def _looked(core: CoreDoor) -> tuple[Board, bool]:
    """The board, after a look around where nobody else keeps looking."""
    looked = await core.look_around()
    return core.board, looked


def _is_on() -> bool:
    from wuhu_tui.core.config import load_config

    return load_config(project_here().root).policies.radar


def _tell(first: str, second: str, by: str, *, again: bool, as_json: bool) -> None:
    if not first:
        raise UsageError("say whom to tell", remedy="wuhu radar shows who collides")

    async def work(core: CoreDoor) -> tuple[str, str]:
        one = find_session(core.board, first)
        base = second in ("", BASE, core.board.project.base_branch)
        sides = [one] if base else [one, find_session(core.board, second)]
        for side in sides:
            check_leave(core.board, side, "tell of a collision", "touch_others")
        other = "" if base else sides[1].id
        await core.tell_collision(one.id, other, again=again, by=speaker(by))
        return one.id, other

    one, other = with_core(work)
    said = f"told {one}" + (f" and {other}" if other else "")
    say_result({"first": one, "second": other, "told": True}, said, as_json=as_json)


def radar_shape(
    board: Board, places: Sequence[PlaceInOrder], *, looked: bool, is_on: bool
) -> dict[str, Any]:
    """What `wuhu radar --json` prints."""
    return {
        "on": is_on,
        "looked": looked,
        "collisions": [collision_shape(board, one) for one in _sorted(board)],
        "unseen": dict(board.unseen),
        "order": [{"session": place.session, "reason": place.reason} for place in places],
    }


def _sorted(board: Board) -> list[Collision]:
    """Base first, then the pairs of which one has to wait."""
    found = board.collisions.values()
    return sorted(found, key=lambda one: (bool(one.second), not one.ripe, one.first, one.second))


def _say_radar(board: Board, places: Sequence[PlaceInOrder], *, is_on: bool) -> None:
    if not is_on:
        say("the radar is off: radar under [policies] in wuhu.toml")
        return
    found = _sorted(board)
    if not found:
        say("nothing collides")
    else:
        _say_matrix(board, found)
        for one in found:
            _say_collision(board, one)
    for session in board.unseen:
        say(Painted(side_name(board, session), "bold"), f"  {unseen_word(board, session)}")
    if found and len(places) > 1:
        say()
        _say_order(board, places)


def _say_matrix(board: Board, found: Sequence[Collision]) -> None:
    """A cross where row and column collide; columns are called by their row's number."""
    names = dict.fromkeys(side for one in found for side in (one.first, one.second) if side)
    shown = list(names)[:MOST_IN_MATRIX]
    numbers = [str(number) for number in range(1, len(shown) + 1)]
    rows: list[list[Part]] = [["", "", Painted(BASE, "dim"), *numbers]]
    for number, row in zip(numbers, shown, strict=True):
        cells = [_cell(board, row, column) for column in ("", *shown)]
        rows.append([number, Painted(side_name(board, row), "bold"), *cells])
    say_columns(rows)
    say()


def _cell(board: Board, row: str, column: str) -> Part:
    if row == column:
        return Painted("\\", "dim")
    is_there = collision_key(row, column) in board.collisions
    return Painted("x", "red") if is_there else Painted("·", "dim")


def _say_collision(board: Board, one: Collision) -> None:
    first, second = (side_name(board, side) for side in (one.first, one.second))
    notes = [
        "not committed" if one.uncommitted else "",
        "one of them has to wait" if one.ripe else "",
        "told" if one.told_at else "",
    ]
    told = ", ".join(filter(None, notes))
    say(Painted(first, "bold"), " x ", Painted(second, "bold"), f"  {told}" if told else "")
    for file in one.files:
        say(f"  {file_words(file)}")


def _say_order(board: Board, places: Sequence[PlaceInOrder]) -> None:
    rows = [
        (f"{number}.", Painted(side_name(board, place.session), "bold"), place.reason)
        for number, place in enumerate(places, start=1)
    ]
    say_columns(rows or [("nothing is there to land",)])
