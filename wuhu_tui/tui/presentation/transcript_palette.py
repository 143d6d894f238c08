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
    "hunk_viewed": ("diff-hunk", "surface", ""),
    "hunk_mark": ("state-ready", "surface", "bold"),
    "nothing": ("diff-hunk", "surface", ""),
    "match": ("background", "state-asking", "bold"),
    "cursor": ("primary", "background", "bold"),
    "cursor_dim": ("secondary", "background", ""),
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

_MARKS = {
    "asking": "state-asking",
    "answer": "transcript-lead",
    "review": "state-review",
    "ok": "state-ready",
    "failed": "state-failed",
}
"""What stands on a scrubber: `mark_…` of the session that is selected, `mark_…_dim` of others."""

_CODE: dict[str, tuple[str, str]] = {
    "keyword": ("state-review", ""),
    "string": ("state-asking", ""),
    "comment": ("transcript-thought", "italic"),
    "digit": ("accent", ""),
    "name": ("primary", ""),
}
_CODE_BEHIND = {
    "text": ("foreground", "background"),
    "added": ("diff-added", "diff-added-background"),
    "removed": ("diff-removed", "diff-removed-background"),
}
_WORDS = ("added", "removed")
_HIGH = 15
"""From this contrast of its plain text on, a theme is one of high contrast."""
_STRONGER = (0.3, 0.24, 0.18, 0.12, 0.06)
"""How much nearer to its words the ground of a changed word is: as much as can be read."""

NAMES = (
    frozenset(_LOOKS)
    | {f"{base}_{kind}" for base in _CODE_BEHIND for kind in _CODE}
    | {f"mark_{name}{rest}" for name in _MARKS for rest in ("", "_dim")}
    | {f"{base}_word" for base in _WORDS}
    | {f"{base}_word_{kind}" for base in _WORDS for kind in _CODE}
)
"""Every style name."""


def palette_of(variables: Mapping[str, str]) -> dict[str, Style]:
    """The palette of a theme; `variables` are the app's theme variables."""
    plain = {name: _style(variables, *look) for name, look in _LOOKS.items()}
    return plain | _code_styles(variables) | _mark_styles(variables)


def _mark_styles(variables: Mapping[str, str]) -> dict[str, Style]:
    """Marks that stand out, on a ground of their own, and the same ones as faint as can be read."""
    least, ground = _least(variables), _colour(variables, "background")
    bright = _colour(variables, "pane-focused-background")
    made: dict[str, Style] = {}
    for name, colour in _MARKS.items():
        ahead = _colour(variables, colour)
        made[f"mark_{name}"] = _painted(ahead, bright, least, "bold")
        made[f"mark_{name}_dim"] = _painted(ahead.blend(ground, 0.35), ground, least, "")
    return made


def _least(variables: Mapping[str, str]) -> float:
    """How far apart text and its ground are at least, in this theme."""
    calm = contrast(_colour(variables, "foreground"), _colour(variables, "background"))
    return 7.0 if calm >= _HIGH else 4.5


def _code_styles(variables: Mapping[str, str]) -> dict[str, Style]:
    """Code in its colours, which any theme's are made readable for on the grounds of a diff."""
    least = _least(variables)
    made: dict[str, Style] = {}
    for base, (front, back) in _CODE_BEHIND.items():
        ahead, behind = _colour(variables, front), _colour(variables, back)
        grounds = {base: behind}
        if base in _WORDS:
            grounds[f"{base}_word"] = _stronger(ahead, behind, least)
            made[f"{base}_word"] = _painted(ahead, grounds[f"{base}_word"], least, "bold")
        for name, ground in grounds.items():
            for kind, (colour, attributes) in _CODE.items():
                bold = " bold" if name.endswith("_word") else ""
                made[f"{name}_{kind}"] = _painted(
                    _colour(variables, colour), ground, least, attributes + bold
                )
    return made


def _stronger(ahead: Color, behind: Color, least: float) -> Color:
    grounds = (behind.blend(ahead, part) for part in _STRONGER)
    return next((one for one in grounds if contrast(ahead, one) >= least), behind)


def _painted(ahead: Color, behind: Color, least: float, attributes: str) -> Style:
    ahead = readable(ahead, behind, least)
    return Style(
        color=RichColor.from_rgb(*ahead.rgb),
        bgcolor=RichColor.from_rgb(*behind.rgb),
        bold="bold" in attributes,
        italic="italic" in attributes,
    )


def readable(ahead: Color, behind: Color, least: float) -> Color:
    """A colour that can be read on a ground: as it is, or as much nearer to white or black."""
    white, black = Color(255, 255, 255), Color(0, 0, 0)
    towards = max(white, black, key=lambda end: contrast(end, behind))
    for part in range(11):
        shade = ahead.blend(towards, part / 10)
        if contrast(shade, behind) >= least:
            return shade
    return towards


def contrast(one: Color, other: Color) -> float:
    """How far apart two colours are for the eye: 1 … 21, as WCAG reckons."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    parts = [part / 255 for part in colour.rgb]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


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
