"""Before work outside its scope lands, the lead must have let it pass, and the journal says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core.queue_steps import ONE, in_base, shop
from tests.core.repositories import MemoryPort, Project
from wuhu_tui.core.approval import check_approval
from wuhu_tui.core.merges import planned
from wuhu_tui.core.outlook import merge_outlook
from wuhu_tui.core.queue import queue_merge
from wuhu_tui.core.queue_work import work_queue
from wuhu_tui.core.reviews import give_verdict, open_review
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.project_events import (
    MergeStarted,
    ReviewOpened,
    SessionInstantiated,
    VerdictGiven,
)
from wuhu_tui.model.reviews import VerdictKind

OUTSIDE = ("ci.yml", "readme.txt")


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    return (await shop(tmp_path))[0]


@pytest.fixture
def port(project: Project) -> MemoryPort:
    return project.port


async def strayed(project: Project) -> str:
    """A session in review that was to change `src` alone, and moved a file into it; its commit."""
    worktree = await project.session(ONE, f"wuhu/{ONE}")
    scoped = replace(project.port.view(ONE).spec, scope=("src/",))
    project.port.write("", SessionInstantiated(spec=scoped))
    worktree.git("rm", "-q", "readme.txt")
    worktree.commit({"src/readme.txt": "readme\n", "src/db.py": "x\n", "ci.yml": "x\n"}, "Stray")
    project.reports(ONE)
    review = await open_review(project.port, project.port.view(ONE))
    assert review is not None
    assert review.outside == OUTSIDE, "a file that was moved away is one that changed"
    return review.head


async def test_the_lead_lets_it_pass_knowingly(project: Project, port: MemoryPort) -> None:
    head = await strayed(project)
    assert (await merge_outlook(port, port.view(ONE))).waived_by == ""
    given = await give_verdict(port, port.view(ONE), VerdictKind.APPROVED, head=head)
    assert given.waived == OUTSIDE
    assert [event.verdict.waived for event in port.told(VerdictGiven)] == [OUTSIDE]
    outlook = await merge_outlook(port, port.view(ONE))
    assert (outlook.outside, outlook.waived_by, outlook.blocks) == (OUTSIDE, "lead", ())
    await queue_merge(port, port.view(ONE))
    await work_queue(port)
    assert in_base(project, "ci.yml")
    assert [event.merge.waived for event in port.told(MergeStarted)] == [OUTSIDE]


@pytest.mark.parametrize("by", ["shop-reviewer-01", "orchestrator"])
async def test_nobody_else_approves_it(project: Project, port: MemoryPort, by: str) -> None:
    head = await strayed(project)
    with pytest.raises(NotPossible, match=r"outside its scope: ci.yml, readme.txt; only the lead"):
        await give_verdict(port, port.view(ONE), VerdictKind.APPROVED, head=head, by=by)
    assert port.told(VerdictGiven) == []
    back = await give_verdict(port, port.view(ONE), VerdictKind.CHANGES_REQUESTED, head=head, by=by)
    assert back.by == by


async def test_what_nobody_let_pass_does_not_begin(project: Project, port: MemoryPort) -> None:
    """Whatever wrote that verdict: the merge looks for itself."""
    head = await strayed(project)
    given = await give_verdict(port, port.view(ONE), VerdictKind.APPROVED, head=head)
    port.write("", VerdictGiven(session=ONE, verdict=replace(given, waived=("ci.yml",))))
    for begin in (queue_merge(port, port.view(ONE)), planned(port, port.view(ONE), by="lead")):
        with pytest.raises(NotPossible, match=r"outside its scope: readme.txt; only the lead"):
            await begin
    assert "outside its scope" in (await merge_outlook(port, port.view(ONE))).blocks[0]
    assert not in_base(project, "ci.yml")


async def test_a_scope_that_is_kept_asks_nothing(project: Project, port: MemoryPort) -> None:
    head = await strayed(project)
    review = port.view(ONE).review
    assert review is not None
    port.write("", ReviewOpened(session=ONE, review=replace(review, outside=())))
    given = await give_verdict(
        port, port.view(ONE), VerdictKind.APPROVED, head=head, by="shop-reviewer-01"
    )
    assert (given.waived, check_approval(port.checks, port.view(ONE)).by) == ((), given.by)
