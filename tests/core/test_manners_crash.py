"""Every manner dies at every moment, with -9 as well: the work lands exactly once, whole."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from tests.core.merging_alone import run_merge
from tests.core.merging_child import FilePort
from tests.core.repositories import NAME_OF_FIRST as NAME
from tests.core.repositories import Crash, MemoryPort, Project
from tests.core.test_manners import REBASE, SQUASH, approved, made, writes
from tests.core.test_merges_crash import CLEAN_EVENTS, UNDO_EVENTS, DieAt, calm
from tests.core.test_merges_killed import FIRST, KILLS, LONGEST, PEACE, life, prepared
from tests.core.test_settling import begun, in_conflict
from tests.sampling import sampled
from wuhu_tui.core.merges import resume_merges
from wuhu_tui.core.settling import settle_conflict
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.merges import MergeManner, MergeOutcome
from wuhu_tui.model.settling_events import ConflictSettled
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.repository import open_repository

pytestmark = pytest.mark.crash

Moment = tuple[MergeManner, int, str]

MOMENTS = list(itertools.product([SQUASH, REBASE], range(2, CLEAN_EVENTS + 1), ["before", "after"]))
ALWAYS = {(REBASE, 6, "before")}


def assert_landed_once(project: Project, port: MemoryPort, tip: str, commits: int) -> None:
    view = port.view(NAME)
    assert view.merge is not None
    assert (view.merge.outcome, view.state) == (MergeOutcome.MERGED, SessionState.MERGED)
    assert project.box.head("main") == view.merge.result
    assert project.box.git("rev-list", "--count", f"{tip}..main") == str(commits)
    assert project.box.git("rev-list", "--merges", f"{tip}..main") == ""
    assert project.box.git("status", "--porcelain") == ""
    assert list(port.folder.scratch.iterdir()) == []


@pytest.mark.parametrize("case", sampled(MOMENTS, ALWAYS))
async def test_a_crash_at_any_event(tmp_path: Path, case: Moment) -> None:
    manner, number, moment = case
    project = await made(tmp_path, manner)
    port = project.port
    view = await approved(project, writes(a_txt="a\n"), writes(b_txt="b\n"))
    tip = project.box.commit({"other.txt": "x"})
    port.trap = DieAt(number, moment)
    try:
        await run_merge(port, view)
    except Crash:
        port.trap = calm
        await resume_merges(port)
    port.trap = calm
    assert_landed_once(project, port, tip, 1 if manner is SQUASH else 2)


UNDOS = list(itertools.product([SQUASH, REBASE], range(2, UNDO_EVENTS + 1), ["before", "after"]))


@pytest.mark.parametrize("case", sampled(UNDOS, ()))
async def test_an_undo_that_crashes(tmp_path: Path, case: Moment) -> None:
    manner, number, moment = case
    project = await made(tmp_path, manner)
    port = project.port
    view = await approved(project, writes(a_txt="a\n"), writes(b_txt="b\n"))
    await run_merge(port, view)
    project.box.commit({"later.txt": "x"})
    port.trap = DieAt(number, moment)
    with pytest.raises(Crash):
        await undo_merge(port, port.view(NAME))
    port.trap = calm
    await resume_merges(port)
    after = port.view(NAME)
    assert after.merge is not None
    assert (after.merge.outcome, after.state) == (MergeOutcome.UNDONE, SessionState.APPROVED)
    assert project.box.git("ls-files").split() == ["later.txt", "readme.txt"]
    reverts = project.box.git("log", "--format=%s", "main").count("Undo the merge")
    assert reverts == (1 if manner is SQUASH else 2)


SEEDS = list(itertools.product(["squash", "rebase"], range(3)))


@pytest.mark.parametrize("case", sampled(SEEDS, ()))
async def test_it_lands_exactly_once_however_it_is_killed(
    tmp_path: Path, case: tuple[str, int]
) -> None:
    manner, seed = case
    project, tip, _ = await prepared(tmp_path / "shop")
    project.box.commit({"meanwhile.txt": "x"})
    tip = project.box.head("main")
    chance = random.Random(seed)
    kills, seconds = 0, chance.uniform(0, FIRST)
    while not await life(project.box.path, seconds, manner):
        kills += 1
        seconds = chance.uniform(0, LONGEST) if kills < KILLS else PEACE
        now, *parents = project.box.git("rev-list", "--parents", "-1", "main").split()
        assert now == tip or parents == [tip]
    assert kills >= 1
    port = FilePort(await open_repository(project.box.path))
    assert_landed_once(project, port, tip, 1)


@pytest.mark.parametrize("moment", sampled(["before", "after"], {"after"}))
async def test_settling_that_dies_is_gone_on_with(tmp_path: Path, moment: str) -> None:
    project = await made(tmp_path)
    port = project.port
    await in_conflict(project)
    port.trap = DieAt(1, moment)
    with pytest.raises(Crash):
        await begun(port)
    port.trap = calm
    place = await begun(port)
    place.write("readme.txt", "one\nboth\nthree\n")
    port.trap = DieAt(1, moment)
    with pytest.raises(Crash):
        await settle_conflict(port, port.view(NAME))
    port.trap = calm
    if moment == "before":
        await settle_conflict(port, port.view(NAME))
    assert len(port.told(ConflictSettled)) == 1


@pytest.mark.long
async def test_a_merge_with_a_resolution_dies_and_goes_on(tmp_path: Path) -> None:
    project = await made(tmp_path)
    port = project.port
    port.merge_rules = MergeRules(remember=False)
    await in_conflict(project)
    place = await begun(port)
    place.write("readme.txt", "one\nboth\nthree\n")
    await settle_conflict(port, port.view(NAME))
    project.box.git("gc", "--quiet", "--prune=now")
    port.trap = DieAt(3, "before")
    with pytest.raises(Crash):
        await run_merge(port, port.view(NAME))
    port.trap = calm
    await resume_merges(port)
    merge = port.view(NAME).merge
    assert merge is not None
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.git("show", "main:readme.txt") == "one\nboth\nthree"
