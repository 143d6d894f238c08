"""Entries of base's remote: what was pushed, what was not taken, and what the lead has to do. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from wuhu_tui.model.entry_makers import ContextEntry, Place
from wuhu_tui.model.remote_events import BasePushed, MergeWaits, PushRefused
from wuhu_tui.model.remote_words import remote_need

SHORT = 12


def _pushed(place: Place, event: BasePushed) -> ContextEntry:
    text = f"{event.remote}/{event.branch} is at {event.commit[:SHORT]}"
    return place.entry("base_pushed", event.commit, text, actor=event.by, refs=(event.commit,))


def _refused(place: Place, event: PushRefused) -> ContextEntry | None:
    if not event.commit:
        return None
    text = f"{event.remote} did not take {event.branch}: {event.reason}"
    return place.entry("push_refused", event.commit, text, refs=(event.commit,), needed=True)


def _waits(place: Place, event: MergeWaits) -> ContextEntry | None:
    if not event.reason:
        return None
    refs = tuple(filter(None, (event.pull_request,)))
    return place.of(event.session).entry("merge_waits", place.spot, event.reason, refs=refs)


def remote_needs(place: Place) -> Iterator[ContextEntry]:
    """What the lead has to do about the remote, as one entry."""
    state = place.board.remote
    text = remote_need(state)
    if state is None or not text:
        return
    refused = state.refusal and state.refusal in text
    kind, mark = ("push_refused", state.refused) if refused else ("remote", state.remote)
    refs = (state.refused,) if refused else ()
    yield place.entry(kind, mark, text, refs=refs, needed=True, ts=state.seen_at)


REMOTE_TELLERS: dict[type[Any], Callable[[Place, Any], ContextEntry | None]] = {
    BasePushed: _pushed,
    PushRefused: _refused,
    MergeWaits: _waits,
}
"""What each event is worth telling."""
