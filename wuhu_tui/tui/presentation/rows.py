"""Rows of fixed width: something at the left, something at the right, never wider than told."""

from __future__ import annotations

from textual.content import Content

from wuhu_tui.tui.safe import safe_line

MUTED = "$foreground 62%"

Part = str | tuple[str, str] | Content


def line(text: str) -> str:
    """Foreign text as one harmless line."""
    return safe_line(text)


def row(width: int, left: Content, right: Content | None = None, *, gap: int = 1) -> Content:
    """`left` cut to what `right` leaves; exactly `width` cells wide."""
    if right is None or not right.cell_length:
        return left.truncate(width, ellipsis=True, pad=True)
    if right.cell_length + gap >= width:
        return left.truncate(width, ellipsis=True, pad=True)
    room = width - right.cell_length - gap
    return Content.assemble(left.truncate(room, ellipsis=True, pad=True), " " * gap, right)


def wrapped(text: str, width: int, most: int, style: str = "") -> list[Content]:
    """Foreign text in at most `most` lines, the last one cut with an ellipsis."""
    if width <= 0 or not text:
        return []
    lines = Content.styled(line(text), style).wrap(width)
    if len(lines) <= most:
        return [part.rstrip() for part in lines]
    rest = Content(" ").join(part.rstrip() for part in lines[most - 1 :])
    return [*(part.rstrip() for part in lines[: most - 1]), rest.truncate(width, ellipsis=True)]


def spread(width: int, parts: list[Content], *, gap: str = "  ") -> Content:
    """As many of the parts as fit, in order."""
    taken: list[Content] = []
    used = 0
    for part in parts:
        more = part.cell_length + (len(gap) if taken else 0)
        if used + more > width:
            break
        taken.append(part)
        used += more
    return Content(gap).join(taken)
