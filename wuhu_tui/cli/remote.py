"""Base and its remote branch: remote, push, sync-base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from wuhu_tui.cli.options import By, Json
from wuhu_tui.cli.output import Painted, ago, say, say_json, say_result
from wuhu_tui.cli.place import with_core
from wuhu_tui.cli.speaker import check_deeds, speaker
from wuhu_tui.journal.clock import now
from wuhu_tui.model.remote_words import remote_need, remote_words
from wuhu_tui.model.remotes import RemoteState
from wuhu_tui.model.value import EPOCH_START

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

_POLICY = {
    "never": "it is never pushed",
    "ask": "it is pushed when you say so",
    "each": "it is pushed after each merge",
}


def remote(
    look: Annotated[
        bool, typer.Option("--look/--no-look", help="Ask it now; default: if it is in use.")
    ] = True,
    always: Annotated[
        bool, typer.Option("--always", help="Ask it also where the settings never speak to it.")
    ] = False,
    json: Json = False,
) -> None:
    """Show base beside its branch on the remote, and what is to be done about it."""

    async def work(core: CoreDoor) -> RemoteState:
        state = await core.remote_state()
        asks = look and (state.wanted or always)
        return await core.remote_state(look=True) if asks else state

    state = with_core(work)
    if json:
        say_json({"remote": state, "words": remote_words(state), "need": remote_need(state)})
    else:
        _say(state)


def push(by: By = "lead", json: Json = False) -> None:
    """Push base as it is, never by force. Exit code 8: the remote has what base has not."""
    check_deeds("push base", "request_merge")

    async def work(core: CoreDoor) -> str:
        return await core.push_base(by=speaker(by))

    said = with_core(work)
    say_result({"outcome": "pushed", "words": said}, said, as_json=json)


def sync_base(by: By = "lead", json: Json = False) -> None:
    """Bring in what the remote has and base has not, where that is a plain fast-forward."""
    check_deeds("bring base on", "request_merge")

    async def work(core: CoreDoor) -> str:
        return await core.sync_base(by=speaker(by))

    said = with_core(work)
    say_result({"outcome": "brought_in", "words": said}, said, as_json=json)


def _say(state: RemoteState) -> None:
    colour = "yellow" if state.trouble or state.behind else ""
    words = remote_words(state)
    say(Painted(state.place, "bold"), "  ", Painted(words, colour) if colour else words)
    for line in state.missing:
        say(f"  {line}")
    policy = "it moves only by pull requests" if state.protected else _POLICY[state.push.value]
    seen = "never asked" if state.seen_at == EPOCH_START else f"asked {ago(state.seen_at, now())}"
    say(Painted(f"  {policy}; {seen}", "dim"))
    need = remote_need(state)
    if need:
        say(Painted(f"! {need}", "red"))
