"""Which of many alike cases the ordinary suite runs; `make test-long` runs them all."""

from __future__ import annotations

import itertools
import os
from collections.abc import Collection, Iterable
from typing import Any

import pytest

LONG = bool(os.environ.get("WUHU_LONG"))
"""Whether the long cases run too."""


def sampled(cases: Iterable[Any], always: Collection[Any]) -> list[Any]:
    """All cases; those beside `always` belong to the long suite."""
    return [
        case if case in always else pytest.param(case, marks=pytest.mark.long) for case in cases
    ]


def crossed(*axes: Iterable[Any], always: Collection[tuple[Any, ...]]) -> list[Any]:
    """Every combination of these, each as a row; those beside `always` belong to the long suite."""
    rows = itertools.product(*axes)
    return [row if row in always else pytest.param(*row, marks=pytest.mark.long) for row in rows]
