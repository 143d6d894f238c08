"""What the checker asks of a remote: it only goes on, and never ahead of what was proven here."""

from __future__ import annotations

from pathlib import Path

from tests.checker.checker import Check, base_moves, base_ref
from tests.checker.reading import HUMAN, Repo, Run, git


class RemoteCheck:
    """A bare repository beside one that was checked already."""

    def __init__(self, check: Check, bare: Path) -> None:
        self.check = check
        self.there = Repo(bare)
        self.moves = base_moves(bare, check.base)
        self.tip = git(bare, "rev-parse", base_ref(check.base))
        self.found: list[str] = []

    def all(self) -> list[str]:
        """Everything that is wrong."""
        for old, new in self.moves:
            if self.there.contains(new, old):
                self._went_on(old, new)
            else:
                self.found.append(f"remote: {old[:8]} was replaced by {new[:8]}")
        for run in self.check.story.runs.values():
            self._of(run)
        return self.found

    def _went_on(self, old: str, new: str) -> None:
        for commit in self.there.line(old, new):
            if self.there.author(commit) != HUMAN and not self._was_base(commit):
                self.found.append(f"remote: {commit[:8]} was never on base")

    def _was_base(self, commit: str) -> bool:
        repo = self.check.repo
        return repo.has(commit) and any(
            repo.contains(value, commit) for _, value in self.check.moves
        )

    def _of(self, run: Run) -> None:
        there = self._has(run.result)
        if there and not run.proven:
            self.found.append(f"remote: {run.result[:8]} of {run.session} was never proven")
        if there and not self._on_base(run.result):
            self.found.append(f"remote: {run.result[:8]} of {run.session} is on base no more")
        here = any(landed.run is run for landed in self.check.landed.values())
        if here and run.outcome == "merged" and not there and not self.check.story.unpushed:
            self.found.append(f"remote: {run.result[:8]} of {run.session} is not there")

    def _has(self, commit: str) -> bool:
        known = bool(commit) and self.there.has(commit)
        return known and self.there.contains(self.tip, commit)

    def _on_base(self, commit: str) -> bool:
        repo, known = self.check.repo, self.check.moves
        return bool(known) and repo.has(commit) and repo.contains(known[-1][1], commit)
