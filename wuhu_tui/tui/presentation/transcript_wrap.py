"""Safe text to rows of a width, measured in cells; what is final stays so while the text grows."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, get_character_cell_size

CHUNK = 8192
"""Characters after which a line without an end is taken as several."""

_MARKS_PER_CELL = 8
"""Zero-width characters a cell may carry before its row ends."""


def wrap(line: str, width: int) -> list[str]:
    """Break one safe line at spaces, words longer than a row anywhere; continuations are indented.

    Only the last row can change when `line` grows.
    """
    width = max(2, width)
    if _fits(line, width):
        return [line]
    indent = _hanging(line, width)
    rows: list[str] = []
    place = 0
    while place < len(line):
        room = width - len(indent) if rows else width
        end = _cut(line, place, room)
        rows.append((indent if rows else "") + line[place:end].rstrip(" "))
        place = end
        while place < len(line) and line[place] == " ":
            place += 1
    return rows


def crop(line: str, width: int) -> str:
    """Cut one safe line to a width, ending in `…` when something is left out."""
    if _fits(line, width):
        return line
    if width <= 1:
        return "…"[:width]
    return f"{line[: _end_of_room(line, 0, width - 1)]}…"


def width_of(text: str) -> int:
    """Cells a safe text takes."""
    return len(text) if text.isascii() else cell_len(text)


def _fits(line: str, width: int) -> bool:
    if line.isascii():
        return len(line) <= width
    return len(line) <= width * _MARKS_PER_CELL and cell_len(line) <= width


def _hanging(line: str, width: int) -> str:
    body = line.lstrip(" ")
    depth = len(line) - len(body)
    if body[:2] in ("- ", "* ", "• "):
        depth += 2
    return " " * depth if depth <= width // 3 else ""


def _cut(line: str, start: int, room: int) -> int:
    hard = _end_of_room(line, start, room, least=1)
    if hard >= len(line) or line[hard] == " ":
        return hard
    space = line.rfind(" ", start, hard)
    if space <= start or line[start:space].isspace():
        return hard
    return space + 1


def _end_of_room(line: str, start: int, room: int, least: int = 0) -> int:
    """Where the characters from `start` that fit into `room` cells end; `least` are taken anyway."""
    most = min(len(line), start + room)
    if line[start:most].isascii() and (most >= len(line) or line[most].isascii()):
        return most
    used, place = 0, start
    limit = min(len(line), start + room * _MARKS_PER_CELL)
    while place < limit:
        used += get_character_cell_size(line[place])
        if used > room and place >= start + least:
            break
        place += 1
    return place


def paragraphs(text: str, start: int) -> Iterator[tuple[str, int, bool]]:
    """The raw lines of `text` from `start`: each with where it ends and whether that is final."""
    while start < len(text):
        newline = text.find("\n", start, start + CHUNK)
        if newline >= 0:
            yield text[start:newline], newline + 1, True
            start = newline + 1
        else:
            end = min(len(text), start + CHUNK)
            yield text[start:end], end, end - start == CHUNK
            start = end


def clip(line: str, shift: int, width: int) -> str:
    """The cells `shift` … `shift + width` of a safe line; `›` where something follows."""
    if shift:
        begin = _end_of_room(line, 0, shift) if width_of(line) > shift else len(line)
        line = line[begin:]
    if _fits(line, width):
        return line
    return f"{line[: _end_of_room(line, 0, width - 1)]}›" if width > 1 else ""


def crop_start(line: str, width: int) -> str:
    """Cut one safe line to a width, keeping its end: paths are told apart there."""
    if _fits(line, width):
        return line
    kept = line[-width * _MARKS_PER_CELL :]
    while kept and width_of(kept) > width - 1:
        kept = kept[max(1, (width_of(kept) - width) // 2) :]
    return f"…{kept}"
