"""`wuhu notify`: the channels, what they told last, and a test message."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuhu_tui.cli.exits import OK, UNEXPECTED
from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, ago, say, say_columns, say_json
from wuhu_tui.cli.place import project_here
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model.errors import NotFound, UsageError, WuhuError

if TYPE_CHECKING:
    from wuhu_tui.core.channels.plan import ChannelPlan
    from wuhu_tui.core.channels.state import ChannelState
    from wuhu_tui.core.channels.wording import Notice
    from wuhu_tui.journal.layout import ProjectFolder

NO_CHANNELS = "no channel is named in [notify] of wuhu.toml or of your own settings"


def notify(
    what: Annotated[str, typer.Argument(metavar="[test]", help="test: send a message.")] = "",
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="Default: all.")] = "",
    *,
    json: Json = False,
) -> int:
    """List the channels outside the dashboard, or send a test message on them.

    Only the process that conducts tells what happens; a test is sent from here.
    """
    if what not in ("", "test"):
        raise UsageError(
            f'"{what}" is nothing to do with channels', remedy="wuhu notify, wuhu notify test"
        )
    folder = project_here()
    plans = _plans(folder)
    if what == "test":
        return _test(folder, _chosen(plans, channel), as_json=json)
    _list(folder, plans, as_json=json)
    return OK


def _plans(folder: ProjectFolder) -> dict[str, ChannelPlan]:
    from wuhu_tui.core.channels.couriers import plans_now
    from wuhu_tui.core.config import load_config

    return plans_now(load_config(folder.root).notify)


def _chosen(plans: dict[str, ChannelPlan], channel: str) -> list[ChannelPlan]:
    if not plans:
        raise NotFound(NO_CHANNELS, remedy="how to name one: docs/channels.md")
    if channel and channel not in plans:
        raise NotFound(
            f"there is no channel {channel}", remedy=f"there are: {', '.join(sorted(plans))}"
        )
    return [plans[channel]] if channel else [plans[name] for name in sorted(plans)]


def _test(folder: ProjectFolder, plans: list[ChannelPlan], *, as_json: bool) -> int:
    """Send on all of them at once; 0 only when every one took the message."""
    found = asyncio.run(_send_all(folder.root, plans))
    if as_json:
        say_json([{"channel": name, "ok": not why, "why": why} for name, why in found.items()])
    for name, why in found.items() if not as_json else ():
        mark = Painted("failed", "red") if why else Painted("sent", "green")
        say(f"{name}: ", mark, f"  {why}" if why else "")
    return UNEXPECTED if any(found.values()) else OK


async def _send_all(root: Path, plans: list[ChannelPlan]) -> dict[str, str]:
    from wuhu_tui.core.channels.outlet import send

    async def one(plan: ChannelPlan) -> str:
        try:
            await send(plan, _message(root), root)
        except WuhuError as error:
            return error.told_first
        return ""

    results = await asyncio.gather(*(one(plan) for plan in plans))
    return {plan.name: why for plan, why in zip(plans, results, strict=True)}


def _message(root: Path) -> Notice:
    from wuhu_tui.core.channels.wording import Notice
    from wuhu_tui.model.entries import ContextEntry

    text = "This channel works: what needs you will be told here."
    entry = ContextEntry(
        id=f"project:test:{new_id()}",
        project_id=root.name,
        session_name="",
        actor="lead",
        kind="test",
        ts=now(),
        text=text,
    )
    return Notice(
        project=root.name, title=f"wuhu · {root.name}: a test", text=text, entries=(entry,)
    )


def _list(folder: ProjectFolder, plans: dict[str, ChannelPlan], *, as_json: bool) -> None:
    rows = {name: (plans[name], _state(folder, name)) for name in sorted(plans)}
    if as_json:
        say_json([_shape(plan, *found) for plan, found in rows.values()])
    elif not plans:
        say(NO_CHANNELS)
    else:
        say_columns(
            [
                (name, plan.shown, plan.origin, _words(*found))
                for name, (plan, found) in rows.items()
            ]
        )


def _state(folder: ProjectFolder, name: str) -> tuple[ChannelState | None, str]:
    """A channel's memory, or why it cannot be read."""
    from wuhu_tui.core.channels.state import read_state

    try:
        return read_state(folder.channels / f"{name}.json"), ""
    except WuhuError as error:
        return None, error.told_first


def _words(state: ChannelState | None, trouble: str) -> str:
    if state is None:
        return trouble or "told nothing yet"
    last = f"last message {ago(state.sent_at, now())} ago" if state.sent_at else "told nothing yet"
    waiting = f", {len(state.pending)} waiting" if state.pending else ""
    if not state.failures or state.failed_at is None:
        return last + waiting
    again = f", next try {state.next_try.astimezone():%H:%M:%S}" if state.next_try else ""
    failed = f"FAILS ({state.failures}×, {ago(state.failed_at, now())} ago): {state.failure}"
    return f"{failed}{again}; {last}{waiting}"


def _shape(plan: ChannelPlan, state: ChannelState | None, trouble: str) -> dict[str, Any]:
    told = state.sent_at if state else None
    return {
        "channel": plan.name,
        "where": plan.shown,
        "origin": plan.origin,
        "last_sent": told,
        "sent": state.sent if state else 0,
        "waiting": len(state.pending) if state else 0,
        "failures": state.failures if state else 0,
        "failed_at": state.failed_at if state else None,
        "failure": state.failure if state else trouble,
        "next_try": state.next_try if state else None,
    }
