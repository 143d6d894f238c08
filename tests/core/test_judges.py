"""Sessions that judge: a read-only place, one a commit and part, and what follows from their word."""

from __future__ import annotations

import shutil
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.core.conftest import Desk, open_desk
from tests.core.fake_host import git
from tests.core.judging_steps import Court, hurry, settings
from wuhu_tui.core import opinions as opinions_module
from wuhu_tui.model.attention import Need, next_action
from wuhu_tui.model.errors import Conflict, NotPossible, UsageError
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.reports import Criterion
from wuhu_tui.model.reviews import Finding, Judge, VerdictKind
from wuhu_tui.model.states import SessionState

GRAVE = Finding(path="work.txt", line=1, text="it loses money", severity="must")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


@pytest.fixture
async def by_reviewer(root: Path) -> AsyncIterator[Court]:
    settings(root, "reviewer")
    desk = await open_desk(root, conduct=True)
    yield Court(desk)
    await desk.core.aclose()
    desk.host.end_all()


@pytest.fixture
async def by_council(root: Path) -> AsyncIterator[Court]:
    settings(root, "council", "rounds = 1")
    desk = await open_desk(root, conduct=True)
    yield Court(desk)
    await desk.core.aclose()
    desk.host.end_all()


async def test_a_reviewer_gets_a_read_only_checkout_of_exactly_the_commit(
    by_reviewer: Court,
) -> None:
    session = await by_reviewer.works(acceptance=("it works",), scope=("work.txt",))
    reviewer = await by_reviewer.assigned(session)
    spec, review = reviewer.spec, by_reviewer.review(session)
    place = Path(spec.worktree)
    assert git(place, "rev-parse", "HEAD") == review.head == spec.base_commit
    assert not (place / "work.txt").stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    assert spec.judges is not None
    assert (spec.judges.head, spec.judges.base) == (review.head, review.merge_base)
    assert spec.acceptance == ("it works",)
    for words in (f"git diff {review.merge_base}..{review.head}", "do it", "t: passed", "so it is"):
        assert words in spec.task
    skills = by_reviewer.desk.folder.session(spec.id).skills
    assert sorted(path.name for path in skills.iterdir()) == ["code-review.md", "reviewer.md"]


async def test_its_approval_binds_and_its_session_rests(by_reviewer: Court) -> None:
    session = await by_reviewer.works()
    reviewer = await by_reviewer.assigned(session)
    reviewer.judges()
    await by_reviewer.desk.reaches(session, SessionState.APPROVED)
    verdict = by_reviewer.review(session).verdict
    assert verdict is not None
    assert (verdict.by, verdict.judge) == (reviewer.spec.id, Judge.REVIEWER)
    assert [said.by for said in by_reviewer.review(session).opinions] == [reviewer.spec.id]
    await by_reviewer.desk.reaches(reviewer.spec.id, SessionState.HIBERNATED)


async def test_changes_go_back_and_the_next_commit_gets_a_judge_of_its_own(
    by_reviewer: Court,
) -> None:
    session = await by_reviewer.works()
    first = await by_reviewer.assigned(session)
    first.judges(VerdictKind.CHANGES_REQUESTED, GRAVE)
    worker = by_reviewer.worker(session)
    await by_reviewer.desk.until(lambda: bool(worker.heard), "the findings come")
    assert "must" in worker.heard[-1]
    assert "it loses money" in worker.heard[-1]
    head = by_reviewer.done(session, content="better\n")
    await by_reviewer.desk.reaches(session, SessionState.IN_REVIEW)
    second = await by_reviewer.assigned(session)
    assert second.spec.judges is not None
    assert (second.spec.judges.head, second.spec.judges.round) == (head, 2)
    assert "it loses money" in second.spec.task
    await by_reviewer.desk.reaches(first.spec.id, SessionState.ARCHIVED)
    assert git(by_reviewer.desk.folder.root, "branch", "--list", first.spec.branch) == ""
    second.judges()
    await by_reviewer.desk.reaches(session, SessionState.APPROVED)


