"""The rows of a diff, drawn one at a time: numbers, sign, and code in its colours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from wuhu_tui.model.diff import LineKind
from wuhu_tui.tui.presentation.diff_pages import Entry as PageEntry
from wuhu_tui.tui.presentation.diff_pages import HunkAt, Ink, LineAt, NoteAt, Page, PairAt
from wuhu_tui.tui.presentation.diff_runs import NONE, Stretch, changed_words
from wuhu_tui.tui.presentation.syntax import Tokens
from wuhu_tui.tui.presentation.transcript_row import Row, Span
from wuhu_tui.tui.presentation.transcript_wrap import clip, crop, width_of
from wuhu_tui.tui.safe import TAB_SIZE, revealed_line, safe_line

STYLES = {LineKind.ADDED: "added", LineKind.REMOVED: "removed", LineKind.CONTEXT: "text"}

SEPARATOR = "│"
VIEWED = "✓"
_WIDE = 1 << 30


class Pen:
    """How rows are drawn: for which width, from which column on, what is searched."""

    def __init__(self, width: int, digits: int, shift: int = 0, wanted: str = "") -> None:
        self.width = width
        self.digits = digits
        self.shift = shift
        self.wanted = wanted


def entry_row(page: Page, entry: PageEntry, pen: Pen, *, viewed: bool = False) -> Row:
    """Draw one row of a page."""
    match entry:
        case LineAt(hunk=hunk, line=line):
            return _line_row(page, hunk, line, pen)
        case PairAt(hunk=hunk, left=left, right=right):
            return _pair_row(page, hunk, (left, right), pen)
        case HunkAt(hunk=hunk):
            return hunk_row(page.file.hunks[hunk].header, pen.width, viewed=viewed)
        case NoteAt(row=row):
            return row
        case None:
            return Row((("dim", "   ·"),))
    return Row((("dim", crop(f"   {safe_line(entry)}", pen.width)),))


def hunk_row(header: str, width: int, *, viewed: bool = False) -> Row:
    """A hunk's heading; says whether it was viewed."""
    word = f" {VIEWED} viewed " if viewed else ""
    head = crop(f" {safe_line(header)}", max(4, width - width_of(word)))
    if not word:
        return Row((("hunk", head),), "hunk")
    gap = " " * max(0, width - width_of(head) - width_of(word))
    return Row((("hunk_viewed", head + gap), ("hunk_mark", word)), "hunk_viewed")


def _line_row(page: Page, hunk: int, place: int, pen: Pen) -> Row:
    line = page.file.hunks[hunk].lines[place]
    style = STYLES[line.kind]
    numbers = "number" if line.kind is LineKind.CONTEXT else f"{style}_number"
    digits = pen.digits
    gutter = f" {line.old_number or '':>{digits}} {line.new_number or '':>{digits}} "
    room = pen.width - len(gutter) - 2
    if room < 20 and pen.width >= 24:  # narrow: the number that counts is enough
        gutter = f" {line.new_number or line.old_number or '':>{digits}} "
        room = pen.width - len(gutter) - 2
    code = code_spans(page, LineAt(hunk, place), pen, room)
    return Row(((numbers, gutter), (style, f"{line.kind.value} "), *code), style)


def _pair_row(page: Page, hunk: int, pair: tuple[int, int], pen: Pen) -> Row:
    wide = (pen.width - 1) // 2
    left = _half(page, hunk, pair[0], pen, wide, old=True)
    right = _half(page, hunk, pair[1], pen, pen.width - wide - 1, old=False)
    return Row((*left, ("number", SEPARATOR), *right))


def _half(
    page: Page, hunk: int, place: int, pen: Pen, width: int, *, old: bool
) -> tuple[Span, ...]:
    """One side of a row, exactly `width` cells wide."""
    if place == NONE:
        return (("nothing", " " * width),)
    line = page.file.hunks[hunk].lines[place]
    style = STYLES[line.kind]
    numbers = "number" if line.kind is LineKind.CONTEXT else f"{style}_number"
    gutter = f" {(line.old_number if old else line.new_number) or '':>{pen.digits}} "
    room = max(1, width - len(gutter) - 2)
    code = code_spans(page, LineAt(hunk, place), pen, room)
    used = sum(width_of(text) for _, text in code)
    return (
        (numbers, gutter),
        (style, f"{line.kind.value} "),
        *code,
        (style, " " * max(0, room - used)),
    )


