"""An independent checker of merges: it reads git and the journal, and shares no code with wuhu.

It proves of everything base ever was: each commit on it was approved at its SHA, or is a merge,
squash or rebase of such, or a human's; what it held passed the sample's checks; nothing approved is
missing; what was settled by hand is what the lead made of it; what was rolled back is gone with all
that landed with it, and waits in the queue; and nothing of the lead's uncommitted files changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.checker.reading import HUMAN, ZERO, Repo, Run, Story, git, read

Passes = Callable[[frozenset[str]], bool]
"""Whether a tree with these files is green."""


@dataclass(frozen=True)
class Known:
    """What only those know who played the history."""

    passes: Passes
    lead: Mapping[str, bytes | None] = field(default_factory=dict)
    """What the lead has lying about, by path."""
    stays: Passes = lambda files: True
    """Whether base may be left like that, by the checks that run once it has moved."""
    settled: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    """The commits whose conflicts the lead settled by hand, and what these files became."""
    bare: Path | None = None
    """The remote that base is pushed to."""


def violations(root: Path, journal: Path, known: Known, base: str = "main") -> list[str]:
    """Every broken promise, in words."""
    from tests.checker.remote import RemoteCheck

    check = Check(Repo(root), read(journal), base, known)
    found = check.all()
    return found + RemoteCheck(check, known.bare).all() if known.bare else found


@dataclass(frozen=True)
class Landed:
    """A merge on base, and where base stood before it."""

    run: Run
    before: str


class Check:
    """One look at a repository and its journal."""

    def __init__(self, repo: Repo, story: Story, base: str, known: Known) -> None:
        self.repo = repo
        self.known = known
        self.story = story
        self.base = base
        self.moves = base_moves(repo.root / ".git", base)
        self.landed: dict[str, Landed] = {}
        """What is on base now, by the commit that brought it."""
        self.found: list[str] = list(story.faults)

    def all(self) -> list[str]:
        """Everything that is wrong."""
        for old, new in self.moves:
            self._moved(old, new)
            if not self.known.passes(self.repo.files(new)):
                self.found.append(f"base: {new[:8]} does not pass the checks")
        if (
            self.moves
            and git(self.repo.root, "rev-parse", base_ref(self.base)) != self.moves[-1][1]
        ):
            self.found.append("base: it is not where its own log says")
        self._stays()
        self._kept()
        self._rolled_back()
        self._queue()
        self._lead()
        return self.found

    def _stays(self) -> None:
        if not self.moves or self.story.red:
            return
        if not self.known.stays(self.repo.files(self.moves[-1][1])):
            self.found.append("base: it was left red, and nobody says so")

    # how base came to be what it is

    def _moved(self, old: str, new: str) -> None:
        if self.repo.contains(new, old):
            self._went_on(old, new)
        elif self.repo.contains(old, new):
            self._went_back(old, new)
        else:
            self.found.append(f"base: {old[:8]} was replaced by {new[:8]}")

    def _went_on(self, old: str, new: str) -> None:
        line, before, at = self.repo.line(old, new), old, 0
        while at < len(line):
            steps = self._explained(before, line[at:])
            if not steps:
                self.found.append(f"base: {line[at][:8]} was never approved")
                steps = 1
            at += steps
            before = line[at - 1]

    def _explained(self, before: str, line: list[str]) -> int:
        """How many of the next commits are accounted for; 0: not even the first."""
        commit = line[0]
        if self.repo.author(commit) == HUMAN:
            return 1
        parents = self.repo.parents(commit)
        if len(parents) == 2:
            return int(self._is_merge(before, commit, parents[1]))
        if self._is_revert(before, commit):
            return 1
        return self._made_anew(before, line)

    def _is_merge(self, before: str, commit: str, head: str) -> bool:
        for run in sorted(self._runs(head), key=lambda run: run.result != commit):
            if self._holds(run, before, commit):
                self.landed[commit] = Landed(run, before)
                return True
        return False

    def _made_anew(self, before: str, line: list[str]) -> int:
        """A squash or a rebase: after so many commits base is what a merge would have made it.

        Of two sessions that did the same, whoever the journal names is meant.
        """
        runs = [run for run in self.story.runs.values() if run.head in self.story.ever_approved]
        tries = [(run, steps) for run in runs for steps in range(1, len(line) + 1)]
        for run, steps in sorted(tries, key=lambda one: one[0].result != line[one[1] - 1]):
            if self._holds(run, before, line[steps - 1]):
                self.landed[line[steps - 1]] = Landed(run, before)
                return steps
        return 0

    def _runs(self, head: str) -> list[Run]:
        if head not in self.story.ever_approved:
            return []
        return [run for run in self.story.runs.values() if run.head == head]

    def _holds(self, run: Run, before: str, commit: str) -> bool:
        """Whether the commit is what the two sides make, and nothing more."""
        if run.replays:
            return run.result == commit
        sides = [run.head]
        if run.resolution and self._is_settled(run):
            sides.append(run.resolution)
        return any(self._comes_of(run, before, side, commit) for side in sides)

    def _comes_of(self, run: Run, before: str, side: str, commit: str) -> bool:
        """Whether git itself makes this of the two, but for what was settled once before."""
        tree, clashes = self.repo.tried(before, side)
        if not clashes:
            return tree == self.repo.tree(commit)
        named = clashes <= set(run.remembered)
        only = self.repo.different(tree, self.repo.tree(commit)) <= clashes
        return named and only and all(self._was_settled(path, commit) for path in clashes)

    def _was_settled(self, path: str, commit: str) -> bool:
        blob = self.repo.content(commit, path)
        return blob in {self.repo.content(one, path) for one in self.story.settled}

    def _is_settled(self, run: Run) -> bool:
        """Whether the lead settled exactly this commit like that."""
        own = self.story.settled.get(run.resolution) == run.session
        if not own or self.repo.parents(run.resolution)[1:] != (run.head,):
            return False
        files = self.known.settled.get(run.head)
        return files is not None and all(
            self.repo.content(run.resolution, path) == self.repo.name(content)
            for path, content in files.items()
        )

    def _is_revert(self, before: str, commit: str) -> bool:
        """Whether it takes one landed merge back, and nothing else."""
        for place, landed in list(self.landed.items()):
            without = self.repo.taken_back(before, place, landed.before)
            if commit in landed.run.undos and without == self.repo.tree(commit):
                del self.landed[place]
                return True
        return False

    def _went_back(self, old: str, new: str) -> None:
        gone = self.repo.line(new, old)
        for commit in gone:
            if self.repo.author(commit) == HUMAN:
                self.found.append(f"base: the human's commit {commit[:8]} is gone")
        for place in [place for place in self.landed if place in gone]:
            run = self.landed.pop(place).run
            if new not in run.undos and run.outcome not in ("undone", "rolled_back"):
                self.found.append(f"base: {place[:8]} of {run.session} is gone and nobody undid it")

    # what became of what was approved

    def _kept(self) -> None:
        here = [landed.run for landed in self.landed.values()]
        for name, run in self.story.runs.items():
            if run.outcome == "running":
                self.found.append(f"{run.session}: merge {name} neither went on nor ended")
            if run.outcome == "merged" and run not in here and not self._same(run):
                self.found.append(f"{run.session}: {run.head[:8]} is said to be merged and is not")
        for run in here:
            if run.outcome not in ("merged", "running") and not self._landed_again(run):
                self.found.append(f"{run.session}: {run.head[:8]} is on base and said not to be")

    def _rolled_back(self) -> None:
        """What landed together goes together."""
        runs = [run for run in self.story.runs.values() if run.stack[0]]
        gone = {run.stack for run in runs if run.outcome == "rolled_back"}
        for run in runs:
            if run.stack in gone and run.outcome == "merged":
                self.found.append(f"{run.session}: it was not rolled back with its batch")

    def _same(self, run: Run) -> bool:
        """Whether base has it all the same: with another's, or in a run that was begun anew."""
        tip = self.moves[-1][1] if self.moves else ""
        return bool(tip) and self.repo.merged(tip, run.head) == self.repo.tree(tip)

    def _landed_again(self, run: Run) -> bool:
        return any(
            other.head == run.head and other.outcome == "merged"
            for other in self.story.runs.values()
        )

    def _queue(self) -> None:
        for session, head in self.story.wanted.items():
            entry = self.story.queue.get(session)
            if entry is None or entry["head"] != head:
                self.found.append(f"{session}: {head[:8]} was queued and nothing says what of it")
        for session, entry in self.story.queue.items():
            if self._is_ready(session, entry):
                self.found.append(f"{session}: it is ready and the queue is idle")

    def _is_ready(self, session: str, entry: dict[str, Any]) -> bool:
        kept = self.story.paused or session in self.story.held or self.story.delayed.get(session)
        waits = any(self._needs(entry["head"], name) for name in entry.get("contains", ()))
        return not kept and not waits and self.story.approved.get(session) == entry["head"]

    def _needs(self, head: str, session: str) -> bool:
        """Whether another's work is queued that this one brings along, and base has not."""
        other = self.story.queue.get(session)
        tip = git(self.repo.root, "rev-parse", base_ref(self.base))
        return (
            other is not None
            and self.repo.contains(head, other["head"])
            and not self.repo.contains(tip, other["head"])
        )

    # what the lead has lying about

    def _lead(self) -> None:
        for path, content in self.known.lead.items():
            file = self.repo.root / path
            now = file.read_bytes() if file.exists() else None
            if now != content:
                self.found.append(f"lead: {path} is not what the lead left there")


def base_ref(base: str) -> str:
    """The full name of base."""
    return f"refs/heads/{base}"


def base_moves(folder: Path, base: str) -> list[tuple[str, str]]:
    """Every value base had, from git's own log of it."""
    log = folder / "logs" / "refs" / "heads" / base
    told = log.read_text() if log.exists() else ""
    lines = (line.split(" ", 2) for line in told.splitlines())
    return [(line[0], line[1]) for line in lines if line[0] not in (ZERO, line[1])]
