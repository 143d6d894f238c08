"""The steps a script is made of; each is a table told apart by its verb, its first key."""

from __future__ import annotations

import signal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator


class Strict(BaseModel):
    """Base of everything in a script: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(Strict):
    """One thing the agent does."""

    tool: ClassVar[bool] = False
    """Whether it is a tool call, whose end is a boundary at which messages are read."""


class Say(Step):
    """Says something, streamed in pieces."""

    say: str


class Think(Step):
    """Thinks aloud, streamed in pieces."""

    think: str


class Read(Step):
    """Reads a file."""

    tool = True
    read: str


class Write(Step):
    """Writes a whole file."""

    tool = True
    write: str
    content: str


class Edit(Step):
    """Replaces the one place where `find` stands by `replace`; `on_failure` when there is none."""

    tool = True
    edit: str
    find: str
    replace: str
    on_failure: Steps = ()


class Run(Step):
    """Runs a real command in its own process group; text is given to a shell."""

    tool = True
    run: str | tuple[str, ...]
    title: str = ""
    timeout: Annotated[float, Field(gt=0)] = 120.0
    background: bool = False
    """Leave it running and go on at once."""
    on_success: Steps = ()
    on_failure: Steps = ()


class Commit(Step):
    """Commits with real git; nothing to commit is fine."""

    tool = True
    commit: str
    paths: tuple[str, ...] = (".",)


class AskOption(Strict):
    """One way to answer; its steps are done when it is chosen."""

    key: str
    label: str = ""
    detail: str = ""
    recommended: bool = False
    steps: Steps = ()


class Ask(Step):
    """Asks the human; without options it is an open question."""

    ask: str
    options: tuple[AskOption, ...] = ()
    on_text: Steps = ()
    """Done when the answer is free text."""
    on_none: Steps = ()
    """Done when the human declines, or the client cannot ask anybody."""


class Permission(Step):
    """Asks leave to do something."""

    permission: str
    command: str = ""
    on_allow: Steps = ()
    on_reject: Steps = ()


class Report(Step):
    """Reports with the real shell command `wuhu report`."""

    tool = True
    report: Literal["done", "blocked", "failed", "note"]
    summary: str
    evidence: str = ""


class Plan(Step):
    """Tells its plan: the first `done` lines are completed, the next one is in progress."""

    plan: tuple[str, ...]
    done: int = 0


class Used(Strict):
    """Tokens and dollars; `input` and `output` since the last, the others in all."""

    input: int = 0
    output: int = 0
    cost: float = 0.0
    used: int = 0
    size: int = 200_000


class Usage(Step):
    """Tells what it used."""

    usage: Used


class Sleep(Step):
    """Waits that many seconds, times the delay factor."""

    sleep: Annotated[float, Field(ge=0)]


class Crash(Step):
    """Dies with an exit code or by a signal such as "KILL"; passed when the agent lives again."""

    crash: int | str
    words: str = "internal error"
    """Its last words on stderr."""

    @field_validator("crash")
    @classmethod
    def _known_signal(cls, crash: int | str) -> int | str:
        if isinstance(crash, str) and f"SIG{crash}" not in signal.Signals.__members__:
            raise ValueError(f'no signal is called "{crash}"')
        return crash


class Hang(Step):
    """Does nothing until it is cancelled."""

    hang: Literal[True]


class Repeat(Step):
    """Does the steps that many times: an agent that goes round in circles."""

    repeat: Annotated[int, Field(ge=0)]
    steps: Steps


class Stop(Step):
    """Ends the turn at once with a stop reason."""

    stop: str


class Log(Step):
    """Writes a line to stderr."""

    log: str


class Frame(Step):
    """Writes a raw line to the client, well-formed or not; `{session}` is the session's id."""

    frame: str


class ClientRead(Step):
    """Reads a file through the client."""

    tool = True
    client_read: str


class ClientWrite(Step):
    """Writes a file through the client."""

    tool = True
    client_write: str
    content: str


VERBS = (
    "say",
    "think",
    "read",
    "write",
    "edit",
    "run",
    "commit",
    "ask",
    "permission",
    "report",
    "plan",
    "usage",
    "sleep",
    "crash",
    "hang",
    "repeat",
    "stop",
    "log",
    "frame",
    "client_read",
    "client_write",
)
"""Every verb of a script."""


def verb_of(given: Any) -> str | None:
    """The verb of a step: its key that is one, or else its first key."""
    fields = type(given).model_fields if isinstance(given, Step) else given
    keys = list(fields) if isinstance(fields, dict) else []
    return next((key for key in keys if key in VERBS), keys[0] if keys else None)


AnyStep = Annotated[
    Annotated[Say, Tag("say")]
    | Annotated[Think, Tag("think")]
    | Annotated[Read, Tag("read")]
    | Annotated[Write, Tag("write")]
    | Annotated[Edit, Tag("edit")]
    | Annotated[Run, Tag("run")]
    | Annotated[Commit, Tag("commit")]
    | Annotated[Ask, Tag("ask")]
    | Annotated[Permission, Tag("permission")]
    | Annotated[Report, Tag("report")]
    | Annotated[Plan, Tag("plan")]
    | Annotated[Usage, Tag("usage")]
    | Annotated[Sleep, Tag("sleep")]
    | Annotated[Crash, Tag("crash")]
    | Annotated[Hang, Tag("hang")]
    | Annotated[Repeat, Tag("repeat")]
    | Annotated[Stop, Tag("stop")]
    | Annotated[Log, Tag("log")]
    | Annotated[Frame, Tag("frame")]
    | Annotated[ClientRead, Tag("client_read")]
    | Annotated[ClientWrite, Tag("client_write")],
    Discriminator(verb_of),
]
"""Every step, told apart by its verb."""

Steps = tuple[AnyStep, ...]

for _model in (Edit, Run, AskOption, Ask, Permission, Repeat):
    _model.model_rebuild()
