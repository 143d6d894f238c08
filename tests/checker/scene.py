"""A repository and a journal that a test writes by hand, right or broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.checker.checker import Known, violations
from tests.checker.reading import HUMAN
from tests.repo.gitbox import git, make_box


class Scene:
    """A repository and a journal, both written by hand."""

    def __init__(self, folder: Path) -> None:
        self.box = make_box(folder / "shop")
        self.journal = folder / "journal"
        self.journal.touch()
        self.lead: dict[str, bytes | None] = {}
        self.settled: dict[str, dict[str, bytes]] = {}
        self.bare: Path | None = None
        self.runs = 0

    def tell(self, kind: str, **fields: Any) -> None:
        with self.journal.open("a") as file:
            file.write(" " + json.dumps({"type": kind, **fields}) + "\n")

    def branch(self, session: str, files: dict[str, str | bytes] | None = None) -> str:
        """A session's commit."""
        self.box.git("checkout", "-q", "-B", session)
        head = self.box.commit(files or {f"{session}.txt": session}, f"Work of {session}")
        self.box.git("checkout", "-q", "main")
        return head

    def approve(self, session: str, head: str) -> None:
        self.tell("verdict.given", session=session, verdict={"kind": "approved", "head": head})

    def queue(self, session: str, head: str) -> None:
        self.tell("merge.queued", session=session, entry={"head": head})

    def begin(
        self, session: str, head: str, manner: str = "merge", batch: str = "", resolution: str = ""
    ) -> str:
        self.runs += 1
        run = f"run{self.runs}"
        merge = {"id": run, "head": head, "manner": manner, "replays": [], "batch": batch}
        merge["resolution"] = resolution
        self.tell("merge.started", session=session, merge=merge)
        return run

    def step(self, run: str, step: str = "preflight", **fields: Any) -> None:
        self.tell("merge.stepped", merge=run, step=step, **fields)

    def end(self, session: str, run: str, outcome: str = "merged", held: str = "") -> None:
        self.tell("merge.ended", session=session, merge=run, outcome=outcome, held=held)

    def publish(self) -> Path:
        """A remote that base is pushed to."""
        self.bare = self.box.path.parent / "there.git"
        git(self.box.path, "clone", "-q", "--bare", ".", str(self.bare))
        git(self.bare, "config", "core.logAllRefUpdates", "true")
        self.box.git("remote", "add", "origin", str(self.bare))
        return self.bare

    def push(self, *sessions: str) -> None:
        self.box.git("push", "-q", "origin", "main")
        self.tell("base.pushed", commit=self.box.head(), sessions=sessions)

    def merge(self, head: str) -> str:
        self.box.git("merge", "-q", "--no-ff", "-m", "Merge", head)
        return self.box.head()

    def land(self, session: str, files: dict[str, str | bytes] | None = None) -> str:
        """All of it, as it should be."""
        head = self.branch(session, files)
        self.approve(session, head)
        self.queue(session, head)
        run = self.begin(session, head)
        self.merge(head)
        self.end(session, run)
        return run

    def human(self, name: str = "human.txt") -> str:
        self.box.write(name, "by hand\n")
        self.box.git("add", name)
        self.box.git("-c", f"user.email={HUMAN}", "commit", "-q", "-m", "By hand")
        return self.box.head()

    def found(self) -> list[str]:
        known = Known(_green, self.lead, _stays, self.settled, self.bare)
        return violations(self.box.path, self.journal, known)


def _green(files: frozenset[str]) -> bool:
    return "bad.txt" not in files


def _stays(files: frozenset[str]) -> bool:
    return "smoky.txt" not in files
