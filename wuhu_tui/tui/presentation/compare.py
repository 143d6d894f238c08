"""Two moments of a recording side by side, as rows: what changed in state, then in files."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.model.diff import Diff, DiffFile
from wuhu_tui.model.differences import Difference, Differences, SessionDifference
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation.ages import span
from wuhu_tui.tui.presentation.diff import file_row
from wuhu_tui.tui.presentation.diff_lines import Pen, entry_row
from wuhu_tui.tui.presentation.diff_pages import fill, page_of
from wuhu_tui.tui.presentation.rows import line
from wuhu_tui.tui.presentation.scrubber import clock_words
from wuhu_tui.tui.presentation.sheet import text_rows
from wuhu_tui.tui.presentation.transcript_row import BLANK, Row
from wuhu_tui.tui.presentation.transcript_wrap import crop, width_of

MOST_LINES = 2_000
"""Rows of all diffs together that are shown; the rest is counted."""

_BESIDE_FROM = 70
"""From this width on, before and after stand beside each other."""
_NOTHING = "–"


def heading(differences: Differences) -> str:
    """Both moments and how far they lie apart."""
    first, second = differences.first, differences.second
    apart = span(second.at - first.at)
    begin = clock_words(first.at, beside=second.at)
    return f"{begin} → {clock_words(second.at)} · {apart} · {second.index - first.index:,} events"


def compare_rows(differences: Differences, width: int) -> tuple[list[Row], tuple[int, ...]]:
    """Everything that differs, and the rows where sessions begin."""
    rows: list[Row] = []
    places: list[int] = []
    if differences.project:
        rows += [Row((("heading", " Project"),)), *_changes(differences.project, width), BLANK]
    room = MOST_LINES
    for one in differences.sessions:
        places.append(len(rows))
        told, room = _session(one, width, room)
        rows += [*told, BLANK]
    if not rows:
        rows.append(Row((("dim", " nothing differs between these two moments"),)))
    return rows, tuple(places)


def _session(one: SessionDifference, width: int, room: int) -> tuple[list[Row], int]:
    name = line(one.title) or line(one.session)
    moved = f"{_state(one.before)} → {_state(one.after)}" if one.before != one.after else ""
    told = moved or f"{_state(one.after)}, as before"
    rows = [
        Row((("file", crop(f" {name}", max(8, width - 30))), ("file_dim", f"  {told} ")), "file")
    ]
    rows += _changes(one.changes, width)
    if one.files is not None:
        rows += [_files_row(one.files)]
        for file in one.files.files:
            shown = list(_file(file, width, room))
            room -= len(shown)
            rows += shown
    if one.files_note:
        rows += text_rows(f"files: {one.files_note}", width, "asking")
    return rows, room


def _state(state: SessionState | None) -> str:
    return state.value.replace("_", " ") if state else "not there"


def _changes(changes: tuple[Difference, ...], width: int) -> list[Row]:
    return [row for change in changes for row in _change(change, width)]


def _change(change: Difference, width: int) -> Iterator[Row]:
    before, after = line(change.before) or _NOTHING, line(change.after) or _NOTHING
    what = f"   {line(change.what):<12} "
    room = width - width_of(what)
    if width >= _BESIDE_FROM and max(width_of(before), width_of(after)) <= room // 2 - 3:
        half = room // 2 - 2
        gap = " " * max(1, half - width_of(before))
        yield Row((("dim", what), ("removed", before), ("dim", f"{gap}→ "), ("added", after)))
        return
    yield Row((("dim", what),))
    yield from text_rows(f"− {before}", width, "removed", margin=5)
    yield from text_rows(f"+ {after}", width, "added", margin=5)


def _files_row(diff: Diff) -> Row:
    count = len(diff.files)
    if not count:
        return Row((("dim", "   no file differs"),))
    words = f"   {count} file{'s' * (count != 1)}  "
    return Row((("strong", words), ("ok", f"+{diff.added} "), ("failed", f"−{diff.removed}")))


def _file(file: DiffFile, width: int, room: int) -> Iterator[Row]:
    yield file_row(file, width)
    page = page_of(file)
    fill(page, file, split=False, notes={})
    entries = page.entries[: max(0, room)]
    pen = Pen(width, _digits(file))
    for entry in entries:
        yield entry_row(page, entry, pen)
    if hidden := len(page.entries) - len(entries):
        yield Row((("dim", f"   … {hidden:,} more rows of this file are not shown here"),))


def _digits(file: DiffFile) -> int:
    numbers = (
        max(one.old_number, one.new_number) for hunk in file.hunks for one in hunk.lines[-1:]
    )
    return len(str(max(numbers, default=1)))
