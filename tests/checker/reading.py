"""What the checker reads: git's own records and the journal's lines, by nothing of wuhu's code."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ZERO = "0" * 40
HUMAN = "human@example.org"


def git(root: Path, *words: str, given: str = "", check: bool = True) -> str:
    """Run git there; what it printed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    who = {
        f"GIT_{kind}_{part}": "checker"
        for kind in ("AUTHOR", "COMMITTER")
        for part in ("NAME", "EMAIL")
    }
    done = subprocess.run(
        ["git", "-c", "merge.conflictStyle=merge", *words],
        cwd=root,
        env=environment | who | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(f"git {words}: {done.stderr}")
    return done.stdout.strip() if done.returncode == 0 else ""


@dataclass(frozen=True)
class Repo:
    """Facts of a repository that never change, each asked once."""

    root: Path

    def __hash__(self) -> int:
        return hash(str(self.root))

    @cache  # noqa: B019 (a checker lives for one check)
    def parents(self, commit: str) -> tuple[str, ...]:
        """Its parents."""
        return tuple(git(self.root, "rev-list", "--parents", "-n1", commit).split()[1:])

    @cache  # noqa: B019
    def tree(self, commit: str) -> str:
        """Its tree."""
        return git(self.root, "rev-parse", f"{commit}^{{tree}}")

    @cache  # noqa: B019
    def author(self, commit: str) -> str:
        """The address of who wrote it."""
        return git(self.root, "log", "-1", "--format=%ae", commit)

    @cache  # noqa: B019
    def files(self, commit: str) -> frozenset[str]:
        """The files it has."""
        return frozenset(git(self.root, "ls-tree", "-r", "--name-only", commit).splitlines())

    @cache  # noqa: B019
    def contains(self, newer: str, older: str) -> bool:
        """Whether everything in the older one is in the newer."""
        words = ("rev-list", "-n1", older, f"^{newer}")
        return not git(self.root, *words)

    @cache  # noqa: B019
    def merged(self, one: str, other: str) -> str:
        """The tree that git makes of the two; empty where they conflict."""
        said = git(self.root, "merge-tree", "--write-tree", one, other, check=False)
        return said.split()[0] if said else ""

    @cache  # noqa: B019
    def taken_back(self, tip: str, after: str, before: str) -> str:
        """The tree of `tip` without what came between `before` and `after`; empty on a conflict."""
        start = git(self.root, "commit-tree", "-m", "x", self.tree(after))
        sides = [
            git(self.root, "commit-tree", "-m", "x", "-p", start, self.tree(commit))
            for commit in (tip, before)
        ]
        return self.merged(*sides)

    def line(self, old: str, new: str) -> list[str]:
        """The commits by which a branch went from one to the other, oldest first."""
        span = f"{old}..{new}"
        return git(self.root, "rev-list", "--first-parent", "--reverse", span).splitlines()


@dataclass
class Run:
    """One merge as the journal tells it."""

    session: str
    head: str
    manner: str = "merge"
    result: str = ""
    outcome: str = "running"
    replays: tuple[str, ...] = ()
    undos: set[str] = field(default_factory=set)
    """Where base was to go when it was taken back."""
    by_hand: bool = False


@dataclass
class Story:
    """What the journal says, read in its order."""

    runs: dict[str, Run] = field(default_factory=dict)
    approved: dict[str, str] = field(default_factory=dict)
    """Session → the commit that stands approved."""
    ever_approved: set[str] = field(default_factory=set)
    queue: dict[str, dict[str, Any]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    delayed: dict[str, str] = field(default_factory=dict)
    paused: bool = False
    faults: list[str] = field(default_factory=list)
    """What is wrong with the journal by itself."""
    wanted: dict[str, str] = field(default_factory=dict)
    """Session → the commit that was queued, until something says what became of it."""


def read(journal: Path) -> Story:
    """The project's own lines of a journal; those of sessions begin with their name."""
    story = Story()
    for line in journal.read_bytes().decode().splitlines():
        session, _, text = line.partition(" ")
        if not session:
            _take(story, json.loads(text))
    return story


def _take(story: Story, event: dict[str, Any]) -> None:
    take = _READERS.get(event["type"])
    if take is not None:
        take(story, event)


def _verdict(story: Story, event: dict[str, Any]) -> None:
    verdict, session = event["verdict"], event["session"]
    story.approved.pop(session, None)
    if verdict["kind"] == "approved":
        story.approved[session] = verdict["head"]
        story.ever_approved.add(verdict["head"])


def _voided(story: Story, event: dict[str, Any]) -> None:
    story.approved.pop(event["session"], None)


def _opened(story: Story, event: dict[str, Any]) -> None:
    if story.approved.get(event["session"]) != event["review"]["head"]:
        story.approved.pop(event["session"], None)


def _queued(story: Story, event: dict[str, Any]) -> None:
    session, entry = event["session"], event["entry"]
    if story.approved.get(session) != entry["head"]:
        story.faults.append(f"{session}: {entry['head'][:8]} was queued and is not approved")
    story.queue[session] = entry
    story.wanted[session] = entry["head"]


def _left(story: Story, session: str) -> None:
    story.queue.pop(session, None)
    story.wanted.pop(session, None)
    story.held.discard(session)
    story.delayed.pop(session, None)


def _dropped(story: Story, event: dict[str, Any]) -> None:
    if not event["by"] or not (event.get("reason") or event["by"] == "lead"):
        story.faults.append(f"{event['session']}: dropped without a word")
    _left(story, event["session"])


def _started(story: Story, event: dict[str, Any]) -> None:
    session, merge = event["session"], event["merge"]
    if story.approved.get(session) != merge["head"]:
        story.faults.append(f"{session}: {merge['head'][:8]} began to land and is not approved")
    story.runs[merge["id"]] = Run(
        session=session,
        head=merge["head"],
        manner=merge["manner"],
        replays=tuple(merge["replays"]),
        by_hand=bool(merge["resolution"]),
    )


def _stepped(story: Story, event: dict[str, Any]) -> None:
    if event.get("result"):
        story.runs[event["merge"]].result = event["result"]


def _undo(story: Story, event: dict[str, Any]) -> None:
    if event.get("result"):
        story.runs[event["merge"]].undos.add(event["result"])


def _ended(story: Story, event: dict[str, Any]) -> None:
    story.runs[event["merge"]].outcome = event["outcome"]
    if not event.get("stays"):
        _left(story, event["session"])


def _held(story: Story, event: dict[str, Any]) -> None:
    story.held.add(event["session"])


def _released(story: Story, event: dict[str, Any]) -> None:
    story.held.discard(event["session"])


def _delayed(story: Story, event: dict[str, Any]) -> None:
    story.delayed[event["session"]] = event["reason"]


def _paused(story: Story, event: dict[str, Any]) -> None:
    story.paused = True


def _resumed(story: Story, event: dict[str, Any]) -> None:
    story.paused = False


_READERS: dict[str, Callable[[Story, dict[str, Any]], None]] = {
    "verdict.given": _verdict,
    "review.voided": _voided,
    "review.opened": _opened,
    "merge.queued": _queued,
    "merge.dropped": _dropped,
    "merge.started": _started,
    "merge.stepped": _stepped,
    "merge.undo_prepared": _undo,
    "merge.ended": _ended,
    "merge.held": _held,
    "merge.released": _released,
    "merge.delayed": _delayed,
    "queue.paused": _paused,
    "queue.resumed": _resumed,
}
