"""Tool calls as detectors compare them: their key, their paging, their result. Pure."""

from __future__ import annotations

import json
import re
from datetime import datetime
from hashlib import blake2b
from typing import Any

from wuhu_tui.model.command_words import plain_words
from wuhu_tui.model.events import ToolEnded, ToolStarted
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.value import Value

PAGING = frozenset({"offset", "limit", "page", "cursor"})
"""Arguments of any tool that only say which part of a result is wanted."""

READ_PAGING = PAGING | {"line", "lines", "start", "end", "pages"}
READ_PAGING |= {"start_line", "end_line", "line_start", "line_end", "view_range"}
READ_PAGING |= {"max_lines", "num_lines", "head_limit"}
"""The same of tools that read and search."""

CUT = "[cut]"
"""What stands in a recording in the place of what was left out of it."""

_READING = frozenset({"read", "search"})
_EDITING = frozenset({"edit", "delete", "move"})
_PAGERS = frozenset({"sed", "head", "tail"})
_LINES = re.compile(r"[-+]?\d+(,\+?\d+)?p?|-[nc]\d*")
_TITLE = 60


class Call(Value, frozen=True):
    """A tool call that has ended; `began` and `at` are its two records."""

    started: ToolStarted
    ended: ToolEnded
    began: Cursor
    at: Cursor
    ts: datetime
    turn: int

    @property
    def title(self) -> str:
        """What it is called, short, on one line."""
        words = " ".join(self.started.title.split())
        return words if len(words) <= _TITLE else f"{words[: _TITLE - 1]}…"

    @property
    def is_cut(self) -> bool:
        """Whether it was recorded without what it was asked, or answered: nothing equals it."""
        return CUT in (self.started.arguments, self.ended.output, self.ended.diff)

    @property
    def edits(self) -> bool:
        """Whether it changed files."""
        return self.ended.ok and (self.started.kind in _EDITING or bool(self.ended.diff))


class Asked(Value, frozen=True):
    """What a call asks for: `key` is the same for calls that differ in `paging` alone."""

    key: str
    paging: str = ""
    reads: bool = False


def asked(call: Call) -> Asked:
    """What a call asks for, told apart from which part of it is wanted."""
    started = call.started
    if started.kind == "execute" and (paged := _paged_by_command(started.arguments)):
        return paged
    reads, kind = started.kind == "read", started.kind
    arguments = _object(started.arguments)
    if arguments is None:
        return Asked(key=_key(kind, _named(call), started.arguments), reads=reads)
    drop = READ_PAGING if kind in _READING else PAGING
    kept = {name: value for name, value in arguments.items() if name not in drop}
    left = {name: value for name, value in arguments.items() if name in drop}
    key = _key(kind, _named(call) if not reads else started.paths, kept)
    return Asked(key=key, paging=_text(left) if left else "", reads=reads)


def fingerprint(*parts: str) -> bytes:
    """The same for the same texts: a long journal's own are not kept to compare them."""
    told = "".join(f"{len(part)}:{part}" for part in parts)
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _named(call: Call) -> tuple[str, ...]:
    """What names the call beside its arguments; an edit without any is what it changed."""
    without = not call.started.arguments
    told = call.ended.diff if without and call.started.kind in _EDITING else ""
    return (call.started.title, *call.started.paths, told)


def _paged_by_command(line: str) -> Asked | None:
    """A shell line that shows a part of one file, such as `sed -n 1,80p FILE`."""
    words = plain_words(line) or ()
    if not words or words[0] not in _PAGERS:
        return None
    paging = [word for word in words[1:] if _LINES.fullmatch(word)]
    files = [word for word in words[1:] if not _LINES.fullmatch(word)]
    if not paging or len(files) != 1 or files[0].startswith("-"):
        return None
    return Asked(key=_key("read", (words[0],), files), paging=" ".join(paging), reads=True)


def _object(arguments: str) -> dict[str, Any] | None:
    """Arguments that were told as one; None: they are other text, or were cut."""
    if not arguments.startswith("{"):
        return None
    try:
        told = json.loads(arguments)
        _text(told)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _key(*parts: Any) -> str:
    return _text(parts)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
