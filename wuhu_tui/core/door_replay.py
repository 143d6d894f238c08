"""The door of a replay: everything a front end can see of a recording, and ways to move in it."""

from __future__ import annotations

from typing import Protocol

from wuhu_tui.core.door import CoreDoor
from wuhu_tui.core.door_history import PlayDoor


class ReplayDoor(CoreDoor, PlayDoor, Protocol):
    """A core that stands still at a moment; every verb that would change something is refused.

    Raises `NotPossible` there, with the words "this is a replay" and the way back to live.
    """
