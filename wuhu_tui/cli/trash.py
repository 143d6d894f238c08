"""`wuhu trash`: what was kept before something was removed; bring it back, or let it go."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import to_builtins

from wuhu_tui.cli.diffs import say_diff, say_files
from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import By, Json
from wuhu_tui.cli.output import Painted, ago, say, say_columns, say_json, say_result
from wuhu_tui.cli.place import with_core
from wuhu_tui.cli.speaker import speaker
from wuhu_tui.journal.clock import now
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.rescue_words import holds, short_ref, stands
from wuhu_tui.model.rescues import Rescue
from wuhu_tui.repo.refs import branch_ref

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor


class Act(StrEnum):
    """What to do with the trash."""

    LIST = "list"
    SHOW = "show"
    RESTORE = "restore"
    FORGET = "forget"


Ref = Annotated[
    str, typer.Argument(metavar="REF", help="A rescue, or a part of its name; or a session.")
]
To = Annotated[str, typer.Option("--to", metavar="SESSION", help="Restore into this session.")]
Branch = Annotated[str, typer.Option("--branch", metavar="NAME", help="Restore as a new branch.")]
Patch = Annotated[bool, typer.Option("--patch", help="Show every line, not only the files.")]
Yes = Annotated[bool, typer.Option("--yes", help="Forget without asking.")]


def trash(
    act: Annotated[Act, typer.Argument(help="Without one, the rescues are listed.")] = Act.LIST,
    ref: Ref = "",
    *,
    to: To = "",
    branch: Branch = "",
    patch: Patch = False,
    yes: Yes = False,
    by: By = "lead",
    json: Json = False,
) -> None:
    """List what was kept before something was removed; show, restore or forget one of it.

    A restore overwrites nothing. Only `forget` deletes anything for good.
    """
    if act is not Act.LIST and not ref:
        raise UsageError(f"say which one to {act.value}", remedy="wuhu trash lists them")
    if act is Act.LIST:
        _list(as_json=json)
    elif act is Act.SHOW:
        _show(ref, patch=patch, as_json=json)
    elif act is Act.RESTORE:
        _restore(ref, to, branch, by, as_json=json)
    else:
        _forget(ref, by, yes=yes, as_json=json)


def _list(*, as_json: bool) -> None:
    kept = with_core(lambda core: core.rescues())
    if as_json:
        say_json(to_builtins(kept))
        return
    rows = [
        (
            Painted(short_ref(rescue.ref), "bold"),
            ago(rescue.at, now()),
            holds(rescue),
            stands(rescue),
            Painted(rescue.reason, "dim"),
        )
        for rescue in kept
    ]
    say_columns(rows or [("nothing is in the trash",)])


def _show(ref: str, *, patch: bool, as_json: bool) -> None:
    async def work(core: CoreDoor) -> tuple[Diff, Rescue | None]:
        diff = await core.rescue_diff(ref)
        return diff, _by_commit(await core.rescues(), diff.head)

    diff, rescue = with_core(work)
    if as_json:
        say_json({"rescue": to_builtins(rescue), "diff": to_builtins(diff)})
        return
    if rescue is not None:
        _say_rescue(rescue)
    say_files(diff)
    if patch:
        say_diff(diff)


def _by_commit(kept: Sequence[Rescue], commit: str) -> Rescue | None:
    return next((rescue for rescue in kept if rescue.commit == commit), None)


def _say_rescue(rescue: Rescue) -> None:
    say(Painted(rescue.ref, "bold"), f"  {ago(rescue.at, now())} ago")
    rows = [
        (Painted("session", "dim"), rescue.session),
        (Painted("why", "dim"), f"{rescue.reason}, by {rescue.by}"),
        (Painted("holds", "dim"), holds(rescue)),
        (Painted("stood on", "dim"), f"{rescue.branch} {rescue.head[:12]}"),
        (Painted("now", "dim"), stands(rescue)),
    ]
    if rescue.operation:
        rows.append((Painted("half-done", "dim"), f"a {rescue.operation}"))
    rows += [(Painted("not in it", "dim"), one) for one in rescue.left_out]
    say_columns(rows, indent="  ")


def _restore(ref: str, to: str, branch: str, by: str, *, as_json: bool) -> None:
    if to and branch:
        raise UsageError("say --to or --branch, not both", remedy="a branch leaves sessions alone")

    async def work(core: CoreDoor) -> str:
        target = find_session(core.board, to).id if to else branch and branch_ref(branch)
        return await core.restore(ref, to=target, by=speaker(by))

    where = with_core(work)
    said = f"{ref} is back in {where}; {_way_on(where, is_branch=bool(branch))}"
    say_result({"ref": ref, "restored_to": where}, said, as_json=as_json)


def _way_on(where: str, *, is_branch: bool) -> str:
    if is_branch or "/" in where:
        return f"look at it: git show {where}"
    return f"go on: wuhu resume {where}"


def _forget(ref: str, by: str, *, yes: bool, as_json: bool) -> None:
    if not yes:
        _ask(ref)
    with_core(lambda core: core.forget_rescue(ref, by=speaker(by)))
    say_result({"ref": ref, "forgotten": True}, f"{ref} is gone for good", as_json=as_json)


def _ask(ref: str) -> None:
    """Ask the lead, who must be there: this is the only true deletion.

    Raises:
        UsageError: nobody is there to ask, or the answer is no.
    """
    if not sys.stdin.isatty():
        raise UsageError(
            "forgetting deletes for good, and nobody is there to ask", remedy="say --yes"
        )
    if not typer.confirm(f"Delete {ref} for good?", default=False):
        raise UsageError("nothing was deleted", remedy="wuhu trash lists what there is")
