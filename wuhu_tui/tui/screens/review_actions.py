"""The actions that only the review screen has; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui import possible_review as possible
from wuhu_tui.tui.action import Action, ActionsOf, Context

_action = ActionsOf(Context.REVIEW, "review")


_MOVING: tuple[Action, ...] = (
    _action("down", ("j", "down"), "down", "Move down by a line, or by a file in the list"),
    _action("up", ("k", "up"), "up", "Move up by a line, or by a file in the list"),
    _action("next_file", ("J", "right_curly_bracket"), "next file", "Go to the next file", rank=85),
    _action(
        "previous_file",
        ("K", "left_curly_bracket"),
        "previous file",
        "Go to the beginning of the file, then to the file before",
    ),
    _action(
        "next_hunk",
        ("right_square_bracket", "right_parenthesis"),
        "next hunk",
        "Go to the next change",
        rank=86,
    ),
    _action(
        "previous_hunk",
        ("left_square_bracket", "left_parenthesis"),
        "previous hunk",
        "Go to the change before",
    ),
    _action(
        "next_remark", ("full_stop",), "next remark", "Go to the next comment or finding", rank=89
    ),
    _action(
        "previous_remark", ("comma",), "previous remark", "Go to the comment or finding before"
    ),
    _action("page_down", ("pagedown", "ctrl+d", "space"), "page down", "Read on by a page"),
    _action("page_up", ("pageup", "ctrl+u"), "page up", "Read back by a page"),
    _action("first", ("home", "ctrl+home"), "first line", "Go to the overview at the top"),
    _action("last", ("G", "end"), "last line", "Go to the last line of the diff"),
    _action("left", ("left", "ctrl+left"), "left", "Move long lines back to the right"),
    _action("right", ("right", "ctrl+right"), "right", "See the rest of long lines"),
    _action("search", ("slash",), "find", "Find words anywhere in the diff", rank=90),
    _action("next_match", ("n",), "next match", "Go to where the words stand next"),
    _action("previous_match", ("N",), "match before", "Go to where the words stood before"),
    _action(
        "open",
        ("enter",),
        "read",
        "Read the selected file, or go to the place that a row of the overview names",
    ),
    _action(
        "next_panel",
        ("tab", "shift+tab"),
        "files / diff",
        "Go from the diff to the list of files and back; on a narrow terminal, show it",
        priority=True,
        rank=87,
    ),
)

_SHOWING: tuple[Action, ...] = (
    _action("reload", ("g",), "reload", "Read the diff anew: the newest commit", rank=98),
    _action(
        "since_look",
        ("L", "ctrl+l"),
        "since last look",
        "Show only what changed since you last looked, or all again",
        rank=84,
        possible=possible.has_looked,
    ),
    _action(
        "split",
        ("t", "vertical_line"),
        "side by side",
        "Show old and new beside each other, or one below the other; needs 120 columns",
    ),
    _action(
        "whitespace", ("ctrl+w",), "white space", "Hide changes of white space alone, or show them"
    ),
    _action("more_context", ("plus",), "more lines", "Show more lines around each change"),
    _action("less_context", ("minus",), "fewer lines", "Show fewer lines around each change"),
)

_SAYING: tuple[Action, ...] = (
    _action(
        "view_hunk",
        ("v",),
        "viewed",
        "Accept the hunk as viewed and go to the next; the mark goes when the hunk changes",
        rank=5,
        live_only=True,
    ),
    _action(
        "view_file",
        ("V",),
        "file viewed",
        "Accept the whole file as viewed and go to the next",
        rank=83,
        live_only=True,
    ),
    _action(
        "comment",
        ("o",),
        "comment",
        "Say something to the line or hunk under the cursor, or change the draft there",
        rank=6,
        live_only=True,
    ),
    _action(
        "question",
        ("O",),
        "ask",
        "Ask about the line or hunk under the cursor",
        rank=63,
        live_only=True,
    ),
    _action(
        "send",
        ("S",),
        "send review",
        "Send all comments as one message; it lands when the session's turn ends",
        rank=64,
        possible=possible.has_drafts,
        live_only=True,
    ),
    _action(
        "resolve",
        ("c",),
        "resolve",
        "Say that the sent comment under the cursor is settled, or open it again",
        possible=possible.has_sent,
        live_only=True,
    ),
    _action(
        "drop",
        ("x",),
        "drop draft",
        "Give up the draft under the cursor; its words come back when one is written there",
        possible=possible.has_drafts,
        live_only=True,
    ),
    _action(
        "origin",
        ("u", "U"),
        "who wrote this?",
        "Show the turn that wrote the line or hunk: prompt, answer, tool call",
        rank=82,
    ),
)

_JUDGING: tuple[Action, ...] = (
    Action(
        id="review.evidence",
        keys=("E",),
        title="evidence",
        tooltip="Everything that speaks for or against the work: checks, criteria, scope, findings",
        contexts=frozenset({Context.REVIEW}),
        handler="evidence",
        rank=81,
    ),
    Action(
        id="review.assign_reviewer",
        keys=("A",),
        title="assign reviewer",
        tooltip="Let another session judge exactly this commit; it writes nothing",
        contexts=frozenset({Context.REVIEW}),
        handler="assign_reviewer",
        live_only=True,
        possible=possible.can_assign,
        rank=93,
    ),
    Action(
        id="review.fix_session",
        keys=("F",),
        title="fix session",
        tooltip="Let a session of its own mend what was found, on this session's branch",
        contexts=frozenset({Context.REVIEW}),
        handler="fix_session",
        live_only=True,
        possible=possible.can_fix,
        rank=94,
    ),
)

REVIEW_ACTIONS: tuple[Action, ...] = (*_MOVING, *_SHOWING, *_SAYING, *_JUDGING)
"""Reading, marking, saying and judging in a review."""
