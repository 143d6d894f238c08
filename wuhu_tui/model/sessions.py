"""A session's identity: who works, where, on what; written once at instantiate."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.budgets import Budget
from wuhu_tui.model.reviews import Assignment
from wuhu_tui.model.value import EPOCH_START, Value


class Quirks(Value, frozen=True):
    """Measured habits of one agent program; see the built-in agent definitions."""

    second_prompt: str = "never"
    """`never`: hold messages until the turn ends; `folded`: a second prompt lands at the next tool boundary."""
    folded_call_returns: bool = True
    """Whether a folded prompt's own call ever returns; if so the turn ends with the last call."""
    hand_over_told: bool = False
    """Whether the earlier call returns when a folded prompt is taken in; else all return at the end."""
    cancel_keeps_folded: bool = False
    """Whether a folded prompt stays in the conversation when the turn is cancelled."""
    steer_method: str = ""
    """ACP extension method for steering, without its leading underscore; empty: none."""
    reject_ends_turn: bool = False
    cancel_answers_permission: bool = False
    """An open permission must be answered `cancelled` by us before a cancel takes effect."""
    cancel_stops_command: bool = True
    """Whether a cancel ends the running command; what it leaves is killed by us either way."""
    exits_on_eof: bool = True
    resumes: bool = True
    """Whether `session/load` can be trusted."""
    terminals: bool = True
    """Whether it is offered to run its commands in terminals of ours."""
    mode: str = ""
    """The mode to set at the start, in the agent's own words; empty: its own default."""
    start_seconds: float = 60.0
    """How long each step of its start may take."""
    mcp: bool = True
    """Whether it is given wuhu's own tools as an MCP server."""


class AgentLaunch(Value, frozen=True):
    """Everything needed to start one agent program; resolved from its definition at instantiate."""

    name: str
    protocol: str = "acp"
    command: tuple[str, ...] = ()
    environment: dict[str, str] = {}
    quirks: Quirks = Quirks()


class SessionSpec(Value, frozen=True):
    """One agent on one task in one worktree on one branch; named `{project}-{role}-{nn}`.

    Paths are absolute on the session's host. `task` is the first prompt, verbatim.
    """

    id: str
    project: str
    role: str = "impl"
    title: str = ""
    task: str = ""
    agent: AgentLaunch = AgentLaunch(name="")
    worktree: str = ""
    branch: str = ""
    base_branch: str = ""
    base_commit: str = ""
    scope: tuple[str, ...] = ()
    acceptance: tuple[str, ...] = ()
    """What must be true when it is done, each measurable."""
    checks: tuple[str, ...] = ()
    """The project's checks as the worker can run them: `name: command`."""
    rules: tuple[str, ...] = ()
    focus: str = ""
    """The lead's extra words, given verbatim."""
    turn_limit: int = 0
    """0: none."""
    budget: Budget = Budget()
    """Its own limits; where one is 0, the project's counts."""
    parent: str = ""
    """The session that made it and hears its reports first; empty: the lead made it."""
    created_at: datetime = EPOCH_START
    key: str = ""
    """Idempotency key of its making; empty: none was given."""
    after: tuple[str, ...] = ()
    """Sessions whose work must land before its own."""
    review: str = ""
    """Whose approval counts for it, as `ReviewPolicy` names it; empty: as the project says."""
    judges: Assignment | None = None
    """What it is to judge, of a reviewer session: it writes nothing."""
    fixes: str = ""
    """The session whose branch gets what it commits; empty: it works for itself."""

    @property
    def shown_name(self) -> str:
        """What lists call it: the title, or else the id."""
        return self.title or self.id
