"""The merge queue on real repositories: its verbs, its order, and what makes it wait."""

from __future__ import annotations

import asyncio
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
from tests.core.repositories import MemoryPort, Project
from tests.sampling import sampled
from wuhu_tui.core.merge_lock import take_merge_lock
from wuhu_tui.core.queue import (
    drop_merge,
    hold_merge,
    pause_queue,
    place_merge,
    queue_merge,
    release_merge,
    resume_queue,
)
from wuhu_tui.core.queue_wait import end_of
from wuhu_tui.core.queue_work import work_queue
from wuhu_tui.core.reviews import give_verdict, open_review, refresh_review
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.model.errors import Conflict, NotPossible
from wuhu_tui.model.events import Event, Noted
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.merges import MergeOutcome, MergeStep
from wuhu_tui.model.project_events import (
    MergeChecked,
    MergeEnded,
    MergeStarted,
    MergeStepped,
)
from wuhu_tui.model.queue_events import (
    MergeDelayed,
    MergeDropped,
    MergeHeld,
    MergePlaced,
    MergeQueued,
    QueuePaused,
)
from wuhu_tui.model.queue_order import in_order
from wuhu_tui.model.queue_words import waiting_reason
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState

MERGED, REFUSED = MergeOutcome.MERGED, MergeOutcome.REFUSED
ROLLED_BACK = MergeOutcome.ROLLED_BACK

ONE_BY_ONE = MergeRules()


def calm(event: Event, moment: str) -> None:
    """Nothing happens in between."""


def landed(port: MemoryPort) -> list[str]:
    """Who landed, in that order."""
    return [event.session for event in port.told(MergeEnded) if event.outcome is MERGED]


async def approve(project: Project, name: str) -> None:
    """The lead approves what lies in review, and has it merged."""
    head = project.box.head(f"wuhu/{name}")
    view = project.port.view(name)
    await give_verdict(project.port, view, VerdictKind.APPROVED, head=head)
    await queue_merge(project.port, project.port.view(name))


def why(port: MemoryPort, name: str) -> str:
    entry = port.board.queue.entry(name)
    assert entry is not None
    return waiting_reason(port.board, entry)


async def test_they_land_one_by_one_in_the_order_of_approval(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, check("ls"), rules=ONE_BY_ONE)
    for name in (TWO, ONE, THREE):
        await queued(project, name)
    assert await work_queue(port)
    assert landed(port) == [TWO, ONE, THREE]
    assert in_line(port) == []
    assert f"{TWO}.txt" in merge_of(port, ONE).checks[0].output
    assert len(merge_of(port, ONE).done_at) == len(MergeStep)


async def test_queueing_again_changes_nothing_and_what_is_not_approved_is_refused(
    tmp_path: Path,
) -> None:
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    view = await queued(project, ONE)
    again = await queue_merge(port, view, by="somebody else")
    assert again.by == "lead"
    assert len(port.told(MergeQueued)) == 1
    reviewed = await project.reviewed({"two.txt": "x"}, TWO)
    with pytest.raises(NotPossible, match="nobody approved it"):
        await queue_merge(port, reviewed)
    await work_queue(port)
    with pytest.raises(Conflict, match="lead merged it already"):
        await queue_merge(port, port.view(ONE))


