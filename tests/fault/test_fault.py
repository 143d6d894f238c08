"""A short storm over a few sessions; `make fault` blows for minutes over many seeds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.fault.storm import run

SEED = 7
SECONDS = 5.0


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_word_is_accounted_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run(SEED, SECONDS, tmp_path, children=1)
    with capsys.disabled():
        for note in outcome.notes:
            sys.stdout.write(f" [{note}] ")
    assert not outcome.broken, outcome.told()
    assert outcome.faults, "nothing went wrong, so nothing was proven"
    assert outcome.confirmed["message"], "nothing was said, so nothing was proven"
