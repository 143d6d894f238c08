"""Which expansions of a shell line are plain enough to be followed; all others make it opaque. Pure.

A shell calculates in more places than `$((…))`, and runs what a calculation's variables hold:
only forms in which nothing is calculated, quoted or run are plain.
"""

from __future__ import annotations

import re

_NAME = r"(?:[A-Za-z_]\w*|\d+|[@*#?$!-])"
_PLAIN_PARAMETER = re.compile(
    rf"#?{_NAME}|{_NAME}:?[-+?][\w./:@ ,~*-]*|{_NAME}(?:##?|%%?)[\w.,:@/*?-]*"
    rf"|{_NAME}//?[\w.,:@ *?-]*(?:/[\w.,:@ -]*)?|{_NAME}(?:\^\^?|,,?)|{_NAME}\[(?:\d+|[@*])\]"
)
_PLAIN_END = re.compile(r"""([\w.-]+)|'([\w.-]+)'|"([\w.-]+)"|\\([\w.-]+)""")
_ANSI = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:(x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8})|([0-7]{1,3})|(.))", re.DOTALL
)
_LETTERS = {
    **dict(zip("abeEfnrtv", "\a\b\x1b\x1b\f\n\r\t\v", strict=True)),
    **{sign: sign for sign in "\\'\"?"},
}
_BRACES = re.compile(r"\{([^{}'\"\\$`\s]*(?:,|\.\.)[^{}'\"\\$`\s]*)\}")


def is_plain_parameter(inside: str) -> bool:
    """Whether `${…}` with this between its braces only tells a value, in any shell."""
    return _PLAIN_PARAMETER.fullmatch(inside) is not None


def is_plain_end(written: str) -> bool:
    """Whether all shells read this as the same last line of a here-document."""
    return _PLAIN_END.fullmatch(written) is not None


def joins_lines(body: str) -> bool:
    """Whether a here-document whose end is not quoted may not end where its lines say."""
    return any(line.endswith("\\") for line in body.split("\n"))


def begins_braces(text: str, at: int) -> bool:
    """Whether braces that the shell writes out begin at a place of a text."""
    return _BRACES.match(text, at) is not None


def without_braces(word: str) -> list[str]:
    """What the first pair of braces in a word makes of it; only told, never trusted."""
    match = _BRACES.search(word)
    if match is None:
        return [word]
    before, after = word[: match.start()], word[match.end() :]
    return [f"{before}{part}{after}" for part in re.split(r",|\.\.", match.group(1))]


def ansi_quoted(text: str, at: int) -> tuple[str | None, int]:
    """What `$'…'` at a place of a text stands for, None if it is not clear, and where it ends."""
    match = _ANSI.match(text, at)
    if match is None:
        return None, len(text)
    try:
        return _ESCAPE.sub(_meant, match.group(1)), match.end()
    except (ValueError, OverflowError):
        return None, match.end()


def _meant(escape: re.Match[str]) -> str:
    """One character after a backslash, as `$'…'` reads it; what means nothing stays as it stands."""
    digits, octal, letter = escape.groups()
    if digits:
        return chr(int(digits[1:], 16))
    return chr(int(octal, 8) & 0xFF) if octal else _LETTERS.get(letter, escape.group())
