"""Transcript items as rows: what a pane shows of each, folded and unfolded; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from wuhu_tui.model.messages import HOW_TO_REPORT
from wuhu_tui.model.transcript import Item, ItemKind, ItemState
from wuhu_tui.tui.presentation.diff import patch_counts, patch_rows
from wuhu_tui.tui.presentation.transcript_row import Row, Span, plain
from wuhu_tui.tui.presentation.transcript_wrap import crop, width_of, wrap
from wuhu_tui.tui.safe import safe_line, safe_text

FOLDABLE = frozenset({ItemKind.TOOL, ItemKind.THOUGHT, ItemKind.MESSAGE})
"""What folds: calls and thoughts to one line, messages to their first few."""
COMPACT = frozenset({ItemKind.TOOL, ItemKind.THOUGHT, ItemKind.NOTE})
"""What stands together without an empty row between."""

MARGIN = 1
_TAIL_ROWS = 3
_OUTPUT_ROWS = 200
_OUTPUT_CHARACTERS = 40_000
_ARGUMENT_ROWS = 3
_ITEM_CHARACTERS = 20_000
_MESSAGE_ROWS = 3

_NESTED = "│ "
"""Stands before what a sub-agent does."""

_INLINE = re.compile(r"`[^`\n]+`|\*\*[^*\n]+\*\*")


def item_rows(item: Item, width: int, *, unfolded: bool = False) -> list[Row]:
    """The rows of one item but of what an agent says, which is drawn line by line as it grows."""
    return _DRAW[item.kind](item, width, unfolded)


def said_rows(line: str, width: int, *, fenced: bool) -> list[Row]:
    """One raw line of what an agent says: headings, code and emphasis are told apart."""
    rows: list[Row] = []
    for part in safe_text(line).split("\n"):
        style = "code" if fenced or is_fence(part) else _said_style(part)
        rows += [_inline_row(row, style) for row in wrap(part, width - 2 * MARGIN)]
    return rows


def is_fence(line: str) -> bool:
    """Whether a line opens or closes a block of code."""
    return line.lstrip(" ").startswith("```")


def _said_style(line: str) -> str:
    return "heading" if re.match(r"#{1,6} ", line) else "text"


def _inline_row(text: str, style: str) -> Row:
    if style != "text" or ("`" not in text and "**" not in text):
        return plain(" " * MARGIN + text, style)
    spans: list[Span] = [("text", " " * MARGIN)]
    place = 0
    for match in _INLINE.finditer(text):
        spans.append(("text", text[place : match.start()]))
        spans.append(("code" if match.group()[0] == "`" else "strong", match.group()))
        place = match.end()
    spans.append(("text", text[place:]))
    return Row(tuple(spans))


def _block(text: str, width: int, margin: int, style: str, fill: str = "text") -> list[Row]:
    """Agent text as wrapped rows behind a margin."""
    rows: list[Row] = []
    for line in safe_text(text[:_ITEM_CHARACTERS]).strip("\n").split("\n"):
        rows += [
            plain(" " * margin + row, style, fill) for row in wrap(line, width - margin - MARGIN)
        ]
    if len(text) > _ITEM_CHARACTERS:
        rows.append(plain(f"{' ' * margin}… {len(text) - _ITEM_CHARACTERS} more characters", "dim"))
    return rows


def _headed(mark: Span, text: str, width: int, style: str) -> list[Row]:
    """A mark, then text whose further rows are indented behind it."""
    margin = MARGIN + width_of(mark[1])
    rows = _block(text, width, margin, style)
    first = Row((("text", " " * MARGIN), mark, (style, rows[0].text[margin:])))
    return [first, *rows[1:]]


# tools and thoughts


def _tool(item: Item, width: int, unfolded: bool) -> list[Row]:
    rows = [_tool_head(item, width, unfolded)]
    if unfolded:
        return rows + _tool_body(item, width)
    if item.state in (ItemState.RUNNING, ItemState.FAILED):
        rows += _tail(item, width)
    return rows


_MARKS: dict[ItemState, Span] = {
    ItemState.RUNNING: ("running", " ●"),
    ItemState.OK: ("ok", " ✔"),
    ItemState.FAILED: ("failed", " ✗ failed"),
    ItemState.PLAIN: ("text", ""),
}


def _tool_head(item: Item, width: int, unfolded: bool) -> Row:
    mark = _MARKS[item.state]
    counts = _counts(item)
    used = sum(width_of(text) for _, text in (*counts, mark))
    title = safe_line(item.title or item.tool_kind or "tool")
    fold = ("▾ " if unfolded else "▸ ") + _NESTED * item.nested
    title = crop(title, max(4, width - 2 * MARGIN - width_of(fold) - used))
    return Row((("dim", " " * MARGIN + fold), ("tool", title), *counts, mark))


def _counts(item: Item) -> tuple[Span, ...]:
    if not item.diff:
        return ()
    added, removed = patch_counts(item.diff)
    return (("ok", f"  +{added}"), ("failed", f" −{removed}"))


def _tail(item: Item, width: int) -> list[Row]:
    """The newest lines of output below a folded call that runs or failed."""
    lines = safe_text(item.text[-2000:]).rstrip().split("\n")[-_TAIL_ROWS:]
    room = width - 3 - MARGIN
    return [plain(f"   {crop(line, room)}", "output") for line in lines if line.strip()]


def _tool_body(item: Item, width: int) -> list[Row]:
    rows = _arguments(item, width)
    if item.diff:
        rows += patch_rows(item.diff, width, 3)
    return rows + _output(item, width)


def _arguments(item: Item, width: int) -> list[Row]:
    rows: list[Row] = []
    for line in _argument_lines(item.detail[:_ITEM_CHARACTERS]):
        parts = wrap(safe_line(line, 800), width - 3 - MARGIN)
        kept = parts[:_ARGUMENT_ROWS]
        if len(parts) > len(kept):
            kept[-1] = crop(f"{kept[-1]} …", width - 3 - MARGIN)
        rows += [plain(f"   {part}", "dim") for part in kept]
    return rows


def _argument_lines(detail: str) -> list[str]:
    try:
        values = msgspec.json.decode(detail.encode("utf-8", "replace")) if detail else {}
    except msgspec.DecodeError:
        values = detail
    if isinstance(values, dict):
        return [f"{name}: {_argument(value)}" for name, value in values.items()]
    return detail.split("\n", 20)[:20]


def _argument(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _output(item: Item, width: int) -> list[Row]:
    text = item.text[-_OUTPUT_CHARACTERS:]
    lines = safe_text(text).rstrip("\n").split("\n")
    kept = lines[-_OUTPUT_ROWS:]
    left_out = item.text.count("\n") - text.count("\n") + len(lines) - len(kept)
    rows = [plain(f"   … {left_out} lines above", "dim")] if left_out > 0 else []
    for line in kept if item.text else []:
        rows += [plain(f"   {row}", "output") for row in wrap(line, width - 3 - MARGIN)]
    return rows[-_OUTPUT_ROWS - 1 :]


def _thought(item: Item, width: int, unfolded: bool) -> list[Row]:
    word = "sub-agent" if item.nested else "thought"
    fold = ("▾ " if unfolded else "▸ ") + _NESTED * item.nested
    if unfolded:
        head = Row((("dim", " " * MARGIN + fold), ("thought", word)))
        return [head, *_block(item.text, width, 3, "thought")]
    line = safe_line(item.text.lstrip()[: width * 4])
    text = crop(f"{word}  {line}", width - 2 * MARGIN - width_of(fold))
    return [Row((("dim", " " * MARGIN + fold), ("thought", text)))]


# what passes between lead and agent

_LANDED = {
    "tool_end": "landed after a tool",
    "turn_end": "landed at the turn's end",
    "awaiting_input": "",
}
"""Where a message landed, when that was not at once."""

_BY = {"core": "wuhu"}
"""Who speaks, in the lead's words."""


