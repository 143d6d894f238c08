"""The styles panes and diffs are drawn with, made of a theme's variables once per theme."""

from __future__ import annotations

from collections.abc import Mapping

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color

Palette = Mapping[str, Style]
"""A style by name; every name in `NAMES` is there."""

_LOOKS: dict[str, tuple[str, str, str]] = {
    # name: (foreground, background, attributes)
    "text": ("foreground", "background", ""),
    "strong": ("foreground", "background", "bold"),
    "heading": ("primary", "background", "bold"),
    "code": ("accent", "background", ""),
    "dim": ("transcript-thought", "background", ""),
    "thought": ("transcript-thought", "background", "italic"),
    "tool": ("transcript-tool", "background", ""),
    "output": ("transcript-thought", "background", ""),
    "running": ("state-working", "background", ""),
    "ok": ("state-ready", "background", ""),
    "failed": ("state-failed", "background", ""),
    "asking": ("state-asking", "background", ""),
    "asking_strong": ("state-asking", "background", "bold"),
    "review": ("state-review", "background", "bold"),
    "idle": ("state-idle", "background", ""),
    "merged": ("state-merged", "background", ""),
    "lead": ("transcript-lead", "transcript-lead-background", ""),
    "lead_strong": ("transcript-lead", "transcript-lead-background", "bold"),
    "lead_dim": ("transcript-thought", "transcript-lead-background", ""),
    "answer": ("transcript-lead", "background", ""),
    "answer_strong": ("transcript-lead", "background", "bold"),
    "added": ("diff-added", "diff-added-background", ""),
    "removed": ("diff-removed", "diff-removed-background", ""),
    "added_number": ("diff-added", "diff-added-background", "dim"),
    "removed_number": ("diff-removed", "diff-removed-background", "dim"),
    "hunk": ("diff-hunk", "surface", ""),
    "number": ("diff-number", "background", ""),
    "file": ("foreground", "panel", "bold"),
    "file_dim": ("secondary", "panel", ""),
    "marker": ("background", "primary", "bold"),
    "title": ("secondary", "pane-title-background", ""),
    "title_name": ("foreground", "pane-title-background", "bold"),
    "title_warning": ("state-asking", "pane-title-background", "bold"),
    "focused": ("foreground", "pane-focused-background", ""),
    "focused_name": ("foreground", "pane-focused-background", "bold"),
    "focused_warning": ("state-asking", "pane-focused-background", "bold"),
}

_STATES = ("working", "asking", "failed", "review", "ready", "idle", "merged")

_LOOKS |= {
    f"{bar}_{state}": (f"state-{state}", f"pane-{background}-background", "bold")
    for bar, background in (("title", "title"), ("focused", "focused"))
    for state in _STATES
}

NAMES = frozenset(_LOOKS)
"""Every style name."""


def palette_of(variables: Mapping[str, str]) -> dict[str, Style]:
    """The palette of a theme; `variables` are the app's theme variables."""
    return {name: _style(variables, *look) for name, look in _LOOKS.items()}


def _style(variables: Mapping[str, str], front: str, back: str, attributes: str) -> Style:
    behind = _colour(variables, back)
    ahead = _colour(variables, front)
    if "dim" in attributes:  # terminals draw their own dim too differently
        ahead = ahead.blend(behind, 0.35)
    return Style(
        color=RichColor.from_rgb(*ahead.rgb),
        bgcolor=RichColor.from_rgb(*behind.rgb),
        bold="bold" in attributes,
        italic="italic" in attributes,
    )


def _colour(variables: Mapping[str, str], name: str) -> Color:
    return Color.parse(variables[name])
