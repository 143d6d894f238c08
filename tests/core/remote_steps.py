"""A project with a remote: a bare repository beside it, and somebody else who pushes there."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.core.repositories import MemoryPort, Project, opened
from tests.repo.gitbox import Box, copied, git, kept_folder, make_box
from wuhu_tui.model.remotes import RemoteRules


@dataclass(frozen=True)
class Published:
    """A project, its remote, and another clone of that."""

    project: Project
    bare: Path
    other: Box

    @property
    def port(self) -> MemoryPort:
        return self.project.port

    @property
    def box(self) -> Box:
        return self.project.box

    def there(self, name: str = "main") -> str:
        """Where a branch of the remote stands; empty: it is not there."""
        return git(self.bare, "rev-parse", "--quiet", "--verify", name, check=False)

    def pushed_by_another(self, name: str = "theirs.txt") -> str:
        """Somebody else pushes a commit to `main`."""
        self.other.git("pull", "--quiet", "--ff-only")
        commit = self.other.commit({name: "theirs\n"}, f"Add {name}")
        self.other.git("push", "--quiet")
        return commit

    def hook(self, name: str, script: str) -> Path:
        """Put a hook into the remote."""
        path = self.bare / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def rules(self, rules: RemoteRules) -> None:
        """What the settings say of the remote from now on."""
        self.port.remote_rules = rules


async def make_published(path: Path, rules: RemoteRules) -> Published:
    """A project whose `main` is the remote's."""
    made = _first()
    bare = path / "there.git"
    shutil.copytree(made / "there.git", bare)
    box, other = (copied(Box(made / name), path / name) for name in ("shop", "other"))
    for one in (box, other):
        one.git("remote", "set-url", "origin", str(bare))
    published = Published(await opened(box), bare, other)
    published.rules(rules)
    return published


@cache
def _first() -> Path:
    """What many tests copy: the project's repository, its remote, and another clone of that."""
    path = kept_folder()
    box = make_box(path / "shop")
    bare = path / "there.git"
    git(path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    box.git("remote", "add", "origin", str(bare))
    box.git("push", "--quiet", "origin", "main")
    box.git("fetch", "--quiet")
    git(path, "clone", "--quiet", str(bare), "other")
    other = Box(path / "other")
    other.git("config", "user.name", "Other")
    other.git("config", "user.email", "other@example.org")
    return path
