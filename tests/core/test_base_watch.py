"""Base that moved by nobody's merge: found in a real repository and told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.conftest import Desk
from tests.core.fake_host import git
from wuhu_tui.core.base_watch import BaseWatch
from wuhu_tui.model.letters import LEAD, Letter
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.sightings import Sighting, SightingKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.branch_watch import read_tips


async def approved(desk: Desk) -> str:
    """A session whose work the lead approved."""
    session = await desk.started()
    desk.host.workers[session].commits(f"{session}.txt")
    desk.host.workers[session].reports()
    await desk.reaches(session, SessionState.REPORTED)
    await desk.core.open_review(session)
    view = await desk.reaches(session, SessionState.IN_REVIEW)
    assert view.review is not None
    await desk.core.verdict(session, VerdictKind.APPROVED, head=view.review.head)
    return session


async def look(desk: Desk, watch: BaseWatch) -> list[Sighting]:
    """Everything told of base after one more look at the branches."""
    project = desk.core.project
    for duty in watch.due(await read_tips(project.repository.git)):
        await duty.work()
    await project.catch_up()
    found = project.board.sightings.values()
    return [one for one in found if one.kind is SightingKind.BASE_MOVED]


def letters(desk: Desk) -> list[Letter]:
    return [one for one in desk.core.board.letters.values() if one.recipient == LEAD]


async def test_only_what_nothing_of_wuhu_brought_is_told(desk: Desk, root: Path) -> None:
    watch = BaseWatch(desk.core.project)
    assert await look(desk, watch) == [], "a first look tells nothing"
    merged = await desk.core.merge(await approved(desk))
    assert await look(desk, watch) == []
    git(root, "commit", "-q", "--allow-empty", "-m", "by hand")
    by_hand = git(root, "rev-parse", "main").strip()
    (one,) = await look(desk, watch)
    assert one.refs == (merged.result, by_hand)
    assert "1 commit came: “by hand”" in one.text
    assert await look(desk, watch) == [one], "told once"
    assert letters(desk) == []


async def test_a_merge_that_base_lost_needs_the_lead(desk: Desk, root: Path) -> None:
    session = await approved(desk)
    watch = BaseWatch(desk.core.project)
    await look(desk, watch)
    merged = await desk.core.merge(session)
    await look(desk, watch)
    git(root, "update-ref", "refs/heads/main", merged.base_tip)
    (one,) = await look(desk, watch)
    assert "commits it had before went" in one.text
    (letter,) = letters(desk)
    assert f"main lost what was merged of {session}" in letter.text
    assert f"git merge {merged.result[:12]}" in letter.text
    git(root, "update-ref", "refs/heads/main", merged.result)
    assert len(await look(desk, watch)) == 1, "a merge's own result came back"


async def test_an_undo_is_told_by_nobody_and_a_commit_below_a_merge_is(
    desk: Desk, root: Path
) -> None:
    session, other = await approved(desk), await approved(desk)
    watch = BaseWatch(desk.core.project)
    await look(desk, watch)
    await desk.core.merge(session)
    await look(desk, watch)
    await desk.core.undo_merge(session)
    assert await look(desk, watch) == []
    git(root, "commit", "-q", "--allow-empty", "-m", "by hand")
    by_hand = git(root, "rev-parse", "main").strip()
    await desk.core.merge(other)
    (one,) = await look(desk, watch)
    assert one.refs[1] == by_hand
    watch.forget()
    git(root, "commit", "-q", "--allow-empty", "-m", "unwatched")
    assert await look(desk, watch) == [one], "a first look again"


@pytest.mark.parametrize("there", [False, True])
async def test_a_base_that_cannot_be_seen_is_no_news(desk: Desk, root: Path, there: bool) -> None:
    watch = BaseWatch(desk.core.project)
    if there:
        await look(desk, watch)
    git(root, "branch", "-m", "main", "elsewhere")
    assert await look(desk, watch) == []
