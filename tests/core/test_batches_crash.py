"""A batch whose process dies at any event of it: nothing unproven lands, nothing is lost."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from tests.core.queue_steps import (
    BATCH,
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
from tests.core.repositories import Crash, MemoryPort, Project
from tests.sampling import crossed
from wuhu_tui.core.queue import release_merge
from wuhu_tui.core.queue_work import work_queue
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.merges import MergeOutcome, MergeStep
from wuhu_tui.model.project_events import LetterPosted, MergeEnded, MergeStepped
from wuhu_tui.model.states import SessionState

MERGED, REFUSED = MergeOutcome.MERGED, MergeOutcome.REFUSED
ROLLED_BACK = MergeOutcome.ROLLED_BACK

EVENTS = 70
"""More than a batch of three with a culprit writes."""


class DieAt:
    """Dies around one append; counts them."""

    def __init__(self, number: int, moment: str) -> None:
        self.left = number
        self.moment = moment

    def __call__(self, event: Event, moment: str) -> None:
        if moment == self.moment:
            self.left -= 1
            if self.left == 0:
                raise Crash


def calm(event: Event, moment: str) -> None:
    """Nobody dies."""


async def lives_on(port: MemoryPort) -> None:
    """Another life works the queue to its end."""
    port.trap = calm
    for _ in range(4):
        port.pass_time(20)
        await work_queue(port)


@pytest.mark.parametrize(
    ("number", "moment"),
    crossed(range(1, EVENTS), ["before", "after"], always={(12, "after")}),
)
async def test_a_crash_at_any_event(tmp_path: Path, number: int, moment: str) -> None:
    project, port = await shop(tmp_path, NO_BAD)
    for name in (ONE, TWO, THREE):
        await queued(project, name, {"bad.txt": "x"} if name == TWO else None)
    port.trap = DieAt(number, moment)
    try:
        await work_queue(port)
    except Crash:
        assert_proven(project, port)
    await lives_on(port)
    outcomes = {name: merge_of(port, name).outcome for name in (ONE, TWO, THREE)}
    assert outcomes == {ONE: MERGED, TWO: REFUSED, THREE: MERGED}
    assert port.view(TWO).state is SessionState.APPROVED
    landed = [event.session for event in port.told(MergeEnded) if event.outcome is MERGED]
    assert sorted(landed) == [ONE, THREE]
    assert {event.letter.recipient for event in port.told(LetterPosted)} == {TWO}
    assert_over(project, port)


def assert_proven(project: Project, port: MemoryPort) -> None:
    """Base stands where it began or at a stack that was checked as it is."""
    begun = project.box.git("rev-list", "--max-parents=0", "main")
    tops = {event.stack_tip for event in port.told(MergeStepped) if event.stack_tip}
    assert project.box.head("main") in tops | {begun}
    assert not in_base(project, "bad.txt")
    assert project.box.git("status", "--porcelain") == ""


def assert_over(project: Project, port: MemoryPort) -> None:
    assert in_line(port) == []
    assert_proven(project, port)
    assert in_base(project, f"{ONE}.txt")
    assert in_base(project, f"{THREE}.txt")
    assert list(port.folder.scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "moment", "later"),
    crossed(
        range(1, 26),
        ["before", "after"],
        [True, False],
        always={(10, "before", True)},
    ),
)
async def test_a_crash_while_a_red_base_is_taken_back(
    tmp_path: Path, number: int, moment: str, later: bool
) -> None:
    red = f"test ! -f {tmp_path}/armed"
    rules = MergeRules(together=BATCH.together, after=("smoke",))
    project, port = await shop(tmp_path, check(red, "smoke"), rules=rules)
    tip = project.box.head("main")
    for name in (ONE, TWO):
        await queued(project, name)

    def arm(event: Event, moment_now: str) -> None:
        stepped = isinstance(event, MergeStepped) and event.step is MergeStep.VERIFY
        if stepped and moment_now == "after":
            (tmp_path / "armed").touch()
            if later:
                project.box.commit({"later.txt": "x"})
            port.trap = DieAt(number, moment)

    port.trap = arm
    with suppress(Crash):
        await work_queue(port)
    await lives_on(port)
    assert {merge_of(port, name).outcome for name in (ONE, TWO)} == {ROLLED_BACK}
    assert {entry.held_by for entry in port.board.queue.entries} == {"core"}
    assert in_line(port) == [ONE, TWO]
    there = ["later.txt", "readme.txt"] if later else ["readme.txt"]
    assert sorted(project.box.git("ls-tree", "--name-only", "main").split()) == there
    assert later or project.box.head("main") == tip
    assert project.box.git("status", "--porcelain") == ""
    (tmp_path / "armed").unlink()
    await release_merge(port, TWO)
    await lives_on(port)
    assert merge_of(port, TWO).outcome is MERGED
    assert sorted(project.box.git("ls-tree", "--name-only", "main").split()) == sorted(
        [*there, f"{TWO}.txt"]
    )


async def test_a_culprit_above_what_was_taken_back_is_not_of_it(tmp_path: Path) -> None:
    on_base = 'test "$(git rev-parse HEAD)" = "$(git rev-parse main)"'
    smoke = check(f"! {{ test -f left.txt && {on_base}; }}", "smoke")
    apart = check("! { test -f left.txt && test -f right.txt; }")
    rules = MergeRules(together=BATCH.together, after=("smoke",))
    project, port = await shop(tmp_path, apart, smoke, rules=rules)
    for name, file in ((ONE, "left.txt"), (TWO, "two.txt"), (THREE, "right.txt")):
        await queued(project, name, {file: "x"})

    def dies(event: Event, moment: str) -> None:
        if isinstance(event, MergeEnded) and event.outcome is ROLLED_BACK:
            raise Crash

    port.trap = dies
    with suppress(Crash):
        await work_queue(port)
    await lives_on(port)
    outcomes = {name: merge_of(port, name).outcome for name in (ONE, TWO, THREE)}
    assert outcomes == {ONE: ROLLED_BACK, TWO: ROLLED_BACK, THREE: MERGED}
    assert in_line(port) == [ONE, TWO]
    there = project.box.git("ls-tree", "--name-only", "main").split()
    assert there == ["readme.txt", "right.txt"]
