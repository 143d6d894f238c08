"""A moment of a recording in pieces: what is the same as a frame before is not written again.

A piece is a few bytes with a number. Boards share almost everything with the board before: each
session, and each great field of one, is a piece of its own, and tables are pages of such numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_origin

import msgspec

from wuhu_tui.core.replay.state import State
from wuhu_tui.core.replay.strand import Reached
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.screen import Screen

PAGE = 32
"""Entries of a table in one piece."""

_Number = int
_encode = msgspec.msgpack.Encoder().encode
_Page = list[tuple[str, int]]
_ReachedPage = list[tuple[str, int, int]]


def _is_great(field: msgspec.structs.FieldInfo) -> bool:
    names = ("spec", "review", "merge", "report", "judgement", "freshness")
    return get_origin(field.type) in (tuple, frozenset) or field.name in names


def _is_table(field: msgspec.structs.FieldInfo) -> bool:
    return get_origin(field.type) is dict


def _rest(name: str, fields: Iterable[msgspec.structs.FieldInfo]) -> type[msgspec.Struct]:
    """A struct of some of another's fields, without their names on disk."""
    return msgspec.defstruct(name, [(one.name, one.type) for one in fields], array_like=True)


_VIEW = msgspec.structs.fields(SessionView)
_GREAT = {one.name: one.type for one in _VIEW if _is_great(one)}
_SMALL = tuple(one.name for one in _VIEW if one.name not in _GREAT)
_ViewRest = _rest("ViewRest", [one for one in _VIEW if one.name in _SMALL])
_BOARD = msgspec.structs.fields(Board)
_TABLES = {one.name: one.type.__args__[1] for one in _BOARD if _is_table(one)}
_OTHERS = tuple(one.name for one in _BOARD if one.name not in _TABLES)
_BoardRest = _rest("BoardRest", [one for one in _BOARD if one.name in _OTHERS])


class _Root(msgspec.Struct, array_like=True):
    """The piece that leads to all others of a frame: numbers of pages, table by table."""

    rest: int
    tables: dict[str, list[int]]
    screens: list[int]
    tools: list[int]
    reached: list[int]


class PieceWriter:
    """Turns states into pieces, one after the other; knows what the last one shares.

    `number` is the number of the next piece.
    """

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self._new: list[bytes] = []
        self._kept: dict[str, _Table] = {}
        self._rest: tuple[bytes, int] = (b"", 0)
        self._fields: dict[str, dict[str, tuple[Any, int]]] = {}

    def write(self, state: State) -> list[bytes]:
        """The pieces that are new with this state; the last one is its root."""
        self._new = []
        board = state.board
        tables = {
            name: self._table(name, getattr(board, name), self._view if is_view else self._plain)
            for name, is_view in ((name, kind is SessionView) for name, kind in _TABLES.items())
        }
        root = _Root(
            rest=self._same(_encode([getattr(board, name) for name in _OTHERS])),
            tables=tables,
            screens=self._table("/screens", state.screens, self._plain),
            tools=self._table("/tools", state.tools, self._plain),
            reached=self._reached(state.reached),
        )
        self._piece(_encode(root))
        return self._new

    def _piece(self, content: bytes) -> int:
        self._new.append(content)
        self.number += 1
        return self.number - 1

    def _same(self, content: bytes) -> int:
        if self._rest[0] != content:
            self._rest = (content, self._piece(content))
        return self._rest[1]

    def _plain(self, name: str, value: object) -> int:
        return self._piece(_encode(value))

    def _view(self, name: str, view: SessionView) -> int:
        known = self._fields.get(name, {})
        fields: dict[str, tuple[Any, int]] = {}
        for field in _GREAT:
            value = getattr(view, field)
            if not value:
                continue
            old, number = known.get(field, (None, 0))
            fields[field] = value, number if old is value else self._piece(_encode(value))
        self._fields[name] = fields
        numbers = {field: number for field, (_, number) in fields.items()}
        return self._piece(_encode((numbers, [getattr(view, name) for name in _SMALL])))

    def _table(
        self, name: str, table: Mapping[str, Any], write: Callable[[str, Any], int]
    ) -> list[int]:
        kept = self._kept.setdefault(name, _Table())
        if kept.whole is not table:
            entries = [(key, self._entry(kept, key, value, write)) for key, value in table.items()]
            kept.values = {key: kept.values[key] for key in table}
            kept.pages = self._pages(kept, entries)
            kept.whole = table
        return kept.pages

    @staticmethod
    def _entry(kept: _Table, key: str, value: object, write: Callable[[str, Any], int]) -> int:
        old, number = kept.values.get(key, (None, 0))
        if old is not value:
            number = write(key, value)
            kept.values[key] = value, number
        return number

    def _reached(self, reached: Mapping[str, Reached]) -> list[int]:
        kept = self._kept.setdefault("/reached", _Table())
        entries = [(name, *place) for name, place in reached.items()]
        kept.pages = self._pages(kept, entries)
        return kept.pages

    def _pages(self, kept: _Table, entries: Sequence[tuple[Any, ...]]) -> list[int]:
        numbers, contents = [], []
        for page, start in enumerate(range(0, len(entries), PAGE)):
            content = entries[start : start + PAGE]
            old = page < len(kept.contents) and kept.contents[page] == content
            numbers.append(kept.pages[page] if old else self._piece(_encode(content)))
            contents.append(content)
        kept.contents = contents
        return numbers


