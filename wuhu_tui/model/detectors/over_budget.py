"""More used than a session may use, in money or in tokens."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.budgets import Budget, limit_of
from wuhu_tui.model.detectors.detections import Concern, Detection, DetectorKind
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.sights import Sight
from wuhu_tui.model.reports import Usage


class OverBudget(Detector):
    """Fires when a limit is reached: the thresholds', else the lead's last word, else its own."""

    kind = DetectorKind.OVER_BUDGET

    def sees(self, sight: Sight) -> Iterator[Detection]:
        """Every change of what it used, or may use."""
        words = _reached(sight.view.usage, self._limit(sight.view))
        if words and not _reached(sight.before.usage, self._limit(sight.before)):
            yield self.fired(sight, Concern.HOLD, words)

    def _limit(self, view: SessionView) -> Budget:
        asked = Budget(cost=self.thresholds.cost, tokens=self.thresholds.tokens)
        if asked != Budget():
            return asked
        return limit_of(Budget(), view.spec.budget, view.raised_budget)


def _reached(used: Usage, limit: Budget) -> str:
    """Which limit is reached, in words; empty: none."""
    tokens = used.input_tokens + used.output_tokens
    if limit.cost and used.cost >= limit.cost:
        return f"used ${used.cost:.2f} of ${limit.cost:.2f}"
    if limit.tokens and tokens >= limit.tokens:
        return f"used {tokens} of {limit.tokens} tokens"
    return ""
