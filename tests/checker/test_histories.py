"""Random histories on real git, and what the independent checker says of each."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.checker.checker import violations
from tests.checker.history import ACTS, begin, passes
from tests.checker.reading import read

EXAMPLES = int(os.environ.get("WUHU_HISTORIES", "2"))
STEPS = 12

STEP = st.tuples(st.sampled_from(ACTS), st.integers(0, 30), st.integers(0, 30))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(STEP, min_size=STEPS, max_size=STEPS))
def test_whatever_happens_base_holds_what_was_approved(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    asyncio.run(lived(tmp_path_factory.mktemp("history"), steps))


async def lived(folder: Path, steps: list[tuple[str, int, int]]) -> Counter[str]:
    """One history, and that nothing in it went wrong; what it saw, counted."""
    history = await begin(folder)
    for what, first, second in steps:
        await history.step(what, first, second)
    await history.finish()
    found = violations(history.box.path, history.journal, passes, history.lead)
    assert found == [], "\n".join((*found, "after:", *history.told, str(history.box.path)))
    runs = read(history.journal).runs.values()
    seen = Counter(f"{run.manner} {run.outcome}" for run in runs)
    seen["crashes"] = sum(line.endswith("crashed") for line in history.told)
    return seen
