"""The bundled recordings: small, of no machine, and their replay is what was live at every step."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stories.samples import HASHES, RECORDINGS, RUNS
from tests.stories.scrubbing import FIRST_PROCESS, HOST
from wuhu_tui.core.detecting import detect_in
from wuhu_tui.core.recordings.unpacking import unpack
from wuhu_tui.core.recordings.wishes import SUFFIX
from wuhu_tui.core.replay.reel import Reel
from wuhu_tui.core.samples import recording_of
from wuhu_tui.core.witness_proof import in_order, prove_replay, sworn
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.board import Board
from wuhu_tui.model.detectors.detections import DetectorKind, Thresholds
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.project_events import MergeEnded, SessionMoved
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState

MOST = 300_000
FOREIGN = re.compile(r"/(tmp|work|root|home|var|opt|Users)/")

Opened = Callable[[str], ProjectFolder]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A bundled recording as a project's folder, unpacked once."""
    place, known = tmp_path_factory.mktemp("bundled"), dict[str, ProjectFolder]()

    def open_(name: str) -> ProjectFolder:
        if name not in known:
            root = unpack(RECORDINGS / f"{name}{SUFFIX}", into=place / name).root
            known[name] = ProjectFolder(root)
        return known[name]

    return open_


def _records(folder: ProjectFolder) -> list[Record]:
    names = sorted(path.name for path in folder.sessions.iterdir())
    sessions = [one for name in names for one in _journal(folder.session(name).journal, name)]
    return [*_journal(folder.journal, ""), *sessions]


def _journal(path: Path, name: str) -> tuple[Record, ...]:
    return read_from(path, name).records


@pytest.mark.parametrize("name", sorted(RUNS))
async def test_the_replay_is_what_was_live_at_every_step(name: str, opened: Opened) -> None:
    steps = sworn(HASHES / f"{name}.jsonl")
    proof = await prove_replay(opened(name), steps, stills=12)
    assert not proof.mismatches, (
        f"{proof}; if that is meant: python -m tests.stories.samples --hashes"
    )
    assert proof.steps == len(steps) > 40
    assert proof.stills >= 12


async def test_the_order_read_aside_is_the_reel_s(opened: Opened) -> None:
    folder = opened("demo")
    reel = await Reel.open(folder)
    async with asyncio.timeout(30):
        await reel.complete()
    try:
        assert in_order(folder) == list(await reel.records(0, reel.last.index))
    finally:
        await reel.aclose()


@pytest.mark.parametrize("name", sorted(RUNS))
def test_nothing_in_it_is_of_the_machine_it_was_made_on(name: str, opened: Opened) -> None:
    folder = opened(name)
    texts = [path.read_text(encoding="utf-8") for path in folder.path.rglob("*.json*")]
    assert len(texts) > 2
    for text in texts:
        assert FOREIGN.findall(text) == []
        assert f'"{socket.gethostname()}"' not in text
        for line in text.splitlines() if text.count("\n{") else [text]:
            assert _of_machine(json.loads(line)) == []
    assert (RECORDINGS / f"{name}{SUFFIX}").stat().st_size < MOST


def _of_machine(value: Any, key: str = "") -> list[Any]:
    """Hosts and process numbers that were not scrubbed."""
    if isinstance(value, dict):
        return [one for name, kept in value.items() for one in _of_machine(kept, name)]
    if isinstance(value, list):
        return [one for kept in value for one in _of_machine(kept)]
    odd_host = key == "host" and value not in ("", HOST)
    odd_process = key.endswith("pid") and not (value == 0 or value < 10 * FIRST_PROCESS)
    return [value] if odd_host or odd_process else []


def test_every_recording_has_its_line_in_the_page() -> None:
    page = (RECORDINGS / "README.md").read_text(encoding="utf-8")
    there = {path.name for path in RECORDINGS.glob(f"*{SUFFIX}")}
    assert there == {f"{name}{SUFFIX}" for name in RUNS}
    assert set(re.findall(rf"^\| `([\w-]+{re.escape(SUFFIX)})`", page, re.MULTILINE)) == there


def test_a_recording_is_found_by_its_name_and_nothing_else_is() -> None:
    assert recording_of("spiral") == RECORDINGS / "spiral.wuhu"
    assert recording_of("nothing") is None
    assert recording_of("../recordings/spiral") is None


def _found(folder: ProjectFolder, **limits: Any) -> Iterator[str]:
    for one in detect_in(folder, thresholds=Thresholds(**limits)):
        yield one.kind.value


def test_the_spiral_is_found_and_when(opened: Opened) -> None:
    found = detect_in(opened("spiral"), thresholds=Thresholds())
    kinds = [one.kind for one in found]
    for kind in (K.PAGINATION_SPIRAL, K.TURN_KEY_REPETITION, K.ERROR_ECHO, K.SAME_RESULT):
        assert kind in kinds
    assert {one.turn for one in found} == {1}
    assert list(_found(opened("spiral"), pagination_reads=9, repeated_keys=6)) == [
        "error-echo",
        "same-result",
        "no-report",
    ]


K = DetectorKind


def test_the_lost_session_is_found_and_was_merged_in_the_end(opened: Opened) -> None:
    assert list(_found(opened("lost"))) == ["lost"]
    assert _states(opened("lost")) == {"discount": SessionState.MERGED}


@pytest.mark.parametrize("name", ["conflict", "demo"])
def test_the_detectors_leave_healthy_runs_alone(name: str, opened: Opened) -> None:
    assert list(_found(opened(name))) == []


def test_the_conflict_was_met_and_settled(opened: Opened) -> None:
    told = _records(opened("conflict"))
    ends = [one.event for one in told if isinstance(one.event, MergeEnded)]
    assert [end.outcome.value for end in ends] == ["merged", "conflict", "merged"]
    assert set(_states(opened("conflict")).values()) == {SessionState.MERGED}


def test_the_demo_ends_with_everything_merged(opened: Opened) -> None:
    assert _states(opened("demo")) == dict.fromkeys(
        ("passwords", "discount", "rounding", "search"), SessionState.MERGED
    )
    moves = [one.event for one in _records(opened("demo")) if isinstance(one.event, SessionMoved)]
    assert SessionState.CONFLICT in {move.after for move in moves}


def _states(folder: ProjectFolder) -> dict[str, SessionState]:
    board = fold_all(Board(), _records(folder))
    return {view.spec.title: view.state for view in board.sessions.values()}
