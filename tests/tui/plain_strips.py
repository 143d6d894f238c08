"""Strips without caches of their own: each makes seven when it is made, and few are asked twice."""

from __future__ import annotations

from typing import Any


class NoCache:
    """Keeps nothing; stands for every cache of every strip."""

    def __init__(self, size: int) -> None:
        """`size` counts for nothing."""

    def get(self, key: Any, default: Any = None) -> Any:
        return default

    def __setitem__(self, key: Any, value: Any) -> None:
        """Forgotten at once."""


_ONE = NoCache(0)


def no_cache(size: int) -> NoCache:
    """The one cache that keeps nothing."""
    return _ONE
