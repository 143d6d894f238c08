"""The files an agent may read and write through us: those of its worktree, and no others."""

from __future__ import annotations

import os
from pathlib import Path

import acp

MAX_BYTES = 16 << 20


def contained(path: str, worktree: Path) -> Path:
    """The real path, if it lies inside the worktree.

    Raises:
        acp.RequestError: it lies outside, or could be made to.
    """
    root = Path(os.path.realpath(worktree))
    real = Path(os.path.realpath(root / path))
    if real == root or not real.is_relative_to(root):
        raise acp.RequestError.invalid_params({"path": path, "reason": f"lies outside {root}"})
    if real.relative_to(root).parts[0] == ".git":
        raise acp.RequestError.invalid_params({"path": path, "reason": "belongs to git"})
    return real


def read_text(path: str, worktree: Path, line: int | None, limit: int | None) -> str:
    """The file's text, or `limit` lines of it from the 1-based `line` on.

    Raises:
        acp.RequestError: outside the worktree, missing, or not to be read.
    """
    real = contained(path, worktree)
    try:
        if real.stat().st_size > MAX_BYTES:
            raise acp.RequestError.invalid_params({"path": path, "reason": "is too large"})
        text = real.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        raise acp.RequestError.resource_not_found(path) from None
    except OSError as error:
        raise acp.RequestError.invalid_params({"path": path, "reason": error.strerror}) from None
    if line is None and limit is None:
        return text
    lines = text.splitlines(keepends=True)
    start = max(0, (line or 1) - 1)
    return "".join(lines[start : start + limit] if limit is not None else lines[start:])


def write_text(path: str, worktree: Path, content: str) -> None:
    """Write the file; its folders are made.

    Raises:
        acp.RequestError: outside the worktree, or not to be written.
    """
    real = contained(path, worktree)
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with open(real, "wb", opener=lambda name, _: os.open(name, flags, 0o666)) as file:
            file.write(content.encode("utf-8", errors="replace"))
    except OSError as error:
        raise acp.RequestError.invalid_params({"path": path, "reason": error.strerror}) from None