def _message(item: Item, width: int, unfolded: bool) -> list[Row]:
    room = width - 3 - MARGIN
    who = crop(_BY.get(item.detail, safe_line(item.detail, 40)) or "message", room)
    landed = _LANDED.get(item.title, safe_line(item.title, 40))
    landed = crop(f" · {landed}", room - width_of(who)) if landed else ""
    bar: Span = ("lead_strong", " ▌ ")
    head = Row((bar, ("lead_strong", who), ("lead_dim", landed)), "lead")
    rows = [Row((bar, ("lead", row.text[3:])), "lead") for row in _message_block(item, width)]
    kept = len(rows) if unfolded else _kept_rows(item, width, len(rows))
    if kept == len(rows):
        return [head, *rows]
    more = crop(f"… {len(rows) - kept} more lines", room)
    return [head, *rows[:kept], Row((bar, ("lead_dim", more)), "lead")]


def _message_block(item: Item, width: int) -> list[Row]:
    return _block(item.text, width, 3, "lead")


def _kept_rows(item: Item, width: int, rows: int) -> int:
    """How many rows a folded message shows: the task, but not how to report, which all have."""
    said, found, _ = item.text.partition(f"\n\n{HOW_TO_REPORT}")
    own = len(_block(said, width, 3, "lead")) if found else rows
    return own if own <= _MESSAGE_ROWS + 1 else _MESSAGE_ROWS


