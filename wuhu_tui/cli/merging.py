"""Land approved work, and take it back: merge, undo-merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from wuhu_tui.cli.exits import OK
from wuhu_tui.cli.merge_waits import saying_why
from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import By, Json, Session
from wuhu_tui.cli.output import Painted, hint, say, say_json, say_result
from wuhu_tui.cli.place import with_core
from wuhu_tui.cli.settling import say_outlook
from wuhu_tui.cli.speaker import check_leave, speaker
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, NotPossible
from wuhu_tui.model.merge_outlook import MergeOutlook
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.reviews import CheckState
from wuhu_tui.model.safe import revealed_line
from wuhu_tui.model.waivers import outside_words, waiver_of

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor


DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would land, and how.")]


def merge(session: Session, dry_run: DryRun = False, by: By = "lead", json: Json = False) -> int:
    """Merge approved work: tried and checked aside first, base moves only when all is well.

    It goes through the merge queue and waits for its turn; broken off, it stays in line.
    Exit code 8: conflict, base untouched. Exit code 4: refused, for example by a red check.
    """
    if dry_run:
        return _look(session, json=json)

    async def work(core: CoreDoor) -> tuple[str, Merge]:
        view = find_session(core.board, session)
        check_leave(core.board, view, "merge its own work", "request_merge")
        _tell_outside(view)
        ends = core.merge(view.id, by=speaker(by))
        return view.id, await saying_why(core, view.id, ends)

    name, done = with_core(work)
    if json:
        say_json({"session": name, "exit_code": _exit_of(done), "merge": done})
    else:
        _say(name, done)
    return _exit_of(done)


def _tell_outside(view: SessionView) -> None:
    review = view.review
    if told := outside_words(review.outside, waiver_of(review)) if review else "":
        hint(f"outside its scope: {revealed_line(told)}")


def _look(session: str, *, json: bool) -> int:
    async def work(core: CoreDoor) -> MergeOutlook:
        return await core.merge_outlook(find_session(core.board, session).id)

    seen = with_core(work)
    say_outlook(seen, json=json)
    if seen.possible:
        return OK
    return Conflict.exit_code if seen.conflicts else NotPossible.exit_code


def undo_merge(session: Session, by: By = "lead", json: Json = False) -> None:
    """Take a merge back: move base back if nothing landed since, else revert it."""

    async def work(core: CoreDoor) -> tuple[str, str]:
        view = find_session(core.board, session)
        check_leave(core.board, view, "take back its own merge", "request_merge")
        await core.undo_merge(view.id, by=speaker(by))
        return view.id, _how(core.board.session(view.id))

    name, how = with_core(work)
    result = {"session": name, "outcome": "undone", "detail": how}
    say_result(result, f"{name}  merge undone: {how}", as_json=json)


def _how(view: SessionView | None) -> str:
    return view.merge.detail if view is not None and view.merge is not None else ""


def _exit_of(done: Merge) -> int:
    by_outcome = {
        MergeOutcome.CONFLICT: Conflict.exit_code,
        MergeOutcome.REFUSED: NotPossible.exit_code,
        MergeOutcome.ROLLED_BACK: NotPossible.exit_code,
        MergeOutcome.RUNNING: NotPossible.exit_code,
    }
    return by_outcome.get(done.outcome, OK)


def _say(name: str, done: Merge) -> None:
    colour = "green" if _exit_of(done) == OK else "red"
    landed = done.outcome is MergeOutcome.MERGED and done.result
    result = f" as {done.result[:12]} on {done.base_branch}" if landed else ""
    say(Painted(name, "bold"), "  ", Painted(done.outcome.value, colour), result)
    if done.pull_request:
        say(f"  {done.pull_request}")
    if done.published:
        say(f"  pushed to {done.published}")
    if done.detail:
        say(f"  {done.detail}")
    if done.remembered:
        say(f"  settled as once before: {', '.join(map(revealed_line, done.remembered))}")
    for path in done.files:
        say(f"  conflict in {path}")
    for check in done.checks:
        say(f"  check {check.name}: {check.state.value}")
        if check.state is not CheckState.PASSED and check.output:
            say(check.output)
