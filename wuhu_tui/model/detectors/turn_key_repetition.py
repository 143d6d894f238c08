"""The same tool call, whichever part it asks for, again and again in one turn: a spiral."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.model.detectors.calls import Call, asked
from wuhu_tui.model.detectors.detections import Concern, Detection, DetectorKind, Thresholds
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.sights import Sight


class TurnKeyRepetition(Detector):
    """Counts identical keys in a row, each sub-agent for itself; says so once a row."""

    kind = DetectorKind.TURN_KEY_REPETITION

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(thresholds)
        self._rows: dict[str, tuple[str, list[Call]]] = {}

    def sees(self, sight: Sight) -> Iterator[Detection]:
        """A row ends with another key, and with its turn."""
        call, limit = sight.call, self.thresholds.repeated_keys
        if call is None:
            return
        key = asked(call).key
        before, row = self._rows.get(call.started.parent, ("", []))
        if before != key or row[-1].turn != call.turn:
            row = []
        row = [*row, call]
        self._rows[call.started.parent] = (key, row)
        if limit and len(row) == limit:
            text = f"{len(row)} times the same call in a row: {call.title}"
            evidence = [one.began for one in row]
            yield self.fired(sight, Concern.SPIRAL, text, evidence=evidence)
