"""Syntax colours: what each character of a piece of code is, by the file's name.

Runs beside the screen: a chunk is short, and lines too long to be written by hand are left plain.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import Any

Tokens = tuple[tuple[int, int, str], ...]
"""Stretches of a line with the kind of each; what is nothing special is left out."""

KINDS = ("keyword", "string", "comment", "digit", "name")
"""Everything that has a colour of its own."""

_LONGEST = 400
"""Characters of a line beyond which it is not looked at."""

CHUNK = 400
"""Lines that are looked at together."""

_LANGUAGES: dict[str, str] = {
    "py": "python",
    "pyi": "python",
    "js": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "jsx": "javascript",
    "ts": "typescript",
    "tsx": "typescript",
    "json": "json",
    "yaml": "yaml",
    "yml": "yaml",
    "toml": "toml",
    "ini": "ini",
    "cfg": "ini",
    "rs": "rust",
    "go": "go",
    "c": "c",
    "h": "c",
    "cc": "cpp",
    "cpp": "cpp",
    "cxx": "cpp",
    "hpp": "cpp",
    "hh": "cpp",
    "cs": "csharp",
    "java": "java",
    "kt": "kotlin",
    "kts": "kotlin",
    "scala": "scala",
    "swift": "swift",
    "rb": "ruby",
    "php": "php",
    "lua": "lua",
    "pl": "perl",
    "sh": "bash",
    "bash": "bash",
    "zsh": "bash",
    "sql": "sql",
    "html": "html",
    "htm": "html",
    "xml": "xml",
    "svg": "xml",
    "css": "css",
    "scss": "scss",
    "tcss": "css",
    "vue": "html",
    "ex": "elixir",
    "exs": "elixir",
    "erl": "erlang",
    "hs": "haskell",
    "clj": "clojure",
    "dart": "dart",
    "zig": "zig",
    "nix": "nix",
    "tf": "terraform",
    "proto": "protobuf",
    "mk": "make",
}
"""Only languages that are common: each is a program that reads foreign text."""


_NAMES = {"makefile": "make", "dockerfile": "docker"}
"""Files that have a language and no ending."""


def language_of(path: str) -> str:
    """The language of a file, by its name; empty when its code is shown plain."""
    name = path.rpartition("/")[2].lower()
    _, dot, ending = name.rpartition(".")
    return _LANGUAGES.get(ending, "") if dot else _NAMES.get(name, "")


def tokens_of(language: str, lines: Sequence[str]) -> tuple[Tokens, ...]:
    """What the characters of consecutive lines are; nothing where the language is not known."""
    lexer = _lexer(language)
    if lexer is None:
        return ((),) * len(lines)
    told = [_plain(line) for line in lines]
    starts = [0, *accumulate(len(line) + 1 for line in told)]
    found: list[list[tuple[int, int, str]]] = [[] for _ in lines]
    at = 0
    for begin, token, text in lexer.get_tokens_unprocessed("\n".join(told) + "\n"):
        kind = _kind(token)
        if not kind or not text.strip():
            continue
        while at + 1 < len(lines) and starts[at + 1] <= begin:
            at += 1
        _spread(found, starts, at, (begin, begin + len(text)), kind)
    return tuple(tuple(pieces) for pieces in found)


def _spread(
    found: list[list[tuple[int, int, str]]],
    starts: Sequence[int],
    at: int,
    stretch: tuple[int, int],
    kind: str,
) -> None:
    """Give each line its part of a token, which may go over several."""
    begin, end = stretch
    while at < len(found) and starts[at] < end:
        first, last = max(begin, starts[at]), min(end, starts[at + 1] - 1)
        if first < last:
            found[at].append((first - starts[at], last - starts[at], kind))
        at += 1


def _plain(line: str) -> str:
    """A line as a lexer may see it: of the same length, or empty when it is too long."""
    return "" if len(line) > _LONGEST else line.replace("\n", " ").replace("\r", " ")


def _lexer(language: str) -> Any:
    if not language:
        return None
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]

    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None


@cache
def _kind(token: Any) -> str:
    from pygments.token import Token  # type: ignore[import-untyped]

    for parent, kind in (
        (Token.Comment, "comment"),
        (Token.Literal.String, "string"),
        (Token.Literal.Number, "digit"),
        (Token.Keyword, "keyword"),
        (Token.Operator.Word, "keyword"),
        (Token.Name.Function, "name"),
        (Token.Name.Class, "name"),
        (Token.Name.Decorator, "name"),
        (Token.Name.Tag, "name"),
        (Token.Name.Builtin, "name"),
    ):
        if token in parent:
            return kind
    return ""
