"""Telling sessions that they collide: what the other changes, why, and what to do about it."""

from __future__ import annotations

from wuhu_tui.core import letters
from wuhu_tui.core.delivery import check_on_board
from wuhu_tui.core.project import Project
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collision_words import file_words, lines_word, side_name
from wuhu_tui.model.collisions import CollidingFile, Collision, collision_key
from wuhu_tui.model.errors import NotFound, NotPossible, WuhuError
from wuhu_tui.model.events import Event
from wuhu_tui.model.letters import Letter, LetterKind
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.queue_events import CollisionTold
from wuhu_tui.model.reports import ReportKind

MOST_FILES = 20
"""Files that a letter names; the others are counted."""

LONG_WORDS = 600
"""Characters of the other's task or report that a letter quotes."""


async def tell_collision(
    project: Project, first: str, second: str, *, by: str, again: bool = False
) -> None:
    """Write to both sides, or to the one session where the other side is base.

    Raises:
        NotFound: they do not collide as last looked at.
        NotPossible: both know it as it stands, or one of them cannot be told anything any more.
    """
    board = await project.catch_up()
    collision = _known(board, first, second)
    if collision.told_at is not None and not again:
        raise NotPossible(
            f"they were told of it as it stands, at {collision.told_at:%H:%M:%S} UTC",
            where=" and ".join(filter(None, (first, second))),
            remedy="tell them again with: wuhu radar tell --again",
        )
    sides = [side for side in (collision.first, collision.second) if side]
    for side in sides:
        check_on_board(project.view(side))
    reached = [await _tell(project, collision, side, by) for side in sides]
    if any(failed is None for failed in reached):
        await project.decide(lambda now: _told(now, collision, by))
    for failed in reached:
        if failed is not None:
            raise failed


def _known(board: Board, first: str, second: str) -> Collision:
    found = board.collisions.get(collision_key(first, second))
    if found is None:
        raise NotFound(
            f"{first or 'base'} and {second or 'base'} do not collide as last looked at",
            remedy="see who does: wuhu radar",
        )
    return found


async def _tell(project: Project, collision: Collision, side: str, by: str) -> WuhuError | None:
    """One letter; what went wrong is told after the other side was written to."""
    letter = Letter(
        id=project.new_id(),
        kind=LetterKind.FOLLOW_UP,
        sender=by,
        recipient=side,
        text=collision_text(project.board, collision, side),
        posted_at=project.clock(),
        lane=Lane.FOLLOW_UP,
    )
    try:
        await letters.send(project, letter)
    except WuhuError as error:
        return error
    return None


def _told(board: Board, collision: Collision, by: str) -> list[Event]:
    if collision.key not in board.collisions:
        return []
    return [CollisionTold(first=collision.first, second=collision.second, by=by)]


def collision_text(board: Board, collision: Collision, side: str) -> str:
    """What one side of a collision is told."""
    other = collision.other(side)
    name = side_name(board, other)
    parts = [_opening(collision, other, name), _files(collision, side)]
    view = board.session(other) if other else None
    parts += [_intent(view)] if view is not None else []
    parts += [_advice(collision, other, name)]
    return "\n\n".join(filter(None, parts))


def _opening(collision: Collision, other: str, name: str) -> str:
    soft = " Part of it is not committed yet." if collision.uncommitted else ""
    if not other:
        return f"Your branch as it stands cannot be merged into {name} without a conflict.{soft}"
    return (
        f"Your work collides with that of session {other} ({name}): the two branches as they stand "
        f"cannot both be merged without a conflict.{soft}"
    )


def _files(collision: Collision, side: str) -> str:
    mine_is_second = side == collision.second
    told = [_file(file, mine_is_second=mine_is_second) for file in collision.files[:MOST_FILES]]
    more = len(collision.files) - MOST_FILES
    told += [f"- and {more} more"] if more > 0 else []
    return "\n".join(("Where:", *told))


def _file(file: CollidingFile, *, mine_is_second: bool) -> str:
    yours = file_words(file, there=mine_is_second)
    theirs = lines_word(file.lines if mine_is_second else file.lines_there)
    return f"- {yours}" + (f"; in theirs lines {theirs}" if theirs else "")


def _intent(view: SessionView) -> str:
    """What the other is about: its title or task, and what it reported."""
    about = view.spec.title or view.spec.task
    words = f"What {view.id} works on, branch {view.spec.branch}: {_cut(about)}"
    report = view.report
    if report is None or report.kind is ReportKind.FAILED or not report.summary.strip():
        return words
    return f"{words}\nIts last report ({report.kind.value}): {_cut(report.summary)}"


def _cut(text: str) -> str:
    said = text.strip()
    return said if len(said) <= LONG_WORDS else f"{said[:LONG_WORDS]}…"


def _advice(collision: Collision, other: str, name: str) -> str:
    if not other:
        return (
            f"Merge or rebase onto {name} now, keep what both sides meant, run the checks, commit, "
            "and report as usual."
        )
    return (
        "Do not touch the other's branch or worktree. If your task does not need these lines, "
        "leave them as they were. If it does, keep your change there as small as you can, commit "
        "it, and say in your report how the two belong together; whoever lands second merges base "
        "and settles the rest. If both cannot be right, ask the lead instead of guessing."
    )
