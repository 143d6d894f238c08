"""What Claude Code writes, as far as wuhu reads it: whatever is missing or odd counts as not told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)


def _else(default: Callable[[], Any]) -> WrapValidator:
    """A field that is not as expected is as if it were not there."""

    def read(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            return default()

    return WrapValidator(read)


def _objects(value: Any) -> Any:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> Any:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _blocks(value: Any) -> Any:
    if isinstance(value, str):
        return [{"type": "text", "text": value}]
    return _objects(value)


Text = Annotated[str, _else(str)]
Flag = Annotated[bool, _else(bool)]
Count = Annotated[NonNegativeInt, _else(int)]
Amount = Annotated[NonNegativeFloat, Field(allow_inf_nan=False), _else(float)]
Names = Annotated[list[str], BeforeValidator(_texts)]
Fields = Annotated[dict[str, Any], _else(dict)]


class Told(BaseModel):
    """Anything the agent writes; what wuhu does not know is left out."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class Tokens(Told):
    """What one message, or one turn, used."""

    input_tokens: Count = 0
    output_tokens: Count = 0
    cache_creation_input_tokens: Count = 0
    cache_read_input_tokens: Count = 0

    @property
    def read(self) -> int:
        """All that the model was given, from its cache or not."""
        return self.input_tokens + self.cache_creation_input_tokens + self.cache_read_input_tokens


class ModelTotals(Told):
    """What one model was used for since the conversation began."""

    input_tokens: Count = Field(default=0, alias="inputTokens")
    output_tokens: Count = Field(default=0, alias="outputTokens")
    cache_read: Count = Field(default=0, alias="cacheReadInputTokens")
    cache_creation: Count = Field(default=0, alias="cacheCreationInputTokens")
    context_window: Count = Field(default=0, alias="contextWindow")


class Block(Told):
    """A piece of a message: text, thinking, a tool's call or its result."""

    type: Text = ""
    text: Text = ""
    thinking: Text = ""
    id: Text = ""
    name: Text = ""
    input: Fields = Field(default_factory=dict)
    tool_use_id: Text = ""
    content: Any = None
    is_error: Flag = False


class Message(Told):
    """A message of the conversation."""

    id: Text = ""
    model: Text = ""
    content: Annotated[list[Block], BeforeValidator(_blocks)] = Field(default_factory=list)
    usage: Annotated[Tokens, _else(Tokens)] = Field(default_factory=Tokens)


class Spoken(Told):
    """A frame `assistant` or `user`."""

    message: Annotated[Message, _else(Message)] = Field(default_factory=Message)
    parent: Text = Field(default="", alias="parent_tool_use_id")
    uuid: Text = ""
    error: Text = ""
    replayed: Flag = Field(default=False, alias="isReplay")
    result: Any = Field(default=None, alias="tool_use_result")


class StreamEvent(Told):
    """The model's own event, as it came."""

    type: Text = ""
    index: Count = 0
    message: Annotated[Message, _else(Message)] = Field(default_factory=Message)
    content_block: Annotated[Block, _else(Block)] = Field(default_factory=Block)
    delta: Annotated[Block, _else(Block)] = Field(default_factory=Block)


class Streamed(Told):
    """A frame `stream_event`."""

    event: Annotated[StreamEvent, _else(StreamEvent)] = Field(default_factory=StreamEvent)
    parent: Text = Field(default="", alias="parent_tool_use_id")


class Server(Told):
    """A server of tools, and whether it runs."""

    name: Text = ""
    status: Text = ""


class Compacted(Told):
    """How much a compaction left."""

    trigger: Text = ""
    pre_tokens: Count = 0
    post_tokens: Count = 0


class TaskPatch(Told):
    """What became different of a task."""

    is_backgrounded: Flag = False


class RunningTask(Told):
    """A task that runs in the background."""

    task_id: Text = ""


