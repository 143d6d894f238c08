"""What codex may do without asking: its modes, and the folders a commit in a worktree needs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wuhu_tui.model.value import Value

WORKSPACE = "workspace-write"
COMMIT_FOLDERS = ("objects", "refs", "logs", "reftable")
"""What a commit writes of the repository, besides the worktree's own folder in it."""


class Mode(Value, frozen=True):
    """When codex asks, what its sandbox lets it do, and whether it plans before it begins."""

    approval: str = "on-request"
    sandbox: str = WORKSPACE
    plans: bool = False


MODES = {
    "on-request": Mode(),
    "untrusted": Mode(approval="untrusted"),
    "never": Mode(approval="never"),
    "read-only": Mode(sandbox="read-only"),
    "full-access": Mode(approval="never", sandbox="danger-full-access"),
    "plan": Mode(plans=True),
}
DEFAULT = "on-request"
READ_ONLY = {"type": "readOnly", "networkAccess": False}
"""The sandbox of a turn that only plans."""


NO_SANDBOX = {"type": "dangerFullAccess"}


def turn_policy(opened: Mapping[str, Any], roots: tuple[str, ...]) -> dict[str, Any] | None:
    """The sandbox of a turn: as the conversation was opened with, and the folders of commits."""
    if opened.get("type") != "workspaceWrite":
        return None
    known = [root for root in opened.get("writableRoots") or () if isinstance(root, str)]
    return {**opened, "writableRoots": [*dict.fromkeys((*known, *roots))]}


def sandbox_of(
    mode: Mode, opened: Mapping[str, Any], roots: tuple[str, ...]
) -> dict[str, Any] | None:
    """The sandbox of turns in another mode than the one the conversation was opened with."""
    if mode.sandbox == WORKSPACE:
        kind = "workspaceWrite"
        return turn_policy(opened if opened.get("type") == kind else {"type": kind}, roots)
    return NO_SANDBOX if mode.sandbox == "danger-full-access" else READ_ONLY


def writable_roots(worktree: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The folders outside of a worktree that its agent must be able to write to.

    For commits, and for the session's mailbox, into which the worker's commands report.
    """
    found = [*_commit_folders(worktree), *_mailbox(environment)]
    return tuple(str(folder) for folder in found if folder.is_dir())


def _commit_folders(worktree: Path) -> list[Path]:
    """Those of a linked worktree; a main one has them all inside, where codex protects them."""
    try:
        said = (worktree / ".git").read_text(encoding="utf-8").partition("gitdir:")[2].strip()
        own = (worktree / said).resolve()
        common = (own / (own / "commondir").read_text(encoding="utf-8").strip()).resolve()
    except (OSError, UnicodeDecodeError):
        return []
    return [own, *(common / name for name in COMMIT_FOLDERS)] if said else []


def _mailbox(environment: Mapping[str, str]) -> list[Path]:
    session = environment.get("WUHU_SESSION_FOLDER", "")
    return [Path(session) / "mailbox"] if session else []
