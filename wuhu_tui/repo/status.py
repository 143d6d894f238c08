"""What lies uncommitted in a working tree, and which git operation is half-done there."""

from __future__ import annotations

from pathlib import Path

from wuhu_tui.model import quantities
from wuhu_tui.repo.git import Git

_OPERATIONS = {
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "BISECT_LOG": "bisect",
}


async def dirty_files(git: Git, *, untracked: bool = True) -> tuple[str, ...]:
    """Files that differ from the last commit; ignored ones do not count."""
    output = await git.read_bytes(
        "-c",
        "status.relativePaths=false",
        "status",
        "--porcelain=v1",
        "-z",
        "--no-renames",
        "--ignore-submodules=none",
        f"--untracked-files={'normal' if untracked else 'no'}",
    )
    entries = (entry for entry in output.split(b"\0") if entry)
    names = (entry[3:].decode("utf-8", "backslashreplace") for entry in entries)
    return tuple(name for name in names if not name.startswith(".wuhu/"))


async def operation_in_progress(git: Git) -> str:
    """The half-done operation of this working tree (merge, rebase, …); empty when none is."""
    folder = Path(await git.read("rev-parse", "--absolute-git-dir"))
    return next((word for name, word in _OPERATIONS.items() if (folder / name).exists()), "")


def rebased_branches(common: Path) -> frozenset[str]:
    """Branches that are being rebased in any worktree: their HEAD is detached meanwhile."""
    folders = (common, *(common / "worktrees").glob("*"))
    notes = (
        folder / kind / "head-name"
        for folder in folders
        for kind in ("rebase-merge", "rebase-apply")
    )
    refs = (note.read_text(errors="replace").strip() for note in notes if note.is_file())
    return frozenset(ref.removeprefix("refs/heads/") for ref in refs)


def few(names: tuple[str, ...], limit: int = 5) -> str:
    """As many file names as a refusal can hold, and how many more there are."""
    return quantities.few(names, most=limit)
