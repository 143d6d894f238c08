"""What the core writes of base's remote branch, and of merges that wait for something there."""

from __future__ import annotations

from wuhu_tui.model.events import Event
from wuhu_tui.model.remotes import RemoteState


class RemoteLooked(Event, frozen=True, tag="remote.looked"):
    """Base was held against its remote branch, or that could not be done; written when it changes."""

    state: RemoteState


class BasePushed(Event, frozen=True, tag="base.pushed"):
    """The remote branch stands at this commit of base now; `sessions`: whose merges it brought."""

    remote: str
    branch: str
    commit: str
    by: str
    sessions: tuple[str, ...] = ()


class PushRefused(Event, frozen=True, tag="push.refused"):
    """The remote did not take a commit of base; base here stays as it is. Written when it changes."""

    remote: str
    branch: str
    commit: str
    reason: str


class MergeWaits(Event, frozen=True, tag="merge.waits"):
    """A merge that began goes on when something elsewhere is so; written when the reason changes."""

    session: str
    merge: str
    reason: str
    pull_request: str = ""


REMOTE_EVENTS: tuple[type[Event], ...] = (RemoteLooked, BasePushed, PushRefused, MergeWaits)
"""The part of a project's journal that tells of its remote."""
