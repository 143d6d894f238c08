"""The recordings that lie in a project's folder, as their manifests tell of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from wuhu_tui.core.recordings.container import Container
from wuhu_tui.core.recordings.limits import Limits
from wuhu_tui.core.recordings.manifest import Manifest
from wuhu_tui.core.recordings.unpacking import read_manifest
from wuhu_tui.core.recordings.wishes import SUFFIX
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.model.errors import JournalError


@dataclass(frozen=True)
class Listed:
    """A file that is a recording by its name; `problem` says why it is none."""

    path: Path
    size: int
    manifest: Manifest | None
    problem: str = ""


def listed(folder: ProjectFolder) -> list[Listed]:
    """All of them, the newest first."""
    found = [path for path in folder.recordings.glob(f"*{SUFFIX}") if not path.is_dir()]
    return [_look(path) for path in sorted(found, key=_age)]


def _age(path: Path) -> tuple[float, str]:
    return (-path.lstat().st_mtime, path.name)


def _look(path: Path) -> Listed:
    size = path.lstat().st_size
    try:
        return Listed(path=path, size=size, manifest=manifest_of(path))
    except JournalError as error:
        return Listed(path=path, size=size, manifest=None, problem=error.message)


def manifest_of(path: Path) -> Manifest:
    """What a recording says of itself; nothing else of it is read.

    Raises:
        JournalError: it is no recording, or one of a newer wuhu.
    """
    try:
        with os.fdopen(open_plain(path), "rb") as file:
            return read_manifest(Container(file, str(path), Limits()))
    except OSError as error:
        raise JournalError(f"cannot be read: {error.strerror or error}", where=str(path)) from error
