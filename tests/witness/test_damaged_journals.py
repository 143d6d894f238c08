"""Journals that were cut anywhere, doubled or lost: the replay opens, and shows what is left."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stories.samples import RECORDINGS
from wuhu_tui.core.recordings.unpacking import unpack
from wuhu_tui.core.replay.reel import Reel
from wuhu_tui.core.witness_proof import each_once
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.board import Board
from wuhu_tui.model.board_hash import hash_of
from wuhu_tui.model.detectors.panel import detect
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.records import Record
from wuhu_tui.model.sessions import SessionSpec

PATIENCE = 20.0


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> ProjectFolder:
    """A bundled recording, unpacked."""
    place = tmp_path_factory.mktemp("whole") / "root"
    return ProjectFolder(unpack(RECORDINGS / "conflict.wuhu", into=place).root)


def _journals(folder: ProjectFolder) -> list[Path]:
    return [folder.journal, *sorted(folder.sessions.glob("*/events.jsonl"))]


def _damage(content: bytes, data: st.DataObject) -> bytes | None:
    """None: the journal is missing."""
    what = data.draw(
        st.sampled_from(("cut", "doubled", "torn within", "missing", "whole", "swapped"))
    )
    at = data.draw(st.integers(0, len(content)))
    lines = content.splitlines(keepends=True)
    place = data.draw(st.integers(1, max(1, len(lines) - 2)))
    match what:
        case "cut":
            return content[:at]
        case "doubled":
            return b"".join([*lines[:place], *lines[max(1, place - 5) : place], *lines[place:]])
        case "torn within":
            return content[:at] + content[at + 20 :]
        case "swapped":
            lines[place : place + 2] = reversed(lines[place : place + 2])
            return b"".join(lines)
        case "missing":
            return None
        case _:
            return content


def _left(folder: ProjectFolder) -> list[Record]:
    """What a reader can read, journal by journal."""
    names = [("", folder.journal), *((p.parent.name, p) for p in _journals(folder)[1:])]
    return [one for name, path in names for one in each_once(read_from(path, name).records)]


async def _last_board(folder: ProjectFolder) -> tuple[Board, int]:
    reel = await Reel.open(folder)
    try:
        async with asyncio.timeout(PATIENCE):
            await reel.complete()
        still = await reel.still(reel.last.index)
        middle = await reel.still(reel.last.index // 2)
        assert middle.moment.at <= still.moment.at
        return still.board, reel.last.index
    finally:
        await reel.aclose()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_damage_leaves_a_replay_of_what_is_left(
    whole: ProjectFolder, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = ProjectFolder(tmp_path_factory.mktemp("damaged") / "root")
    shutil.copytree(whole.path, folder.path)
    for journal in _journals(folder):
        left = _damage(journal.read_bytes(), data)
        if left is None:
            journal.unlink()
        else:
            journal.write_bytes(left)
    records = _left(folder)
    board, count = asyncio.run(_last_board(folder))
    assert count == len(records)
    replayed, expected = hash_of(board), hash_of(fold_all(Board(), records))
    assert replayed.digests == expected.digests
    for name in {record.session for record in records} - {""}:
        spec = SessionSpec(id=name, project="")
        detect(spec, [one for one in records if one.session == name])
