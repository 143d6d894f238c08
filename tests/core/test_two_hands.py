"""The lead and an orchestrator judge and merge at once: the first wins, the lead's word stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.repositories import Project, make_project
from wuhu_tui.core.reviews import give_verdict
from wuhu_tui.model.errors import Conflict
from wuhu_tui.model.reviews import VerdictKind

CHIEF = "shop-orchestrator-01"
LEAD = "lead"
APPROVED, CHANGES = VerdictKind.APPROVED, VerdictKind.CHANGES_REQUESTED


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    return await make_project(tmp_path / "shop")


@pytest.mark.parametrize(
    ("first", "second", "may"),
    [
        ((LEAD, CHANGES), (CHIEF, APPROVED), False),
        ((LEAD, APPROVED), (CHIEF, CHANGES), False),
        ((LEAD, APPROVED), (CHIEF, APPROVED), True),
        ((CHIEF, APPROVED), (LEAD, CHANGES), True),
        ((LEAD, APPROVED), (LEAD, CHANGES), True),
        ((CHIEF, CHANGES), (CHIEF, APPROVED), True),
    ],
)
async def test_only_the_lead_takes_back_what_the_lead_said(
    project: Project, first: tuple[str, VerdictKind], second: tuple[str, VerdictKind], may: bool
) -> None:
    view = await project.reviewed()
    assert view.review is not None
    head = view.review.head
    await give_verdict(project.port, view, first[1], head=head, by=first[0])
    if may:
        await give_verdict(project.port, view, second[1], head=head, by=second[0])
        return
    said = f"the lead judged this commit already, at .* UTC: {first[1].value}"
    with pytest.raises(Conflict, match=said):
        await give_verdict(project.port, view, second[1], head=head, by=second[0])
