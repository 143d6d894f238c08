"""Recordings of older formats: brought to this one by small named steps, in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from wuhu_tui.core.recordings.manifest import FORMAT, MANIFEST
from wuhu_tui.core.recordings.refusals import damaged, too_new

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: dict[int, Step] = {}
"""By the format that each begins with; it leads to the next."""


def step(before: int) -> Callable[[Step], Step]:
    """Register what brings a manifest of this format to the next one."""

    def register(function: Step) -> Step:
        STEPS[before] = function
        return function

    return register


def migrated(content: bytes, where: str) -> bytes:
    """A manifest in this version's format.

    Raises:
        JournalError: it is no manifest, or of a newer wuhu.
    """
    try:
        told = json.loads(content)
        found = told["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(MANIFEST, "it is no manifest", where) from error
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise damaged(MANIFEST, f"{str(found)[:80]!r} is no format", where)
    if found > FORMAT:
        raise too_new(found, FORMAT, where)
    if found == FORMAT:
        return content
    for before in range(found, FORMAT):
        told = STEPS[before](told)
    return json.dumps(told).encode()