class _Table:
    """A table as the last frame had it."""

    def __init__(self) -> None:
        self.whole: object = None
        self.values: dict[str, tuple[Any, int]] = {}
        self.contents: list[Sequence[tuple[Any, ...]]] = []
        self.pages: list[int] = []


_page = msgspec.msgpack.Decoder(_Page).decode
_reached_page = msgspec.msgpack.Decoder(_ReachedPage).decode
_root = msgspec.msgpack.Decoder(_Root).decode
_board_rest = msgspec.msgpack.Decoder(_BoardRest).decode
_view_rest: Callable[[bytes], tuple[dict[str, int], Any]] = msgspec.msgpack.Decoder(
    tuple[dict[str, int], _ViewRest]  # type: ignore[valid-type]
).decode
_great = {name: msgspec.msgpack.Decoder(kind).decode for name, kind in _GREAT.items()}
_values = {name: msgspec.msgpack.Decoder(kind).decode for name, kind in _TABLES.items()}
_screen = msgspec.msgpack.Decoder(Screen).decode
_tools = msgspec.msgpack.Decoder(tuple[bytes, ...]).decode

Fetch = Callable[[int], bytes]
"""Gives the piece of a number."""


class PieceReader:
    """Turns pieces into states again; what two states share is one object. Keeps `most` objects."""

    def __init__(self, fetch: Fetch, most: int = 30_000) -> None:
        self._fetch = fetch
        self._most = most
        self._kept: dict[int, Any] = {}

    def state(self, root: int) -> State:
        """The state whose root has this number."""
        if len(self._kept) > self._most:
            self._kept.clear()
        found = self._object(root, _root)
        fields: dict[str, Any] = {
            name: self._table(pages, self._view if name == "sessions" else self._plain(name))
            for name, pages in found.tables.items()
        }
        rest = self._object(found.rest, _board_rest)
        fields |= {name: getattr(rest, name) for name in _OTHERS}
        return State(
            board=Board(**fields),
            screens=self._table(found.screens, lambda number: self._object(number, _screen)),
            tools=self._table(found.tools, lambda number: self._object(number, _tools)),
            reached=self.reached(root),
        )

    def reached(self, root: int) -> dict[str, Reached]:
        """How far each journal was told there."""
        pages = self._object(root, _root).reached
        return {
            name: Reached(offset, seq)
            for number in pages
            for name, offset, seq in self._object(number, _reached_page)
        }

    def forget(self) -> None:
        """Numbers mean other pieces now."""
        self._kept.clear()

    def _object(self, number: int, decode: Callable[[bytes], Any]) -> Any:
        found = self._kept.get(number)
        if found is None:
            found = self._kept[number] = decode(self._fetch(number))
        return found

    def _plain(self, name: str) -> Callable[[int], Any]:
        return lambda number: self._object(number, _values[name])

    def _table(self, pages: list[int], read: Callable[[int], Any]) -> dict[str, Any]:
        return {key: read(number) for page in pages for key, number in self._object(page, _page)}

    def _view(self, number: int) -> SessionView:
        found = self._kept.get(-number)
        if found is None:
            numbers, rest = _view_rest(self._fetch(number))
            great = {name: self._object(one, _great[name]) for name, one in numbers.items()}
            small = {name: getattr(rest, name) for name in _SMALL}
            found = self._kept[-number] = SessionView(**great, **small)
        view: SessionView = found
        return view
