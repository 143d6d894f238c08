"""What a detector is: it sees a session's records one by one and says when it fires."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from wuhu_tui.model.detectors.detections import (
    Concern,
    Detection,
    DetectorKind,
    ErrorClass,
    Thresholds,
)
from wuhu_tui.model.detectors.sights import Sight
from wuhu_tui.model.records import Cursor


class Detector:
    """One detector over one session; whatever it remembers comes from what it saw."""

    kind: ClassVar[DetectorKind]

    def __init__(self, thresholds: Thresholds) -> None:
        self.thresholds = thresholds

    def sees(self, sight: Sight) -> Iterable[Detection]:
        """What it says to one more record."""
        raise NotImplementedError

    def ends(self, last: Sight, until: datetime) -> Iterable[Detection]:
        """What it says when nothing came after that until then."""
        return ()

    def fired(
        self,
        sight: Sight,
        concern: Concern,
        text: str,
        *,
        evidence: Sequence[Cursor] = (),
        at: datetime | None = None,
        cursor: Cursor | None = None,
        error: ErrorClass | None = None,
    ) -> Detection:
        """What is found, at the record that is seen unless another is named."""
        return Detection(
            kind=self.kind,
            concern=concern,
            session=sight.view.id,
            cursor=cursor or sight.cursor,
            at=at or sight.at,
            text=text,
            evidence=tuple(evidence) or (cursor or sight.cursor,),
            turn=sight.view.turn,
            error=error,
        )
