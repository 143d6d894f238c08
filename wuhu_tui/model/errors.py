"""The one error tree: what happened, where, what to do next.

WuhuError
├── UsageError          exit 2   the command line or the request itself is wrong
├── NotFound            exit 3   no such session, question, message, join
├── NotPossible         exit 4   not in this state
│   └── IllegalTransition        a state change the table does not allow
├── ConfigError         exit 5   wuhu.toml, a theme, an agent definition, a sample script
├── GitError            exit 6   git refused, or the repository is not fit for it
│   └── BaseBlocked              something lies in the way of moving base
├── AgentError          exit 7   the agent program is missing, died or broke its protocol
├── Conflict            exit 8   somebody was first, or the ground moved
└── JournalError        exit 9   a journal cannot be read or written
"""

from __future__ import annotations


class WuhuError(Exception):
    """Base of everything wuhu tells a user: message, place, remedy; never a traceback."""

    exit_code = 1
    title = "Something went wrong"

    def __init__(self, message: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        remedy = f" → {self.remedy}" if self.remedy else ""
        return f"{where}{self.message}{remedy}"

    @property
    def told_first(self) -> str:
        """For a list that cuts long lines: what happened comes first, the place last."""
        remedy = f" → {self.remedy}" if self.remedy else ""
        where = f" ({self.where})" if self.where else ""
        return f"{self.message}{remedy}{where}"


class UsageError(WuhuError):
    """The request itself is wrong; nothing was tried."""

    exit_code = 2
    title = "That request is not clear"


class NotFound(WuhuError):
    """What the request names does not exist."""

    exit_code = 3
    title = "Not found"


class NotPossible(WuhuError):
    """The thing exists but its state does not allow this now."""

    exit_code = 4
    title = "Not possible now"


class IllegalTransition(NotPossible):
    """A state change that the transition table does not contain."""

    title = "Not a possible change"

    def __init__(self, before: str, after: str, cause: str) -> None:
        super().__init__(
            f"a session that is {before} cannot become {after} (cause: {cause})",
            remedy="look at the session's state first: wuhu status",
        )
        self.before = before
        self.after = after
        self.cause = cause


class ConfigError(WuhuError):
    """A file the lead or a project wrote is not valid; names file, key and remedy."""

    exit_code = 5
    title = "Configuration is not valid"


class GitError(WuhuError):
    """Git refused, or the repository is not fit for the request."""

    exit_code = 6
    title = "Git refused"


class BaseBlocked(GitError):
    """Base may not move now although nobody else moves it: its checkout is dirty or in use."""


class AgentError(WuhuError):
    """The agent program is missing, died, or broke its protocol."""

    exit_code = 7
    title = "The agent failed"


class Conflict(WuhuError):
    """Somebody else was first, or the commit looked at is no longer the newest."""

    exit_code = 8
    title = "Somebody was first"


class JournalError(WuhuError):
    """A journal cannot be read or written."""

    exit_code = 9
    title = "The journal cannot be used"
