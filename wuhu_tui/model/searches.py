"""What the lead looks for in all that sessions ever wrote, and what was found."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.records import Cursor
from wuhu_tui.model.value import Value


class Told(StrEnum):
    """What kind of thing was told where something is found."""

    SAID = "said"
    THOUGHT = "thought"
    TOOL = "tool"
    OUTPUT = "output"
    DIFF = "diff"
    PROMPT = "prompt"
    QUESTION = "question"
    ANSWER = "answer"
    REPORT = "report"
    REVIEW = "review"
    MERGE = "merge"
    NOTE = "note"
    SCREEN = "screen"


class SearchQuery(Value, frozen=True):
    """Words, all of which must be found, `"…"` for a phrase, `word*` for a beginning; and filters.

    An empty filter lets everything through. `path` is a glob over the files a record names.
    """

    words: str
    sessions: tuple[str, ...] = ()
    kinds: tuple[Told, ...] = ()
    tool: str = ""
    path: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 100
    best: bool = False
    """The best of the newest first, instead of the newest."""
    later: bool = False
    """In a replay: also what the recording has after the moment."""


class SearchHit(Value, frozen=True):
    """One place; `session` is empty for the project's own journal.

    `excerpt` is plain text; `found` are the (start, end) of the words in it.
    """

    session: str
    cursor: Cursor
    at: datetime
    kind: Told
    excerpt: str
    found: tuple[tuple[int, int], ...] = ()
    tool: str = ""
    paths: tuple[str, ...] = ()
    archived: bool = False
    about: str = ""
    """The session that a record of the project's own journal speaks of."""

    @property
    def of(self) -> str:
        """The session it belongs to, in whichever journal it stands; empty: to none."""
        return self.session or self.about


class SearchResult(Value, frozen=True):
    """The newest hits first; `more`: the limit cut some off.

    `behind` says in words what the index has not read yet, or could not; empty: everything is in it.
    """

    hits: tuple[SearchHit, ...] = ()
    more: bool = False
    behind: str = ""
