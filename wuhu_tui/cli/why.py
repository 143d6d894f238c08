"""`wuhu why`: whose word a session's state is, how old it is, and what led to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import Json, Session
from wuhu_tui.cli.output import Painted, Part, ago, say, say_columns, say_json
from wuhu_tui.cli.place import with_core

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor
    from wuhu_tui.core.provenance import Provenance


def why(session: Session, json: Json = False) -> None:
    """Say why a session is in its state: who says so, since when, and what led to it."""

    async def work(core: CoreDoor) -> Provenance:
        return await core.provenance(find_session(core.board, session).id)

    told = with_core(work)
    say_json(told) if json else _say(told)


def _say(told: Provenance) -> None:
    state = told.state.value.replace("_", " ")
    record = f", record {told.record.epoch}.{told.record.seq}" if told.record.seq else ""
    say(Painted(told.session, "bold"), f"  {state}")
    rows: list[tuple[Part, str]] = [
        (Painted("because", "dim"), told.cause),
        (Painted("told by", "dim"), f"{told.source.value}{record}"),
        (Painted("since", "dim"), ago(told.since, told.looked_at) or "ever"),
        (Painted("last event", "dim"), ago(told.last_event_at, told.looked_at) or "never"),
    ]
    say_columns([row for row in rows if row[1]], indent="  ")
    for fact in told.facts:
        say("  • ", fact)
    if told.evidence:
        say(Painted("\nwhat led to it", "bold"))
    say_columns(
        [
            (
                "▸" if one.at_state else " ",
                Painted(one.at.astimezone().strftime("%H:%M:%S"), "dim"),
                one.words,
            )
            for one in told.evidence
        ],
        indent="  ",
    )
