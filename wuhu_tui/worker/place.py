"""Where a worker is: the folder of its own session, as its environment names it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.errors import JournalError, NotFound, UsageError
from wuhu_tui.model.sessions import SessionSpec

FOLDER = "WUHU_SESSION_FOLDER"
"""The variable that every process of a session carries."""


def own_folder(given: str = "", environment: Mapping[str, str] | None = None) -> SessionFolder:
    """The session this process belongs to.

    Raises:
        UsageError: it belongs to none.
    """
    place = given or (os.environ if environment is None else environment).get(FOLDER, "")
    if not place:
        raise UsageError(
            f"this is not inside a session: {FOLDER} is not set",
            remedy="only an agent that wuhu started asks and reports; the lead looks with: "
            "wuhu status",
        )
    return SessionFolder(Path(place))


def spec_of(folder: SessionFolder) -> SessionSpec:
    """What the session is.

    Raises:
        NotFound: there is no session in this folder.
        JournalError: its spec cannot be read.
    """
    try:
        return msgspec.json.decode(folder.spec.read_bytes(), type=SessionSpec)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(
            "there is no session here any more",
            where=str(folder.path),
            remedy="look at the sessions there are: wuhu sessions",
        ) from error
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise JournalError(
            f"cannot read the session's spec: {error}",
            where=str(folder.spec),
            remedy="check that you may read the session's folder",
        ) from error
