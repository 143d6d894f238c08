"""The merge pipeline on real repositories: what lands, what is refused, and what stays as it was."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.core.merging_alone import run_merge
from tests.core.repositories import MemoryPort, Project, make_project
from wuhu_tui.core.merge_lock import lock_path
from wuhu_tui.core.merge_messages import merge_message
from wuhu_tui.core.merges import next_step
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.core.reviews import refresh_review
from wuhu_tui.core.scribe import moved
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, NotPossible
from wuhu_tui.model.events import Event
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.project_events import (
    MergeChecked,
    MergeEnded,
    MergeStarted,
    MergeStepped,
    SessionMoved,
    VerdictGiven,
)
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.reviews import CheckState, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

NAME = "shop-impl-01"


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    return await make_project(tmp_path / "shop")


@pytest.fixture
def port(project: Project) -> MemoryPort:
    return project.port


def assert_untouched(project: Project, tip: str) -> None:
    """Base and its checkout are as they were, and no scratch is left."""
    assert project.box.head("main") == tip
    assert scratches(project) == []


def scratches(project: Project) -> list[str]:
    listed = project.box.git("worktree", "list", "--porcelain")
    return [line for line in listed.splitlines() if "/scratch/" in line]


async def test_a_clean_merge(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    tip = project.box.head("main")
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.head("main") == merge.result
    parents = project.box.git("rev-list", "--parents", "-1", "main").split()[1:]
    assert parents == [tip, merge.head]
    assert project.box.git("log", "-1", "--format=%B", "main").splitlines() == [
        "Merge Add a basket: The basket works",
        "",
        f"Wuhu-Session: {NAME}",
        "Wuhu-Reviewed-By: lead",
        f"Wuhu-Verdict: approved {merge.head}",
    ]
    assert (project.box.path / "basket.txt").exists()
    assert project.box.git("status", "--porcelain") == ""
    assert port.view(NAME).state is SessionState.MERGED
    assert port.view(NAME).merge == merge
    assert merge.done == tuple(MergeStep)


async def test_clean_up_says_what_it_did(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    merge = await run_merge(port, view)
    assert merge.detail == f"worktree removed; branch {view.spec.branch} deleted"
    assert not Path(view.spec.worktree).exists()
    assert project.box.git("branch", "--list", view.spec.branch) == ""
    assert scratches(project) == []
    assert project.box.git("worktree", "list").count("\n") == 0


async def test_every_step_is_an_event_in_order(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    before = len(port.records)
    await run_merge(port, view)
    told = [record.event for record in port.records[before:]]
    steps = [event.step for event in told if isinstance(event, MergeStepped)]
    assert steps == list(MergeStep)
    assert isinstance(told[0], MergeStarted)
    assert isinstance(told[-1], MergeEnded)
    moves = [event.after for event in told if isinstance(event, SessionMoved)]
    assert moves == [SessionState.MERGING, SessionState.MERGED]


def test_the_next_step_comes_from_the_journal_alone() -> None:
    merge = Merge(id="m", head="h", base_branch="main")
    assert next_step(merge) is MergeStep.PREFLIGHT
    done = Merge(id="m", head="h", base_branch="main", done=(MergeStep.PREFLIGHT, MergeStep.LAND))
    assert next_step(done) is MergeStep.VERIFY
    ended = Merge(id="m", head="h", base_branch="main", outcome=MergeOutcome.REFUSED)
    assert next_step(ended) is None


async def test_base_that_nobody_has_checked_out(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    project.box.git("checkout", "--quiet", "-b", "elsewhere")
    project.box.write("readme.txt", "dirty, but not on main")
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.head("main") == merge.result
    assert not (project.box.path / "basket.txt").exists()
    assert (project.box.path / "readme.txt").read_text() == "dirty, but not on main"


async def test_base_checked_out_in_another_worktree(
    project: Project, port: MemoryPort, tmp_path: Path
) -> None:
    view = await project.approved()
    project.box.git("checkout", "--quiet", "-b", "elsewhere")
    project.box.git("worktree", "add", "--quiet", str(tmp_path / "base"), "main")
    await run_merge(port, view)
    other = project.box.at(tmp_path / "base")
    assert (tmp_path / "base" / "basket.txt").exists()
    assert other.git("status", "--porcelain") == ""


async def test_a_conflict_leaves_base_alone_and_names_the_files(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved({"readme.txt": "theirs\n", "fine.txt": "x"})
    tip = project.box.commit({"readme.txt": "mine\n"})
    merge = await run_merge(port, view)
    assert (merge.outcome, merge.files) == (MergeOutcome.CONFLICT, ("readme.txt",))
    assert "readme.txt" in merge.detail
    assert_untouched(project, tip)
    after = port.view(NAME)
    assert after.state is SessionState.CONFLICT
    assert after.review is not None
    assert after.review.conflicts == ("readme.txt",)
    assert Path(view.spec.worktree).exists()


async def test_green_on_both_sides_and_red_together(tmp_path: Path) -> None:
    check = ProjectCheck(
        name="tests", command="test $(ls *.only | wc -l) -lt 2 || (echo two; exit 1)"
    )
    project = await make_project(tmp_path / "shop", [check])
    view = await project.approved({"a.only": "x"})
    tip = project.box.commit({"b.only": "x"})
    merge = await run_merge(project.port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert merge.detail == "check tests is red on the merged result\ntwo"
    assert_untouched(project, tip)
    assert project.port.view(NAME).state is SessionState.APPROVED
    assert [check.state for check in merge.checks] == [CheckState.FAILED]


async def test_a_check_that_cannot_run_on_the_result_is_not_green(tmp_path: Path) -> None:
    check = ProjectCheck(name="tests", command=("./run-tests",))
    project = await make_project(tmp_path / "shop", [check])
    project.box.write("run-tests", "#!/bin/sh\n").chmod(0o755)
    project.box.commit()
    view = await project.approved()
    project.box.git("rm", "--quiet", "run-tests")
    tip = project.box.commit()
    merge = await run_merge(project.port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "could not run" in merge.detail
    assert_untouched(project, tip)


async def test_checks_run_on_the_merged_result(tmp_path: Path) -> None:
    check = ProjectCheck(name="tests", command="git rev-list --parents -1 HEAD; cat *.txt")
    project = await make_project(tmp_path / "shop", [check])
    view = await project.approved({"a.txt": "ours\n"})
    tip = project.box.commit({"b.txt": "base\n"})
    merge = await run_merge(project.port, view)
    output = merge.checks[0].output
    assert output.split()[:3] == [merge.result, tip, merge.head]
    assert "ours\nbase\n" in output
    assert len(project.port.told(MergeChecked)) == 2


class BaseMover:
    """Commits on base just before the pipeline's step is recorded, as often as it is told to."""

    def __init__(self, project: Project, times: int) -> None:
        self.project = project
        self.left = times

    def __call__(self, event: Event, moment: str) -> None:
        if (
            isinstance(event, MergeStepped)
            and event.step is MergeStep.PREFLIGHT
            and moment == "after"
            and self.left
        ):
            self.left -= 1
            self.project.box.commit({f"other{self.left}.txt": "x"}, "Somebody else's")


