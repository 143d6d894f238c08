"""What lies between two moments of a recording, in state and in files."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.diff import Diff
from wuhu_tui.model.marks import Moment
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value


class Difference(Value, frozen=True):
    """One thing that was so and is otherwise; both in words for the lead, empty: it was not there."""

    what: str
    before: str
    after: str


class SessionDifference(Value, frozen=True):
    """What changed in one session; `files` from its worktree then to its worktree later.

    `files_note` says why files are not known exactly; empty: they are.
    """

    session: str
    title: str
    before: SessionState | None
    after: SessionState | None
    changes: tuple[Difference, ...] = ()
    files: Diff | None = None
    files_note: str = ""


class Differences(Value, frozen=True):
    """Two moments side by side, the earlier first; sessions in which nothing changed are left out."""

    first: Moment
    second: Moment
    project: tuple[Difference, ...] = ()
    sessions: tuple[SessionDifference, ...] = ()


class WorktreeThen(Value, frozen=True):
    """A session's worktree at a moment: the newest of what was recorded up to there.

    `tree` is empty where nothing is known; `at` is when it looked so, `exact` whether nothing was
    written between then and the moment.
    """

    session: str
    head: str = ""
    tree: str = ""
    at: datetime | None = None
    exact: bool = False
    note: str = ""
