"""Every agent in every scenario; see the package's own words."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conformance import traces
from tests.conformance.cache import CHOICE, programs_folder
from tests.conformance.candidates import CANDIDATES, Candidate, Mind
from tests.conformance.environment import TO_LOSE, agent_environment, prepare_home
from tests.conformance.install import installed_version
from tests.conformance.outcomes import (
    NOT_INSTALLED,
    WORKS,
    DiffersError,
    NotOfferedError,
    Results,
    expected_outcome,
)
from tests.conformance.scenario import Scenario
from tests.conformance.stage import Stage
from tests.conformance.table import scenarios
from tests.model_server.server import ModelServer

CHOSEN = {name for name in os.environ.get(CHOICE, "").split(",") if name}
CASES = [
    pytest.param(agent, scenario, id=f"{agent.name}-{scenario.key}")
    for agent in CANDIDATES
    for scenario in scenarios()
    if not CHOSEN or agent.name in CHOSEN
]


@pytest.mark.agents
@pytest.mark.timeout(240)
@pytest.mark.parametrize(("agent", "scenario"), CASES)
async def test_scenario(
    agent: Candidate,
    scenario: Scenario,
    cache: Path,
    results: Results,
    model_server: ModelServer,
    homes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if not agent.is_in(cache):
        results.begin(agent.name, NOT_INSTALLED, _today())
        results.add(agent.name, scenario.key, NOT_INSTALLED, 0)
        pytest.skip(f"{agent.name} is {NOT_INSTALLED}: make test-agents installs it")
    for name in TO_LOSE:
        monkeypatch.delenv(name, raising=False)
    home = homes / agent.name
    prepare_home(home, model_server.url)
    environment = agent_environment(home, model_server.url, programs_folder(cache))
    results.begin(agent.name, version_of(agent, cache), _today())
    stage = Stage(agent, model_server, tmp_path / "shop", environment, cache / "node_modules")
    stage.asks = scenario.asks
    begun = time.monotonic()
    outcome = await outcome_of(stage, scenario, monkeypatch)
    seconds = time.monotonic() - begun
    results.add(agent.name, scenario.key, outcome, seconds)
    with capsys.disabled():
        sys.stdout.write(f"\n{agent.name}: {scenario.title}: {outcome[:300]} ({seconds:.1f} s) ")
        sys.stdout.flush()
    keep_evidence(stage, cache / "evidence" / f"{agent.name}-{scenario.key}", outcome)
    assert outcome == expected_outcome(agent.name, scenario.key)


async def outcome_of(stage: Stage, scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> str:
    """Play the scenario and look at what it left; the outcome in the words of the table."""
    if scenario.needs_model and stage.agent.mind is not Mind.MODEL:
        return NotOfferedError("it has no model").outcome
    monkeypatch.setenv(traces.MARK, stage.mark)
    monkeypatch.setenv("CANARY_TOKEN", stage.secret)
    canaries = stage.root.parent / "canaries"
    canaries.mkdir()
    try:
        async with _on_stage(stage):
            before = traces.snapshot(stage.root)
            outcome = await _played(stage, scenario)
    except Exception as error:  # noqa: BLE001 - a broken stage is an outcome like any other
        return f"fails: {type(error).__name__}: {error}"
    left = await asyncio.to_thread(stage.traces, before, canaries)
    return "; ".join([f"fails: {words}" for words in left] or [outcome])


@asynccontextmanager
async def _on_stage(stage: Stage) -> AsyncIterator[None]:
    try:
        await stage.open()
        yield
    finally:
        async with asyncio.timeout(40):
            await stage.close()


async def _played(stage: Stage, scenario: Scenario) -> str:
    try:
        async with asyncio.timeout(scenario.limit):
            await scenario.play(stage)
    except (DiffersError, NotOfferedError) as found:
        return found.outcome
    except AssertionError as error:
        return f"fails: {error}"
    except TimeoutError:
        return f"fails: not within {scenario.limit:g} s; {stage.told()}"
    return WORKS


def keep_evidence(stage: Stage, place: Path, outcome: str) -> None:
    """Keep journals, logs and the model's requests of a scenario that did not simply work."""
    shutil.rmtree(place, ignore_errors=True)
    sessions = stage.root / ".wuhu" / "sessions"
    if outcome != WORKS and sessions.is_dir():
        ignored = shutil.ignore_patterns("mailbox", "brief")
        shutil.copytree(sessions, place, ignore=ignored)
        requests = "".join(f"{json.dumps(asdict(one))}\n" for one in stage.requests)
        (place / "model.jsonl").write_text(requests, encoding="utf-8")


def version_of(agent: Candidate, cache: Path) -> str:
    """The program's version as its package says, or as wuhu's own."""
    if not agent.package:
        return "of this repository"
    return installed_version(cache, agent.folder) or agent.version


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
