"""Merges and undos that die at every possible moment: they land exactly once, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.merging_alone import run_merge
from tests.core.repositories import Crash, MemoryPort, Project, make_project
from tests.sampling import crossed, sampled
from wuhu_tui.core import merge_steps, merges
from wuhu_tui.core.merges import resume_merges
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.journal.lock import is_held
from wuhu_tui.model.events import Event, Noted
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.project_events import MergeEnded, SessionMoved
from wuhu_tui.model.states import SessionState

NAME = "shop-impl-01"
CHECK = ProjectCheck(name="tests", command="true")

CLEAN_EVENTS = 13
"""How many events a merge writes that goes well: see `test_the_number_of_moments`."""

UNDO_EVENTS = 3

pytestmark = pytest.mark.crash


class DieAt:
    """A trap that ends the process before or after its n-th append, once."""

    def __init__(self, number: int, moment: str) -> None:
        self.left = number
        self.moment = moment

    def __call__(self, event: Event, moment: str) -> None:
        if moment != self.moment:
            return
        self.left -= 1
        if self.left == 0:
            raise Crash


def calm(event: Event, moment: str) -> None:
    """No trap."""


def merges_on_base(project: Project) -> list[str]:
    return project.box.git("rev-list", "--merges", "--first-parent", "main").split()


def assert_old_or_merged(project: Project, tip: str, head: str) -> None:
    """Base is the old tip, or one merge of exactly the approved commit onto it."""
    now, *parents = project.box.git("rev-list", "--parents", "-1", "main").split()
    assert now == tip or parents == [tip, head]
    assert project.box.git("status", "--porcelain") == ""


def assert_merged_once(project: Project, port: MemoryPort, tip: str, head: str) -> None:
    view = port.view(NAME)
    assert view.merge is not None
    assert view.merge.outcome is MergeOutcome.MERGED
    assert view.state is SessionState.MERGED
    assert merges_on_base(project) == [view.merge.result]
    parents = project.box.git("rev-list", "--parents", "-1", "main").split()[1:]
    assert parents == [tip, head]
    assert len(port.told(MergeEnded)) == 1
    assert project.box.git("status", "--porcelain") == ""
    assert not Path(view.spec.worktree).exists()
    assert project.box.git("branch", "--list", "wuhu/*") == ""
    assert list(port.folder.scratch.iterdir()) == []
    assert not is_held(port.folder.path / "merge.lock")


async def test_the_number_of_moments(tmp_path: Path) -> None:
    project = await make_project(tmp_path / "shop", [CHECK])
    view = await project.approved()
    before = len(project.port.records)
    await run_merge(project.port, view)
    assert len(project.port.records) - before == CLEAN_EVENTS
    before = len(project.port.records)
    await undo_merge(project.port, project.port.view(NAME))
    assert len(project.port.records) - before == UNDO_EVENTS


@pytest.mark.parametrize(
    ("number", "moment", "checked_out"),
    crossed(
        range(1, CLEAN_EVENTS + 1),
        ["before", "after"],
        [True, False],
        always={
            *((number, "before", True) for number in (1, 3, 5, 6, 7, CLEAN_EVENTS)),
            *((number, "after", False) for number in (2, 4, 6, CLEAN_EVENTS)),
        },
    ),
)
async def test_a_crash_at_any_event(
    tmp_path: Path, number: int, moment: str, checked_out: bool
) -> None:
    project = await make_project(tmp_path / "shop", [CHECK])
    port = project.port
    view = await project.approved()
    if not checked_out:
        project.box.git("checkout", "--quiet", "-b", "elsewhere")
    tip, head = project.box.head("main"), project.box.head(view.spec.branch)
    port.trap = DieAt(number, moment)
    with pytest.raises(Crash):
        await run_merge(port, view)
    assert_old_or_merged(project, tip, head)
    port.trap = calm
    if (number, moment) == (1, "before"):
        assert await resume_merges(port) == ()
        await run_merge(port, port.view(NAME))
    else:
        await resume_merges(port)
    assert_merged_once(project, port, tip, head)
    assert await resume_merges(port) == ()
    assert_merged_once(project, port, tip, head)


async def test_one_crash_after_the_other(tmp_path: Path) -> None:
    project = await make_project(tmp_path / "shop", [CHECK])
    port = project.port
    view = await project.approved()
    tip, head = project.box.head("main"), project.box.head(view.spec.branch)
    port.trap = DieAt(4, "after")
    with pytest.raises(Crash):
        await run_merge(port, view)
    lives = 1
    while await dies(port, 4):
        assert_old_or_merged(project, tip, head)
        lives += 1
        assert lives < CLEAN_EVENTS
    assert lives > 2
    assert_merged_once(project, port, tip, head)


async def dies(port: MemoryPort, number: int) -> bool:
    """Whether a life that resumes, and dies after so many events, does die."""
    port.trap = DieAt(number, "after")
    try:
        await resume_merges(port)
    except Crash:
        return True
    return False


@pytest.mark.parametrize(
    ("effect", "when"),
    crossed(
        ["new_scratch", "make_result", "run_for", "move_base", "put_away", "end_scratch"],
        ["before", "after"],
        always={("make_result", "after"), ("move_base", "after"), ("put_away", "after")},
    ),
)
async def test_a_crash_around_every_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, effect: str, when: str
) -> None:
    project = await make_project(tmp_path / "shop", [CHECK])
    port = project.port
    view = await project.approved()
    tip, head = project.box.head("main"), project.box.head(view.spec.branch)
    room = merges if effect == "end_scratch" else merge_steps
    whole = getattr(room, effect)

    async def cut(*arguments: object, **named: object) -> object:
        if when == "after":
            await whole(*arguments, **named)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(room, effect, cut)
        with pytest.raises(Crash):
            await run_merge(port, view)
    assert_old_or_merged(project, tip, head)
    await resume_merges(port)
    assert_merged_once(project, port, tip, head)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", sampled(range(2, 6), {4}))
async def test_a_crash_on_the_way_to_a_conflict(tmp_path: Path, number: int, moment: str) -> None:
    project = await make_project(tmp_path / "shop")
    port = project.port
    view = await project.approved({"readme.txt": "theirs\n"})
    tip = project.box.commit({"readme.txt": "mine\n"})
    port.trap = DieAt(number, moment)
    if number < 5:
        with pytest.raises(Crash):
            await run_merge(port, view)
    else:
        await run_merge(port, view)
    port.trap = calm
    await resume_merges(port)
    after = port.view(NAME)
    assert after.state is SessionState.CONFLICT
    assert after.merge is not None
    assert (after.merge.outcome, after.merge.files) == (MergeOutcome.CONFLICT, ("readme.txt",))
    assert len(port.told(MergeEnded)) == 1
    assert project.box.head("main") == tip


async def test_base_moved_while_we_were_dead(tmp_path: Path) -> None:
    project = await make_project(tmp_path / "shop", [CHECK])
    port = project.port
    view = await project.approved()
    port.trap = DieAt(5, "after")
    with pytest.raises(Crash):
        await run_merge(port, view)
    port.trap = calm
    tip = project.box.commit({"other.txt": "x"})
    await resume_merges(port)
    assert_merged_once(project, port, tip, project.box.head("main^2"))


async def test_base_moved_on_after_it_had_landed(tmp_path: Path) -> None:
    project = await make_project(tmp_path / "shop", [CHECK])
    port = project.port
    view = await project.approved()
    port.trap = DieAt(6, "before")
    with pytest.raises(Crash):
        await run_merge(port, view)
    port.trap = calm
    later = project.box.commit({"other.txt": "x"})
    (merge,) = await resume_merges(port)
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.head("main") == later
    assert merges_on_base(project) == [merge.result]


async def test_a_merge_taken_back_by_hand_after_it_had_landed(tmp_path: Path) -> None:
    project = await make_project(tmp_path / "shop", [CHECK])
    port = project.port
    view = await project.approved()
    tip = project.box.head("main")
    port.trap = DieAt(6, "after")
    with pytest.raises(Crash):
        await run_merge(port, view)
    port.trap = calm
    project.box.git("reset", "--quiet", "--hard", tip)
    (merge,) = await resume_merges(port)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "moved it back" in merge.detail
    assert port.view(NAME).state is SessionState.APPROVED


async def test_the_merge_commit_was_lost_while_we_were_dead(tmp_path: Path) -> None:
    project = await make_project(tmp_path / "shop")
    port = project.port
    view = await project.approved()
    tip, head = project.box.head("main"), project.box.head(view.spec.branch)
    port.trap = DieAt(3, "after")
    with pytest.raises(Crash):
        await run_merge(port, view)
    port.trap = calm
    (scratch,) = port.folder.scratch.iterdir()
    project.box.git("worktree", "remove", "--force", str(scratch))
    project.box.git("reflog", "expire", "--expire=now", "--all")
    project.box.git("gc", "--quiet", "--prune=now")
    await resume_merges(port)
    assert_merged_once(project, port, tip, head)


async def test_one_that_cannot_go_on_does_not_hold_up_the_others(tmp_path: Path) -> None:
    project = await make_project(tmp_path / "shop")
    port = project.port
    names = ["shop-impl-01", "shop-impl-02"]
    for name in names:
        view = await project.approved({f"{name}.txt": "x"}, name)
        port.trap = DieAt(4, "after")
        with pytest.raises(Crash):
            await run_merge(port, view)
        port.trap = calm
    base = project.box.path / ".git/refs/heads/main"
    whole = base.read_text()
    base.write_text("garbage\n")
    await resume_merges(port)
    told = port.told(Noted)
    assert [event.level for event in told] == ["error", "error"]
    assert "cannot go on" in told[0].text
    base.write_text(whole)
    await resume_merges(port)
    assert {port.view(name).state for name in names} == {SessionState.MERGED}


@pytest.mark.parametrize(
    ("number", "moment", "landed_since"),
    crossed(
        range(1, UNDO_EVENTS + 1),
        ["before", "after"],
        [True, False],
        always={(1, "after", True), (2, "before", False), (2, "after", True)},
    ),
)
async def test_an_undo_that_crashes(
    tmp_path: Path, number: int, moment: str, landed_since: bool
) -> None:
    project = await make_project(tmp_path / "shop")
    port = project.port
    view = await project.approved()
    tip = project.box.head("main")
    await run_merge(port, view)
    if landed_since:
        project.box.commit({"later.txt": "x"})
    port.trap = DieAt(number, moment)
    with pytest.raises(Crash):
        await undo_merge(port, port.view(NAME))
    port.trap = calm
    if (number, moment) == (1, "before"):
        await undo_merge(port, port.view(NAME))
    else:
        await resume_merges(port)
    after = port.view(NAME)
    assert after.merge is not None
    assert after.merge.outcome is MergeOutcome.UNDONE
    assert after.state is SessionState.APPROVED
    assert not (project.box.path / "basket.txt").exists()
    assert project.box.git("status", "--porcelain") == ""
    if landed_since:
        subjects = project.box.git("log", "--first-parent", "--format=%s", "main").splitlines()
        assert [subject for subject in subjects if subject.startswith("Undo")] == [
            "Undo the merge of Add a basket"
        ]
        assert (project.box.path / "later.txt").exists()
    else:
        assert project.box.head("main") == tip
    assert (
        len([move for move in port.told(SessionMoved) if move.after is SessionState.APPROVED]) == 2
    )
    assert await resume_merges(port) == ()
