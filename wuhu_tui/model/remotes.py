"""Base beside its branch on a remote: what the project wants of it, and where both stand."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.value import EPOCH_START, Value


class Push(StrEnum):
    """When base is pushed: never, when the lead says so, or after each merge."""

    NEVER = "never"
    ASK = "ask"
    EACH = "each"


class RemoteRules(Value, frozen=True):
    """What the project's settings say of its remote."""

    push: Push = Push.NEVER
    name: str = "origin"
    protected: bool = False
    """Whether base moves only by a pull request there."""
    seconds: float = 120.0
    """How long a push may take, with the hooks that run for it."""

    @property
    def wanted(self) -> bool:
        """Whether the remote is spoken to at all."""
        return self.protected or self.push is not Push.NEVER


class RemoteState(Value, frozen=True):
    """Base here and there, as last looked at; `trouble` says why that could not be told."""

    name: str
    base: str
    push: Push = Push.NEVER
    protected: bool = False
    local: str = ""
    """Base's newest commit here."""
    remote: str = ""
    """Base's newest commit there, as last seen; empty: it was never seen, or is not there."""
    absent: bool = False
    """Whether the remote was asked and has no such branch."""
    ahead: int = 0
    """Commits that only base here has."""
    behind: int = 0
    """Commits that only base there has."""
    missing: tuple[str, ...] = ()
    """The newest of these, each as its short id and first line."""
    lost: str = ""
    """A commit that base there had and has no more, and base here has; empty: none."""
    trouble: str = ""
    """Why it could not be looked at the last time; empty: it could."""
    gh: str = ""
    """Why the `gh` program cannot be used, where it is needed; empty: it can, or is not needed."""
    refused: str = ""
    """The newest commit that the remote did not take; empty: none is outstanding."""
    refusal: str = ""
    """Its words then."""
    seen_at: datetime = EPOCH_START
    """When it was looked at the last time, whether it could be seen or not."""

    @property
    def place(self) -> str:
        """The remote branch, in git's words."""
        return f"{self.name}/{self.base}"

    @property
    def wanted(self) -> bool:
        """Whether the remote is spoken to at all."""
        return self.protected or self.push is not Push.NEVER
