"""Which records of the project's journal concern the sessions of an export. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import msgspec

_decoder = msgspec.json.Decoder(dict[str, Any])

_MADE = {"letter.posted": "letter", "job.begun": "job", "join.opened": "join"}
"""Records that begin something which later ones name by its id."""


class Concerning:
    """Lets through what names one of these sessions, or no session at all.

    What goes on about a letter, a job or a join that was kept out is kept out too.
    """

    def __init__(self, wanted: Collection[str], known: Collection[str]) -> None:
        self._wanted = frozenset(wanted)
        self._known = set(known)
        self._out: set[tuple[str, str]] = set()

    def passes(self, kind: str, line: bytes) -> bool:
        """Whether a record belongs into the recording."""
        told = _decoder.decode(line)
        if kind == "session.instantiated":
            self._known.add(str(told.get("spec", {}).get("id", "")))
        if any(
            (field, told.get(field)) in self._out for field in _MADE.values() if _is_id(told, field)
        ):
            return False
        named = self._known.intersection(_texts(told))
        if not named or named & self._wanted:
            return True
        begun = _MADE.get(kind)
        if begun is not None and isinstance(told.get(begun), dict):
            self._out.add((begun, str(told[begun].get("id", ""))))
        return False


def _is_id(told: dict[str, Any], field: str) -> bool:
    return isinstance(told.get(field), str)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from value
            for kept in value.values():
                yield from _texts(kept)
        case list():
            for kept in value:
                yield from _texts(kept)
