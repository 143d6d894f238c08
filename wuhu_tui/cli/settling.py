"""A conflict with base, told and settled by hand; and what a merge would bring: settle, conflict."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import to_builtins

from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import By, Json, Session
from wuhu_tui.cli.output import Painted, say, say_columns, say_json, say_result
from wuhu_tui.cli.place import with_core
from wuhu_tui.cli.speaker import check_leave, speaker
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.merge_outlook import MergeOutlook
from wuhu_tui.model.merges import FileConflict
from wuhu_tui.model.safe import revealed_line
from wuhu_tui.model.waivers import outside_words

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

Maybe = Annotated[str, typer.Argument(metavar="[SESSION]", help="Id, title, or the start of one.")]
Done = Annotated[
    bool, typer.Option("--done", help="What lies there is the resolution; merge goes on.")
]
Leave = Annotated[bool, typer.Option("--leave", help="Throw away what was settled.")]
Send = Annotated[bool, typer.Option("--send", help="Send it to the session as a follow-up.")]


class Deed(StrEnum):
    """What was done to a settling."""

    BEGUN = "begun"
    SETTLED = "settled"
    LEFT = "left"


def settle(
    session: Maybe = "",
    done: Done = False,
    leave: Leave = False,
    by: By = "lead",
    json: Json = False,
) -> None:
    """Settle a conflict with base by hand: it is laid out in a worktree of its own, for any editor.

    With --done it is taken, unless markers or unmerged files are left (exit code 4). Without a
    session: what is being settled now.
    """
    if not session:
        _list(json=json, wrong=done or leave)
        return
    if done and leave:
        raise UsageError("either --done or --leave", remedy="leave one of them out")
    deed = Deed.SETTLED if done else Deed.LEFT if leave else Deed.BEGUN

    async def work(core: CoreDoor) -> tuple[str, str]:
        view = find_session(core.board, session)
        check_leave(core.board, view, "settle its own conflict", "request_merge")
        return view.id, await _do(core, deed, view.id, speaker(by))

    name, place = with_core(work)
    result = {"session": name, "settling": deed.value, "place": place}
    say_result(result, *_words(deed, name, place), as_json=json)


def _list(*, json: bool, wrong: bool) -> None:
    """What is half-done, whoever began it and whenever."""
    if wrong:
        raise UsageError("which session?", remedy="name it; wuhu settle lists them")

    async def work(core: CoreDoor) -> list[dict[str, str]]:
        merges = [(view.id, view.merge) for view in core.board.sessions.values() if view.merge]
        return [
            {"session": name, "place": merge.settling, "by": merge.settling_by}
            for name, merge in merges
            if merge.settling
        ]

    found = with_core(work)
    if json:
        say_json(found)
    elif found:
        say_columns([(one["session"], one["place"], one["by"]) for one in found])
    else:
        say("no conflict is being settled by hand")


async def _do(core: CoreDoor, deed: Deed, session: str, by: str) -> str:
    if deed is Deed.BEGUN:
        return await core.begin_settling(session, by=by)
    if deed is Deed.SETTLED:
        await core.settle_conflict(session, by=by)
    else:
        await core.leave_settling(session, by=by)
    return ""


def _words(deed: Deed, name: str, place: str) -> tuple[str, ...]:
    match deed:
        case Deed.BEGUN:
            return (f"{place}\n  settle it there, then: wuhu settle {name} --done",)
        case Deed.SETTLED:
            return (f"{name}  settled; it is queued to land: wuhu merge {name}",)
    return (f"{name}  what was settled is gone; what was not committed is kept as a rescue",)


def conflict(session: Session, send: Send = False, by: By = "lead", json: Json = False) -> None:
    """What collides with base: each file with both diffs, and what each side meant by it."""

    async def work(core: CoreDoor) -> tuple[str, str, str]:
        view = find_session(core.board, session)
        brief = await core.conflict_brief(view.id)
        if not send:
            return view.id, brief, ""
        check_leave(core.board, view, "send itself a brief", "follow_up")
        return view.id, brief, await core.follow_up(view.id, brief, by=speaker(by))

    name, brief, letter = with_core(work)
    if json:
        say_json({"session": name, "brief": brief, "letter": letter})
        return
    say(brief)
    if letter:
        say(f"sent to {name} as {letter}")


def say_outlook(seen: MergeOutlook, *, json: bool) -> None:
    """What would land, how, and what speaks against it."""
    if json:
        say_json({**to_builtins(seen), "possible": seen.possible})
        return
    colour = "green" if seen.possible else "red"
    say(Painted(seen.session, "bold"), "  ", Painted(_verdict(seen), colour))
    say_columns(_facts(seen), indent="  ")
    for word in seen.blocks:
        say(f"  blocked: {revealed_line(word)}")
    for one in seen.conflicts:
        _say_conflict(one, remembered=one.path in seen.remembered)
    say()
    say(seen.message.rstrip())


def _verdict(seen: MergeOutlook) -> str:
    if seen.nothing:
        return f"{seen.base_branch} has all of it already"
    if seen.possible:
        return f"would land on {seen.base_branch} if its checks pass"
    return "would not land now"


def _facts(seen: MergeOutlook) -> list[tuple[str, str]]:
    facts = [
        ("manner", seen.manner.value),
        ("commit", f"{seen.head[:12]}, {len(seen.commits)} ahead, {seen.behind} behind"),
        ("size", f"{len(seen.files)} files +{seen.added} -{seen.removed}"),
        ("outside its scope", outside_words(seen.outside, seen.waived_by)),
        ("checks", ", ".join(seen.to_check) or "none"),
        ("checkout", seen.checkout or "base is checked out nowhere"),
        ("removes", ", ".join(seen.removes) or "nothing"),
        ("resolution", seen.resolution[:12]),
        ("settling", seen.settling),
    ]
    return [(name, revealed_line(value)) for name, value in facts if value]


def _say_conflict(one: FileConflict, *, remembered: bool) -> None:
    known = ", settled once before" if remembered else ""
    say(f"  conflict in {revealed_line(one.path)} ({one.kind}{known})")
    for side, commits in (("base", one.base_side), ("branch", one.session_side)):
        for commit in commits:
            say(f"    {side}: {revealed_line(commit)}")