class System(Told):
    """A frame `system`; which fields count depends on its subtype."""

    subtype: Text = ""
    model: Text = ""
    version: Text = Field(default="", alias="claude_code_version")
    session: Text = Field(default="", alias="session_id")
    capabilities: Names = Field(default_factory=list)
    servers: Annotated[list[Server], BeforeValidator(_objects)] = Field(
        default_factory=list, alias="mcp_servers"
    )
    status: Text = ""
    compact_error: Text = ""
    compact_metadata: Annotated[Compacted, _else(Compacted)] = Field(default_factory=Compacted)
    attempt: Count = 0
    max_retries: Count = 0
    retry_delay_ms: Amount = 0.0
    error_status: Count = 0
    error: Text = ""
    task_id: Text = ""
    tool_use_id: Text = ""
    tool_name: Text = ""
    task_type: Text = ""
    description: Text = ""
    summary: Text = ""
    is_backgrounded: Annotated[bool | None, _else(lambda: None)] = None
    patch: Annotated[TaskPatch, _else(TaskPatch)] = Field(default_factory=TaskPatch)
    tasks: Annotated[list[RunningTask], BeforeValidator(_objects)] = Field(default_factory=list)
    message: Text = ""
    content: Text = ""
    text: Text = ""
    key: Text = ""
    level: Text = ""


class RateLimit(Told):
    """Where a subscription stands."""

    status: Text = ""
    resets_at: Amount = Field(default=0.0, alias="resetsAt")
    kind: Text = Field(default="", alias="rateLimitType")
    utilization: Amount = 0.0


class RateLimitTold(Told):
    """A frame `rate_limit_event`."""

    info: Annotated[RateLimit, _else(RateLimit)] = Field(
        default_factory=RateLimit, alias="rate_limit_info"
    )


class Lifecycle(Told):
    """A frame `command_lifecycle`: what became of a message of ours."""

    uuid: Text = Field(default="", alias="command_uuid")
    state: Text = ""


class Result(Told):
    """A frame `result`: the end of one of the agent's turns."""

    subtype: Text = ""
    is_error: Flag = False
    result: Text = ""
    errors: Names = Field(default_factory=list)
    stop_reason: Text = ""
    terminal_reason: Text = ""
    api_error_status: Count = 0
    cost: Annotated[NonNegativeFloat | None, Field(allow_inf_nan=False), _else(lambda: None)] = (
        Field(default=None, alias="total_cost_usd")
    )
    usage: Annotated[Tokens, _else(Tokens)] = Field(default_factory=Tokens)
    models: Annotated[dict[str, ModelTotals], _else(dict)] = Field(
        default_factory=dict, alias="modelUsage"
    )
    messages: Names = Field(default_factory=list, alias="user_message_uuids")


class ToolRequest(Told):
    """The agent asks for leave to use a tool."""

    tool: Text = Field(default="", alias="tool_name")
    input: Fields = Field(default_factory=dict)
    description: Text = ""
    decision_reason: Text = ""
    blocked_path: Text = ""
    call: Text = Field(default="", alias="tool_use_id")


class Choice(Told):
    """One option of a question."""

    label: Text = ""
    description: Text = ""


class Asked(Told):
    """One question of AskUserQuestion."""

    question: Text = ""
    header: Text = ""
    several: Flag = Field(default=False, alias="multiSelect")
    options: Annotated[list[Choice], BeforeValidator(_objects)] = Field(default_factory=list)


class AskInput(Told):
    """What AskUserQuestion is called with."""

    questions: Annotated[list[Asked], BeforeValidator(_objects)] = Field(default_factory=list)


class HookInput(Told):
    """What a hook is told."""

    event: Text = Field(default="", alias="hook_event_name")
    tool: Text = Field(default="", alias="tool_name")
    input: Fields = Field(default_factory=dict, alias="tool_input")
    stop_hook_active: Flag = False
    background_tasks: Annotated[list[Any], _else(list)] = Field(default_factory=list)


class HookCall(Told):
    """The agent asks a hook of ours."""

    callback: Text = Field(default="", alias="callback_id")
    input: Annotated[HookInput, _else(HookInput)] = Field(default_factory=HookInput)


class ModelKnown(Told):
    """A model that can be chosen."""

    value: Text = ""
    resolved: Text = Field(default="", alias="resolvedModel")


class Initialized(Told):
    """The answer to `initialize`."""

    version: Text = Field(default="", alias="claude_code_version")
    models: Annotated[list[ModelKnown], BeforeValidator(_objects)] = Field(default_factory=list)
    capabilities: Names = Field(default_factory=list)


class Cancelled(Told):
    """The answer to an interrupt, or to taking back a message."""

    messages: Names = Field(default_factory=list, alias="cancelled")
