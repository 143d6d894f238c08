"""Where the radar keeps what it writes: a folder of its own, never the repository.

Its owner clears it when it begins, so that what a crash left does no harm.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wuhu_tui.repo.git import Git, yielding
from wuhu_tui.repo.quarantine import quoted
from wuhu_tui.repo.repository import Repository

PLAIN = (
    *("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"),
    *("-c", "core.untrackedCache=false", "-c", "core.splitIndex=false"),
    *("-c", "core.safecrlf=false", "-c", "core.fsync=none"),
    *("-c", "core.checkStat=default", "-c", "add.ignoreErrors=false"),
    *("-c", "advice.addEmbeddedRepo=false", "-c", "commit.gpgSign=false"),
    *("-c", "merge.conflictStyle=merge", "-c", "i18n.commitEncoding=UTF-8"),
)
"""Settings that make git look the same whatever the lead or an agent configured."""

FIXED = {
    "GIT_AUTHOR_NAME": "wuhu",
    "GIT_AUTHOR_EMAIL": "wuhu@localhost",
    "GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "wuhu",
    "GIT_COMMITTER_EMAIL": "wuhu@localhost",
    "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z",
}
"""Who commits, and when: the same files on the same commit are the same commit."""

LONG_NAME = 60


@dataclass(frozen=True)
class Desk:
    """What the radar keeps of one worktree: an index of its own, and objects."""

    folder: Path

    @property
    def index(self) -> Path:
        """Our index of the worktree; it remembers which files were looked at."""
        return self.folder / "index"

    @property
    def objects(self) -> Path:
        """Objects of what is not committed."""
        return self.folder / "objects"

    def make(self) -> None:
        """Make sure that it is there."""
        self.objects.mkdir(parents=True, exist_ok=True)

    def clear(self) -> None:
        """Forget everything: also what an ended process left half-done."""
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True)
class Room:
    """The radar's folder for one repository."""

    repository: Repository
    folder: Path

    def clear(self) -> None:
        """Forget everything that was ever written here."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def desk(self, name: str) -> Desk:
        """The place for one worktree."""
        safe = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in name)
        mark = hashlib.sha256(name.encode()).hexdigest()[:8]
        return Desk(self.folder / "sessions" / f"{safe[:LONG_NAME]}-{mark}")

    def git(self, folder: Path, objects: Path, **environment: str) -> Git:
        """A patient git that reads everything and writes only into `objects`."""
        return Git(
            folder,
            environment={
                "GIT_DIR": str(self.repository.common),
                "GIT_OBJECT_DIRECTORY": str(objects),
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": self.alternates(without=objects),
                "GIT_OPTIONAL_LOCKS": "0",
                "GIT_NO_LAZY_FETCH": "1",
                **environment,
            },
            program=yielding(),
        )

    def alternates(self, *, without: Path | None = None) -> str:
        """The repository's objects, and those of all worktrees."""
        others = sorted(self.folder.glob("sessions/*/objects"))
        folders = [self.repository.common / "objects", *(one for one in others if one != without)]
        return os.pathsep.join(quoted(folder) for folder in folders)

    @contextmanager
    def aside(self, files: Mapping[str, bytes] | None = None) -> Iterator[Git]:
        """Git for merges that nobody wants to keep: what it writes is gone afterwards.

        It stands in a folder with these files alone: no file of the lead's is read or written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix="merging-", dir=self.folder))
        try:
            empty, objects = place / "empty", place / "objects"
            empty.mkdir()
            objects.mkdir()
            for name, content in (files or {}).items():
                (empty / name).parent.mkdir(parents=True, exist_ok=True)
                (empty / name).write_bytes(content)
            index = {"GIT_WORK_TREE": str(empty), "GIT_INDEX_FILE": str(place / "index")}
            yield self.git(empty, objects, **index)
        finally:
            shutil.rmtree(place, ignore_errors=True)
