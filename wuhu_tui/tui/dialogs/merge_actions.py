"""The actions of the merge and conflict dialogs; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui import possible_queue
from wuhu_tui.tui.action import Action, Context, Possible, always

_MERGE = frozenset({Context.MERGE})
_CONFLICT = frozenset({Context.CONFLICT})
_TELL = frozenset({Context.TELL})


def _action(
    name: str,
    keys: tuple[str, ...],
    title: str,
    tooltip: str,
    *,
    contexts: frozenset[Context] = _CONFLICT,
    handler: str = "",
    possible: Possible = always,
    rank: int = 0,
    live_only: bool = False,
) -> Action:
    return Action(
        id=name,
        keys=keys,
        title=title,
        tooltip=tooltip,
        contexts=contexts,
        handler=handler or name.replace(".", "_"),
        possible=possible,
        rank=rank,
        live_only=live_only,
    )


MERGE_ACTIONS: tuple[Action, ...] = (
    _action(
        "merge.queue",
        ("enter",),
        "put in line",
        "Put it in line to land; it is merged and checked when it is its turn",
        contexts=_MERGE,
        rank=10,
        live_only=True,
    ),
    _action(
        "merge.settle",
        ("S",),
        "settle conflict",
        "The ways to settle its conflict with base",
        contexts=_MERGE,
    ),
    _action(
        "conflict.send_back",
        ("r",),
        "send back",
        "Write to the session what collides; it merges base into its branch",
        possible=possible_queue.can_send_back,
        rank=10,
        live_only=True,
    ),
    _action(
        "conflict.fix",
        ("p",),
        "fix session",
        "Make a session that settles it and brings its commits onto this branch",
        rank=11,
        live_only=True,
    ),
    _action(
        "conflict.edit",
        ("e",),
        "your editor",
        "Open both sides in $EDITOR, in a worktree of their own",
        possible=possible_queue.can_edit_conflict,
        rank=12,
        live_only=True,
    ),
    _action(
        "conflict.settle",
        ("g",),
        "go on",
        "Take what lies in that worktree as the resolution and merge it",
        possible=possible_queue.is_half_settled,
        rank=13,
        live_only=True,
    ),
    _action(
        "conflict.leave",
        ("x",),
        "leave it",
        "Throw away what was settled by hand; the conflict is as it was",
        possible=possible_queue.was_settled,
        rank=14,
        live_only=True,
    ),
    _action(
        "tell.send",
        ("enter",),
        "tell them",
        "Send these words to the sessions that collide",
        contexts=_TELL,
        rank=10,
        live_only=True,
    ),
    _action(
        "facts.down",
        ("j", "down"),
        "down",
        "Read on",
        contexts=_MERGE | _CONFLICT | _TELL,
        handler="down",
    ),
    _action(
        "facts.up",
        ("k", "up"),
        "up",
        "Read back",
        contexts=_MERGE | _CONFLICT | _TELL,
        handler="up",
    ),
)
