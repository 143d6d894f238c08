"""Merges that were silent, ate work, broke what each side kept whole, or closed the wrong session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core.boards import Story
from tests.core.queue_steps import (
    BATCH,
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
from tests.core.repositories import START, MemoryPort, Project
from tests.repo.gitbox import Box
from tests.sampling import sampled
from wuhu_tui.core.queue import hold_merge, queue_merge
from wuhu_tui.core.queue_work import work_queue
from wuhu_tui.core.reviews import check_review, give_verdict, open_review
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.merges import MergeOutcome, MergeStep
from wuhu_tui.model.project_events import MergeStepped, SessionInstantiated
from wuhu_tui.model.queue_events import MergeQueued, QueuePaused
from wuhu_tui.model.queue_health import standing_words
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation.attention import all_needs

MERGED, REFUSED, ROLLED_BACK = MergeOutcome.MERGED, MergeOutcome.REFUSED, MergeOutcome.ROLLED_BACK
ONE_BY_ONE = MergeRules()


def delay(port: MemoryPort) -> str:
    """Why the only entry of the queue does not land."""
    (entry,) = port.board.queue.entries
    return entry.delay


def held(box: Box) -> dict[str, str]:
    """All that only the lead has in a checkout: what is staged, changed, new and put aside."""
    words = {
        "staged": ("diff", "--cached"),
        "changed": ("diff",),
        "status": ("status", "--porcelain=v2", "--branch"),
        "aside": ("stash", "list", "--format=%H %gs"),
    }
    return {name: box.git(*command) for name, command in words.items()}


# the lead's own checkout


async def test_base_was_checked_out_elsewhere_and_the_merge_said_nothing(tmp_path: Path) -> None:
    """main lay in a second worktree: its ref was moved under it, and every file looked reverted.

    Here such a checkout comes along; while it cannot, the merge waits and names folder and file.
    """
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    project.box.git("checkout", "--quiet", "-b", "lead")
    project.box.git("worktree", "add", "--quiet", str(tmp_path / "second"), "main")
    second = Box(tmp_path / "second")
    second.write("readme.txt", "mine\n")
    await queued(project, ONE)
    tip = project.box.head("main")
    await work_queue(port)
    assert str(second.path) in delay(port)
    assert "readme.txt" in delay(port)
    assert (project.box.head("main"), second.head()) == (tip, tip)
    second.git("checkout", "--quiet", "readme.txt")
    port.pass_time(10)
    await work_queue(port)
    assert merge_of(port, ONE).outcome is MERGED
    assert second.head() == project.box.head("main") != tip
    assert second.git("status", "--porcelain") == ""
    assert project.box.git("branch", "--show-current") == "lead"


async def test_what_the_lead_had_not_committed_was_eaten(tmp_path: Path) -> None:
    """The tool stashed the lead's changes, merged and popped them into a conflict nobody was shown.

    Here nothing in the lead's checkout changes, byte for byte, until it is clean.
    """
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    project.box.write("readme.txt", "put aside\n")
    project.box.git("stash", "--quiet")
    project.box.write("staged.txt", "staged\n")
    project.box.git("add", "staged.txt")
    project.box.write("staged.txt", "staged\nand changed\n")
    project.box.write("readme.txt", "one\ntwo\nthree\nmine\n")
    await queued(project, ONE, {"readme.txt": "zero\none\ntwo\nthree\n"})
    before = held(project.box)
    await work_queue(port)
    assert "readme.txt" in delay(port)
    assert held(project.box) == before
    project.box.commit(message="The lead's own")
    port.pass_time(10)
    await work_queue(port)
    assert merge_of(port, ONE).outcome is MERGED
    assert (project.box.path / "readme.txt").read_text() == "zero\none\ntwo\nthree\nmine\n"
    assert held(project.box)["aside"] == before["aside"] != ""


async def test_the_leads_own_rebase_was_aborted(tmp_path: Path) -> None:
    """The tool found a rebase half-done, took it for its own and ran `git rebase --abort`.

    Here the merge waits for the lead, who finishes; then it lands on top of what came of that.
    """
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    box = project.box
    await queued(project, ONE)
    box.git("checkout", "--quiet", "-b", "side")
    box.commit({"readme.txt": "theirs\n"}, "Theirs")
    box.git("checkout", "--quiet", "main")
    box.commit({"readme.txt": "mine\n"}, "Mine")
    box.git("rebase", "--quiet", "side", check=False)
    before = held(box)
    await work_queue(port)
    assert "main is being rebased" in delay(port)
    assert held(box) == before
    box.write("readme.txt", "both\n")
    box.git("add", "readme.txt")
    box.git("rebase", "--continue")
    port.pass_time(10)
    await work_queue(port)
    assert merge_of(port, ONE).outcome is MERGED
    subjects = box.git("log", "--first-parent", "--format=%s", "main").splitlines()
    assert subjects[1:] == ["Mine", "Theirs", "Start"]
    assert box.git("status", "--porcelain") == ""


@pytest.mark.long
async def test_what_the_session_wrote_while_it_landed_went_with_its_tree(tmp_path: Path) -> None:
    """The work had landed, so its worktree was removed, with what was written there meanwhile.

    Here the two questions are asked of what lies there now: a file that is not committed keeps the
    worktree, and the merge says so.
    """
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    view = await queued(project, ONE)
    late = Path(view.spec.worktree) / "late.txt"
    port.trap = once_landed(lambda: late.write_text("late\n"))
    await work_queue(port)
    merge = merge_of(port, ONE)
    assert (merge.outcome, late.read_text()) == (MERGED, "late\n")
    assert "worktree kept" in merge.detail
    assert "late.txt" in merge.detail


# green alone, red together

DEFINED = check(
    "for name in $(cat calls/*); do"
    ' grep -qx "$name" library || { echo "$name is not defined"; exit 1; }; done'
)
"""Red if anything calls a name that the library does not have."""


async def renamed_and_called(path: Path, rules: MergeRules) -> tuple[Project, MemoryPort]:
    """One session renames `total`, and all calls of it; another adds a call. No line in common."""
    project, port = await shop(path, rules=rules)
    project.box.commit({"library": "total\n", "calls/basket": "total\n"}, "Begin")
    await queued(project, ONE, {"library": "sum\n", "calls/basket": "sum\n"})
    await queued(project, TWO, {"calls/invoice": "total\n"})
    port.checks = [DEFINED]
    for name in (ONE, TWO):
        await check_review(port, port.view(name), again=True)
    return project, port


@pytest.mark.parametrize("rules", sampled([ONE_BY_ONE, BATCH], {ONE_BY_ONE}), ids=("one", "batch"))
async def test_each_was_green_alone_and_main_was_red_with_both(
    tmp_path: Path, rules: MergeRules
) -> None:
    """Both branches passed, git saw no conflict, and main was red once both had landed.

    Here the merged tree is checked before main moves; the second is refused with what was red, which
    the lead sees, and lands once it is mended.
    """
    project, port = await renamed_and_called(tmp_path, rules)
    assert all(checked_green(port, name) for name in (ONE, TWO))
    await work_queue(port)
    assert (merge_of(port, ONE).outcome, merge_of(port, TWO).outcome) == (MERGED, REFUSED)
    assert not in_base(project, "calls/invoice")
    assert "total is not defined" in merge_of(port, TWO).detail
    (need,) = all_needs(port.board, lambda _: True, START)
    assert (need.stop, need.look.word) == (TWO, "not merged")
    worktree = Box(Path(port.view(TWO).spec.worktree))
    worktree.git("merge", "--quiet", "main")
    worktree.commit({"calls/invoice": "sum\n"}, "Call it by its new name")
    await judged_again(project, TWO)
    await work_queue(port)
    assert merge_of(port, TWO).outcome is MERGED
    assert project.box.git("show", "main:calls/invoice") == "sum"


def checked_green(port: MemoryPort, name: str) -> bool:
    review = port.view(name).review
    return review is not None and review.checks_green


async def judged_again(project: Project, name: str) -> None:
    """What the session committed since is reviewed, approved and queued."""
    port = project.port
    project.runs(name, SessionState.WORKING)
    project.reports(name)
    review = await open_review(port, port.view(name))
    assert review is not None
    await check_review(port, port.view(name))
    await give_verdict(port, port.view(name), VerdictKind.APPROVED, head=review.head)
    await queue_merge(port, port.view(name))


async def test_red_was_seen_only_on_main_and_others_built_upon_it(tmp_path: Path) -> None:
    """What is red only on main itself was found hours after the merge, with others' work on top.

    Here main goes back at once, the culprit waits in the queue with what was red, and whoever stands
    behind it lands.
    """
    marker = tmp_path / "landed"
    red = f"test ! -e {marker} -o ! -e {ONE}.txt || {{ echo it is bad; exit 1; }}"
    project, port = await shop(tmp_path, check(red, "full"), rules=MergeRules(after=("full",)))
    for name in (ONE, TWO):
        await queued(project, name)
    port.trap = once_landed(marker.touch)
    await work_queue(port)
    assert (merge_of(port, ONE).outcome, merge_of(port, TWO).outcome) == (ROLLED_BACK, MERGED)
    (entry,) = port.board.queue.entries
    assert (entry.session, entry.held_by) == (ONE, "core")
    assert "check full is red on main" in entry.held_note
    assert "it is bad" in merge_of(port, ONE).detail
    assert (in_base(project, f"{ONE}.txt"), in_base(project, f"{TWO}.txt")) == (False, True)
    assert f"{ONE}.txt" in Box(Path(port.view(ONE).spec.worktree)).git("ls-files")


def once_landed(deed: Callable[[], object]) -> Callable[[Event, str], None]:
    """Let somebody do something as soon as base has the merge."""

    def trap(event: Event, moment: str) -> None:
        if isinstance(event, MergeStepped) and event.step is MergeStep.VERIFY:
            deed()

    return trap


# whose merge it is


async def test_a_merge_closed_the_wrong_session(tmp_path: Path) -> None:
    """The tool looked for whom a merge belonged to by branch and title: it closed a namesake.

    Here one session is closed, by its id; who was built upon it, is called alike and stands behind
    it in the queue keeps its place, its branch and its worktree, also when that merge is undone.
    """
    project, port = await shop(tmp_path, rules=ONE_BY_ONE)
    await queued(project, ONE)
    view = await project.reviewed({f"{TWO}.txt": TWO}, TWO)
    port.write("", SessionInstantiated(spec=replace(view.spec, title=port.view(ONE).spec.title)))
    worktree = Box(Path(view.spec.worktree))
    worktree.git("merge", "--quiet", f"wuhu/{ONE}")
    await judged_again(project, TWO)
    await hold_merge(port, TWO)
    await work_queue(port)
    assert states(port) == [SessionState.MERGED, SessionState.APPROVED]
    assert (in_line(port), port.view(TWO).merge) == ([TWO], None)
    assert project.box.head(f"wuhu/{TWO}") == worktree.head()
    await undo_merge(port, port.view(ONE))
    assert states(port) == [SessionState.APPROVED] * 2
    assert in_line(port) == [TWO]
    assert worktree.git("status", "--porcelain") == ""


def states(port: MemoryPort) -> list[SessionState]:
    return [port.view(name).state for name in (ONE, TWO)]


# a queue that stands still


def three_ready() -> Story:
    """Three sessions, approved and queued."""
    story = Story()
    for name in (ONE, TWO, THREE):
        story.done(name, head="head")
        story.in_review(name)
        story.judged(name)
        entry = QueuedMerge(session=name, head="head", by="lead", approved_at=story.now)
        story.tell("", MergeQueued(session=name, entry=entry))
    return story


def test_the_queue_sat_idle_with_three_ready() -> None:
    """Three were approved, the process that was to merge them was gone, and all looked well.

    Here an idle queue is a fault by itself: who looks sees for how long, how many, and why, before
    any review. While something lands, or the lead paused it, it is none.
    """
    story = three_ready()
    soon, later = story.now + timedelta(seconds=30), story.now + timedelta(minutes=5)
    assert standing_words(story.board, soon, conducted=False, locked=False) == ""
    assert standing_words(story.board, later, conducted=False, locked=False) == (
        "the merge queue stands still for 5m with 3 ready: nobody conducts"
    )
    (need,) = all_needs(story.board, lambda _: True, later)
    assert need.key.endswith("stands still") or need.look.word == "stands still"
    story.tell("", QueuePaused(by="lead"))
    assert standing_words(story.board, later, conducted=False, locked=False) == ""
