"""What the orchestrator's tools take, as values. Pure."""

from __future__ import annotations

from typing import Literal

from wuhu_tui.mcp.tools import Arguments, CriterionArguments


class NewSessionArguments(Arguments, frozen=True):
    """What `instantiate_session` takes."""

    task: str
    title: str = ""
    role: str = "impl"
    agent: str = ""
    scope: list[str] = []
    acceptance: list[str] = []
    rules: list[str] = []
    focus: str = ""
    turn_limit: int = 0
    budget: str = ""
    brief: list[str] = []
    base: str = ""
    branch: str = ""
    key: str = ""
    start: bool = False


class SessionArguments(Arguments, frozen=True):
    """What tools take that concern one session and nothing more."""

    session: str


class ListArguments(Arguments, frozen=True):
    """What `list_sessions` takes."""

    only_own: bool = False
    archived: bool = False


class ReadArguments(Arguments, frozen=True):
    """What `read_session` takes."""

    session: str
    last: int = 20


class TextArguments(Arguments, frozen=True):
    """What `steer` and `follow_up` take."""

    session: str
    text: str


class JoinArguments(Arguments, frozen=True):
    """What `join` takes."""

    sessions: list[str] = []
    mode: Literal["any", "all"] = "all"
    until: Literal["idle", "reported", "reviewed", "merged"] = "reported"
    timeout: str = "1h"


class AnswerArguments(Arguments, frozen=True):
    """What `answer` takes."""

    session: str
    choice: str = ""
    text: str = ""
    note: str = ""
    question: str = ""


class DiffArguments(Arguments, frozen=True):
    """What `review_diff` takes."""

    session: str
    paths: list[str] = []
    offset: int = 0


class FindingArguments(Arguments, frozen=True):
    """One remark on one line."""

    path: str
    line: int
    text: str
    severity: str = "should"


class ChangesArguments(Arguments, frozen=True):
    """What `request_changes` takes."""

    session: str
    head: str
    note: str
    findings: list[FindingArguments] = []


class JudgeArguments(Arguments, frozen=True):
    """What `approve` and `request_merge` take."""

    session: str
    head: str
    note: str = ""
    criteria: list[CriterionArguments] = []


class RunArguments(Arguments, frozen=True):
    """What `run_in` takes."""

    place: str
    command: str
    background: bool = False
    timeout: str = "10m"


class JobArguments(Arguments, frozen=True):
    """What `wait_job` and `stop_job` take."""

    job: str


class ArchiveArguments(Arguments, frozen=True):
    """What `archive_session` takes."""

    session: str
    discard: bool = False


class NothingArguments(Arguments, frozen=True):
    """What tools take that take nothing."""
