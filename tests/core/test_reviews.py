"""Reviews: exactly the newest commit is judged, and a new one voids the verdict."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core.repositories import MemoryPort, Project, make_project
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.core.reviews import (
    changes_message,
    check_place,
    check_review,
    give_verdict,
    judged,
    missing_checks,
    open_review,
    refresh_conflicts,
    refresh_review,
)
from wuhu_tui.model.board import SessionView, Standing
from wuhu_tui.model.errors import Conflict, GitError, IllegalTransition, NotPossible
from wuhu_tui.model.merges import Merge
from wuhu_tui.model.project_events import (
    CheckEnded,
    ConflictsFound,
    MergeStarted,
    ReviewOpened,
    ReviewVoided,
    SessionInstantiated,
    SessionMoved,
    VerdictGiven,
)
from wuhu_tui.model.review_events import OpinionGiven, OpinionRefused
from wuhu_tui.model.reviews import (
    Assignment,
    Check,
    CheckState,
    Finding,
    Judge,
    Review,
    Verdict,
    VerdictKind,
)
from wuhu_tui.model.states import SessionState

NAME = "shop-impl-01"
GREEN = ProjectCheck(name="tests", command="test -f readme.txt")
RED = ProjectCheck(name="lint", command="echo no good; exit 1")
BROKEN = ProjectCheck(name="types", command="no-such-program")


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    return await make_project(tmp_path / "shop")


@pytest.fixture
def port(project: Project) -> MemoryPort:
    return project.port


async def judge(port: MemoryPort, kind: VerdictKind, head: str = "") -> None:
    review = port.view(NAME).review
    assert review is not None
    await give_verdict(port, port.view(NAME), kind, head=head or review.head)


async def test_a_session_with_commits_comes_before_the_lead(
    project: Project, port: MemoryPort
) -> None:
    start = project.box.head()
    worktree = await project.session()
    head = worktree.commit({"a.txt": "1\n2\n", "readme.txt": "one\n"})
    worktree.write("forgotten.txt", "x")
    project.reports()
    project.box.commit({"main.txt": "x"})
    review = await open_review(port, port.view(NAME))
    assert review is not None
    assert (review.head, review.merge_base) == (head, start)
    assert (review.files, review.added, review.removed) == (2, 2, 2)
    assert review.uncommitted == ("forgotten.txt",)
    assert (review.conflicts, review.verdict) == ((), None)
    assert port.view(NAME).state is SessionState.IN_REVIEW


async def test_without_commits_there_is_nothing_to_judge(
    project: Project, port: MemoryPort
) -> None:
    await project.session()
    project.reports()
    assert await open_review(port, port.view(NAME)) is None
    assert port.view(NAME).state is SessionState.REPORTED
    assert port.told(ReviewOpened) == []


@pytest.mark.parametrize("state", [SessionState.WORKING, SessionState.ASKING])
async def test_a_working_session_is_not_reviewed(
    project: Project, port: MemoryPort, state: SessionState
) -> None:
    (await project.session()).commit({"a": "b"})
    if state is SessionState.ASKING:
        project.runs(NAME, state)
    with pytest.raises(NotPossible, match=f"it is {state.value} now") as caught:
        await open_review(port, port.view(NAME))
    assert caught.value.remedy
    assert port.told(ReviewOpened) == []


@pytest.mark.parametrize(
    "state", [SessionState.IDLE, SessionState.HIBERNATED, SessionState.STOPPED, SessionState.FAILED]
)
async def test_finished_work_is_reviewed_although_nobody_reported_it(
    project: Project, port: MemoryPort, state: SessionState
) -> None:
    (await project.session()).commit({"a": "b"})
    project.runs(NAME, state)
    assert await open_review(port, port.view(NAME)) is not None
    assert port.view(NAME).state is SessionState.IN_REVIEW


async def test_a_session_never_started_is_not_reviewed(project: Project, port: MemoryPort) -> None:
    worktree = await project.session()
    worktree.commit({"a": "b"})
    port.records = [record for record in port.records if not record.session]
    with pytest.raises(IllegalTransition):
        await open_review(port, port.view(NAME))


async def test_a_branch_that_is_gone_is_told(project: Project, port: MemoryPort) -> None:
    worktree = await project.session()
    project.reports()
    worktree.git("checkout", "--quiet", "--detach")
    project.box.git("branch", "-D", "--quiet", "wuhu/one")
    with pytest.raises(GitError, match="wuhu/one does not exist"):
        await open_review(port, port.view(NAME))


async def test_conflicts_are_predicted_and_follow_base(project: Project, port: MemoryPort) -> None:
    view = await project.reviewed({"readme.txt": "theirs\n"})
    assert view.review is not None
    assert view.review.conflicts == ()
    project.box.commit({"readme.txt": "mine\n"})
    assert await refresh_conflicts(port, view) == ("readme.txt",)
    assert await refresh_conflicts(port, port.view(NAME)) == ("readme.txt",)
    assert len(port.told(ConflictsFound)) == 1
    review = port.view(NAME).review
    assert review is not None
    assert review.conflicts == ("readme.txt",)


async def test_checks_run_on_exactly_the_commit(tmp_path: Path) -> None:
    check = ProjectCheck(name="tests", command="git rev-parse HEAD; ls; test ! -e dirty.txt")
    project = await make_project(tmp_path / "shop", [check])
    worktree = await project.session()
    head = worktree.commit({"a.txt": "x"})
    worktree.write("dirty.txt", "x")
    project.reports()
    port = project.port
    await open_review(port, port.view(NAME))
    (done,) = await check_review(port, port.view(NAME))
    assert done.state is CheckState.PASSED
    assert done.output.split() == [head, "a.txt", "readme.txt"]
    assert [event.check.state for event in port.told(CheckEnded)] == [
        CheckState.RUNNING,
        CheckState.PASSED,
    ]
    assert "".join(text for _, _, text in port.outputs) == done.output
    assert not check_place(port, NAME).exists()
    assert await check_review(port, port.view(NAME)) == ()


async def test_a_crash_in_a_check_runs_it_again(tmp_path: Path) -> None:
    project = await make_project(tmp_path / "shop", [GREEN])
    view = await project.reviewed()
    port = project.port
    assert view.review is not None
    running = Check(name="tests", state=CheckState.RUNNING)
    port.write("", CheckEnded(session=NAME, head=view.review.head, check=running))
    check_place(port, NAME).mkdir(parents=True)
    (done,) = await check_review(port, port.view(NAME))
    assert done.state is CheckState.PASSED


def test_missing_checks() -> None:
    checks = [GREEN, RED, BROKEN, ProjectCheck(name="new", command="true")]
    review = Review(
        head="h",
        merge_base="b",
        checks=(
            Check(name="tests", state=CheckState.PASSED),
            Check(name="lint", state=CheckState.FAILED),
            Check(name="types", state=CheckState.RUNNING),
        ),
    )
    assert [check.name for check in missing_checks(checks, review)] == ["types", "new"]
    again = missing_checks(checks, review, again=True)
    assert [check.name for check in again] == ["lint", "types", "new"]


@pytest.mark.parametrize(
    ("check", "reason"),
    [(RED, "check lint is red"), (BROKEN, "check types could not run")],
)
async def test_only_green_is_approved(tmp_path: Path, check: ProjectCheck, reason: str) -> None:
    project = await make_project(tmp_path / "shop", [GREEN, check])
    await project.reviewed()
    with pytest.raises(NotPossible, match=reason) as caught:
        await judge(project.port, VerdictKind.APPROVED)
    assert caught.value.remedy
    assert project.port.told(VerdictGiven) == []
    await judge(project.port, VerdictKind.CHANGES_REQUESTED)
    assert project.port.view(NAME).state is SessionState.CHANGES_REQUESTED


async def test_a_verdict_on_work_that_went_on_says_what_to_do(
    project: Project, port: MemoryPort
) -> None:
    await project.reviewed()
    review = port.view(NAME).review
    assert review is not None
    went_on = SessionView(
        spec=port.view(NAME).spec, given=Standing(state=SessionState.IDLE), review=review
    )
    said = Verdict(kind=VerdictKind.APPROVED, head=review.head, by="lead", at=port.clock())
    with pytest.raises(NotPossible, match="it is idle now") as caught:
        judged(port.checks, went_on, said)
    assert "--open" in caught.value.remedy


async def test_checks_that_still_run_or_never_ran_hold_the_approval(tmp_path: Path) -> None:
    project = await make_project(tmp_path / "shop")
    port = project.port
    view = await project.reviewed()
    assert view.review is not None
    port.checks = [GREEN]
    with pytest.raises(NotPossible, match="tests has not run on this commit"):
        await judge(port, VerdictKind.APPROVED)
    running = Check(name="tests", state=CheckState.RUNNING)
    port.write("", CheckEnded(session=NAME, head=view.review.head, check=running))
    with pytest.raises(NotPossible, match="tests still runs"):
        await judge(port, VerdictKind.APPROVED)


async def test_an_approval(project: Project, port: MemoryPort) -> None:
    await project.approved()
    view = port.view(NAME)
    assert view.state is SessionState.APPROVED
    assert view.review is not None
    assert view.review.verdict is not None
    assert view.review.verdict.head == view.review.head
    assert view.review.verdict.by == "lead"


async def test_a_short_commit_name_is_enough(project: Project, port: MemoryPort) -> None:
    view = await project.reviewed()
    assert view.review is not None
    await judge(port, VerdictKind.APPROVED, view.review.head[:8])
    assert port.view(NAME).state is SessionState.APPROVED


async def test_a_commit_that_is_not_the_newest_is_not_judged(
    project: Project, port: MemoryPort
) -> None:
    view = await project.reviewed()
    old = view.review.head if view.review else ""
    new = project.box.at(Path(view.spec.worktree)).commit({"more": "x"})
    for head in (old, new, "", "nonsense"):
        with pytest.raises(Conflict, match="is not the newest commit") as caught:
            await give_verdict(port, view, VerdictKind.APPROVED, head=head)
        assert "look at the new diff" in caught.value.remedy
    assert port.told(VerdictGiven) == []


async def test_nothing_to_judge(project: Project, port: MemoryPort) -> None:
    await project.session()
    with pytest.raises(NotPossible, match="nothing to judge yet"):
        await give_verdict(port, port.view(NAME), VerdictKind.APPROVED, head="x")


async def test_a_session_at_work_again_is_not_judged(project: Project, port: MemoryPort) -> None:
    await project.reviewed()
    project.runs(NAME, SessionState.WORKING)
    with pytest.raises(NotPossible, match="it is working again"):
        await judge(port, VerdictKind.APPROVED)


async def test_fix_after_merge_is_not_a_verdict(project: Project, port: MemoryPort) -> None:
    view = await project.reviewed()
    grave = Finding(path="basket.txt", line=3, text="loses money", severity="high")
    with pytest.raises(NotPossible, match=r"high finding \(basket\.txt:3\)"):
        await give_verdict(
            port,
            view,
            VerdictKind.APPROVED,
            head=view.review.head if view.review else "",
            findings=[grave],
        )


async def test_an_approval_that_puts_something_off_is_none(
    project: Project, port: MemoryPort
) -> None:
    view = await project.reviewed()
    head = view.review.head if view.review else ""
    note = "Good. Please fix the name after the merge."
    with pytest.raises(NotPossible, match="fix after merge"):
        await give_verdict(port, view, VerdictKind.APPROVED, head=head, note=note)


async def test_who_judges_or_fixes_has_no_review_of_its_own(
    project: Project, port: MemoryPort
) -> None:
    view = await project.reviewed()
    judges = Assignment(session="shop-impl-02", head="h", base="b")
    for change in ({"judges": judges}, {"fixes": "shop-impl-02"}):
        spec = replace(view.spec, **change)
        port.write("", SessionInstantiated(spec=spec))
        with pytest.raises(NotPossible, match="no work of its own") as caught:
            await open_review(port, replace(view, spec=spec))
        assert "shop-impl-02" in caught.value.remedy


async def test_put_up_again_what_was_said_of_the_commit_stays_said(
    project: Project, port: MemoryPort
) -> None:
    view = await project.reviewed()
    assert view.review is not None
    said = Verdict(
        kind=VerdictKind.APPROVED,
        head=view.review.head,
        by="shop-reviewer-01",
        at=port.clock(),
        judge=Judge.REVIEWER,
        round=1,
    )
    other = replace(said, by="shop-reviewer-02")
    port.write("", OpinionGiven(session=NAME, verdict=said))
    port.write("", OpinionRefused(session=NAME, verdict=other, reason="it wrote"))
    await judge(port, VerdictKind.CHANGES_REQUESTED)
    project.runs(NAME, SessionState.WORKING)
    project.reports(NAME)
    await open_review(port, port.view(NAME))
    again = port.view(NAME).review
    assert again is not None
    assert (again.verdict, again.opinions, again.round) == (None, (said,), 1)
    assert [one.verdict for one in again.refused] == [other]
    assert [one.by for one in again.earlier] == ["lead"]
    with pytest.raises(Conflict, match="the lead judged this commit already"):
        await give_verdict(
            port, port.view(NAME), VerdictKind.APPROVED, head=said.head, by="shop-reviewer-01"
        )


async def test_the_next_commit_is_the_next_round_with_what_was_said(
    project: Project, port: MemoryPort
) -> None:
    view = await project.reviewed()
    assert view.review is not None
    said = Verdict(
        kind=VerdictKind.CHANGES_REQUESTED,
        head=view.review.head,
        by="shop-reviewer-01",
        at=port.clock(),
        judge=Judge.PEER,
        round=1,
    )
    port.write("", OpinionGiven(session=NAME, verdict=said))
    port.write("", VerdictGiven(session=NAME, verdict=said))
    project.box.at(Path(view.spec.worktree)).commit({"more.txt": "x"})
    project.runs(NAME, SessionState.WORKING)
    project.reports(NAME)
    await open_review(port, port.view(NAME))
    again = port.view(NAME).review
    assert again is not None
    assert (again.round, again.opinions, again.earlier) == (2, (), (said,))


async def test_blocked_stays_in_review(project: Project, port: MemoryPort) -> None:
    await project.approved()
    await judge(port, VerdictKind.BLOCKED)
    view = port.view(NAME)
    assert view.state is SessionState.IN_REVIEW
    assert view.review is not None
    assert view.review.verdict is not None
    assert view.review.verdict.kind is VerdictKind.BLOCKED


async def test_a_merge_that_began_meanwhile_stands_in_the_way(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved()
    head = view.review.head if view.review else ""

    def another_lead() -> None:
        merge = Merge(id="m", head=head, base_branch="main")
        port.write("", MergeStarted(session=NAME, merge=merge))

    port.meanwhile = another_lead
    before = len(port.told(VerdictGiven))
    with pytest.raises(NotPossible, match="being merged"):
        await judge(port, VerdictKind.CHANGES_REQUESTED)
    assert len(port.told(VerdictGiven)) == before


async def test_a_new_commit_voids_the_verdict(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    assert await refresh_review(port, view) is None
    old = view.review.head if view.review else ""
    new = project.box.at(Path(view.spec.worktree)).commit({"more": "x"})
    review = await refresh_review(port, port.view(NAME))
    assert review is not None
    assert (review.head, review.verdict) == (new, None)
    assert port.told(ReviewVoided) == [ReviewVoided(session=NAME, head=old, new_head=new)]
    assert port.view(NAME).state is SessionState.IN_REVIEW


async def test_while_it_works_only_the_verdict_falls(project: Project, port: MemoryPort) -> None:
    view = await project.reviewed()
    await judge(port, VerdictKind.CHANGES_REQUESTED)
    project.runs(NAME, SessionState.WORKING)
    project.box.at(Path(view.spec.worktree)).commit({"more": "x"})
    assert await refresh_review(port, port.view(NAME)) is None
    assert await refresh_review(port, port.view(NAME)) is None
    assert len(port.told(ReviewVoided)) == 1
    assert port.view(NAME).state is SessionState.WORKING
    project.reports()
    review = await open_review(port, port.view(NAME))
    assert review is not None
    assert port.view(NAME).state is SessionState.IN_REVIEW


async def test_the_same_commit_keeps_its_checks_and_loses_its_verdict(tmp_path: Path) -> None:
    project = await make_project(tmp_path / "shop", [GREEN])
    port = project.port
    await project.reviewed()
    await judge(port, VerdictKind.CHANGES_REQUESTED)
    project.runs(NAME, SessionState.WORKING)
    project.reports()
    review = await open_review(port, port.view(NAME))
    assert review is not None
    assert review.checks_green
    assert [check.name for check in review.checks] == ["tests"]
    assert review.verdict is None


async def test_opening_it_again_changes_nothing(project: Project, port: MemoryPort) -> None:
    await project.approved()
    before = len(port.records)
    review = await open_review(port, port.view(NAME))
    assert review is not None
    assert review.verdict is not None
    assert len(port.records) == before
    assert port.view(NAME).state is SessionState.APPROVED


async def test_a_session_that_is_being_merged_is_left_alone(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved()
    head = view.review.head if view.review else ""
    port.write("", MergeStarted(session=NAME, merge=Merge(id="m", head=head, base_branch="main")))
    with pytest.raises(NotPossible, match="being merged"):
        await open_review(port, port.view(NAME))
    with pytest.raises(NotPossible, match="being merged"):
        await judge(port, VerdictKind.CHANGES_REQUESTED)


async def test_moves_rest_on_the_sessions_last_record(project: Project, port: MemoryPort) -> None:
    await project.approved()
    moves = port.told(SessionMoved)
    assert [(move.before, move.after) for move in moves] == [
        (SessionState.REPORTED, SessionState.IN_REVIEW),
        (SessionState.IN_REVIEW, SessionState.APPROVED),
    ]
    assert {move.after_record for move in moves} == {port.view(NAME).cursor}


async def test_what_the_session_is_told(project: Project, port: MemoryPort) -> None:
    view = await project.reviewed()
    verdict = await give_verdict(
        port,
        view,
        VerdictKind.CHANGES_REQUESTED,
        head=view.review.head if view.review else "",
        note="Nearly there.",
        findings=[Finding(path="a.py", line=7, text="off by one", evidence="test_a fails")],
    )
    message = changes_message(verdict)
    assert "Nearly there." in message
    assert "- a.py:7 [should] off by one\n  evidence: test_a fails" in message
    assert verdict.head[:12] in message
