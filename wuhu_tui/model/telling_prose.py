"""What is written in events that are not streamed: the fields worth reading, whatever the event. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from wuhu_tui.model.events import UnknownEvent
from wuhu_tui.model.searches import Told

_PROSE = (
    "title",
    "task",
    "goal",
    "acceptance",
    "focus",
    "text",
    "summary",
    "context",
    "label",
    "detail",
    "question",
    "choice",
    "note",
    "cause",
    "reason",
    "subject",
    "evidence",
    "last_words",
    "output",
    "command",
    "arguments",
    "held",
    "held_note",
    "manner",
    "trouble",
    "refusal",
    "operation",
    "line",
    "model",
    "origin",
    "sha",
    "commit",
    "head",
    "result",
    "branch",
    "pull_request",
    "published",
    "path",
    "paths",
    "path_there",
    "files",
    "overlap",
)
"""Fields that people or agents wrote, or that name what a lead looks for."""

_PATHS = frozenset({"path", "paths", "path_there", "files", "overlap"})

_KINDS: tuple[tuple[str, Told], ...] = (
    ("question.answered", Told.ANSWER),
    ("question.", Told.QUESTION),
    ("answer.", Told.ANSWER),
    ("permission.", Told.ANSWER),
    ("message.", Told.PROMPT),
    ("letter.", Told.PROMPT),
    ("session.instantiated", Told.PROMPT),
    ("report.", Told.REPORT),
    ("review.", Told.REVIEW),
    ("verdict.", Told.REVIEW),
    ("opinion.", Told.REVIEW),
    ("judgement.", Told.REVIEW),
    ("comment", Told.REVIEW),
    ("check.", Told.REVIEW),
    ("merge.", Told.MERGE),
    ("queue.", Told.MERGE),
    ("conflict", Told.MERGE),
    ("collision.", Told.MERGE),
    ("settling.", Told.MERGE),
    ("push.", Told.MERGE),
    ("base.", Told.MERGE),
)


def prose(event: Any) -> tuple[Told, str, tuple[str, ...]]:
    """Its kind, all that is written in it, and the files it names."""
    paths: tuple[str, ...] = ()
    if isinstance(event, UnknownEvent):
        words, name = tuple(_strings(event.body)), event.type
    else:
        fields = list(_prose(msgspec.to_builtins(event)))
        words = tuple(text for _, text in fields)
        paths = tuple(dict.fromkeys(text for field, text in fields if field in _PATHS))
        name = event.__struct_config__.tag
    text = " · ".join(dict.fromkeys(filter(str.strip, words)))
    return _kind(name), text, paths


def _kind(name: str) -> Told:
    return next((kind for begins, kind in _KINDS if name.startswith(begins)), Told.NOTE)


def _prose(value: Any) -> Iterator[tuple[str, str]]:
    """The fields worth reading of an event's plain form, those of its parts too."""
    if isinstance(value, list):
        for part in value:
            yield from _prose(part)
    elif isinstance(value, dict):
        for field in _PROSE:
            yield from ((field, text) for text in _texts(value.get(field)))
        for part in value.values():
            if isinstance(part, dict | list):
                yield from _prose(part)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (part for part in value if isinstance(part, str))


def _strings(value: Any) -> Iterator[str]:
    """Every string in a plain value."""
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from _strings(part)
        case list() | tuple():
            for part in value:
                yield from _strings(part)
