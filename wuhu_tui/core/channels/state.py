"""How far a channel has come, kept on disk: a restart neither repeats nor loses anything."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.entries import ContextEntry
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.value import Value

TOLD_KEPT = 2_000
"""How many of the newest entries a channel remembers to have told."""


class ChannelState(Value, frozen=True):
    """One channel's memory: what of the journals it has seen, what it still has to tell."""

    places: dict[str, int] = {}
    """Per journal the newest record it has seen; the project's own under an empty name."""
    pending: tuple[ContextEntry, ...] = ()
    """Entries taken in and not told yet, oldest first."""
    pending_since: datetime | None = None
    sending: tuple[str, ...] = ()
    """Entries of a message that is on its way; after a crash nobody knows whether it came."""
    told: tuple[str, ...] = ()
    """The newest entries that were told."""
    unanswered: dict[str, datetime] = {}
    """Questions that were told, and when; each is told once more if nobody answers."""
    sent_at: datetime | None = None
    """When its last message was accepted."""
    sent: int = 0
    """How many messages were accepted, ever."""
    failures: int = 0
    """How often in a row it failed."""
    failed_at: datetime | None = None
    failure: str = ""
    """Why it failed last, without any secret."""
    next_try: datetime | None = None


def read_state(path: Path) -> ChannelState | None:
    """A channel's memory; None where there is none.

    Raises:
        JournalError: there is one that cannot be read.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=ChannelState)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise JournalError(
            f"the channel's memory cannot be read: {error}",
            where=str(path),
            remedy="remove the file; the channel then begins with what comes",
        ) from error


def write_state(path: Path, state: ChannelState) -> None:
    """Put the memory on disk, whole.

    Raises:
        JournalError: it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise JournalError(
            f"cannot be made: {error.strerror or error}",
            where=str(path.parent),
            remedy="check the folder's rights and the disk's space",
        ) from error
    write_atomic(path, msgspec.json.encode(state) + b"\n")
