"""Reads of one file that differ only in which part is read, with no edit in between: stagnant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from wuhu_tui.model.detectors.calls import Call, asked
from wuhu_tui.model.detectors.detections import Concern, Detection, DetectorKind, Thresholds
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.sights import Sight
from wuhu_tui.model.records import Cursor


@dataclass
class _Reads:
    """Of one file, since the last edit of any: where they began, and which parts they asked for."""

    places: list[Cursor] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)
    told: bool = False


class PaginationSpiral(Detector):
    """Counts the reads of each file since the last edit of any; says so once a file."""

    kind = DetectorKind.PAGINATION_SPIRAL

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(thresholds)
        self._reads: dict[tuple[str, str], _Reads] = {}

    def sees(self, sight: Sight) -> Iterator[Detection]:
        """Reads that page through one file; an edit is progress."""
        call = sight.call
        if call is None:
            return
        if call.edits:
            self._reads.clear()
        wish = asked(call)
        if wish.reads:
            reads = self._reads.setdefault((call.started.parent, wish.key), _Reads())
            reads.places.append(call.began)
            reads.parts.add(wish.paging)
            yield from self._judged(sight, call, reads)

    def _judged(self, sight: Sight, call: Call, reads: _Reads) -> Iterator[Detection]:
        limit, count = self.thresholds.pagination_reads, len(reads.places)
        if limit and count >= limit and len(reads.parts) > 1 and not reads.told:
            reads.told = True
            text = f"{count} reads of one file in parts, no edit in between: {call.title}"
            yield self.fired(sight, Concern.STAGNANT, text, evidence=reads.places)
