"""The actions that only the review screen has; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui.action import Action, Context

_REVIEW = frozenset({Context.REVIEW})


def _action(
    name: str,
    keys: tuple[str, ...],
    title: str,
    tooltip: str,
    *,
    rank: int = 0,
    priority: bool = False,
) -> Action:
    return Action(
        id=f"review.{name}",
        keys=keys,
        title=title,
        tooltip=tooltip,
        contexts=_REVIEW,
        handler=f"review_{name}",
        rank=rank,
        priority=priority,
    )


REVIEW_ACTIONS: tuple[Action, ...] = (
    _action("down", ("j", "down"), "down", "Move down by a line, or by a file in the list"),
    _action("up", ("k", "up"), "up", "Move up by a line, or by a file in the list"),
    _action("next_file", ("n",), "next file", "Go to the next file of the diff", rank=85),
    _action(
        "previous_file", ("p",), "previous file", "Go to the previous file of the diff", rank=86
    ),
    _action("next_hunk", ("right_square_bracket",), "next hunk", "Go to the next change"),
    _action("previous_hunk", ("left_square_bracket",), "previous hunk", "Go to the change before"),
    _action("page_down", ("pagedown", "ctrl+d", "space"), "page down", "Read on by a page"),
    _action("page_up", ("pageup", "ctrl+u"), "page up", "Read back by a page"),
    _action("first", ("home",), "first line", "Go to the overview at the top"),
    _action("last", ("G", "end"), "last line", "Go to the last line of the diff"),
    _action("left", ("left",), "left", "Move long lines back to the right"),
    _action("right", ("right",), "right", "See the rest of long lines"),
    _action("reload", ("g",), "reload", "Read the diff anew: the newest commit", rank=88),
    _action("open", ("enter",), "read file", "Leave the list and read the selected file"),
    _action(
        "next_panel",
        ("tab", "shift+tab"),
        "files / diff",
        "Go from the diff to the list of files and back; on a narrow terminal, show it",
        priority=True,
        rank=87,
    ),
)
"""Moving about in a review."""