async def test_what_a_reviewer_writes_is_refused_shown_and_undone(by_reviewer: Court) -> None:
    session = await by_reviewer.works()
    reviewer = await by_reviewer.assigned(session)
    place = Path(reviewer.spec.worktree)
    reviewer.commits("other.txt")
    (place / "__pycache__").mkdir()
    (place / "__pycache__" / "a.pyc").write_text("left by a check")
    (place / "new.txt").write_text("mine")
    reviewer.judges()
    await by_reviewer.desk.until(lambda: bool(by_reviewer.review(session).refused), "refused")
    (refused,) = by_reviewer.review(session).refused
    assert "other.txt" in refused.reason
    assert "new.txt" in refused.reason
    assert "pyc" not in refused.reason
    assert by_reviewer.review(session).opinions == ()
    head = by_reviewer.review(session).head
    await by_reviewer.desk.until(
        lambda: git(place, "rev-parse", "HEAD") == head and not (place / "new.txt").exists(),
        "the checkout is restored",
    )
    assert git(place, "rev-parse", "--abbrev-ref", "HEAD") == reviewer.spec.branch
    assert by_reviewer.desk.core.board.rescues
    again = await by_reviewer.assigned(session, 2)
    assert again.spec.id != reviewer.spec.id
    assert by_reviewer.view(session).state is SessionState.IN_REVIEW


async def test_a_verdict_beside_changed_hooks_or_settings_does_not_count(
    by_reviewer: Court, root: Path
) -> None:
    session = await by_reviewer.works()
    reviewer = await by_reviewer.assigned(session)
    place = Path(reviewer.spec.worktree)
    git(place, "config", "core.fsmonitor", "evil")
    git(place, "config", "branch.x.remote", "origin")
    hook = root / ".git" / "hooks" / "pre-merge-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    git(place, "config", "--unset", "core.fsmonitor")
    git(place, "config", "core.hookspath", ".git/hooks")
    reviewer.judges()
    await by_reviewer.desk.until(lambda: bool(by_reviewer.review(session).refused), "refused")
    (refused,) = by_reviewer.review(session).refused
    assert refused.reason == (
        "while it judged, the repository changed: hook pre-merge-commit, setting core.hookspath"
    )
    again = await by_reviewer.assigned(session, 2)
    again.judges()
    await by_reviewer.desk.reaches(session, SessionState.APPROVED)


@pytest.mark.slow
async def test_a_dirty_place_is_found_as_well(by_reviewer: Court) -> None:
    session = await by_reviewer.works()
    reviewer = await by_reviewer.assigned(session)
    path = Path(reviewer.spec.worktree) / "work.txt"
    path.chmod(0o644)
    path.write_text("changed")
    reviewer.judges()
    await by_reviewer.desk.until(lambda: bool(by_reviewer.review(session).refused), "refused")

    def is_restored() -> bool:
        try:
            return path.read_text() == "done\n" and not path.stat().st_mode & stat.S_IWUSR
        except FileNotFoundError:
            return False  # git puts it back just now

    await by_reviewer.desk.until(is_restored, "restored and sealed")


async def test_an_approval_without_evidence_does_not_count(by_reviewer: Court) -> None:
    session = await by_reviewer.works(acceptance=("it works",))
    first = await by_reviewer.assigned(session)
    first.judges(criteria=(Criterion(text="it works", met=True, evidence=("I looked",)),))
    await by_reviewer.desk.until(lambda: bool(by_reviewer.review(session).refused), "refused")
    assert "path:line" in by_reviewer.review(session).refused[0].reason
    second = await by_reviewer.assigned(session, 2)
    second.judges(criteria=(Criterion(text="it works", met=True, evidence=("work.txt:1",)),))
    await by_reviewer.desk.reaches(session, SessionState.APPROVED)


async def test_a_reviewer_that_dies_is_replaced_once_and_then_it_is_the_leads(
    by_reviewer: Court,
) -> None:
    session = await by_reviewer.works()
    (await by_reviewer.assigned(session)).ends(SessionState.FAILED)
    second = await by_reviewer.assigned(session, 2)

    def warned() -> bool:
        return any("no verdict" in one for one in by_reviewer.desk.core.board.project.warnings)

    await by_reviewer.desk.until(warned, "the end of the first is told")
    second.ends(SessionState.FAILED)

    def told() -> bool:
        letters = by_reviewer.desk.core.board.letters.values()
        mine = (one for one in letters if one.recipient == LEAD and session in one.text)
        return any(not one.is_ended for one in mine)

    await by_reviewer.desk.until(told, "the lead is told")
    assert len(by_reviewer.judges(session)) == 2
    assert by_reviewer.view(session).state is SessionState.IN_REVIEW
    head = by_reviewer.review(session).head
    await by_reviewer.desk.core.verdict(session, VerdictKind.APPROVED, head=head)
    await by_reviewer.desk.until(lambda: not told(), "the letter asks for nothing any more")


