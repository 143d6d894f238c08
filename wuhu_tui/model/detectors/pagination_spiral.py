"""Reads of one file that differ only in which part is read, with no edit in between: stagnant."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.model.detectors.calls import Asked, Call, asked
from wuhu_tui.model.detectors.detections import Concern, Detection, DetectorKind, Thresholds
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.sights import Sight


class PaginationSpiral(Detector):
    """Counts the reads of each file since the last edit of any; says so once a file."""

    kind = DetectorKind.PAGINATION_SPIRAL

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(thresholds)
        self._reads: dict[tuple[str, str], list[tuple[Asked, Call]]] = {}

    def sees(self, sight: Sight) -> Iterator[Detection]:
        """Reads that page through one file; an edit is progress."""
        call = sight.call
        if call is None:
            return
        if call.edits:
            self._reads.clear()
        wish = asked(call)
        if wish.reads:
            reads = self._reads.setdefault((call.started.parent, wish.key), [])
            reads.append((wish, call))
            yield from self._judged(sight, reads)

    def _judged(self, sight: Sight, reads: list[tuple[Asked, Call]]) -> Iterator[Detection]:
        limit = self.thresholds.pagination_reads
        parts = {wish.paging for wish, _ in reads}
        told = len({wish.paging for wish, _ in reads[:-1]}) > 1 and len(reads) > limit
        if limit and len(reads) >= limit and len(parts) > 1 and not told:
            calls = [call for _, call in reads]
            text = f"{len(calls)} reads of one file in parts, no edit in between: {calls[-1].title}"
            evidence = [call.began for call in calls]
            yield self.fired(sight, Concern.STAGNANT, text, evidence=evidence)
