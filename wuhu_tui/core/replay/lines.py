"""A journal's lines as a replay needs them: streamed ones are looked at, all others decoded."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

import msgspec

from wuhu_tui.journal.lines import BadLine, decode_line, moment_of
from wuhu_tui.model import events
from wuhu_tui.model.records import Record

QUIET: tuple[type[events.Event], ...] = (
    events.AgentSaid,
    events.AgentThought,
    events.ToolOutput,
)
"""Streamed events that come in long runs, of which the board sees the first and the last at most."""

_TYPE = re.compile(rb'\{"epoch":\d+,"seq":\d+,"ts":"[^"\\]*","type":"([\w.]+)"')
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError)


class Line(msgspec.Struct, gc=False):
    """A line with its place and time; `record` is None where only `kind` is known of its event."""

    session: str
    epoch: int
    seq: int
    ts: datetime
    kind: type[Any]
    raw: bytes
    end: int
    record: Record | None

    def decoded(self) -> Record:
        """The whole record."""
        return self.record or decode_line(self.raw, self.session)


def parse(raw: bytes, session: str, end: int) -> Line | None:
    """The line that ends before `end`; None if it is no record."""
    found = _TYPE.match(raw)
    quiet = _QUIET.get(found[1]) if found else None
    try:
        if quiet is None:
            return _whole(decode_line(raw, session), raw, end)
        kind, decoder = quiet
        if not raw.isascii():
            raw.decode()
        body = decoder.decode(raw)
        return Line(session, body.epoch, body.seq, moment_of(body.ts), kind, raw, end, None)
    except (BadLine, *_UNREADABLE):
        return None


def _whole(record: Record, raw: bytes, end: int) -> Line:
    kind = type(record.event)
    return Line(record.session, record.epoch, record.seq, record.ts, kind, raw, end, record)


def _decoder(event: type[events.Event]) -> msgspec.json.Decoder[Any]:
    """Reads an event's fields and its envelope in one go: half the work of a whole record."""
    fields = msgspec.structs.fields(event)
    own = [(one.name, one.type, one.default) for one in fields if not one.required]
    wanted = [(one.name, one.type) for one in fields if one.required]
    envelope = [("epoch", _Count), ("seq", _Count), ("ts", _Moment)]
    tag = event.__struct_config__.tag
    line = msgspec.defstruct(
        f"{event.__name__}Line", [*envelope, *wanted, *own], tag=tag, tag_field="type"
    )
    return msgspec.json.Decoder(line)


_QUIET = {
    str(event.__struct_config__.tag).encode("ascii"): (event, _decoder(event)) for event in QUIET
}
