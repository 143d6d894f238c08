"""Any value of the model, drawn from its own type: what Hypothesis feeds to fold and journals."""

from __future__ import annotations

import types
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from wuhu_tui.model.events import Event, UnknownEvent
from wuhu_tui.model.project_events import PROJECT_EVENTS
from wuhu_tui.model.records import Record
from wuhu_tui.model.session_events import SESSION_EVENTS

SESSIONS = ("shop-impl-01", "shop-impl-02")
START = datetime(2026, 1, 1, tzinfo=UTC)

NAMES = st.sampled_from((*SESSIONS, "m1", "m2", "q1", "nudge-shop-impl-01-1-2"))
"""Few names, so that events speak of each other."""

TEXTS = st.text(max_size=20) | st.sampled_from(
    ("", "\x1b[31m\n\t", '"\\', "\u2028 ü 🦀", "\x00", "a" * 300)
)
MOMENTS = st.integers(0, 10**7).map(lambda seconds: START + timedelta(milliseconds=seconds))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(0, 5) | st.integers(-(2**31), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: NAMES | TEXTS,
    datetime: MOMENTS,
    type(None): st.none(),
}


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type the model uses."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return of_struct(hint)
    arguments = get_args(hint)
    if get_origin(hint) in (types.UnionType, Union):
        return st.one_of(*map(of_type, arguments))
    if get_origin(hint) is tuple:
        return _tuples(arguments)
    if get_origin(hint) is dict:
        keys = NAMES if arguments[0] is str else of_type(arguments[0])
        return st.dictionaries(keys, of_type(arguments[1]), max_size=2)
    raise AssertionError(f"the model has a new kind of field: {hint}")


def _tuples(arguments: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """As many as there may be, or exactly those that the type names."""
    if Ellipsis in arguments:
        return st.lists(of_type(arguments[0]), max_size=2).map(tuple)
    return st.tuples(*map(of_type, arguments))


_structs: dict[type[Any], st.SearchStrategy[Any]] = {}


def of_struct(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Any value of one of the model's types; fields with defaults are left out at times."""
    if kind not in _structs:
        hints = get_type_hints(kind)
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        required = {name: of_type(hints[name]) for name, field in fields.items() if field.required}
        optional = {
            name: of_type(hints[name]) for name, field in fields.items() if not field.required
        }
        keywords = st.fixed_dictionaries(required, optional=optional)
        _structs[kind] = keywords.map(lambda chosen: kind(**chosen))
    return _structs[kind]


UNKNOWN_EVENTS = st.builds(
    UnknownEvent,
    type=st.sampled_from(("wave.started", "x", "ü")),
    body=st.dictionaries(TEXTS, JSON, max_size=3),
)


def events_of(kinds: tuple[type[Event], ...]) -> st.SearchStrategy[Any]:
    """Any event of these types, or one no version knows yet."""
    return st.one_of(*map(of_struct, kinds), UNKNOWN_EVENTS)


SESSION_EVENT = events_of(SESSION_EVENTS)
PROJECT_EVENT = events_of(PROJECT_EVENTS)


@st.composite
def journals(draw: st.DrawFn, session: str, *, max_size: int = 12) -> list[Record]:
    """One journal's records: epochs and seqs rise, time mostly does."""
    events = draw(st.lists(SESSION_EVENT if session else PROJECT_EVENT, max_size=max_size))
    records: list[Record] = []
    epoch = 1
    for seq, event in enumerate(events, start=1):
        epoch += draw(st.sampled_from((0, 0, 0, 1)))
        moment = START + timedelta(seconds=seq, milliseconds=draw(st.integers(-3000, 3000)))
        records.append(Record(session=session, epoch=epoch, seq=seq, ts=moment, event=event))
    return records


@st.composite
def interleavings(draw: st.DrawFn, journals_: list[list[Record]]) -> list[Record]:
    """The records of several journals in an order that keeps each journal's own."""
    left = [list(reversed(journal)) for journal in journals_]
    result: list[Record] = []
    while any(left):
        result.append(draw(st.sampled_from([journal for journal in left if journal])).pop())
    return result