def folds(item: Item, width: int) -> bool:
    """Whether folding makes a difference to this item."""
    if item.kind is ItemKind.MESSAGE:
        rows = len(_message_block(item, width))
        return _kept_rows(item, width, rows) < rows
    return item.kind in FOLDABLE


def _question(item: Item, width: int, unfolded: bool) -> list[Row]:
    rows = _headed(("asking_strong", "? "), item.text, width, "asking_strong")
    if item.title:
        rows += _block(item.title, width, 3, "text")
    options = () if item.state is ItemState.OK else item.detail.split("\n")
    for number, label in enumerate(filter(None, options), start=1):
        rows += _headed(("asking", f"  {number} "), label, width, "text")
    return rows


def _answer(item: Item, width: int, unfolded: bool) -> list[Row]:
    who = crop(safe_line(item.title, 40), max(4, width // 3))
    return _headed(("answer_strong", f"↳ {who}: "), item.text, width, "answer")


_REPORTS: dict[str, Span] = {
    "done": ("ok", "✔ reported done"),
    "blocked": ("asking", "⚠ reported blocked"),
    "failed": ("failed", "✗ reported failed"),
    "note": ("dim", "· note"),
}


def _report(item: Item, width: int, unfolded: bool) -> list[Row]:
    mark = _REPORTS.get(item.title, ("dim", f"· {safe_line(item.title, 20)}"))
    head = Row((("text", " " * MARGIN), mark))
    rows = [head, *_block(item.text, width, 3, "strong")]
    return rows + (_block(item.detail, width, 3, "dim") if item.detail else [])


# marks


def _turn(item: Item, width: int, unfolded: bool) -> list[Row]:
    title = crop(f" ── {safe_line(item.title, 40)} ", width)
    return [plain(title + "─" * max(0, width - len(title) - MARGIN), "dim")]


_LEVELS: dict[str, Span] = {
    "info": ("dim", "· "),
    "warning": ("asking", "⚠ "),
    "error": ("failed", "✗ "),
    "unknown": ("dim", "· unknown event "),
    "stopped": ("idle", "■ stopped "),
    "hibernated": ("idle", "■ hibernated "),
    "failed": ("failed", "■ failed "),
    "delayed": ("asking", "◷ waits: "),
    "compacted": ("dim", "≋ "),
    "background": ("running", "⇉ "),
    "guess": ("asking", "≈ a guess: "),
    "allowed": ("ok", "✔ allowed "),
    "denied": ("failed", "⛒ denied "),
    "rule": ("ok", "✔ "),
    "budget": ("asking", "$ "),
}


def _note(item: Item, width: int, unfolded: bool) -> list[Row]:
    mark = _LEVELS.get(item.title, ("dim", f"· {safe_line(item.title, 20)} "))
    text = item.text.removeprefix("stopped ") if item.title == "stopped" else item.text
    return _headed(mark, text, width, mark[0] if mark[0] != "idle" else "dim")


_DRAW = {
    ItemKind.THOUGHT: _thought,
    ItemKind.TOOL: _tool,
    ItemKind.MESSAGE: _message,
    ItemKind.QUESTION: _question,
    ItemKind.ANSWER: _answer,
    ItemKind.REPORT: _report,
    ItemKind.TURN: _turn,
    ItemKind.NOTE: _note,
}


def texts(rows: Iterable[Row]) -> list[str]:
    """What rows say, for tests and for copying."""
    return [row.text.rstrip() for row in rows]