async def test_what_others_need_lands_first(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    view = await queued(project, ONE)
    await project.reviewed({f"{TWO}.txt": "x"}, TWO)
    project.needs(view, TWO)
    await work_queue(port)
    assert in_line(port) == [ONE]
    assert why(port, ONE) == "waits for Add a basket"
    await approve(project, TWO)
    await work_queue(port)
    assert landed(port) == [TWO, ONE]


@pytest.mark.long
async def test_a_branch_that_contains_another_goes_after_it(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    first = await project.session(ONE, f"wuhu/{ONE}")
    first.commit({"one.txt": "x"})
    second = await project.session(TWO, f"wuhu/{TWO}")
    second.git("merge", "--quiet", "--no-edit", f"wuhu/{ONE}")
    second.commit({"two.txt": "x"})
    for name in (TWO, ONE):
        project.reports(name)
        await open_review(port, port.view(name))
        await approve(project, name)
    assert in_line(port) == [TWO, ONE]
    assert [entry.session for entry in in_order(port.board)] == [ONE, TWO]
    await work_queue(port)
    assert landed(port) == [ONE, TWO]


async def test_what_was_reverted_and_waits_keeps_nobody_who_came_later(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    await queued(project, ONE)
    await work_queue(port)
    project.box.commit({"later.txt": "x"})
    await undo_merge(port, port.view(ONE))
    assert port.view(ONE).state is SessionState.APPROVED
    await queue_merge(port, port.view(ONE))
    await hold_merge(port, ONE)
    await queued(project, TWO)
    assert [entry.contains for entry in port.board.queue.entries] == [(), ()]
    await work_queue(port)
    assert landed(port)[-1] == TWO
    assert in_line(port) == [ONE]


async def test_hold_move_pause_and_their_ends(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    for name in (ONE, TWO, THREE):
        await queued(project, name)
    await hold_merge(port, ONE, note="wait for the release", by="lead")
    await hold_merge(port, ONE, note="wait for the release", by="lead")
    await place_merge(port, THREE, before=TWO, by="lead")
    await pause_queue(port, note="lunch")
    await work_queue(port)
    assert landed(port) == []
    assert why(port, THREE) == "the queue is paused by lead: lunch"
    await resume_queue(port)
    await work_queue(port)
    assert landed(port) == [THREE, TWO]
    assert why(port, ONE) == "held by lead: wait for the release"
    await release_merge(port, ONE)
    await work_queue(port)
    assert landed(port) == [THREE, TWO, ONE]
    assert [len(port.told(kind)) for kind in (MergeHeld, MergePlaced, QueuePaused)] == [1, 1, 1]


async def test_what_is_not_queued_cannot_be_held_moved_or_dropped(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    await queued(project, ONE)
    await drop_merge(port, ONE, reason="not now", by="chief")
    for refused in (
        hold_merge(port, ONE),
        release_merge(port, ONE),
        place_merge(port, ONE),
        drop_merge(port, ONE),
    ):
        with pytest.raises(NotPossible, match="not in the merge queue; chief took it out"):
            await refused
    await work_queue(port)
    assert port.told(MergeStarted) == []


async def test_an_entry_that_is_not_approved_any_more_leaves_by_itself(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    view = await queued(project, ONE)
    await queued(project, TWO)
    project.box.at(Path(view.spec.worktree)).commit({"late.txt": "x"})
    await refresh_review(port, port.view(ONE))
    await work_queue(port)
    dropped = port.told(MergeDropped)
    assert [(event.session, event.by) for event in dropped] == [(ONE, "core")]
    assert "is void: there are new commits" in dropped[0].reason
    assert landed(port) == [TWO]


@pytest.mark.parametrize(
    "when", sampled(["before it begins", "before it lands"], {"before it lands"})
)
async def test_a_dirty_base_makes_it_wait_until_it_is_clean(tmp_path: Path, when: str) -> None:
    project, port = await shop(tmp_path, check("true"), rules=ONE_BY_ONE)
    await queued(project, ONE)
    if when == "before it begins":
        project.box.write("readme.txt", "my work")
    else:
        port.trap = Once(project, MergeStepped)
    await work_queue(port)
    assert in_line(port) == [ONE]
    assert "uncommitted changes: readme.txt" in why(port, ONE)
    assert port.view(ONE).state is SessionState.APPROVED
    ran = len(port.told(MergeChecked))
    port.pass_time(10)
    await work_queue(port)
    assert len(port.told(MergeChecked)) == ran
    project.box.git("checkout", "--quiet", "readme.txt")
    port.pass_time(10)
    await work_queue(port)
    assert landed(port) == [ONE]


class Once:
    """The lead begins to write into base's checkout just before an event."""

    def __init__(self, project: Project, kind: type[Event], name: str = "readme.txt") -> None:
        self.project = project
        self.kind = kind
        self.name = name

    def __call__(self, event: Event, moment: str) -> None:
        if isinstance(event, self.kind):
            self.project.port.trap = calm
            self.project.box.write(self.name, "my work")


@pytest.mark.long
async def test_a_file_in_the_way_is_not_tried_again_and_again(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, check("true"), rules=ONE_BY_ONE)
    await queued(project, ONE, {"notes.txt": "theirs"})
    mine = project.box.write("notes.txt", "mine")
    await work_queue(port)
    assert "notes.txt" in why(port, ONE)
    assert len(port.told(MergeStarted)) == 1
    port.pass_time(20)
    await work_queue(port)
    assert len(port.told(MergeStarted)) == 1
    mine.unlink()
    port.pass_time(10)
    await work_queue(port)
    assert landed(port) == [ONE]
    assert port.told(MergeDelayed)[-1].reason == ""


@pytest.mark.long
async def test_a_delayed_entry_lets_others_pass(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, NO_BAD, rules=ONE_BY_ONE)
    await queued(project, ONE, {"notes.txt": "theirs"})
    await queued(project, TWO, {"bad.txt": "x"})
    await queued(project, THREE)
    project.box.write("notes.txt", "mine")
    await work_queue(port)
    assert landed(port) == [THREE]
    assert merge_of(port, TWO).outcome is REFUSED
    assert in_line(port) == [ONE]


async def test_one_that_is_dropped_while_its_checks_run_does_not_land(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, check("sleep 30"), rules=ONE_BY_ONE)
    await queued(project, ONE)
    tip = project.box.head("main")

    async def drop() -> None:
        while not port.told(MergeChecked):
            await asyncio.sleep(0.01)
        with pytest.raises(Conflict, match="its merge runs already"):
            await hold_merge(port, ONE)
        await drop_merge(port, ONE, reason="it hangs", by="lead")

    async with asyncio.timeout(15):
        await asyncio.gather(work_queue(port), drop())
    merge = merge_of(port, ONE)
    assert (merge.outcome, merge.detail) == (REFUSED, "lead took it out of the queue: it hangs")
    assert project.box.head("main") == tip
    assert list(port.folder.scratch.iterdir()) == []


@pytest.mark.long
async def test_one_that_is_proven_cannot_be_dropped_any_more(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    await queued(project, ONE)
    refused: list[Exception] = []

    async def drop() -> None:
        try:
            await drop_merge(port, ONE)
        except Conflict as error:
            refused.append(error)

    tasks = []

    def late(event: Event, moment: str) -> None:
        if (
            isinstance(event, MergeStepped)
            and event.step is MergeStep.PREFLIGHT
            and moment == "after"
        ):
            tasks.append(asyncio.ensure_future(drop()))

    port.trap = late
    await work_queue(port)
    await asyncio.gather(*tasks)
    assert "it is proven and lands just now" in str(refused[0])
    assert landed(port) == [ONE]


async def test_dropping_between_the_checks_and_landing_is_exact(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, check("true"), rules=ONE_BY_ONE)
    await queued(project, ONE)
    tip = project.box.head("main")

    def meanwhile() -> None:
        view = port.view(ONE)
        if view.merge and view.merge.checks:
            port.meanwhile = lambda: None
            port.write("", MergeDropped(session=ONE, by="lead"))

    port.meanwhile = meanwhile
    await work_queue(port)
    assert merge_of(port, ONE).outcome is REFUSED
    assert project.box.head("main") == tip


async def test_only_one_works_it_at_a_time(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    await queued(project, ONE)
    lock = await take_merge_lock(port, 0)
    assert lock is not None
    try:
        assert not await work_queue(port)
    finally:
        lock.release()
    done = await asyncio.gather(work_queue(port), work_queue(port))
    assert any(done)
    assert landed(port) == [ONE]


async def test_the_end_that_whoever_waits_hears(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    await queued(project, ONE)
    await queued(project, TWO)
    one, two = port.board.queue.entries
    assert end_of(port.board, one) is None
    await drop_merge(port, TWO, reason="not yet", by="chief")
    with pytest.raises(Conflict, match="chief took it out of the merge queue: not yet"):
        end_of(port.board, two)
    await work_queue(port)
    assert end_of(port.board, one) == merge_of(port, ONE)


# after it has landed

AFTER = MergeRules(after=("smoke",))


async def test_base_is_checked_once_it_has_moved(tmp_path: Path) -> None:
    smoke = check("git log -1 --format=%s", "smoke")
    project, port = await shop(tmp_path, check("true"), smoke, rules=AFTER)
    await queued(project, ONE)
    await work_queue(port)
    assert merge_of(port, ONE).outcome is MERGED
    ran = [event.check.name for event in port.told(MergeChecked)]
    assert ran == ["tests"] * 2 + ["smoke"] * 4


def red_after(tmp_path: Path) -> str:
    """Green before base moves, red on base itself: it sees which branch it is on."""
    return f"test ! -f {tmp_path}/armed || {{ echo base is broken; exit 1; }}"


class Arm:
    """Makes the check red once base has moved; then does something else once."""

    def __init__(self, tmp_path: Path, port: MemoryPort, then: object = None) -> None:
        self.marker = tmp_path / "armed"
        self.port = port
        self.then = then

    def __call__(self, event: Event, moment: str) -> None:
        stepped = isinstance(event, MergeStepped) and event.step is MergeStep.VERIFY
        if stepped and moment == "after":
            self.marker.touch()
            self.port.trap = calm
            if callable(self.then):
                self.then()


async def test_a_red_base_is_rolled_back_and_the_entry_held(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, check(red_after(tmp_path), "smoke"), rules=AFTER)
    await queued(project, ONE)
    tip = project.box.head("main")
    port.trap = Arm(tmp_path, port)
    await work_queue(port)
    merge = merge_of(port, ONE)
    assert merge.outcome is ROLLED_BACK
    assert project.box.head("main") == tip
    assert project.box.git("status", "--porcelain") == ""
    assert "check smoke is red on main once it had landed\nbase is broken" in merge.detail
    entry = port.board.queue.entry(ONE)
    assert entry is not None
    assert entry.held_by == "core"
    assert "check smoke is red on main" in entry.held_note
    assert port.view(ONE).state is SessionState.APPROVED
    assert Path(port.view(ONE).spec.worktree).exists()
    assert end_of(port.board, entry) == merge
    (tmp_path / "armed").unlink()
    await release_merge(port, ONE)
    await work_queue(port)
    assert merge_of(port, ONE).outcome is MERGED
    assert in_base(project, f"{ONE}.txt")
    assert list(port.folder.scratch.iterdir()) == []


@pytest.mark.long
async def test_what_landed_since_stays_when_a_red_base_is_reverted(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, check(red_after(tmp_path), "smoke"), rules=AFTER)
    await queued(project, ONE)
    port.trap = Arm(tmp_path, port, lambda: project.box.commit({"later.txt": "x"}, "Later"))
    await work_queue(port)
    merge = merge_of(port, ONE)
    assert merge.outcome is ROLLED_BACK
    assert in_base(project, "later.txt")
    assert not in_base(project, f"{ONE}.txt")
    subjects = project.box.git("log", "--first-parent", "--format=%s", "-2", "main")
    assert subjects.splitlines() == [f"Undo the merge of {ONE}", "Later"]
    (tmp_path / "armed").unlink()
    await release_merge(port, ONE)
    await work_queue(port)
    assert merge_of(port, ONE).outcome is MERGED
    assert in_base(project, f"{ONE}.txt")


async def test_a_revert_that_conflicts_is_told_and_the_merge_stays(tmp_path: Path) -> None:
    project, port = await shop(tmp_path, check(red_after(tmp_path), "smoke"), rules=AFTER)
    await queued(project, ONE, {"readme.txt": "theirs\n"})
    port.trap = Arm(tmp_path, port, lambda: project.box.commit({"readme.txt": "more\n"}, "Later"))
    await work_queue(port)
    assert merge_of(port, ONE).outcome is MERGED
    told = port.told(Noted)
    assert [note.level for note in told] == ["error"]
    assert told[0].text.startswith("main is red and was not rolled back")
    await undoable(port)


async def undoable(port: MemoryPort) -> None:
    with pytest.raises(Conflict, match="changed the same places"):
        await undo_merge(port, port.view(ONE))


@pytest.mark.long
async def test_a_red_base_takes_the_whole_batch_back(tmp_path: Path) -> None:
    rules = MergeRules(together=BATCH.together, after=("smoke",))
    project, port = await shop(tmp_path, check(red_after(tmp_path), "smoke"), rules=rules)
    tip = project.box.head("main")
    for name in (ONE, TWO, THREE):
        await queued(project, name)
    port.trap = Arm(tmp_path, port, lambda: project.box.commit({"later.txt": "x"}, "Later"))
    await work_queue(port)
    assert {merge_of(port, name).outcome for name in (ONE, TWO, THREE)} == {ROLLED_BACK}
    assert in_line(port) == [ONE, TWO, THREE]
    assert {entry.held_by for entry in port.board.queue.entries} == {"core"}
    names = project.box.git("ls-tree", "--name-only", "main").splitlines()
    assert sorted(names) == ["later.txt", "readme.txt"]
    assert project.box.git("merge-base", "main", tip) == tip
    (tmp_path / "armed").unlink()
    await release_merge(port, TWO)
    await work_queue(port)
    names = project.box.git("ls-tree", "--name-only", "main").splitlines()
    assert sorted(names) == ["later.txt", "readme.txt", f"{TWO}.txt"]
