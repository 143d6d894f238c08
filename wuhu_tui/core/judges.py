"""Reviewer sessions: one for each commit and part, on a read-only checkout of exactly that commit.

The session is made under a key of commit, round, part and number, so that making it twice, or going
on after a crash, is making it once.
"""

from __future__ import annotations

from msgspec.structs import replace

from wuhu_tui.core.door import NewSession
from wuhu_tui.core.instantiate import instantiate
from wuhu_tui.core.judging_board import is_over, judges_of
from wuhu_tui.core.judging_brief import judging_task
from wuhu_tui.core.judging_place import seal
from wuhu_tui.core.lives import archive, begin_life, stop
from wuhu_tui.core.project import BUSY, Project
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, NotPossible, UsageError
from wuhu_tui.model.reviews import Assignment, Judge, Review
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.ground import ground_of
from wuhu_tui.repo.refs import required_tip

ROLE = "reviewer"


async def assign_reviewer(
    project: Project, session: str, *, judge: Judge, agent: str, by: str
) -> SessionSpec:
    """Make and start a session that judges exactly the commit under review, or adopt the one there is.

    One that was stopped goes on.

    Raises:
        UsageError: the lead is no session.
        NotPossible: there is nothing to judge.
        Conflict: a newer commit is there than the one under review.
    """
    if judge is Judge.LEAD:
        raise UsageError("the lead is no session", remedy="assign a reviewer, peer or arbiter")
    await project.reload()
    await project.catch_up()
    judged = project.view(session)
    review = await _judgeable(project, judged)
    spec = _assigned(project, judged, review, judge)
    if spec is None:
        wish = _wish(project, judged, review, judge, agent=agent, by=by)
        spec = await instantiate(project, await _grounded(project, wish))
        await project.catch_up()
    await seal(spec)
    if _rests(project.view(spec.id)):
        await begin_life(project, spec.id)
    return spec


def _rests(judge: SessionView) -> bool:
    """Whether it was never started, or was stopped and is asked for again."""
    return judge.own is None or judge.state is SessionState.STOPPED


async def _judgeable(project: Project, judged: SessionView) -> Review:
    if judged.spec.judges or judged.spec.fixes:
        raise NotPossible(
            "its work is not judged by itself",
            where=judged.id,
            remedy="assign a reviewer to the session whose branch gets it",
        )
    if judged.review is None or judged.state in (SessionState.MERGED, SessionState.ARCHIVED):
        raise NotPossible(
            "there is nothing to judge",
            where=judged.id,
            remedy=f"wait for its report, or open a review: wuhu review {judged.id} --open",
        )
    tip = await required_tip(project.repository.git, judged.spec.branch)
    if tip != judged.review.head:
        raise Conflict(
            f"{tip[:12]} is newer than the commit under review",
            where=judged.id,
            remedy="wait until that one is before you, then assign again",
        )
    return judged.review


def _assigned(
    project: Project, judged: SessionView, review: Review, judge: Judge
) -> SessionSpec | None:
    """The one that has this part already, if it can still come to a verdict or has given one."""
    nudges, now = project.config.policies.nudge, project.clock()
    made = judges_of(project.board, judged, judge)
    living = (one for one in made if not is_over(one, review, now, nudges=nudges))
    return next((one.spec for one in living), None)


def _wish(
    project: Project, judged: SessionView, review: Review, judge: Judge, *, agent: str, by: str
) -> NewSession:
    settings = project.config.review
    own = (settings.arbiter or settings.agent) if judge is Judge.ARBITER else settings.agent
    number = len(judges_of(project.board, judged, judge)) + 1
    return NewSession(
        task=judging_task(judged, review, judge),
        title=f"{judge.value} of {judged.spec.shown_name}",
        role=ROLE,
        agent=agent or own,
        parent=by if project.board.session(by) else "",
        base=judged.spec.base_branch,
        acceptance=judged.spec.acceptance,
        rules=judged.spec.rules,
        key=f"judge-{judged.id}-{review.head}-{review.round}-{judge.value}-{number}",
        judges=Assignment(
            session=judged.id,
            head=review.head,
            base=review.merge_base,
            judge=judge,
            round=review.round,
        ),
    )


async def _grounded(project: Project, wish: NewSession) -> NewSession:
    """With what the repository's hooks and settings are before the judge has a hand."""
    assert wish.judges is not None
    repository = project.repository
    ground = await ground_of(repository.git, repository.common)
    return replace(wish, judges=replace(wish.judges, ground=ground))


async def end_judge(project: Project, session: str) -> None:
    """Let a judge go whose commit does not lie before it any more; what it wrote is rescued."""
    if project.view(session).state in BUSY:
        await stop(project, session, by="core")
        await project.catch_up()
    await archive(project, session, discard=True, by="core")
