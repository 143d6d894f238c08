"""The same tool call, whichever part it asks for, again and again in one turn: a spiral."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.model.detectors.calls import asked
from wuhu_tui.model.detectors.detections import Concern, Detection, DetectorKind, Thresholds
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.sights import Sight
from wuhu_tui.model.records import Cursor


class TurnKeyRepetition(Detector):
    """Counts identical keys in a row, each sub-agent for itself; says so once a row."""

    kind = DetectorKind.TURN_KEY_REPETITION

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(thresholds)
        self._rows: dict[str, tuple[str, int, list[Cursor]]] = {}

    def sees(self, sight: Sight) -> Iterator[Detection]:
        """A row ends with another key, and with its turn."""
        call, limit = sight.call, self.thresholds.repeated_keys
        if call is None:
            return
        key, parent = asked(call).key, call.started.parent
        before, turn, places = self._rows.get(parent, ("", 0, []))
        if (before, turn) != (key, call.turn):
            places = []
        places.append(call.began)
        self._rows[parent] = (key, call.turn, places)
        if limit and len(places) == limit:
            text = f"{limit} times the same call in a row: {call.title}"
            yield self.fired(sight, Concern.SPIRAL, text, evidence=places)
