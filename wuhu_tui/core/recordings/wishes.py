"""What an export is asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.value import Value

if TYPE_CHECKING:
    from wuhu_tui.core.recordings.manifest import Manifest

SUFFIX = ".wuhu"
"""How the name of a recording ends."""

Progress = Callable[[str, float], None]
"""Told what is being done, and how much of the whole is done, 0 to 1."""


class ExportWish(Value, frozen=True):
    """What goes into a recording; nothing said: everything there is.

    `sessions`: their ids; none: all. `without_files`: no git objects, and what shows the contents
    of files is cut out of the journals. `with_secrets`: files that hold what looks like a secret go
    in as they are. `force`: a recording of that name is replaced.
    """

    sessions: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    without_files: bool = False
    with_secrets: bool = False
    force: bool = False


def check_wish(wish: ExportWish) -> None:
    """Refuse a wish that nothing can fulfil.

    Raises:
        UsageError: the time ends before it begins.
    """
    if wish.since is not None and wish.until is not None and wish.since > wish.until:
        raise UsageError("this time ends before it begins", remedy="exchange --since and --until")


class Exported(Value, frozen=True):
    """A recording that was written; `warnings` are things that are not in it, and why."""

    path: Path
    size: int
    manifest: Manifest
    warnings: tuple[str, ...] = ()
