"""How everything stands: status, sessions, questions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuhu_tui.cli.attention import next_command, reason
from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, Part, ago, say, say_columns, say_json
from wuhu_tui.cli.place import settle, with_core
from wuhu_tui.cli.shapes import counts, question_shape, session_shape, shown
from wuhu_tui.cli.syncing import told
from wuhu_tui.core.orchestration import as_tree
from wuhu_tui.journal.clock import now
from wuhu_tui.model.attention import (
    Need,
    letters_action,
    loud_letters,
    needs_lead,
    next_action,
    remote_action,
)
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collision_words import collides_words, unseen_word
from wuhu_tui.model.quantities import counted as counted_of
from wuhu_tui.model.questions import Question
from wuhu_tui.model.queue_needs import stuck_since
from wuhu_tui.model.spending import project_usage, short_usage
from wuhu_tui.model.states import SessionState

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

Archived = Annotated[bool, typer.Option("--archived", help="Archived sessions too.")]

_SYMBOLS: dict[Need, Part] = {
    Need.ANSWER: Painted("?", "yellow"),
    Need.LOOK: Painted("!", "yellow"),
    Need.RESUME: Painted("✗", "red"),
    Need.RESOLVE: Painted("⚠", "red"),
    Need.REVIEW: Painted("✓", "green"),
    Need.MERGE: Painted("⇡", "green"),
    Need.START: Painted("○", "dim"),
    Need.NOTHING: " ",
}


def status(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="One of them only.")] = "",
    json: Json = False,
) -> None:
    """Show how everything stands, and first what needs you; or everything about one session."""

    async def work(core: CoreDoor) -> tuple[Board, dict[str, bool]]:
        await settle(core)
        board = core.board
        return board, {name: core.runner_alive(name) for name in board.sessions}

    board, alive = with_core(work, conduct=True)
    if session:
        view = find_session(board, session)
        shape = session_shape(view, alive=alive[view.id], board=board)
        say_json(shape) if json else _say_session(board, view, alive=alive[view.id])
    elif json:
        say_json(status_shape(board, alive))
    else:
        say_status(board)


def status_shape(board: Board, alive: dict[str, bool]) -> dict[str, Any]:
    """What `wuhu status --json` prints."""
    views = shown(board)
    return {
        "project": {
            "name": board.project.name,
            "root": board.project.root,
            "base_branch": board.project.base_branch,
            "goal": board.project.goal,
            "warnings": list(board.project.warnings),
        },
        "counts": counts(board),
        "usage": project_usage(board),
        "needs_you": [view.id for view in views if needs_lead(view, board)],
        "sessions": [session_shape(view, alive=alive[view.id], board=board) for view in views],
        "letters": {
            "on_their_way": sum(not one.is_ended for one in board.letters.values()),
            "not_arrived": [letter.id for letter in loud_letters(board)],
        },
        "remote": board.remote,
        "joins": [join for join in board.joins.values() if join.wake is None],
    }


def sessions(archived: Archived = False, json: Json = False) -> None:
    """List the sessions."""

    async def work(core: CoreDoor) -> tuple[Board, dict[str, bool]]:
        views = shown(core.board, archived=archived)
        return core.board, {view.id: core.runner_alive(view.id) for view in views}

    board, alive = with_core(work)
    views = shown(board, archived=archived)
    if json:
        say_json([session_shape(view, alive=alive[view.id], board=board) for view in views])
        return
    rows = [_row(board, view, now(), depth) for depth, view in as_tree(views)]
    say_columns(rows or [("no sessions; wuhu new …",)])


def questions(json: Json = False) -> None:
    """List the open questions of all sessions, oldest first."""

    async def work(core: CoreDoor) -> list[tuple[SessionView, Question]]:
        asked = [(view, question) for view in shown(core.board) for question in view.questions]
        return sorted(asked, key=lambda pair: pair[1].asked_at)

    asked = with_core(work)
    if json:
        say_json([question_shape(view, question) for view, question in asked])
        return
    if not asked:
        say("nobody asks anything")
    for view, question in asked:
        _say_question(view, question)


def say_status(board: Board, at: datetime | None = None) -> None:
    """Print how everything stands (or stood at that time), and first what needs the lead."""
    moment = at or now()
    project = board.project
    tally = "  ".join(
        f"{number} {state.replace('_', ' ')}" for state, number in counts(board).items()
    )
    used = short_usage(project_usage(board))
    counted = "  ".join(filter(None, (tally, used)))
    say(Painted(project.name, "bold"), f"  {project.base_branch}  ", Painted(counted, "dim"))
    views = sorted(shown(board), key=lambda view: view.since)
    pressing = list(Need)
    needing = [view for view in views if needs_lead(view, board)]
    needing.sort(key=lambda view: pressing.index(next_action(view, board).need))
    others = [view for view in views if view not in needing]
    for title, group in (("needs you", needing), ("the others", others)):
        if group:
            say(Painted(f"\n{title}", "bold"))
            say_columns([_row(board, view, moment) for view in group], indent="  ")
    letters = letters_action(board)
    if letters is not None:
        say(Painted(f"\n! {letters.text}: wuhu messages", "red"))
    remote = remote_action(board)
    if remote is not None:
        say(Painted(f"\n! {remote.text}", "red"))
    if stuck_since(board, moment) is not None:
        say(Painted("\n! the merge queue stands still: wuhu queue", "red"))
    elif board.queue.entries:
        merges = counted_of(len(board.queue.entries), "merge")
        say(Painted(f"\n{merges} in the queue: wuhu queue", "dim"))
    if needing and at is None:
        say(Painted(f"\nnext: {next_command(needing[0], board)}", "dim"))
    for warning in project.warnings:
        say(Painted(f"warning: {warning}", "yellow"))


def _row(board: Board, view: SessionView, moment: datetime, depth: int = 0) -> list[Part]:
    state = "no report" if view.no_report else view.state.value.replace("_", " ")
    name = f"{view.id} ({view.spec.title})" if view.spec.title else view.id
    name = f"{'  ' * (depth - 1)}└ {name}" if depth else name
    since = ago(view.since, moment)
    needed = needs_lead(view, board)
    symbol = _SYMBOLS[next_action(view, board).need] if needed else _at_rest(board, view)
    return [symbol, name, state, since, _used(view), reason(view)]


def _at_rest(board: Board, view: SessionView) -> Part:
    """A circle for what waits to be taken up; nothing for what goes on by itself."""
    return _SYMBOLS[Need.START if next_action(view, board).need else Need.NOTHING]


def _used(view: SessionView) -> str:
    """Its turn, and what it used as far as its agent tells."""
    turn = f"turn {view.turn}" if view.turn else ""
    return " ".join(filter(None, (turn, short_usage(view.usage))))


def _say_session(board: Board, view: SessionView, *, alive: bool) -> None:
    spec = view.spec
    rows: list[tuple[Part, str]] = [
        (Painted("state", "dim"), f"{view.state.value} ({view.standing.cause})"),
        (Painted("doing", "dim"), reason(view)),
        (Painted("runner", "dim"), "alive" if alive else "not running"),
        (Painted("agent", "dim"), spec.agent.name),
        (Painted("made by", "dim"), spec.parent),
        (Painted("task", "dim"), spec.task),
        (Painted("branch", "dim"), f"{spec.branch} from {spec.base_branch}"),
        (Painted("base", "dim"), told(view.freshness) if view.freshness else ""),
        (Painted("collides", "dim"), collides_words(board, view.id).removeprefix("collides ")),
        (Painted("not seen", "dim"), unseen_word(board, view.id)),
        (Painted("worktree", "dim"), spec.worktree),
        (Painted("head", "dim"), view.head or spec.base_commit),
        (Painted("used", "dim"), _used_words(view)),
        (Painted("last event", "dim"), f"{ago(view.last_event_at, now()) or 'never'}"),
        (Painted("next", "dim"), next_command(view, board)),
    ]
    say(Painted(spec.shown_name, "bold"), "" if spec.shown_name == spec.id else f"  {spec.id}")
    say_columns([row for row in rows if row[1]], indent="  ")
    for question in view.questions:
        _say_question(view, question)
    if view.state is SessionState.FAILED and view.exit and view.exit.last_words:
        say(Painted("last words", "dim"), "\n", view.exit.last_words)
    for warning in view.warnings:
        say(Painted(f"warning: {warning}", "yellow"))


def _used_words(view: SessionView) -> str:
    newest = short_usage(view.turn_usage)
    return short_usage(view.usage) + (f" (turn {view.turn}: {newest})" if newest else "")


def _say_question(view: SessionView, question: Question) -> None:
    say(
        Painted("? ", "yellow"),
        Painted(view.id, "bold"),
        f"  {question.text}  ",
        Painted(f"{ago(question.asked_at, now())} {question.id}", "dim"),
    )
    if question.context:
        say(Painted(question.context, "dim"))
    say_columns(
        [
            (f"{number}", option.label + (" (recommended)" if option.recommended else ""),
             Painted(option.detail, "dim"))
            for number, option in enumerate(question.options, start=1)
        ],
        indent="    ",
    )  # fmt: skip
