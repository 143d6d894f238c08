"""Views of the journals, such as state.json: whole or not there, never half written."""

from __future__ import annotations

import os
from pathlib import Path

from wuhu_tui.journal.clock import new_id
from wuhu_tui.model.errors import JournalError


def write_atomic(path: Path, content: bytes) -> None:
    """Put `content` at `path` durably; a reader sees the old file or the new one.

    Raises:
        JournalError: the disk refused; the old file is as it was.
    """
    draft = path.with_name(f".{path.name}.{new_id()}")
    try:
        _write_durably(draft, content)
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise JournalError(
            f"cannot write: {error.strerror or error}",
            where=str(path),
            remedy="free some space or repair the folder's permissions",
        ) from error


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def place(draft: Path, target: Path) -> int:
    """Give a whole file its name, once all of it is on the disk; its size."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(target)
    sync_folder(target.parent)
    return target.stat().st_size


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