async def test_red_checks_get_no_reviewer_and_no_approval(root: Path) -> None:
    settings(root, "reviewer", check="false")
    desk = await open_desk(root, conduct=True)
    court = Court(desk)
    try:
        session = await court.works()
        await desk.until(lambda: not court.review(session).checks_green, "red")
        await desk.core.assign_reviewer(session)
        reviewer = await court.assigned(session)
        reviewer.judges()
        await desk.until(lambda: bool(court.review(session).opinions), "taken")
        await desk.reaches(reviewer.spec.id, SessionState.HIBERNATED)
        assert court.view(session).state is SessionState.IN_REVIEW
        assert court.review(session).verdict is None
    finally:
        await desk.core.aclose()
        desk.host.end_all()


async def test_the_leads_verdict_wins(by_reviewer: Court) -> None:
    session = await by_reviewer.works()
    reviewer = await by_reviewer.assigned(session)
    head = by_reviewer.review(session).head
    await by_reviewer.desk.core.verdict(session, VerdictKind.APPROVED, head=head)
    reviewer.judges(VerdictKind.CHANGES_REQUESTED, GRAVE)
    await by_reviewer.desk.reaches(reviewer.spec.id, SessionState.HIBERNATED)
    verdict = by_reviewer.review(session).verdict
    assert verdict is not None
    assert (verdict.by, verdict.kind) == (LEAD, VerdictKind.APPROVED)
    assert by_reviewer.view(session).state is SessionState.APPROVED


async def test_under_the_lead_a_reviewer_is_evidence(conducted: Desk) -> None:
    court = Court(conducted)
    session = await court.works()
    assert court.judges(session) == []
    spec = await conducted.core.assign_reviewer(session)
    again = await conducted.core.assign_reviewer(session)
    assert again.id == spec.id
    (await court.assigned(session)).judges()
    await conducted.until(lambda: bool(court.review(session).opinions), "shown")
    await conducted.reaches(spec.id, SessionState.HIBERNATED)
    assert court.view(session).state is SessionState.IN_REVIEW


async def test_a_council_ends_with_its_arbiter(by_council: Court) -> None:
    session = await by_council.works()
    peer = await by_council.assigned(session, judge=Judge.PEER)
    assert "peer in a council" in peer.spec.task
    peer.judges(VerdictKind.CHANGES_REQUESTED, GRAVE)
    await by_council.desk.until(lambda: bool(by_council.worker(session).heard), "findings")
    by_council.done(session, content="better\n")
    await by_council.desk.reaches(session, SessionState.IN_REVIEW)
    arbiter = await by_council.assigned(session)
    assert arbiter.spec.judges is not None
    assert arbiter.spec.judges.judge is Judge.ARBITER
    assert "it loses money" in arbiter.spec.task
    arbiter.judges()
    await by_council.desk.reaches(session, SessionState.APPROVED)
    verdict = by_council.review(session).verdict
    assert verdict is not None
    assert (verdict.judge, verdict.round) == (Judge.ARBITER, 2)


