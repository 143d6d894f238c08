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


def git(
    root: Path, *words: str, given: str = "", check: bool = True, codes: tuple[int, ...] = (0,)
) -> str:
    """Run git there; what it printed, if it ended as it may."""
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
    if check and done.returncode not in codes:
        raise AssertionError(f"git {words}: {done.stderr}")
    return done.stdout.strip() if done.returncode in codes else ""


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
    def has(self, commit: str) -> bool:
        """Whether it is there at all."""
        return bool(
            git(self.root, "rev-parse", "-q", "--verify", f"{commit}^{{commit}}", check=False)
        )

    @cache  # noqa: B019
    def content(self, commit: str, path: str) -> str:
        """What a file has there, by its name in git; empty: there is none."""
        return git(self.root, "rev-parse", "-q", "--verify", f"{commit}:{path}", check=False)

    @cache  # noqa: B019
    def name(self, content: bytes) -> str:
        """Git's name for a content."""
        return git(self.root, "hash-object", "--stdin", given=content.decode())

    @cache  # noqa: B019
    def different(self, one: str, other: str) -> frozenset[str]:
        """The paths in which two trees differ."""
        return frozenset(git(self.root, "diff-tree", "-r", "--name-only", one, other).splitlines())

    @cache  # noqa: B019
    def tried(self, one: str, other: str) -> tuple[str, frozenset[str]]:
        """The tree that git makes of the two, and the paths in which they conflict."""
        words = ("merge-tree", "--write-tree", "--name-only", "--no-messages", one, other)
        tree, *clashes = git(self.root, *words, codes=(0, 1)).splitlines()
        return tree, frozenset(clashes)

    def merged(self, one: str, other: str) -> str:
        """The tree that git makes of the two; empty where they conflict."""
        tree, clashes = self.tried(one, other)
        return "" if clashes else tree

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
    resolution: str = ""
    """The commit in which somebody settled its conflict by hand."""
    remembered: tuple[str, ...] = ()
    """The paths that were settled as they had been before."""
    stack: tuple[str, str] = ("", "")
    """The batch it landed with, and where that brought base."""
    proven: bool = False


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
    settled: dict[str, str] = field(default_factory=dict)
    """Each conflict settled by hand, as a commit → whose it was."""
    unpushed: bool = False
    """Whether it is said that the remote lacks something."""
    red: bool = False
    """Whether it is said that base is red and cannot be taken back."""


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


def _linked(story: Story, event: dict[str, Any]) -> None:
    if event["session"] in story.queue:
        entry = story.queue[event["session"]]
        story.queue[event["session"]] = entry | {"contains": event["contains"]}


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
        resolution=merge["resolution"],
        stack=(merge.get("batch", ""), ""),
    )


def _stepped(story: Story, event: dict[str, Any]) -> None:
    run = story.runs[event["merge"]]
    if event.get("result"):
        run.result = event["result"]
        run.remembered = tuple(event.get("remembered", ()))
        run.stack = (run.stack[0], event.get("stack_tip", ""))
    if event.get("step") == "prove":
        run.proven = True


def _undo(story: Story, event: dict[str, Any]) -> None:
    if event.get("result"):
        story.runs[event["merge"]].undos.add(event["result"])


def _ended(story: Story, event: dict[str, Any]) -> None:
    session, run = event["session"], story.runs[event["merge"]]
    run.outcome = event["outcome"]
    if event.get("stays"):
        story.delayed[session] = event.get("detail", "")
        return
    _left(story, session)
    if event.get("held"):
        story.queue[session] = {"head": run.head}
        story.wanted[session] = run.head
        story.held.add(session)
    elif run.outcome == "rolled_back":
        story.faults.append(f"{session}: rolled back, and not put back into the queue")


def _conflict_settled(story: Story, event: dict[str, Any]) -> None:
    story.settled[event["resolution"]] = event["session"]


def _pushed(story: Story, event: dict[str, Any]) -> None:
    story.unpushed = False
    for session in event["sessions"]:
        newest = [run for run in story.runs.values() if run.session == session][-1]
        if not newest.proven:
            story.faults.append(f"{session}: {newest.result[:8]} was pushed and not proven")


def _push_refused(story: Story, event: dict[str, Any]) -> None:
    story.unpushed = bool(event["commit"])


def _noted(story: Story, event: dict[str, Any]) -> None:
    story.red = story.red or (event.get("level") == "error" and "not rolled back" in event["text"])


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
    "merge.linked": _linked,
    "merge.started": _started,
    "merge.stepped": _stepped,
    "merge.undo_prepared": _undo,
    "merge.ended": _ended,
    "merge.held": _held,
    "merge.released": _released,
    "merge.delayed": _delayed,
    "conflict.settled": _conflict_settled,
    "base.pushed": _pushed,
    "push.refused": _push_refused,
    "noted": _noted,
    "queue.paused": _paused,
    "queue.resumed": _resumed,
}
