"""What is typed into a terminal, as the program behind it wants it."""

from __future__ import annotations

import re

ENTER = "\r"
INTERRUPT = "\x03"
PASTE, PASTE_END = "\x1b[200~", "\x1b[201~"

ECHO_HEAD = 40
"""Characters of typed words that must be seen on the screen to count as taken."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\ud800-\udfff]")
_CURSOR_KEY = re.compile(r"\x1b\[([ABCDHF])")


def as_words(text: str, *, takes_pastes: bool) -> str:
    """Words as they are typed: no control byte of theirs counts as a key, least of all as Enter."""
    lines = re.sub(r"\r\n?", "\n", text).strip("\n")
    plain = _CONTROL.sub("", lines).replace("\t", "    ").replace("\n", ENTER)
    return f"{PASTE}{plain}{PASTE_END}" if takes_pastes else plain


def as_keys(text: str, *, takes_pastes: bool, application_cursor: bool) -> str:
    """Keys as the program wants them, from those of a terminal in its plainest mode."""
    if not takes_pastes:
        text = text.replace(PASTE, "").replace(PASTE_END, "")
    return _CURSOR_KEY.sub("\x1bO\\1", text) if application_cursor else text


def is_echoed(words: str, shown: str) -> bool:
    """Whether typed words stand on a screen, however it breaks their lines."""
    head = _letters(words)[:ECHO_HEAD]
    return bool(head) and head in _letters(shown)


def _letters(text: str) -> str:
    """The letters alone: frames, prompts and line breaks differ from program to program."""
    return "".join(character for character in text if character.isalnum())