async def test_killed_between_opinion_and_verdict(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(root, "reviewer")
    desk = await open_desk(root, conduct=True)
    court = Court(desk)

    async def dies(*_: object) -> None:
        raise NotPossible("killed here")

    from wuhu_tui.core import judging_duties

    monkeypatch.setattr(judging_duties, "bind_verdict", dies)
    session = await court.works()
    (await court.assigned(session)).judges()
    await desk.until(lambda: bool(court.review(session).opinions), "the opinion is written")
    assert court.review(session).verdict is None
    await desk.core.aclose()
    monkeypatch.setattr(judging_duties, "bind_verdict", opinions_module.bind_verdict)
    again = await open_desk(root, conduct=True)
    try:
        await again.reaches(session, SessionState.APPROVED)
    finally:
        await again.core.aclose()
        desk.host.end_all()


async def test_there_must_be_something_to_judge(by_reviewer: Court) -> None:
    session = await by_reviewer.desk.started()
    with pytest.raises(NotPossible, match="nothing to judge"):
        await by_reviewer.desk.core.assign_reviewer(session)


async def test_who_was_refused_once_is_not_heard_again(desk: Desk) -> None:
    court = Court(desk)
    session = await desk.started()
    court.done(session)
    await desk.reaches(session, SessionState.REPORTED)
    await desk.core.open_review(session)
    spec = await desk.core.assign_reviewer(session)
    reviewer = court.worker(spec.id)
    (Path(spec.worktree) / "new.txt").write_text("mine")
    for number in (1, 2):
        reviewer.judges()
        await opinions_module.take_opinion(desk.core.project, spec.id)
        await opinions_module.take_opinion(desk.core.project, spec.id)
        assert len(court.review(session).refused) == number
        reviewer.works()
    assert court.review(session).opinions == ()
    assert not (Path(spec.worktree) / "new.txt").exists()
    another = await desk.core.assign_reviewer(session)
    assert another.id != spec.id


async def test_only_the_newest_commit_is_judged(desk: Desk) -> None:
    court = Court(desk)
    session = await desk.started()
    court.done(session)
    await desk.reaches(session, SessionState.REPORTED)
    await desk.core.open_review(session)
    court.worker(session).commits("more.txt")
    with pytest.raises(Conflict, match="newer than the commit under review"):
        await desk.core.assign_reviewer(session)


async def test_only_the_lead_lets_others_approve(desk: Desk) -> None:
    parent = await desk.made()
    with pytest.raises(NotPossible, match="only the lead"):
        await desk.made(parent=parent, review="reviewer")
    child = await desk.made(parent=parent, review="human")
    assert desk.view(child).spec.review == "human"
    with pytest.raises(UsageError, match="no review policy"):
        await desk.made(review="everybody")


async def test_a_verdict_from_a_place_that_is_gone_does_not_count(desk: Desk) -> None:
    court = Court(desk)
    session = await desk.started()
    court.done(session)
    await desk.reaches(session, SessionState.REPORTED)
    await desk.core.open_review(session)
    spec = await desk.core.assign_reviewer(session)
    court.worker(spec.id).judges()
    shutil.rmtree(spec.worktree)
    await opinions_module.take_opinion(desk.core.project, spec.id)
    (refused,) = court.review(session).refused
    assert refused.reason == "its place is gone, and nobody can say what was written there"


async def test_its_approval_of_work_outside_the_scope_is_left_to_the_lead(
    by_reviewer: Court,
) -> None:
    session = await by_reviewer.works("stray.txt", scope=("work.txt",))
    reviewer = await by_reviewer.assigned(session)
    reviewer.judges()

    def told() -> list[str]:
        letters = by_reviewer.desk.core.board.letters.values()
        return [one.text for one in letters if one.recipient == LEAD and one.about == session]

    await by_reviewer.desk.until(lambda: bool(told()), "the lead is told")
    assert "outside its scope: stray.txt" in told()[0]
    review = by_reviewer.review(session)
    assert (review.verdict, len(review.opinions)) == (None, 1)
    assert by_reviewer.judges(session) == [reviewer.spec.id], "no other one is asked"
    await by_reviewer.desk.core.verdict(session, VerdictKind.APPROVED, head=review.head)
    await by_reviewer.desk.reaches(session, SessionState.APPROVED)


async def test_a_judge_that_was_stopped_goes_on_when_it_is_assigned_again(desk: Desk) -> None:
    court = Court(desk)
    session = await desk.started()
    court.done(session)
    await desk.reaches(session, SessionState.REPORTED)
    await desk.core.open_review(session)
    spec = await desk.core.assign_reviewer(session)
    await desk.core.stop(spec.id)
    await desk.reaches(spec.id, SessionState.STOPPED)
    assert next_action(court.view(session)).need is Need.REVIEW
    assert (await desk.core.assign_reviewer(session)).id == spec.id
    await desk.reaches(spec.id, SessionState.WORKING)
    assert next_action(court.view(session)).text == f"{spec.shown_name} judges it"
