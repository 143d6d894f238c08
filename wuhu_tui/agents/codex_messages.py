"""What `codex app-server` sends, read tolerantly: unknown fields are kept out, absent ones empty."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel


class Told(BaseModel):
    """Anything told: null means the same as left out."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, coerce_numbers_to_str=True, alias_generator=to_camel
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: found for key, found in value.items() if found is not None}
        return value


class Change(Told):
    """One file of an edit; `diff` of a new or deleted file is its whole text."""

    path: str
    diff: str = ""
    kind: dict[str, Any] = {}


class Item(Told):
    """One thing of a turn; which fields it has depends on its type."""

    id: str = ""
    type: str = ""
    text: str = ""
    client_id: str = ""
    content: list[Any] = []
    summary: list[str] = []
    command: str = ""
    cwd: str = ""
    process_id: str = ""
    status: str = ""
    aggregated_output: str = ""
    exit_code: int | None = None
    changes: list[Change] = []
    server: str = ""
    tool: str = ""
    namespace: str = ""
    arguments: Any = None
    result: Any = None
    error: dict[str, Any] = {}
    content_items: list[Any] = []
    success: bool = True
    query: str = ""
    path: str = ""
    prompt: str = ""
    kind: Any = None
    review: str = ""
    output: Any = None
    receiver_thread_ids: list[str] = []
    agent_thread_id: str = ""
    agent_path: str = ""


class ItemTold(Told):
    """An item began or ended."""

    item: Item
    thread_id: str = ""
    turn_id: str = ""


class Piece(Told):
    """A piece of an item's text or output."""

    item_id: str
    delta: str = ""
    message: str = ""
    stdin: str = ""
    summary_index: int = 0
    thread_id: str = ""
    changes: list[Change] = []


class TurnError(Told):
    """Why something went wrong; `codex_error_info` is a word, or one with details."""

    message: str = ""
    codex_error_info: str | dict[str, Any] = ""
    additional_details: str = ""

    @property
    def status(self) -> int:
        """The model service's HTTP status; 0: not told."""
        if isinstance(self.codex_error_info, str):
            return 0
        details = next(iter(self.codex_error_info.values()), None)
        code = details.get("httpStatusCode") if isinstance(details, dict) else None
        return code if isinstance(code, int) else 0

    @property
    def word(self) -> str:
        """The kind of error."""
        info = self.codex_error_info
        return info if isinstance(info, str) else next(iter(info), "")


class ErrorTold(Told):
    """Something went wrong, and whether it is tried again."""

    error: TurnError = TurnError()
    will_retry: bool = False
    thread_id: str = ""


class TurnKnown(Told):
    """A turn as it is."""

    id: str
    status: str = ""
    error: TurnError = TurnError()


class TurnTold(Told):
    """A turn began or ended."""

    turn: TurnKnown
    thread_id: str = ""


class Tokens(Told):
    """A count of tokens."""

    total_tokens: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


class TokenUsage(Told):
    """Tokens of a thread so far, and of its last call to the model."""

    total: Tokens = Tokens()
    last: Tokens = Tokens()
    model_context_window: int = 0


class UsageTold(Told):
    """Tokens were used."""

    token_usage: TokenUsage
    thread_id: str = ""


class PlanStepTold(Told):
    """One step of a plan."""

    step: str
    status: str = "pending"


class PlanTold(Told):
    """The agent's plan, whole."""

    plan: list[PlanStepTold] = []
    thread_id: str = ""


class ServerTold(Told):
    """What became of the start of a tool server."""

    name: str
    status: str = ""
    error: str = ""


class WarningTold(Told):
    """Words of warning."""

    message: str = ""
    summary: str = ""
    details: str = ""


class Rerouted(Told):
    """Another model answers."""

    from_model: str = ""
    to_model: str = ""


class Resolved(Told):
    """A request needs no answer any more."""

    request_id: int | str


class NetworkContext(Told):
    """Where on the network something wants to go."""

    host: str = ""
    protocol: str = ""


class ApprovalAsked(Told):
    """The agent asks for leave for a command, an edit, or more rights."""

    item_id: str = ""
    thread_id: str = ""
    kind: str = "command"
    command: str = ""
    cwd: str = ""
    reason: str = ""
    grant_root: str = ""
    network_approval_context: NetworkContext | None = None
    permissions: dict[str, Any] = {}


class OptionTold(Told):
    """One answer offered."""

    label: str
    description: str = ""


class QuestionTold(Told):
    """One question of the agent."""

    id: str
    header: str = ""
    question: str = ""
    is_other: bool = False
    is_secret: bool = False
    options: list[OptionTold] = []


class InputAsked(Told):
    """The agent asks the lead; `auto_resolution_ms` is how long it wants to wait."""

    questions: list[QuestionTold] = []
    is_blocking: bool = True
    auto_resolution_ms: int = 0
    item_id: str = ""


class Elicitation(Told):
    """A tool server asks, or a call of its tool needs leave."""

    server_name: str = ""
    mode: str = ""
    message: str = ""
    url: str = ""
    meta: dict[str, Any] = Field(default={}, alias="_meta")


class ThreadKnown(Told):
    """A conversation."""

    id: str
    cli_version: str = ""


class ThreadOpened(Told):
    """A conversation was begun or loaded."""

    thread: ThreadKnown
    model: str = ""
    sandbox: dict[str, Any] = {}
    approval_policy: Any = None


class Initialized(Told):
    """Who answers."""

    user_agent: str = ""
    codex_home: str = ""


class Account(Told):
    """Whether a login is needed and there."""

    account: dict[str, Any] | None = None
    requires_openai_auth: bool = False


class Feature(Told):
    """A feature of the program."""

    name: str = ""
    enabled: bool = False


class Features(Told):
    """What the program can do."""

    data: list[Feature] = []


class TurnBegun(Told):
    """A turn was begun."""

    turn: TurnKnown
