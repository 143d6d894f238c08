"""The actions of the trash; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui.action import Action, Context

_HERE = frozenset({Context.TRASH})

TRASH_ACTIONS: tuple[Action, ...] = (
    Action(
        id="trash.restore",
        keys=("enter",),
        title="bring back",
        tooltip="Bring it back into its session, or as a branch if that is gone; facts first",
        contexts=_HERE,
        handler="restore",
        live_only=True,
        rank=10,
    ),
    Action(
        id="trash.branch",
        keys=("b",),
        title="as a branch",
        tooltip="Bring it back as a new branch; no session is touched",
        contexts=_HERE,
        handler="restore_branch",
        live_only=True,
        rank=20,
    ),
    Action(
        id="trash.files",
        keys=("d", "space"),
        title="files",
        tooltip="Show which files it holds",
        contexts=_HERE,
        handler="files",
        rank=30,
    ),
    Action(
        id="trash.forget",
        keys=("X",),
        title="forget",
        tooltip="Delete it for good: the only true deletion",
        contexts=_HERE,
        handler="forget",
        live_only=True,
        rank=40,
    ),
    Action(
        id="trash.down",
        keys=("j", "down"),
        title="down",
        tooltip="Next rescue",
        contexts=_HERE,
        handler="down",
    ),
    Action(
        id="trash.up",
        keys=("k", "up"),
        title="up",
        tooltip="Rescue before",
        contexts=_HERE,
        handler="up",
    ),
)
