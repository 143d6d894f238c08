"""The same tool with the same arguments and the same result: first a warning, then a hold."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.model.detectors.calls import Call, fingerprint
from wuhu_tui.model.detectors.detections import Concern, Detection, DetectorKind, Thresholds
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.sights import Sight
from wuhu_tui.model.records import Cursor


class SameResult(Detector):
    """Counts calls that are the same to the letter, until something is edited or committed."""

    kind = DetectorKind.SAME_RESULT

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(thresholds)
        self._calls: dict[bytes, list[Cursor]] = {}
        self._head = ""

    def sees(self, sight: Sight) -> Iterator[Detection]:
        """Calls, in a row or not; an edit and a commit are progress."""
        call = sight.call
        if sight.view.head != self._head:
            self._head = sight.view.head
            self._calls.clear()
        if call is None:
            return
        if call.edits:
            self._calls.clear()
            return
        places = self._calls.setdefault(_same(call), [])
        places.append(call.at)
        yield from self._judged(sight, call, places)

    def _judged(self, sight: Sight, call: Call, places: list[Cursor]) -> Iterator[Detection]:
        warns, holds = self.thresholds.same_result_warning, self.thresholds.same_result_hold
        text = f"{len(places)} times the same call with the same result: {call.title}"
        if holds and len(places) == holds:
            yield self.fired(sight, Concern.HOLD, text, evidence=places)
        elif warns and len(places) == warns:
            yield self.fired(sight, Concern.WARNING, text, evidence=places)


def _same(call: Call) -> bytes:
    started, ended = call.started, call.ended
    what = (started.kind, started.title, started.arguments, *started.paths)
    return fingerprint(*what, str(ended.ok), ended.output, started.parent)
