"""`wuhu sync`: how far a session's base moved, and whether that is where it works."""

from __future__ import annotations

from wuhu_tui.cli.naming import find_sessions
from wuhu_tui.cli.options import By, Json, Sessions
from wuhu_tui.cli.output import Painted, ago, counted, say, say_json
from wuhu_tui.cli.place import with_core
from wuhu_tui.cli.speaker import speaker
from wuhu_tui.core.door import CoreDoor
from wuhu_tui.journal.clock import now
from wuhu_tui.model.freshness import Freshness, FreshnessVerdict

_COLOURS = {
    FreshnessVerdict.PASSED: "green",
    FreshnessVerdict.MOVED: "yellow",
    FreshnessVerdict.OVERLAPPING: "red",
}
_MOST = 8


def sync(sessions: Sessions, by: By = "lead", json: Json = False) -> None:
    """Hold sessions' branches against their base; move on those that were never started."""

    async def work(core: CoreDoor) -> list[tuple[str, Freshness]]:
        views = find_sessions(core.board, sessions)
        speaking = speaker(by)
        return [(view.id, await core.sync_environment(view.id, by=speaking)) for view in views]

    found = with_core(work)
    if json:
        say_json([{"session": name, "freshness": freshness} for name, freshness in found])
        return
    for name, freshness in found:
        _say(name, freshness)


def _say(name: str, freshness: Freshness) -> None:
    verdict = Painted(freshness.verdict.value, _COLOURS[freshness.verdict])
    say(Painted(name, "bold"), "  ", verdict, f"  {freshness_words(freshness)}")
    for path in freshness.overlap[:_MOST]:
        conflict = "conflicts" if path in freshness.conflicts else "changed on both sides"
        say(f"  {path}  {conflict}")
    more = len(freshness.overlap) - _MOST
    if more > 0:
        say(f"  and {more} more")


def freshness_words(freshness: Freshness) -> str:
    """How a branch stands beside its base, in one line."""
    base = freshness.base_branch
    if freshness.advanced:
        return f"moved on to {base} {freshness.tip[:7]}"
    if not freshness.behind:
        return f"at the tip of {base}"
    age = f" from {ago(freshness.base_from, now())} ago" if freshness.base_from else ""
    where = "none of them its own" if not freshness.overlap else f"{len(freshness.overlap)} its own"
    files = f"{counted(len(freshness.theirs), 'file')} changed, {where}"
    note = f"; not moved on: {freshness.note}" if freshness.note else ""
    return f"{counted(freshness.behind, 'commit')} behind {base}{age}; {files}{note}"