def _ink(page: Page, hunk: int) -> Ink | None:
    return page.ink[hunk] if hunk < len(page.ink) else None


def code_spans(page: Page, at: LineAt, pen: Pen, room: int) -> tuple[Span, ...]:
    """The code of a line from the pen's column on, at most `room` cells of it."""
    lines = page.file.hunks[at.hunk].lines
    line, style = lines[at.line], STYLES[lines[at.line].kind]
    ink = _ink(page, at.hunk)
    text = line.text[: pen.shift + room + 64]
    tokens = ink.tokens.get(at.line, ()) if ink else ()
    words: tuple[Stretch, ...] = ()
    if ink and at.line in ink.partners:
        words = changed_words(line.text, lines[ink.partners[at.line]].text)
    found = matches(text, pen.wanted)
    if not (tokens or words or found):
        return ((style, clip(revealed_line(text), pen.shift, room)),)
    pieces = _pieces(text, style, tokens, words, found)
    return clipped(_revealed(pieces), pen.shift, room)


def matches(text: str, wanted: str) -> tuple[Stretch, ...]:
    """Where a searched word stands in a text; small letters find large ones too."""
    if not wanted:
        return ()
    where = text if wanted != wanted.lower() else text.lower()
    if len(where) != len(text):
        where = text
    found, at = [], where.find(wanted)
    while at >= 0:
        found.append((at, at + len(wanted)))
        at = where.find(wanted, at + len(wanted))
    return tuple(found)


def _pieces(
    text: str,
    style: str,
    tokens: Tokens,
    words: Sequence[Stretch],
    found: Sequence[Stretch],
) -> list[Span]:
    """A line cut where its look changes."""
    cuts = {0, len(text)}
    for token in tokens:
        cuts |= {min(token[0], len(text)), min(token[1], len(text))}
    for begin, end in (*words, *found):
        cuts |= {min(begin, len(text)), min(end, len(text))}
    places = sorted(cuts)
    pieces: list[Span] = []
    for begin, end in pairwise(places):
        piece = text[begin:end]
        if _covers(found, begin):
            pieces.append(("match", piece))
            continue
        kind = next((kind for first, last, kind in tokens if first <= begin < last), "")
        base = f"{style}_word" if _covers(words, begin) and style != "text" else style
        pieces.append((f"{base}_{kind}" if kind else base, piece))
    return pieces


def _covers(stretches: Sequence[Stretch], place: int) -> bool:
    return any(begin <= place < end for begin, end in stretches)


def _revealed(pieces: Sequence[Span]) -> list[Span]:
    """Everything hidden made visible, and tabs as wide as they are at their column."""
    made: list[Span] = []
    column = 0
    for style, text in pieces:
        shown: list[str] = []
        for number, part in enumerate(text.split("\t")):
            if number:
                gap = TAB_SIZE - column % TAB_SIZE
                shown.append(" " * gap)
                column += gap
            safe = revealed_line(part)
            shown.append(safe)
            column += len(safe)
        made.append((style, "".join(shown)))
    return made


def clipped(pieces: Sequence[Span], shift: int, room: int) -> tuple[Span, ...]:
    """The cells `shift` … `shift + room` of some pieces; `›` where something follows."""
    whole = "".join(text for _, text in pieces)
    start = len(whole) - len(clip(whole, shift, _WIDE)) if shift else 0
    rest = whole[start:] if shift else whole
    shown = clip(rest, 0, room)
    more = shown != rest
    end = start + len(shown) - more
    spans: list[Span] = []
    at = 0
    for style, text in pieces:
        first, last = max(at, start), min(at + len(text), end)
        if first < last:
            spans.append((style, text[first - at : last - at]))
        at += len(text)
    if more:
        spans.append((spans[-1][0] if spans else "dim", "›"))
    return tuple(spans)
