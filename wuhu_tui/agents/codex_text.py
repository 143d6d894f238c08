"""How values of the protocol are shown: commands without their shell, paths from the worktree."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

MAX_SHOWN = 2000
MAX_TITLE = 200
WRAPPED = 3
SHELLS = {"bash", "sh", "zsh", "dash"}
SHELL_FLAGS = {"-c", "-lc"}


def bare_command(command: str) -> str:
    """The command that a shell was started for: rules must see it, not the shell."""
    try:
        words = shlex.split(command)
    except ValueError:
        return command
    wrapped = len(words) == WRAPPED and words[1] in SHELL_FLAGS
    return words[2] if wrapped and Path(words[0]).name in SHELLS else command


def title_of(text: str) -> str:
    """A text as a title: its first line, not too long."""
    first = text.strip().split("\n", 1)[0]
    return first if len(first) <= MAX_TITLE else first[:MAX_TITLE] + "…"


def shown_path(path: str, worktree: Path) -> str:
    """The path as seen from the worktree, where it lies inside."""
    try:
        return Path(path).relative_to(worktree).as_posix()
    except ValueError:
        return path


def as_json(value: Any) -> str:
    """A JSON value as text; text as it is; nothing as nothing."""
    if value is None or value == {}:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def shortened(text: str) -> str:
    """A text of bearable length."""
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"
