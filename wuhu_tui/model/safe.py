"""The one gate through which agent text reaches a terminal: data stays data, whatever it contains.

Every sequence lies within one line, so text may be cleaned line by line with the same result.
"""

from __future__ import annotations

import re

_PAYLOAD = r"[^\x00-\x1f\x7f-\x9f]{0,8192}+"
_STRING_END = r"(?:\x07|\x1b\\|\x9c)"

_SEQUENCE = (
    rf"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f]){_PAYLOAD}{_STRING_END}"  # OSC DCS SOS PM APC
    r"|(?:\x1b\[|\x9b)[0-?]{0,64}+[ -/]{0,8}+[@-~]"  # CSI
    r"|\x1b[ -/]{0,8}+[0-~]"  # any other escape, and the start of an unfinished one
)
_CONTROL = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SURROGATE = "\ud800-\udfff"

_SUSPECT = re.compile(rf"[\t\x0b-\x1f{_CONTROL}{_INVISIBLE}{_SURROGATE}\u2028\u2029]")
_LINE_END = re.compile(r"\r++\n?|\x0b|\x0c|\x85|\u2028|\u2029")
_REMOVED = re.compile(rf"{_SEQUENCE}|[{_CONTROL}{_INVISIBLE}]")
_BROKEN = re.compile(f"[{_SURROGATE}]")
_HIDDEN = re.compile(rf"[\x0a{_CONTROL}{_INVISIBLE}{_SURROGATE}\u2028\u2029]")

TAB_SIZE = 4
"""Columns between two tab stops."""


def safe_text(text: str) -> str:
    """Give `text` without anything a terminal obeys or a reader cannot see; lines are kept.

    Terminal sequences, control bytes, bidirectional controls and other invisible format
    characters go; tabs become spaces, every kind of line end a newline, broken unicode U+FFFD.
    A sequence that never ends loses its start only: what follows is shown as text.
    """
    if not _SUSPECT.search(text):
        return text
    cleaned = _REMOVED.sub("", _LINE_END.sub("\n", text))
    return _BROKEN.sub("\ufffd", cleaned).expandtabs(TAB_SIZE)


def safe_line(text: str, limit: int = 2000) -> str:
    """Give `text` as one safe line of at most `limit` characters; line ends become spaces."""
    head = safe_text(text[: limit * 4])
    line = " ".join(head.split("\n")) if "\n" in head else head
    return f"{line[: limit - 1]}…" if len(line) > limit or len(text) > limit * 4 else line


def revealed_line(text: str) -> str:
    """Give one line with everything hidden in it made visible, as a reviewer must see it.

    Control bytes become their pictures (`␛`), other hidden characters `⟨U+202E⟩`.
    """
    return _HIDDEN.sub(_shown, text).expandtabs(TAB_SIZE)


def hides_something(text: str) -> bool:
    """Whether a line contains characters that a reader would not see."""
    return _HIDDEN.search(text) is not None


def _shown(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"
