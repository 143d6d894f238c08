"""A pull request and its checks, as the `gh` program tells them."""

from __future__ import annotations

from enum import StrEnum

from wuhu_tui.model.value import Value


class Standing(StrEnum):
    """Where a request stands."""

    OPEN = "OPEN"
    MERGED = "MERGED"
    CLOSED = "CLOSED"


class PullRequest(Value, frozen=True):
    """A request to bring a branch onto base."""

    number: int
    url: str
    standing: Standing
    head: str
    draft: bool = False
    merging: str = ""
    """Whether it can be merged, in the words of the place: CLEAN, BLOCKED, BEHIND, DIRTY, …"""
    review: str = ""
    """What reviewers there decided: APPROVED, REVIEW_REQUIRED, CHANGES_REQUESTED, or nothing."""
    merged_as: str = ""
    """The commit that base has of it."""

    @property
    def name(self) -> str:
        """What people call it."""
        return f"#{self.number}"


class RequestCheck(Value, frozen=True):
    """A check that runs there; `bucket` is one of pass, fail, pending, skipping, cancel."""

    name: str
    bucket: str
    link: str = ""

    @property
    def is_red(self) -> bool:
        """Whether it speaks against merging."""
        return self.bucket in ("fail", "cancel")

    @property
    def is_pending(self) -> bool:
        """Whether it has not ended."""
        return self.bucket not in ("fail", "cancel", "pass", "skipping")
