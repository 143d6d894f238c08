"""How the project's journal tells its remote: that part of the fold. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import remote_events as remote
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.records import Record
from wuhu_tui.model.remotes import RemoteState


def _looked(board: Board, event: remote.RemoteLooked, record: Record) -> Board:
    """What was refused before stays told until it is pushed, or base there has it."""
    known = board.remote or event.state
    outstanding = known.refused if event.state.ahead or event.state.trouble else ""
    state = replace(
        event.state,
        refused=outstanding,
        refusal=known.refusal if outstanding else "",
        seen_at=record.ts,
    )
    return replace(board, remote=state)


def _pushed(board: Board, event: remote.BasePushed, record: Record) -> Board:
    """What came after the pushed commit is counted by the next look.

    Nothing is pushed to a remote that is further: there it was found to have the commit already.
    """
    known = board.remote or RemoteState(name=event.remote, base=event.branch)
    ahead = 0 if event.commit == known.local else known.ahead
    state = replace(
        known,
        remote=known.remote if known.behind else event.commit,
        absent=False,
        ahead=ahead,
        lost="",
        trouble="",
        refused="",
        refusal="",
        seen_at=record.ts,
    )
    return replace(board, remote=state)


def _refused(board: Board, event: remote.PushRefused, record: Record) -> Board:
    known = board.remote or RemoteState(name=event.remote, base=event.branch)
    state = replace(known, refused=event.commit, refusal=event.reason, seen_at=record.ts)
    return replace(board, remote=state)


def publish_merges(sessions: dict[str, SessionView], event: remote.BasePushed) -> None:
    """Note of the merges that a push brought along where they are now."""
    for name in event.sessions:
        view = sessions.get(name)
        if view is not None and view.merge is not None:
            merge = replace(view.merge, published=f"{event.remote}/{event.branch}")
            sessions[name] = replace(view, merge=merge)


def merge_waits(view: SessionView, event: remote.MergeWaits, record: Record) -> SessionView:
    """Why the session's merge goes no further just now."""
    if view.merge is None or view.merge.id != event.merge:
        return view
    request = event.pull_request or view.merge.pull_request
    return replace(view, merge=replace(view.merge, waits=event.reason, pull_request=request))


REMOTE_STEPS: dict[type[Any], Callable[[Board, Any, Record], Board]] = {
    remote.RemoteLooked: _looked,
    remote.BasePushed: _pushed,
    remote.PushRefused: _refused,
}
"""What each event makes of the board."""
