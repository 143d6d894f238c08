"""How a recording is refused: the member that is not right, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from wuhu_tui.model.errors import JournalError, NotPossible


def damaged(member: str, words: str, where: str) -> JournalError:
    """A member of a recording is not what it should be."""
    return JournalError(
        f"this recording is damaged or was tampered with: {member}: {words}",
        where=where,
        remedy="nothing of it was opened; ask for it again, and compare the size of the two files",
    )


def no_recording(words: str, where: str) -> JournalError:
    """A file is no recording at all."""
    return JournalError(
        f"this is no recording of wuhu: {words}",
        where=where,
        remedy="a recording is one file that wuhu export wrote; its name ends with .wuhu",
    )


def too_new(found: int, known: int, where: str) -> JournalError:
    """A newer wuhu wrote it."""
    return JournalError(
        f"this recording has format {found}, this wuhu reads up to {known}",
        where=where,
        remedy="update wuhu: pip install --upgrade wuhu-tui",
    )


def only_replayed(root: Path) -> NotPossible:
    """A recording that was unpacked is no project: nothing in it may run."""
    return NotPossible(
        "this is a recording, not a project: nothing in it runs",
        where=str(root),
        remedy=f"look at it with: wuhu replay {root}",
    )


def taken(target: Path) -> NotPossible:
    """A file of that name is there, and nobody said to replace it."""
    return NotPossible(
        "there is a file of that name", where=str(target), remedy="add --force to replace it"
    )


def not_written(target: Path, error: OSError) -> JournalError:
    """The disk refused; nothing is left of the file."""
    return JournalError(
        f"the file cannot be written: {error.strerror or error}",
        where=str(target),
        remedy="free some space, or name another place: -o FILE",
    )
