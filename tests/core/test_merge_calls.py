"""How often a merge asks git: every process costs the lead time, and each look is there for a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.merging_alone import run_merge
from tests.core.repositories import make_project
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.repo.git import Answer, Git

MOST = 76
"""Processes of git for one plain merge, with its worktree and branch put away."""


async def test_a_merge_asks_git_no_more_than_it_must(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = await make_project(tmp_path / "shop")
    view = await project.approved()
    asked: list[str] = []
    attempt = Git.attempt

    async def counted(
        self: Git,
        *arguments: str,
        given: bytes = b"",
        deadline: float = 0.0,
        patience: float = 0.0,
    ) -> Answer:
        asked.append(" ".join(arguments))
        return await attempt(self, *arguments, given=given, deadline=deadline, patience=patience)

    monkeypatch.setattr(Git, "attempt", counted)
    merge = await run_merge(project.port, view)
    assert merge.outcome is MergeOutcome.MERGED
    assert 50 < len(asked) <= MOST, "\n".join(asked)