async def test_base_moves_before_landing(tmp_path: Path) -> None:
    check = ProjectCheck(name="tests", command="ls")
    project = await make_project(tmp_path / "shop", [check])
    view = await project.approved()
    project.port.trap = BaseMover(project, 2)
    merge = await run_merge(project.port, view)
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.git("log", "-1", "--format=%s", "main^1") == "Somebody else's"
    assert merge.checks[0].output.split() == [
        "basket.txt",
        "other0.txt",
        "other1.txt",
        "readme.txt",
    ]


async def test_base_that_never_rests(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    port.trap = BaseMover(project, 99)
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "kept moving" in merge.detail
    assert_untouched(project, project.box.head("main"))
    assert project.box.git("log", "-1", "--format=%s", "main") == "Somebody else's"
    assert port.view(NAME).state is SessionState.APPROVED


async def test_base_moves_into_a_conflict_before_landing(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved({"readme.txt": "theirs\n"})

    def mine(event: Event, moment: str) -> None:
        if isinstance(event, MergeStepped) and moment == "after":
            port.trap = lambda event, moment: None
            project.box.commit({"readme.txt": "mine\n"})

    port.trap = mine
    merge = await run_merge(port, view)
    assert (merge.outcome, merge.files) == (MergeOutcome.CONFLICT, ("readme.txt",))
    assert_untouched(project, project.box.head("main"))


@pytest.mark.parametrize("when", ["before the merge", "before landing"])
async def test_a_dirty_checkout_of_base(project: Project, port: MemoryPort, when: str) -> None:
    view = await project.approved()
    tip = project.box.head("main")

    def dirty(event: Event, moment: str) -> None:
        project.box.write("readme.txt", "my work")

    if when == "before landing":
        port.trap = dirty
    else:
        dirty(MergeStarted(session="", merge=Merge(id="", head="", base_branch="")), "")
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "readme.txt" in merge.detail
    assert "commit or stash" in merge.detail
    assert_untouched(project, tip)
    assert (project.box.path / "readme.txt").read_text() == "my work"
    project.box.git("checkout", "--quiet", "readme.txt")
    port.trap = lambda event, moment: None
    again = await run_merge(port, port.view(NAME))
    assert again.outcome is MergeOutcome.MERGED


async def test_an_untracked_file_in_the_way(project: Project, port: MemoryPort) -> None:
    view = await project.approved({"notes.txt": "theirs"})
    tip = project.box.head("main")
    project.box.write("notes.txt", "mine")
    project.box.write("harmless.txt", "mine")
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "notes.txt" in merge.detail
    assert "harmless" not in merge.detail
    assert_untouched(project, tip)
    assert (project.box.path / "notes.txt").read_text() == "mine"


async def test_what_lies_uncommitted_in_the_sessions_worktree(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved()
    tip = project.box.head("main")
    (Path(view.spec.worktree) / "forgotten.txt").write_text("x")
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "forgotten.txt" in merge.detail
    assert_untouched(project, tip)
    assert port.view(NAME).state is SessionState.APPROVED


async def test_only_what_is_approved_is_merged(project: Project, port: MemoryPort) -> None:
    view = await project.reviewed()
    with pytest.raises(NotPossible, match="nobody approved it"):
        await run_merge(port, view)
    assert port.told(MergeStarted) == []


async def test_a_commit_after_the_approval(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    tip = project.box.head("main")
    project.box.at(Path(view.spec.worktree)).commit({"more.txt": "x"})
    with pytest.raises(Conflict, match="came after the approved"):
        await run_merge(port, view)
    assert port.told(MergeStarted) == []
    assert_untouched(project, tip)


async def test_an_approval_taken_back_meanwhile(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    tip = project.box.head("main")

    def another_lead() -> None:
        verdict = Verdict(
            kind=VerdictKind.CHANGES_REQUESTED,
            head=view.review.head if view.review else "",
            by="another",
            at=port.clock(),
        )
        port.write("", VerdictGiven(session=NAME, verdict=verdict))
        port.write("", moved(port.view(NAME), SessionState.CHANGES_REQUESTED, "another"))

    port.meanwhile = another_lead
    with pytest.raises(NotPossible, match="nobody approved it"):
        await run_merge(port, view)
    assert port.told(MergeStarted) == []
    assert_untouched(project, tip)


async def test_a_commit_while_the_merge_runs(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    tip = project.box.head("main")

    def late(event: Event, moment: str) -> None:
        if isinstance(event, MergeStepped):
            port.trap = lambda event, moment: None
            project.box.at(Path(view.spec.worktree)).commit({"late.txt": "x"})

    port.trap = late
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert_untouched(project, tip)
    review = await refresh_review(port, port.view(NAME))
    assert review is not None
    assert port.view(NAME).state is SessionState.IN_REVIEW


async def test_a_session_that_went_back_to_work(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    project.runs(NAME, SessionState.WORKING)
    with pytest.raises(NotPossible, match="it is working, not approved"):
        await run_merge(port, view)


async def test_a_session_that_wakes_during_the_merge_keeps_its_own_word(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved()
    port.releases = False

    def wake(event: Event, moment: str) -> None:
        if isinstance(event, MergeStepped):
            port.trap = lambda event, moment: None
            project.runs(NAME, SessionState.WORKING)

    port.trap = wake
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.MERGED
    after = port.view(NAME)
    assert (after.given.state, after.state) == (SessionState.MERGED, SessionState.WORKING)
    assert Path(view.spec.worktree).exists()


async def test_red_checks_on_head_are_never_merged(tmp_path: Path) -> None:
    project = await make_project(tmp_path / "shop")
    view = await project.approved()
    project.port.checks = [ProjectCheck(name="tests", command="true")]
    with pytest.raises(NotPossible, match="tests has not run"):
        await run_merge(project.port, view)


async def test_work_that_base_has_already(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    project.box.git("merge", "--quiet", "--no-ff", "--no-edit", view.spec.branch)
    tip = project.box.head("main")
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "nothing to merge" in merge.detail
    assert_untouched(project, tip)


async def test_one_merge_at_a_time(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    other = FileLock(lock_path(port))
    assert other.acquire(0)
    with pytest.raises(NotPossible, match="another merge is running"):
        await run_merge(port, view, patience=0.1)
    other.release()
    assert (await run_merge(port, view)).outcome is MergeOutcome.MERGED


async def test_a_second_merge_of_the_same_session(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    await run_merge(port, view, by="shop-orchestrator-01")
    tip = project.box.head("main")
    with pytest.raises(Conflict, match=r"shop-orchestrator-01 merged it already, at .* UTC"):
        await run_merge(port, view)
    assert_untouched(project, tip)


async def test_two_sessions_one_after_the_other(project: Project, port: MemoryPort) -> None:
    first = await project.approved({"a.txt": "x"}, "shop-impl-01")
    second = await project.approved({"b.txt": "x"}, "shop-impl-02")
    await run_merge(port, first)
    merge = await run_merge(port, second)
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.git("ls-tree", "--name-only", "main").split() == [
        "a.txt",
        "b.txt",
        "readme.txt",
    ]


async def test_git_trouble_refuses_and_says_so(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    tip = project.box.head("main")
    hook = project.box.write(".git/hooks/commit-msg", "#!/bin/sh\necho error: no >&2\nexit 1\n")
    hook.chmod(0o755)
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "hook commit-msg did not let it pass: error: no" in merge.detail
    assert_untouched(project, tip)
    assert port.view(NAME).state is SessionState.APPROVED


async def test_the_worktree_stays_while_somebody_stands_in_it(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved()
    stander = subprocess.Popen(["sleep", "60"], cwd=view.spec.worktree)
    try:
        merge = await run_merge(port, view)
    finally:
        stander.kill()
        stander.wait()
    assert merge.outcome is MergeOutcome.MERGED
    assert merge.detail == f"worktree kept: in use by sleep ({stander.pid})"
    assert Path(view.spec.worktree).exists()
    assert project.box.git("branch", "--list", view.spec.branch) != ""


async def test_the_worktree_stays_while_the_session_runs(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved()
    port.releases = False
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.MERGED
    assert "the session still runs" in merge.detail
    assert Path(view.spec.worktree).exists()


async def test_a_worktree_without_its_folder(project: Project, port: MemoryPort) -> None:
    import shutil

    view = await project.approved()
    shutil.rmtree(view.spec.worktree)
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.git("worktree", "list").count("\n") == 0


async def test_a_namesake_branch_is_not_deleted(project: Project, port: MemoryPort) -> None:
    view = await project.approved()

    def namesake(event: Event, moment: str) -> None:
        if isinstance(event, MergeStepped) and event.step is MergeStep.CLOSE and moment == "after":
            project.box.git("worktree", "remove", "--force", view.spec.worktree)
            project.box.git("branch", "--force", view.spec.branch, "main")

    port.trap = namesake
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.MERGED
    assert f"branch {view.spec.branch} kept" in merge.detail
    assert "is not known as the session's work" in merge.detail
    assert project.box.git("branch", "--list", view.spec.branch) != ""


async def test_scratch_worktrees_do_not_disturb_the_journal_folder(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved()
    await run_merge(port, view)
    left = sorted(file.name for file in port.folder.path.iterdir())
    assert left == ["merge.lock", "scratch", "worktrees"]
    assert list(port.folder.scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("title", "summary", "subject"),
    [
        ("Fix login", "Hash is argon2", "Merge Fix login: Hash is argon2"),
        ("Fix\nlogin\x1b[31m", "  a\n\nlong story", "Merge Fix login [31m: a"),
        ("", "", "Merge shop-impl-01"),
        ("x" * 200, "y", "Merge " + "x" * 113 + "…"),
    ],
)
def test_messages(title: str, summary: str, subject: str) -> None:
    report = Report(kind=ReportKind.DONE, summary=summary) if summary else None
    view = SessionView(spec=SessionSpec(id=NAME, project="shop", title=title), report=report)
    assert merge_message(view).splitlines()[0] == subject
    assert merge_message(view).splitlines()[1:] == ["", f"Wuhu-Session: {NAME}"]
