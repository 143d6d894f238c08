"""A real repository to try things on: plain git calls, none of the code under test."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path


def git(folder: Path, *arguments: str, check: bool = True) -> str:
    """Run git as a user would; returns what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C",
        "GIT_EDITOR": ":",
    }
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=30,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(f"git {arguments}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode(errors="surrogateescape").rstrip("\n")


@dataclass(frozen=True)
class Box:
    """A repository on branch `main` with its own identity."""

    path: Path

    def git(self, *arguments: str, check: bool = True) -> str:
        return git(self.path, *arguments, check=check)

    def write(self, name: str, content: str | bytes) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def commit(self, files: dict[str, str | bytes] | None = None, message: str = "Change") -> str:
        for name, content in (files or {}).items():
            self.write(name, content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head()

    def head(self, name: str = "HEAD") -> str:
        return self.git("rev-parse", name)

    def at(self, path: Path) -> Box:
        return Box(path)


def make_box(path: Path, *, commit: bool = True, branch: str = "main") -> Box:
    """A fresh repository, with one commit unless told otherwise."""
    if commit and branch == "main":
        return copied(_first(), path)
    return _made(path, commit=commit, branch=branch)


def copied(box: Box, path: Path) -> Box:
    """The same repository elsewhere; to copy it takes one process of git, to make it many."""
    shutil.copytree(box.path, path, dirs_exist_ok=True)
    copy = Box(path)
    copy.git("update-index", "-q", "--refresh")
    return copy


def kept_folder() -> Path:
    """A folder for what many tests copy, until the tests are over."""
    folder = Path(tempfile.mkdtemp(prefix="wuhu-box-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _first() -> Box:
    box = _made(kept_folder() / "box", commit=True, branch="main")
    for sample in (box.path / ".git" / "hooks").glob("*.sample"):
        sample.unlink()
    return box


def _made(path: Path, *, commit: bool, branch: str) -> Box:
    path.mkdir(parents=True, exist_ok=True)
    box = Box(path)
    box.git("init", "--quiet", f"--initial-branch={branch}")
    box.git("config", "user.name", "Lead")
    box.git("config", "user.email", "lead@example.org")
    (path / ".git" / "info" / "exclude").write_text("/.wuhu/\n")
    if commit:
        box.commit({"readme.txt": "one\ntwo\nthree\n"}, "Start")
    return box


def branch_with(box: Box, name: str, files: dict[str, str | bytes]) -> str:
    """A branch off `main` with one commit; `main` stays checked out."""
    box.git("checkout", "--quiet", "-b", name)
    commit = box.commit(files, f"Work on {name}")
    box.git("checkout", "--quiet", "main")
    return commit
