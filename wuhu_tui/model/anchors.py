"""Anchors: where the lines a comment speaks of are now, by what they say. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.model.comments import Anchor, Side
from wuhu_tui.model.diff import DiffFile, DiffLine, LineKind
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.value import Value

AROUND = 3
"""Lines on either side that an anchor keeps."""

_REACH = 12
"""Lines on either side in which these are looked for again."""


class Placing(Value, frozen=True):
    """Where an anchor's first line is, counted from 1; 0: it is stale, and `why` says why."""

    line: int = 0
    why: str = ""


def anchor_at(
    path: str, lines: Sequence[str], first: int, last: int = 0, *, side: Side = Side.NEW
) -> Anchor:
    """An anchor at lines `first` to `last` of a file, counted from 1.

    Raises:
        UsageError: the file has no such lines.
    """
    end = last or first
    if not 1 <= first <= end <= len(lines):
        raise UsageError(
            f"{path} has no line {end if first <= end else first}: it has {len(lines)}",
            remedy="name a line of the file as it is proposed",
        )
    return Anchor(
        path=path,
        line=first,
        lines=tuple(lines[first - 1 : end]),
        before=tuple(lines[max(0, first - 1 - AROUND) : first - 1]),
        after=tuple(lines[end : end + AROUND]),
        side=side,
    )


def anchor_of(file: DiffFile, first: int, last: int = 0, *, side: Side = Side.NEW) -> Anchor:
    """An anchor at lines that a diff shows, by their numbers on one side.

    Raises:
        UsageError: the diff does not show these lines.
    """
    end = last or first
    for hunk in file.hunks:
        shown = [line for line in hunk.lines if _number(line, side)]
        numbers = [_number(line, side) for line in shown]
        if first in numbers and end in numbers:
            start, stop = numbers.index(first), numbers.index(end) + 1
            texts = [line.text for line in shown]
            return Anchor(
                path=file.old_path or file.path if side is Side.OLD else file.path,
                line=first,
                lines=tuple(texts[start:stop]),
                before=tuple(texts[max(0, start - AROUND) : start]),
                after=tuple(texts[stop : stop + AROUND]),
                side=side,
            )
    raise UsageError(
        f"the diff of {file.path} does not show line {first}",
        remedy="name a line that it shows, or show more lines around it",
    )


def _number(line: DiffLine, side: Side) -> int:
    if side is Side.OLD:
        return line.old_number if line.kind is not LineKind.ADDED else 0
    return line.new_number if line.kind is not LineKind.REMOVED else 0


def place(anchor: Anchor, lines: Sequence[str], was: Sequence[str] = ()) -> Placing:
    """Where the anchor's lines are in a file that may have changed; `was` is the file as it was.

    The same words elsewhere are not the same place: something of what stood around them must
    stand around them still, unless there was nothing around them or they stood only there.
    """
    found = _everywhere(anchor.lines, lines)
    if not found:
        return Placing(why="its lines were changed or removed")
    if len(found) == 1 and len(_everywhere(anchor.lines, was)) == 1 and _told(anchor.lines):
        return Placing(line=found[0] + 1)
    scores = {start: _likeness(anchor, lines, start) for start in found}
    best = max(scores.values())
    if best == 0 and _told(anchor.before + anchor.after):
        return Placing(why="what stood around its lines is gone")
    places = [start for start, score in scores.items() if score == best]
    if len(places) > 1:
        return Placing(why=f"the same lines stand in {len(places)} places now")
    return Placing(line=places[0] + 1)


def _everywhere(wanted: Sequence[str], lines: Sequence[str]) -> list[int]:
    """Every place, counted from 0, where these lines stand together."""
    size, first = len(wanted), wanted[0] if wanted else ""
    if not wanted:
        return []
    starts = (start for start, line in enumerate(lines[: len(lines) - size + 1]) if line == first)
    return [start for start in starts if tuple(lines[start : start + size]) == tuple(wanted)]


def _likeness(anchor: Anchor, lines: Sequence[str], start: int) -> int:
    """How much of what stood around the lines stands around a place; nearer lines count more."""
    end = start + len(anchor.lines)
    above = list(reversed(lines[max(0, start - _REACH) : start]))
    below = list(lines[end : end + _REACH])
    return _kept(list(reversed(anchor.before)), above) + _kept(list(anchor.after), below)


def _kept(wanted: list[str], there: list[str]) -> int:
    """Lines found again in their order, from the nearest on; at the very place they count double."""
    score, position = 0, 0
    for place_of, text in enumerate(wanted):
        if not text.strip():
            continue
        if text in there[position:]:
            found = there.index(text, position)
            score += 2 if found == place_of else 1
            position = found + 1
    return score


def _told(lines: Sequence[str]) -> bool:
    """Whether any of these lines says something."""
    return any(line.strip() for line in lines)
