"""The actions of the review's dialogs; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui.action import Action, Context

_C = Context
_READING = frozenset({_C.ORIGIN, _C.EVIDENCE, _C.COMPARE})


def _action(
    name: str,
    keys: tuple[str, ...],
    title: str,
    tooltip: str,
    handler: str,
    *,
    contexts: frozenset[Context] = _READING,
    rank: int = 0,
) -> Action:
    return Action(
        id=name,
        keys=keys,
        title=title,
        tooltip=tooltip,
        contexts=contexts,
        handler=handler,
        rank=rank,
    )


REVIEW_DIALOG_ACTIONS: tuple[Action, ...] = (
    _action(
        "find.do",
        ("enter",),
        "find",
        "Look for it; nothing ends the search",
        "confirm",
        contexts=frozenset({_C.FIND}),
        rank=10,
    ),
    _action(
        "origin.transcript",
        ("enter",),
        "to the transcript",
        "Go to this place in the transcript of the session that wrote it",
        "confirm",
        contexts=frozenset({_C.ORIGIN}),
        rank=10,
    ),
    _action(
        "origin.replay",
        ("ctrl+r",),
        "replay there",
        "Show the replay at the moment the line was written, as everything stood then",
        "moment",
        contexts=frozenset({_C.ORIGIN}),
        rank=15,
    ),
    _action(
        "evidence.go",
        ("enter",),
        "to the place",
        "Go to the line that the row names",
        "confirm",
        contexts=frozenset({_C.EVIDENCE}),
        rank=10,
    ),
    _action(
        "evidence.next",
        ("tab",),
        "next place",
        "Go to the next row that names a line",
        "next_place",
        contexts=frozenset({_C.EVIDENCE}),
        rank=20,
    ),
    _action("reading.down", ("j", "down"), "down", "Read on", "down", rank=30),
    _action("reading.up", ("k", "up"), "up", "Read back", "up"),
    _action("reading.page_down", ("pagedown", "ctrl+d", "space"), "page", "A page on", "scroll_on"),
    _action("reading.page_up", ("pageup", "ctrl+u"), "page back", "A page back", "scroll_back"),
)
"""Finding words, who wrote a line, all evidence."""
