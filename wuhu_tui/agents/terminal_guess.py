"""What a screen seems to say: guesses, each with the line it was read from, and never more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wuhu_tui.model.value import Value

ASKING, WORKING, IDLE = "asking", "working", "idle"

LOOKED_AT = 24
"""Lines from the bottom that are looked at: what stands above them is history."""

NEAR_CURSOR = 3
"""Lines from the last written one within which a one-line question counts."""


class Guess(Value, frozen=True):
    """A word for what the program seems to do, the line that says so, and where it stands."""

    state: str
    line: str
    row: int


_NEAR = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[\[(]y(?:es)?\s*/\s*n(?:o)?(?:\s*/[^\])]{1,20})?[\])]\W*$",
        r"\b(?:yes/no|y/n)\b\W*$",
        r"\b(?:press|hit) (?:enter|return|any key)\b",
        r"\b(?:pass(?:word|phrase)|username)\b[^\n]{0,60}:\s*$",
    )
)
"""A question of one line, where the program waits for its answer."""

_CHOSEN = re.compile(r"^\W{0,4}[❯›▶]\s*\d{1,2}[.)]\s+\S")
_OPTION = re.compile(r"^\W*\d{1,2}[.)]\s+\S")
_HINT = re.compile(
    r"\b(?:enter to (?:confirm|select|submit)|esc to (?:cancel|exit))\b", re.IGNORECASE
)

BELOW_MENU = 3
"""Lines that may stand below a menu's last option; below words that only look like one stands more."""

_WORKING = (
    re.compile(r"\b(?:esc|ctrl\+c) to (?:interrupt|stop)\b", re.IGNORECASE),
    re.compile(r"\w…\s*\((?:\d+m )?\d+s\b"),
    re.compile(r"^\W*[⠁-⣿◐◓◑◒✻✽✶✢✳]\s+\S.*(?:…|\.\.\.)"),
)


def guess(lines: Sequence[str]) -> Guess | None:
    """What the newest lines seem to say; None on an empty screen."""
    written = [(row, line.strip()) for row, line in enumerate(lines) if line.strip()]
    if not written:
        return None
    newest = written[-LOOKED_AT:]
    return (
        _found(ASKING, _NEAR, newest[-NEAR_CURSOR:])
        or _menu(newest)
        or _found(WORKING, _WORKING, newest)
        or _found(ASKING, (_HINT,), newest[-NEAR_CURSOR:])
        or Guess(state=IDLE, line=newest[-1][1], row=newest[-1][0])
    )


def _menu(lines: Sequence[tuple[int, str]]) -> Guess | None:
    """The marked choice of a menu of at least two, with nothing but hints below it."""
    options = [place for place, (_, line) in enumerate(lines) if _OPTION.search(line)]
    chosen = [place for place in options if _CHOSEN.search(lines[place][1])]
    if len(options) < 2 or not chosen or options[-1] < len(lines) - 1 - BELOW_MENU:
        return None
    row, line = lines[chosen[-1]]
    return Guess(state=ASKING, line=line, row=row)


def _found(
    state: str, patterns: Sequence[re.Pattern[str]], lines: Sequence[tuple[int, str]]
) -> Guess | None:
    for row, line in reversed(lines):
        if any(pattern.search(line) for pattern in patterns):
            return Guess(state=state, line=line, row=row)
    return None
