"""Takes contents of files out of records, and leaves a mark in their place. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from wuhu_tui.journal.lines import ENVELOPE_FIELDS
from wuhu_tui.model.project_events import ALL_EVENTS

CUT = "[cut]"
"""What stands where something was cut out."""

_CONTENTS = frozenset(
    {"output", "diff", "arguments", "lines", "base_side", "session_side", "last_words"}
)
"""Fields that hold contents of files or what commands printed, wherever they stand."""

_OF_TYPE = {
    "tool.output": frozenset({"text"}),
    "guess.made": frozenset({"line"}),
    "background.ended": frozenset({"summary"}),
    "comment.made": frozenset({"before", "after"}),
    "question.asked": frozenset({"context"}),
}
"""Fields that do so in records of one type only."""

_HOLDERS = (
    *(b'"output"', b'"diff"', b'"arguments"', b'"lines"', b'"last_words"'),
    *(b'_side"', b'"tool.output"', b'"guess.made"', b'"background.ended"'),
    *(b'"comment.made"', b'"question.asked"'),
)

_decoder = msgspec.json.Decoder(dict[str, Any])
_encoder = msgspec.json.Encoder()


def without_contents(kind: str, line: bytes) -> bytes:
    """A record's line without contents of files; one of an unknown type keeps its place alone."""
    known = kind in ALL_EVENTS
    if known and not any(holder in line for holder in _HOLDERS):
        return line
    told = _decoder.decode(line)
    if not known:
        told = {key: told[key] for key in ENVELOPE_FIELDS} | {"cut": True}
        return _encoder.encode(told) + b"\n"
    cut = _cut_fields(told, _CONTENTS | _OF_TYPE.get(kind, frozenset()))
    return line if cut == told else _encoder.encode(cut) + b"\n"


def _cut_fields(value: Any, fields: frozenset[str]) -> Any:
    match value:
        case dict():
            return {
                key: _marked(kept) if key in fields else _cut_fields(kept, fields)
                for key, kept in value.items()
            }
        case list():
            return [_cut_fields(kept, fields) for kept in value]
        case _:
            return value


def _marked(value: Any) -> Any:
    """The same shape with a mark for every text."""
    match value:
        case str():
            return CUT if value else ""
        case dict():
            return {key: _marked(kept) for key, kept in value.items()}
        case list():
            return [_marked(kept) for kept in value]
        case _:
            return value
