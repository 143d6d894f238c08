"""Hashes of a board that two processes, and two versions, can compare: what is on it, in any order. Pure.

A board is many parts (a session, the letters, …), a part many fields. What stands at its default is
left out, so a field that comes with a later version changes no hash of an older recording.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from hashlib import blake2b
from typing import Any

import msgspec

from wuhu_tui.model.board import Board

Digests = dict[str, dict[str, str]]
"""By part and field; an empty digest: the field is at its default, or gone."""

LEFT_OUT: Mapping[tuple[str, str], str] = {
    ("project", "warnings"): "troubles of the looking process itself are told here too",
}
"""Fields that no journal alone decides, and why: two processes that saw the same may differ in these."""

_TABLES = ("joins", "letters", "jobs", "rescues", "sightings", "collisions", "unseen")
_SINGLE = ("queue", "remote", "unknown_events")
_SIZE = 8
_encoder = msgspec.json.Encoder(order="deterministic")


class BoardHash:
    """The hash of a board that changes; only what changed since the last look is looked at."""

    def __init__(self) -> None:
        self._board: Board | None = None
        self._digests: Digests = {}
        self._sum = 0

    @property
    def value(self) -> str:
        """The whole board's hash."""
        return f"{self._sum:0{2 * _SIZE}x}"

    @property
    def digests(self) -> Digests:
        """Every field's digest, of all that is not at its default."""
        return self._digests

    def take(self, board: Board) -> Digests:
        """Look at the board; what changed since the one before."""
        before, self._board = self._board, board
        changes: Digests = {}
        for name, was, now in _other_parts(before, board):
            if changed := self._changed(name, was, now):
                changes[name] = changed
        return changes

    def _changed(self, name: str, was: object, now: object) -> dict[str, str]:
        known = self._digests.setdefault(name, {})
        before, after = _fields(was), _fields(now)
        changed: dict[str, str] = {}
        for field in before.keys() | after.keys():
            old, new = before.get(field, _GONE), after.get(field, _GONE)
            if old is new or (name, field) in LEFT_OUT:
                continue
            digest = "" if new is _GONE else _digest(name, field, new)
            if digest != known.get(field, ""):
                changed[field] = digest
        self._keep(name, changed)
        return changed

    def _keep(self, name: str, changed: dict[str, str]) -> None:
        known = self._digests[name]
        for field, digest in changed.items():
            self._sum -= int(known.pop(field, "0"), 16)
            if digest:
                known[field] = digest
                self._sum += int(digest, 16)
        self._sum %= 1 << (8 * _SIZE)
        if not known:
            del self._digests[name]


def hash_of(board: Board) -> BoardHash:
    """A board's hash, from nothing."""
    hashed = BoardHash()
    hashed.take(board)
    return hashed


_GONE = object()


def _other_parts(before: Board | None, board: Board) -> Iterator[tuple[str, object, object]]:
    """The parts that are not the same object as before, as they were and are; None: not there.

    Thousands of sessions are compared at every step: none is named that did not change.
    """
    old, new = before.sessions if before else {}, board.sessions
    for name, view in new.items():
        if (was := old.get(name)) is not view:
            yield f"sessions/{name}", was, view
    for name in old.keys() - new.keys():
        yield f"sessions/{name}", old[name], None
    parts = _parts(before) if before else {}
    for name, part in _parts(board).items():
        if (known := parts.get(name)) is not part:
            yield name, known, part


def _parts(board: Board) -> dict[str, object]:
    """What is hashed apart, beside each session."""
    parts: dict[str, object] = {name: getattr(board, name) for name in ("project", *_TABLES)}
    parts["board"] = {name: getattr(board, name) for name in _SINGLE}
    return parts


def _fields(part: object) -> dict[str, object]:
    """What of a part is not at its default."""
    if part is None:
        return {}
    if isinstance(part, dict):
        return {key: value for key, value in part.items() if value not in (None, 0)}
    kind: Any = type(part)
    return {
        name: value
        for name, default in _plan(kind)
        if (value := getattr(part, name)) is not default and value != default
    }


def _digest(part: str, field: str, value: object) -> str:
    said = _encoder.encode((part, field, _plain(value)))
    return blake2b(said, digest_size=_SIZE).hexdigest()


def _plain(value: Any) -> Any:
    """The value as JSON can hold it, without defaults."""
    match value:
        case msgspec.Struct():
            return {name: _plain(kept) for name, kept in _fields(value).items()}
        case tuple() | list():
            return [_plain(kept) for kept in value]
        case set() | frozenset():
            return sorted(map(str, value))
        case dict():
            return {str(key): _plain(kept) for key, kept in value.items()}
        case Enum():
            return value.value
        case _:
            return value


@cache
def _plan(kind: Any) -> tuple[tuple[str, object], ...]:
    """A type's fields with their defaults; one without never equals it."""
    return tuple((field.name, _default(field)) for field in msgspec.structs.fields(kind))


def _default(field: msgspec.structs.FieldInfo) -> object:
    if field.default is not msgspec.NODEFAULT:
        return field.default
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return _GONE
