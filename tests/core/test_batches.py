"""Batches on real repositories: stacked, proven once, bisected, and never landed unproven."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.queue_steps import (
    FOUR,
    NO_BAD,
    ONE,
    THREE,
    TWO,
    check,
    in_base,
    in_line,
    merge_of,
    queued,
    shop,
)
from tests.sampling import sampled
from wuhu_tui.core.queue_work import work_queue
from wuhu_tui.model.events import Noted
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.project_events import LetterPosted, MergeChecked, MergeEnded
from wuhu_tui.model.reviews import CheckState
from wuhu_tui.model.states import SessionState

MERGED, CONFLICT, REFUSED = MergeOutcome.MERGED, MergeOutcome.CONFLICT, MergeOutcome.REFUSED


async def test_three_are_checked_once_and_land_together(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, check("ls *.txt | wc -l"))
    tip = project.box.head("main")
    for name in (ONE, TWO, THREE):
        await queued(project, name)
    await work_queue(port)
    one, two, three = (merge_of(port, name) for name in (ONE, TWO, THREE))
    assert [merge.outcome for merge in (one, two, three)] == [MERGED] * 3
    assert (one.base_tip, two.base_tip, three.base_tip) == (tip, one.result, two.result)
    assert {merge.stack_base for merge in (one, two, three)} == {tip}
    assert {merge.stack_tip for merge in (one, two, three)} == {three.result}
    assert len({merge.batch for merge in (one, two, three)} - {""}) == 1
    assert project.box.head("main") == three.result
    assert [found.output.strip() for found in three.checks] == ["4"]
    ended = [e for e in port.told(MergeChecked) if e.check.state is CheckState.PASSED]
    assert len(ended) == 3
    moves = project.box.git("reflog", "show", "--format=%H", "main").splitlines()
    assert moves[:2] == [three.result, tip]
    assert in_line(port) == []
    assert {port.view(name).state for name in (ONE, TWO, THREE)} == {SessionState.MERGED}
    assert project.box.git("status", "--porcelain") == ""
    assert list(port.folder.scratch.iterdir()) == []
    assert {output[0] for output in port.outputs} == {ONE, TWO, THREE}


@pytest.mark.parametrize("place", sampled([0, 1, 3], {1}))
async def test_a_culprit_goes_back_and_the_rest_land(tmp_path: Path, place: int) -> None:
    project, port = await shop(tmp_path, NO_BAD)
    names = [ONE, TWO, THREE, FOUR]
    for at, name in enumerate(names):
        await queued(project, name, {"bad.txt": "x"} if at == place else None)
    await work_queue(port)
    culprit = names[place]
    for name in names:
        assert merge_of(port, name).outcome is (REFUSED if name == culprit else MERGED), name
        states = {found.state for found in merge_of(port, name).checks}
        assert states == ({CheckState.FAILED} if name == culprit else {CheckState.PASSED})
    assert not in_base(project, "bad.txt")
    detail = merge_of(port, culprit).detail
    assert detail.startswith("check tests is red with it on main")
    assert "and not without it\nfound bad\nbad.txt" in detail
    letter = port.told(LetterPosted)[-1].letter
    assert (letter.recipient, letter.sender) == (culprit, "core")
    assert detail in letter.text
    assert port.view(culprit).state is SessionState.APPROVED
    assert in_line(port) == []
    assert list(port.folder.scratch.iterdir()) == []


@pytest.mark.long
async def test_two_that_are_red_only_together(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, check("test $(ls *.half 2>/dev/null | wc -l) -lt 2"))
    for name in (ONE, TWO, THREE, FOUR):
        await queued(project, name, {f"{name}.half": "x"} if name in (ONE, THREE) else None)
    await work_queue(port)
    outcomes = {name: merge_of(port, name).outcome for name in (ONE, TWO, THREE, FOUR)}
    assert outcomes == {ONE: MERGED, TWO: MERGED, THREE: REFUSED, FOUR: MERGED}
    assert f"on main with {ONE}, {TWO}" in merge_of(port, THREE).detail


async def test_a_base_that_is_red_itself_blames_nobody(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, NO_BAD)
    project.box.commit({"bad.txt": "x"})
    tip = project.box.head("main")
    for name in (ONE, TWO):
        await queued(project, name)
    await work_queue(port)
    assert project.box.head("main") == tip
    assert in_line(port) == [ONE, TWO]
    delay = port.board.queue.entries[0].delay
    assert delay == f"check tests is red on main at {tip[:12]} itself"
    assert port.told(LetterPosted) == []
    assert [note.text for note in port.told(Noted)] == [f"the merge queue waits: {delay}"]
    ran = len(port.told(MergeChecked))
    await work_queue(port)
    assert len(port.told(MergeChecked)) == ran
    project.box.git("rm", "--quiet", "bad.txt")
    project.box.commit()
    port.pass_time(10)
    await work_queue(port)
    assert {merge_of(port, name).outcome for name in (ONE, TWO)} == {MERGED}


@pytest.mark.long
async def test_one_that_conflicts_with_base_leaves_the_stack(tmp_path: Path) -> None:
    project, port = await shop(tmp_path)
    await queued(project, ONE)
    await queued(project, TWO, {"readme.txt": "theirs\n"})
    await queued(project, THREE)
    project.box.commit({"readme.txt": "mine\n"})
    await work_queue(port)
    outcomes = [merge_of(port, name).outcome for name in (ONE, TWO, THREE)]
    assert outcomes == [MERGED, CONFLICT, MERGED]
    assert merge_of(port, TWO).files == ("readme.txt",)
    assert port.view(TWO).state is SessionState.CONFLICT


@pytest.mark.long
async def test_one_that_conflicts_with_another_is_judged_once_that_has_landed(
    tmp_path: Path,
) -> None:
    project, port = await shop(tmp_path)
    await queued(project, ONE, {"readme.txt": "one\n"})
    await queued(project, TWO, {"readme.txt": "two\n"})
    await queued(project, THREE)
    await work_queue(port)
    port.pass_time(10)
    await work_queue(port)
    assert [merge_of(port, name).outcome for name in (ONE, THREE)] == [MERGED, MERGED]
    first, last = (event for event in port.told(MergeEnded) if event.session == TWO)
    assert first.stays
    assert first.detail == f"conflicts with the batch before it ({ONE}): readme.txt; it comes next"
    assert (last.outcome, last.stays, last.files) == (CONFLICT, False, ("readme.txt",))
    assert in_line(port) == []


@pytest.mark.long
async def test_a_check_that_cannot_be_trusted(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    once = f"test -f {marker} || {{ touch {marker}; exit 1; }}"
    project, port = await shop(tmp_path, check(once))
    for name in (ONE, TWO):
        await queued(project, name)
    await work_queue(port)
    assert {merge_of(port, name).outcome for name in (ONE, TWO)} == {MERGED}
    assert [note.level for note in port.told(Noted)] == ["warning"]
    assert "was red and then green on the same commit" in port.told(Noted)[0].text


async def test_an_approval_that_falls_just_before_landing(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, check("true"))
    views = [await queued(project, name) for name in (ONE, TWO, THREE)]

    def late(event: object, moment: str) -> None:
        green = isinstance(event, MergeChecked) and event.check.state is CheckState.PASSED
        if green and moment == "after":
            port.trap = lambda event, moment: None
            project.box.at(Path(views[1].spec.worktree)).commit({"late.txt": "x"})

    port.trap = late
    await work_queue(port)
    outcomes = [merge_of(port, name).outcome for name in (ONE, TWO, THREE)]
    assert outcomes == [MERGED, REFUSED, MERGED]
    assert not in_base(project, "late.txt")
    assert not in_base(project, f"{TWO}.txt")
    three = merge_of(port, THREE)
    assert three.base_tip == merge_of(port, ONE).result
    assert len(port.told(MergeEnded)) == 3


@pytest.mark.long
async def test_base_that_moves_while_a_batch_is_checked(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, check("ls"))
    for name in (ONE, TWO):
        await queued(project, name)

    def move(event: object, moment: str) -> None:
        if isinstance(event, MergeChecked) and event.check.state is CheckState.PASSED:
            port.trap = lambda event, moment: None
            project.box.commit({"other.txt": "x"}, "Somebody else's")

    port.trap = move
    await work_queue(port)
    assert [merge_of(port, name).outcome for name in (ONE, TWO)] == [MERGED, MERGED]
    assert project.box.git("log", "-1", "--format=%s", f"{merge_of(port, ONE).result}^1") == (
        "Somebody else's"
    )
    assert "other.txt" in merge_of(port, TWO).checks[0].output


@pytest.mark.long
async def test_a_member_that_needs_a_culprit_waits(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, NO_BAD)
    await queued(project, ONE, {"bad.txt": "x"})
    view = await queued(project, TWO)
    project.needs(view, ONE)
    await queued(project, THREE)
    await work_queue(port)
    outcomes = [merge_of(port, name).outcome for name in (ONE, TWO, THREE)]
    assert outcomes == [REFUSED, REFUSED, MERGED]
    assert in_line(port) == [TWO]
    assert not in_base(project, f"{TWO}.txt")
