"""All detectors over one session's records: the same live and on recordings. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from wuhu_tui.model.detectors.detections import Detection, Thresholds
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.edit_revert import EditRevert
from wuhu_tui.model.detectors.error_echo import ErrorEcho
from wuhu_tui.model.detectors.lost import Lost
from wuhu_tui.model.detectors.no_report import NoReport
from wuhu_tui.model.detectors.over_budget import OverBudget
from wuhu_tui.model.detectors.over_turns import OverTurns
from wuhu_tui.model.detectors.pagination_spiral import PaginationSpiral
from wuhu_tui.model.detectors.quiet import Quiet
from wuhu_tui.model.detectors.same_result import SameResult
from wuhu_tui.model.detectors.sights import sights
from wuhu_tui.model.detectors.stale import Stale
from wuhu_tui.model.detectors.turn_key_repetition import TurnKeyRepetition
from wuhu_tui.model.records import Record
from wuhu_tui.model.sessions import SessionSpec

DETECTORS: tuple[type[Detector], ...] = (
    PaginationSpiral,
    TurnKeyRepetition,
    ErrorEcho,
    EditRevert,
    SameResult,
    OverTurns,
    OverBudget,
    Quiet,
    Stale,
    Lost,
    NoReport,
)
"""One for each `DetectorKind`."""


def detect(
    spec: SessionSpec,
    records: Iterable[Record],
    thresholds: Thresholds | None = None,
    *,
    until: datetime | None = None,
) -> list[Detection]:
    """What the detectors find in a session's own records and the project's about it, oldest first.

    `until`: how long the session's silence at the end has lasted; None: nothing is known of that.
    """
    detectors = [kind(thresholds or Thresholds()) for kind in DETECTORS]
    found: list[Detection] = []
    last = None
    for last in sights(spec, records):
        for detector in detectors:
            found.extend(detector.sees(last))
    if last is not None and until is not None:
        for detector in detectors:
            found.extend(detector.ends(last, until))
    return sorted(found, key=lambda one: one.at)
