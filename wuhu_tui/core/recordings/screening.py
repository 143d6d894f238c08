"""Looks through an unpacked journal before anything believes it: names, ids and lengths.

What a record says ends up as the name of a folder or as a word of a git call. Nobody checks it
there again, for nobody but wuhu writes journals; a stranger's is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from wuhu_tui.core.recordings.manifest import is_session_name
from wuhu_tui.core.recordings.refusals import damaged
from wuhu_tui.journal.lines import BadLine, decode_envelope, decode_header
from wuhu_tui.model.sessions import SessionSpec

_BULK = frozenset(
    {
        *("agent.said", "agent.thought", "tool.started", "tool.output", "tool.ended"),
        *("phase.changed", "usage.changed", "screen.changed"),
    }
)
"""Records that name no folder and no commit."""

_WORD = re.compile(r"(?:(?:[\w@]|\[REDACTED\])[^\x00-\x1f\x7f]*)?")
_GIT_WORDS = frozenset(
    {
        *("head", "new_head", "sha", "commit", "tree", "base", "base_commit", "merge_base"),
        *("result", "tip", "base_tip", "stack_base", "stack_tip", "resolution", "undo"),
        *("undo_tip", "first_tree", "second_tree", "branch", "base_branch", "ref", "remote"),
        *("published", "target", "tips"),
    }
)
"""Fields that become words of a git call: none may look like an option."""

_SESSIONS = frozenset({"session", "fixes", "parent"})
_PATHS = frozenset({"path", "paths", "files", "path_there"})

_decoder = msgspec.json.Decoder(dict[str, Any])
_spec_decoder = msgspec.json.Decoder(SessionSpec)


def screen_spec(path: Path, member: str, session: str, where: str) -> None:
    """A session's spec is one, and its own.

    Raises:
        JournalError: it is not.
    """
    words = spec_oddity(path.read_bytes(), session)
    if words:
        raise damaged(member, words, where)


def spec_oddity(content: bytes, session: str) -> str:
    """Why this is not the spec of this session, in words; empty: it is."""
    try:
        spec = _spec_decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "it is no session's spec"
    return "" if spec.id == session else f"it is the spec of {spec.id[:80]!r}"


def screen_journal(path: Path, member: str, session: str, where: str, longest: int) -> None:
    """A journal is of the session it is named after, and names nothing outside.

    Raises:
        JournalError: it is not.
    """
    with path.open("rb") as file:
        lines = _lines(file, member, where, longest)
        _screen_header(next(lines, b""), member, session, where)
        for line in lines:
            words = oddity(_kind(line), line)
            if words:
                raise damaged(member, words, where)


def _lines(file: BinaryIO, member: str, where: str, longest: int) -> Iterator[bytes]:
    while line := file.readline(longest + 1):
        if len(line) > longest:
            raise damaged(member, f"a line is longer than {longest} bytes", where)
        yield line


def _screen_header(line: bytes, member: str, session: str, where: str) -> None:
    try:
        header = decode_header(line, where)
    except BadLine as error:
        raise damaged(member, "it is no journal", where) from error
    kind = "session" if session else "project"
    if header.kind != kind or (session and header.name != session):
        words = f"it is the journal of {header.kind[:80]!r} {header.name[:80]!r}"
        raise damaged(member, words, where)


def _kind(line: bytes) -> str:
    """A record's type; of what is none, one that is looked at."""
    try:
        return decode_envelope(line).type
    except BadLine:
        return ""


def oddity(kind: str, line: bytes) -> str:
    """What of a record names something outside, in words; empty: nothing.

    A line that is no record harms nobody.
    """
    if kind in _BULK:
        return ""
    try:
        told = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    spec = told.get("spec")
    if isinstance(spec, dict) and not is_session_name(str(spec.get("id", ""))):
        return f"it names a session {str(spec.get('id'))[:80]!r}"
    try:
        return next(_odd_fields(told), "")
    except RecursionError:
        return "it is nested too deeply"


def _odd_fields(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for kept in value:
            yield from _odd_fields(kept)
    if not isinstance(value, dict):
        return
    for field, kept in value.items():
        for text in _texts_of(kept):
            if not _is_harmless(field, text):
                yield f"its {field[:40]} is {text[:80]!r}"
        yield from _odd_fields(kept)


def _texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (kept for kept in value if isinstance(kept, str))


def _is_harmless(field: str, text: str) -> bool:
    if field in _GIT_WORDS:
        return _WORD.fullmatch(text) is not None
    if field in _SESSIONS:
        return not text or is_session_name(text)
    if field in _PATHS:
        return "\x00" not in text
    return True
