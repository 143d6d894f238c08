"""What secrets look like: the shapes of known tokens, and where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]
"""Where a secret begins and ends."""

_LEFT = (
    r"(?:(?<![A-Za-z0-9_-])|(?<=^-)"
    r"|(?<=\\[abfnrtv])"
    r"|(?<=\[[0-9]m)|(?<=\[[0-9]{2}m)|(?<=\[[0-9];[0-9]{2}m))"
)
"""A token's left edge: no name goes on there; an escape sequence or a diff's minus may."""

_RANDOM = r"(?=[A-Za-z0-9_-]{0,80}?(?:[A-Za-z0-9]{16}|(?=[A-Za-z]{0,15}[0-9])[A-Za-z0-9]{8}))"
"""Somewhere ahead a run of characters that no words joined by dashes would have."""

_AMBIGUOUS = re.compile(_LEFT + r"(?P<secret>sk-" + _RANDOM + r"[A-Za-z0-9_-]{12,})", re.MULTILINE)
"""A shape that a project's name could have too."""

_SHAPES = re.compile(
    r"gh[oprsu]_[A-Za-z0-9]{16,}"
    r"|github_pat_[A-Za-z0-9_]{16,}"
    r"|glpat-[A-Za-z0-9_-]{16,}"
    r"|xox[abceoprs]-[A-Za-z0-9-]{8,}"
    r"|xapp-[A-Za-z0-9-]{16,}"
    r"|(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}(?![0-9A-Z])"
    r"|AIza[A-Za-z0-9_-]{35}"
    r"|ya29\.[A-Za-z0-9_-]{20,}"
    r"|hf_[A-Za-z0-9]{24,}"
    r"|npm_[A-Za-z0-9]{36}"
    r"|pypi-[A-Za-z0-9_-]{50,}"
    r"|(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}"
    r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"
    r"|dop_v1_[a-f0-9]{32,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"
)
"""Shapes so particular that nothing else has them."""

_CREDENTIALS = (
    re.compile(
        r"bearer\s+(?P<secret>(?=[^\s]{0,80}?[0-9])[A-Za-z0-9._~+/=-]{8,}|[A-Za-z0-9._~+/=-]{20,})",
        re.IGNORECASE,
    ),
    re.compile(
        r"authorization[\\\"']*\s*[:=]\s*[\\\"']*basic\s+(?P<secret>[A-Za-z0-9+/=_-]{8,})",
        re.IGNORECASE,
    ),
    re.compile(r"://[^/\s:@\"'\\]{0,100}:(?P<secret>[^/\s@\"'\\]{3,200})@"),
)
"""What stands beside the words that announce a secret."""

_KEY_BEGINS = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_ENDS = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")

_HINTS: tuple[tuple[bytes, tuple[bytes, ...]], ...] = (
    (b"-", (b"sk-", b"glpat-", b"xox", b"xapp-", b"pypi-", b"PRIVATE KEY")),
    (b"_", (b"gho_", b"ghp_", b"ghr_", b"ghs_", b"ghu_", b"github_pat_")),
    (b"_", (b"hf_", b"npm_", b"k_live_", b"k_test_", b"dop_v1_")),
    (b"A", (b"AKIA", b"ASIA", b"ABIA", b"ACCA", b"AIza")),
    (b".", (b"ya29.", b"SG.")),
    (b":", (b"://",)),
    (b"e", (b"eyJ",)),
)
"""Behind a byte that most lines lack, what a line with a secret of a known shape must contain."""

_HINTS_IN_LOWER_CASE = (b"bearer", b"basic")


def may_hold_shape(line: bytes) -> bool:
    """Whether it is worth looking for shapes: quick, and never wrongly False."""
    for byte, hints in _HINTS:
        if byte in line:
            for hint in hints:
                if hint in line:
                    return True
    lowered = line.lower()
    return any(hint in lowered for hint in _HINTS_IN_LOWER_CASE)


def certain_spans(text: str) -> Iterator[Span]:
    """Secrets that nothing else looks like."""
    for found in _SHAPES.finditer(text):
        yield found.span()
    if "PRIVATE KEY" in text:
        yield from _private_keys(text)


def likely_spans(text: str) -> Iterator[Span]:
    """Secrets known by the word before them, or that only look like a name by chance."""
    for shape in (_AMBIGUOUS, *_CREDENTIALS):
        for found in shape.finditer(text):
            yield found.span("secret")


def _private_keys(text: str) -> Iterator[Span]:
    """Whole key blocks; of a block cut in two, what is here of it."""
    place = 0
    while begins := _KEY_BEGINS.search(text, place):
        yield from _cut_key(text[place : begins.start()], place)
        ends = _KEY_ENDS.search(text, begins.end())
        place = ends.end() if ends else len(text)
        yield (begins.start(), place)
    yield from _cut_key(text[place:], place)


def _cut_key(text: str, offset: int) -> Iterator[Span]:
    """The rest of a block whose beginning stood in an earlier piece."""
    ends = _KEY_ENDS.search(text)
    if ends:
        start = ends.start()
        while start and _is_key_body(text[start - 1]):
            start -= 1
        yield (offset + start, offset + ends.end())


def _is_key_body(character: str) -> bool:
    return character.isalnum() or character in "+/=-\\\r\n\t "


def merged(spans: Iterator[Span] | list[Span]) -> list[Span]:
    """The same characters in as few spans as possible, in order."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
