"""How a project wants its approved work to land, as `[merge]` in its `wuhu.toml` says."""

from __future__ import annotations

from enum import StrEnum

from wuhu_tui.model.merges import MergeManner
from wuhu_tui.model.value import Value

SUBJECT = "Merge {title}: {summary}"
"""The first line of the message on base, unless a project says otherwise."""

SUBJECT_WORDS = ("title", "summary", "session", "branch", "role")
"""What it may name, in braces."""


class Together(StrEnum):
    """Whether approved branches are proven and land one by one, or stacked in a batch."""

    ONE = "one"
    BATCH = "batch"


class MergeRules(Value, frozen=True):
    """What the core works by."""

    manner: MergeManner = MergeManner.MERGE
    together: Together = Together.ONE
    batch: int = 5
    """How many a batch has at most."""
    subject: str = SUBJECT
    after: tuple[str, ...] = ()
    """Names of checks that run once more on base when it has moved."""
    remember: bool = True
