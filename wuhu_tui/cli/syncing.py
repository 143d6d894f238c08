"""`wuhu sync`: how far a session's base moved, and whether that is where it works."""

from __future__ import annotations

from wuhu_tui.cli.naming import find_sessions
from wuhu_tui.cli.options import By, Json, Sessions
from wuhu_tui.cli.output import Painted, ago, say, say_json
from wuhu_tui.cli.place import with_core
from wuhu_tui.cli.speaker import speaker
from wuhu_tui.core.door import CoreDoor
from wuhu_tui.journal.clock import now
from wuhu_tui.model.freshness import Freshness, FreshnessVerdict
from wuhu_tui.model.freshness_words import freshness_words

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
    say(Painted(name, "bold"), "  ", verdict, f"  {told(freshness)}")
    for path in freshness.overlap[:_MOST]:
        conflict = "conflicts" if path in freshness.conflicts else "changed on both sides"
        say(f"  {path}  {conflict}")
    more = len(freshness.overlap) - _MOST
    if more > 0:
        say(f"  and {more} more")


def told(freshness: Freshness) -> str:
    """How a branch stands beside its base, in one line."""
    age = ago(freshness.base_from, now()) if freshness.base_from else ""
    return freshness_words(freshness, age)
