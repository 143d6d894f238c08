"""Path patterns from a worktree's top: which paths a scope or a rule means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_PIECES = re.compile(r"\*\*/|\*\*|\*|\?")
_MEANING = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def path_matches(path: str, pattern: str) -> bool:
    """Whether a path, written with `/` from the worktree's top, is meant by a pattern.

    `dir/` means everything below it, `**/` any folders or none, `*` anything within one name;
    everything else is meant exactly, upper and lower case told apart.
    """
    return _compiled(pattern).fullmatch(path) is not None


def in_scope(path: str, scope: Iterable[str]) -> bool:
    """Whether any pattern of a scope means the path."""
    return any(path_matches(path, pattern) for pattern in scope)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    whole = f"{pattern}**" if pattern.endswith("/") else pattern
    parts: list[str] = []
    end = 0
    for found in _PIECES.finditer(whole):
        parts += [re.escape(whole[end : found.start()]), _MEANING[found[0]]]
        end = found.end()
    return re.compile("".join([*parts, re.escape(whole[end:])]), re.DOTALL)
