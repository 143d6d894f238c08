"""One record, one line: `{"epoch": 1, "seq": 17, "ts": "…Z", "type": "question.asked", …}`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import Event, UnknownEvent
from wuhu_tui.model.project_events import ALL_EVENTS
from wuhu_tui.model.records import FORMAT_VERSION, Header, Record

ENVELOPE_FIELDS = ("epoch", "seq", "ts", "type")
"""What every line carries beside its event's own fields, in the order it is written."""

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class BadLine(ValueError):
    """A line that is no record; its text says why."""


class Envelope(msgspec.Struct, frozen=True):
    """What every line carries, whatever its type."""

    epoch: _Count
    seq: _Count
    ts: _Moment
    type: str


_encoder = msgspec.json.Encoder()
_envelope_decoder = msgspec.json.Decoder(Envelope)
_header_decoder = msgspec.json.Decoder(Header)
_body_decoder = msgspec.json.Decoder(dict[str, Any])
_event_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(event) for name, event in ALL_EVENTS.items()
}

_EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
_LATEST = datetime(9999, 12, 29, tzinfo=UTC)

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError)


def encode_record(record: Record) -> bytes:
    """The record as one line of JSON, newline included."""
    head = b'{"epoch":%d,"seq":%d,"ts":%b,' % (
        record.epoch,
        record.seq,
        _encoder.encode(record.ts.astimezone(UTC)),
    )
    return head + _encode_event(record.event)[1:] + b"\n"


def _encode_event(event: Event | UnknownEvent) -> bytes:
    """The event as a JSON object that begins with its type."""
    value: Any = event
    if isinstance(event, UnknownEvent):
        fields = {key: kept for key, kept in event.body.items() if key not in ENVELOPE_FIELDS}
        value = {"type": event.type, **fields}
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_with_valid_text(msgspec.to_builtins(value)))


def _with_valid_text(value: Any) -> Any:
    """The same value with every half of a surrogate pair, which no UTF-8 can hold, replaced."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case dict():
            return {_with_valid_text(key): _with_valid_text(kept) for key, kept in value.items()}
        case list() | tuple():
            return [_with_valid_text(kept) for kept in value]
        case _:
            return value


def decode_line(line: bytes, session: str) -> Record:
    """The record in a line; an unknown type is kept as an `UnknownEvent`.

    Raises:
        BadLine: it is no record.
    """
    try:
        envelope = _envelope_of(line)
        decoder = _event_decoders.get(envelope.type)
        event = decoder.decode(line) if decoder else _unknown_event(line, envelope.type)
        moment = envelope.ts.astimezone(UTC)
    except _UNREADABLE as error:
        raise BadLine(str(error)) from error
    return Record(session=session, epoch=envelope.epoch, seq=envelope.seq, ts=moment, event=event)


def moment_of(told: datetime) -> datetime:
    """A record's time in UTC, and never so early or late that other places have no such time."""
    if told <= _EARLIEST:
        return _EARLIEST
    if told >= _LATEST:
        return _LATEST
    return told if told.tzinfo is UTC else told.astimezone(UTC)


def _unknown_event(line: bytes, name: str) -> UnknownEvent:
    fields = _body_decoder.decode(line)
    body = {key: kept for key, kept in fields.items() if key not in ENVELOPE_FIELDS}
    return UnknownEvent(type=name, body=body)


def decode_envelope(line: bytes) -> Envelope:
    """Only a line's place, time and type: about a third of the work of the whole record.

    Raises:
        BadLine: it is no record.
    """
    try:
        return _envelope_of(line)
    except _UNREADABLE as error:
        raise BadLine(str(error)) from error


def _envelope_of(line: bytes) -> Envelope:
    if not line.isascii():
        line.decode()  # fields that no decoder looks at must be whole too
    envelope = _envelope_decoder.decode(line)
    if _EARLIEST < envelope.ts < _LATEST:
        return envelope
    return msgspec.structs.replace(envelope, ts=moment_of(envelope.ts))


def encode_header(header: Header) -> bytes:
    """A journal's first line, newline included."""
    return _encoder.encode(header) + b"\n"


def decode_header(line: bytes, where: str = "") -> Header:
    """The header in a journal's first line.

    Raises:
        BadLine: it is no header.
        JournalError: a newer wuhu wrote this journal.
    """
    try:
        header = _header_decoder.decode(line)
    except _UNREADABLE as error:
        raise BadLine(str(error)) from error
    if header.format > FORMAT_VERSION:
        raise JournalError(
            f"this journal has format {header.format}, this wuhu reads up to {FORMAT_VERSION}",
            where=where,
            remedy="update wuhu: pip install --upgrade wuhu-tui",
        )
    return header
