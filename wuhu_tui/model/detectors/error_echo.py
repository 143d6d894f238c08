"""The same error again and again, whatever is done in between: failed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuhu_tui.model.detectors.calls import asked
from wuhu_tui.model.detectors.detections import (
    Concern,
    Detection,
    DetectorKind,
    ErrorClass,
    Thresholds,
)
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.error_classes import error_class
from wuhu_tui.model.detectors.sights import Sight
from wuhu_tui.model.events import RunnerEnded
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.reports import ExitReason

_CHANGING = re.compile(r"0x[0-9a-f]+|\d+", re.IGNORECASE)
"""What of an error may differ although it is the same: line numbers, times, addresses."""

_COMPARED = 4_000
_SHOWN = 80


class ErrorEcho(Detector):
    """Counts each error until a call that had ended with it succeeds; says so once an error."""

    kind = DetectorKind.ERROR_ECHO

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(thresholds)
        self._seen: dict[str, list[Cursor]] = {}
        self._errors_of: dict[str, set[str]] = {}

    def sees(self, sight: Sight) -> Iterator[Detection]:
        """Errors of tool calls, and lives that ended with one."""
        event, call = sight.event, sight.call
        if isinstance(event, RunnerEnded) and event.exit.reason is ExitReason.FAILED:
            yield from self._again(sight, event.exit.detail or event.exit.last_words)
        if call is None:
            return
        key = asked(call).key
        if call.ended.ok:
            for error in self._errors_of.pop(key, ()):
                self._seen.pop(error, None)
        else:
            words = call.ended.output.strip() or f"{call.title} failed"
            self._errors_of.setdefault(key, set()).add(_alike(words))
            yield from self._again(sight, words)

    def _again(self, sight: Sight, words: str) -> Iterator[Detection]:
        limit = self.thresholds.repeated_errors
        places = self._seen.setdefault(_alike(words), [])
        places.append(sight.cursor)
        if limit and len(places) == limit:
            kind = error_class(words)
            named = "" if kind is ErrorClass.OTHER else f" ({kind.value})"
            text = f"{len(places)} times the same error{named}: {_shown(words)}"
            yield self.fired(sight, Concern.FAILED, text, evidence=places, error=kind)


def _alike(words: str) -> str:
    """The error without what differs from time to time."""
    return _CHANGING.sub("#", " ".join(words[:_COMPARED].split()))


def _shown(words: str) -> str:
    """Its last line that is not about the program's end: there programs say what was wrong."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith("(")] or lines or ["(no words)"]
    last = telling[-1]
    return last if len(last) <= _SHOWN else f"{last[: _SHOWN - 1]}…"
