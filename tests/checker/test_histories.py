"""Random histories on real git, and what the independent checker says of each."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.checker import history
from tests.checker.checker import Known, violations
from tests.checker.history import ACTS, Ground, begin, passes, stays
from tests.checker.reading import read
from wuhu_tui.core.ports import ProjectCheck

EXAMPLES = int(os.environ.get("WUHU_HISTORIES", "2"))
STEPS = 8

Steps = list[tuple[str, int, int]]

QUIET = Ground()
GROUND = st.builds(Ground, after=st.booleans(), remote=st.booleans())
STEP = st.tuples(st.sampled_from(ACTS), st.integers(0, 30), st.integers(0, 30))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(GROUND, st.lists(STEP, min_size=STEPS, max_size=STEPS))
def test_whatever_happens_base_holds_what_was_approved(
    tmp_path_factory: pytest.TempPathFactory, ground: Ground, steps: Steps
) -> None:
    asyncio.run(lived(tmp_path_factory.mktemp("history"), steps, ground))


async def lived(folder: Path, steps: Steps, ground: Ground = QUIET) -> Counter[str]:
    """One history, and that nothing in it went wrong; what it saw, counted."""
    life = await begin(folder, ground)
    for what, first, second in steps:
        await life.step(what, first, second)
    await life.finish()
    known = Known(
        passes,
        life.lead,
        stays if ground.after else lambda files: True,
        life.settled,
        life.bare if ground.remote else None,
    )
    found = violations(life.box.path, life.journal, known)
    assert found == [], "\n".join((*found, f"on {ground}:", *life.told, str(life.box.path)))
    runs = read(life.journal).runs.values()
    seen = Counter(f"{run.manner} {run.outcome}" for run in runs)
    seen["settled by hand"] = sum(bool(run.resolution) for run in runs)
    seen["settled by memory"] = sum(bool(run.remembered) for run in runs)
    seen["crashes"] = sum(line.endswith("crashed") for line in life.told)
    return seen


async def test_a_history_whose_merged_results_are_not_checked_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CHECK", ProjectCheck(name="tests", command="true"))
    left, right = history.KINDS.index("left"), history.KINDS.index("right")
    steps = [("works_and_is_wanted", left, 0), ("works_and_is_wanted", right, 0)]
    with pytest.raises(AssertionError, match="does not pass the checks"):
        await lived(tmp_path, steps)
    monkeypatch.undo()
    assert (await lived(tmp_path / "again", steps))["merge refused"] == 1
