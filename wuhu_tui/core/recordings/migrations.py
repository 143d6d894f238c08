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
    return json.dumps(_brought_on(told, found, where)).encode()


def _brought_on(told: dict[str, Any], found: int, where: str) -> dict[str, Any]:
    taken: list[str] = []
    try:
        for before in range(found, FORMAT):
            told = {**STEPS[before](told), "format": before + 1}
            taken.append(f"{before} to {before + 1}: {STEPS[before].__doc__}")
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise damaged(MANIFEST, f"it is no manifest of format {found}", where) from error
    return {**told, "migrations": taken}


@step(1)
def name_what_was_replaced(told: dict[str, Any]) -> dict[str, Any]:
    """The files that another content stands for are `replaced`; base's tip stands in the bundle."""
    objects = told.get("objects")
    if objects is None:
        return told
    kept = {key: value for key, value in objects.items() if key not in ("redacted", "tip")}
    return {**told, "objects": {**kept, "replaced": objects.get("redacted", [])}}
