"""Sessions that fix another's work: on a branch of their own, delivered whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.conftest import Desk
from tests.core.fake_host import git
from tests.core.judging_steps import Court, hurry
from wuhu_tui.core import fixes_delivery as delivery_module
from wuhu_tui.model.errors import Conflict, GitError, NotPossible
from wuhu_tui.model.reviews import Finding, VerdictKind
from wuhu_tui.model.states import SessionState


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


async def _with_findings(court: Court) -> str:
    """A session whose work was found wanting, and that does not go on itself."""
    session = await court.works()
    finding = Finding(path="work.txt", line=1, text="it loses money", severity="must")
    head, kind = court.review(session).head, VerdictKind.BLOCKED
    await court.desk.core.verdict(session, kind, head=head, note="see there", findings=(finding,))
    return session


async def test_what_was_fixed_goes_onto_the_branch_and_is_reviewed_there(conducted: Desk) -> None:
    court = Court(conducted)
    session = await _with_findings(court)
    before, branch = court.review(session).head, court.view(session).spec.branch
    spec = await conducted.core.fix_session(session, note="be quick")
    assert (spec.base_commit, spec.role, spec.fixes) == (before, "pr-fix", session)
    assert spec.branch != branch
    for words in ("be quick", "it loses money", "work.txt:1", "see there"):
        assert words in spec.task
    with pytest.raises(NotPossible, match="fixes it already"):
        await conducted.core.fix_session(session)
    head = court.done(spec.id, content="better\n")
    await conducted.reaches(spec.id, SessionState.ARCHIVED)
    root = conducted.folder.root
    assert git(root, "rev-parse", branch) == head == court.review(session).head
    place = Path(court.view(session).spec.worktree)
    assert (place / "work.txt").read_text() == "better\n"
    assert git(place, "status", "--porcelain") == ""
    assert git(root, "branch", "--list", spec.branch) == ""
    assert court.view(session).state is SessionState.IN_REVIEW


async def test_a_dirty_place_waits_and_loses_nothing(desk: Desk) -> None:
    court = Court(desk)
    session, fix = await _fixing(court)
    place = Path(court.view(session).spec.worktree)
    (place / "work.txt").write_text("by hand")
    court.done(fix, content="better\n")
    with pytest.raises(GitError, match=r"work\.txt"):
        await desk.core.deliver_fix(fix)
    assert (place / "work.txt").read_text() == "by hand"
    git(place, "checkout", "-q", "work.txt")
    (court.desk.folder.worktrees / fix / "left.txt").write_text("x")
    with pytest.raises(NotPossible, match=r"not everything.*left\.txt"):
        await desk.core.deliver_fix(fix)
    (court.desk.folder.worktrees / fix / "left.txt").unlink()
    head = await desk.core.deliver_fix(fix)
    assert court.review(session).head == head
    assert court.view(fix).state is SessionState.ARCHIVED


async def test_a_branch_that_moved_on_is_taken_in_first(desk: Desk) -> None:
    court = Court(desk)
    session, fix = await _fixing(court)
    place = Path(court.view(session).spec.worktree)
    (place / "beside.txt").write_text("x")
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", "beside")
    tip = git(place, "rev-parse", "HEAD")
    court.done(fix, content="better\n")
    with pytest.raises(Conflict, match="moved on"):
        await desk.core.deliver_fix(fix)
    assert git(place, "rev-parse", "HEAD") == tip
    worker = court.worker(fix)
    await desk.until(lambda: any("Merge it into" in words for words in worker.heard), "told")
    git(Path(worker.spec.worktree), "merge", "-q", "--no-edit", court.view(session).spec.branch)
    worker.reports()
    await desk.reaches(fix, SessionState.REPORTED)
    head = await desk.core.deliver_fix(fix)
    assert git(place, "rev-parse", "HEAD") == head
    assert (place / "beside.txt").exists()


@pytest.mark.parametrize("step", ["_reviewed_again", "archive"])
async def test_killed_between_two_steps_it_goes_on(
    desk: Desk, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    court = Court(desk)
    session, fix = await _fixing(court)
    head = court.done(fix, content="better\n")
    await desk.reaches(fix, SessionState.REPORTED)

    async def dies(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(delivery_module, step, dies)
        with pytest.raises(RuntimeError):
            await desk.core.deliver_fix(fix)
    assert await desk.core.deliver_fix(fix) == head
    assert court.review(session).head == head
    assert court.view(session).state is SessionState.IN_REVIEW
    assert court.view(fix).state is SessionState.ARCHIVED


async def test_two_sessions_never_work_on_one_branch(desk: Desk) -> None:
    court = Court(desk)
    session, fix = await _fixing(court)
    court.worker(session).works()
    await desk.reaches(session, SessionState.WORKING)
    court.done(fix, content="better\n")
    await desk.reaches(fix, SessionState.REPORTED)
    with pytest.raises(NotPossible, match=f"{session} is working"):
        await desk.core.deliver_fix(fix)
    other = await desk.started()
    with pytest.raises(NotPossible, match="never work on one branch"):
        await desk.core.fix_session(other)
    with pytest.raises(NotPossible, match="fixes nobody"):
        await desk.core.deliver_fix(other)


async def test_a_fix_that_committed_nothing_is_not_delivered(desk: Desk) -> None:
    court = Court(desk)
    session, fix = await _fixing(court)
    court.worker(fix).reports()
    await desk.reaches(fix, SessionState.REPORTED)
    with pytest.raises(NotPossible, match="committed nothing yet"):
        await desk.core.deliver_fix(fix)
    assert court.view(fix).state is SessionState.REPORTED
    assert court.view(session).state is SessionState.IN_REVIEW


async def test_a_conflict_is_fixed_with_both_sides_named(desk: Desk, root: Path) -> None:
    court = Court(desk)
    session = await _before_the_lead(court)
    (root / "work.txt").write_text("mine\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "beside it")
    await desk.core.open_review(session)
    git(root, "commit", "-q", "--allow-empty", "-m", "more")
    from wuhu_tui.core.reviews import refresh_conflicts

    await refresh_conflicts(desk.core.project, court.view(session))
    spec = await desk.core.fix_session(session)
    assert "work.txt" in spec.task
    assert "mine" in spec.task


async def test_without_anything_found_there_is_nothing_to_fix(desk: Desk) -> None:
    court = Court(desk)
    session = await _before_the_lead(court)
    with pytest.raises(NotPossible, match="nothing was found"):
        await desk.core.fix_session(session)


async def _before_the_lead(court: Court) -> str:
    session = await court.desk.started()
    court.done(session)
    await court.desk.reaches(session, SessionState.REPORTED)
    await court.desk.core.open_review(session)
    return session


async def _fixing(court: Court) -> tuple[str, str]:
    session = await _before_the_lead(court)
    spec = await court.desk.core.fix_session(session, note="make it better")
    return session, spec.id
