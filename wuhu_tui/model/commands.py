"""Commands addressed to one session; each lies in its mailbox as one file and is delivered once, by id."""

from __future__ import annotations

from datetime import datetime

import msgspec

from wuhu_tui.model.budgets import Budget
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.questions import Answer, Question
from wuhu_tui.model.reports import Criterion, ReportKind, Usage
from wuhu_tui.model.reviews import Check, Finding, VerdictKind
from wuhu_tui.model.value import Value


class Command(Value, frozen=True, tag_field="type"):
    """What all commands carry: an id that makes them idempotent, who sent it, and when."""

    id: str
    by: str
    at: datetime


class Prompt(Command, frozen=True, tag="prompt"):
    """The session's first task."""

    text: str


class Steer(Command, frozen=True, tag="steer"):
    """Lands when the running tool ends, before the next model call."""

    text: str


class FollowUp(Command, frozen=True, tag="follow_up"):
    """Lands when the turn ends."""

    text: str


class SystemNote(Command, frozen=True, tag="system_note"):
    """A word of the core itself, such as a nudge; lands like a steer, ahead of it."""

    text: str


class AnswerQuestion(Command, frozen=True, tag="answer"):
    """Compare-and-set: the first answer wins, the second is told who won."""

    answer: Answer


class Interrupt(Command, frozen=True, tag="interrupt"):
    """Ends the running turn and its tools; queued messages stay."""


class SetMode(Command, frozen=True, tag="set_mode"):
    """Another mode for the agent that lives now: how it asks for leave, whether it plans first."""

    mode: str


class SetModel(Command, frozen=True, tag="set_model"):
    """Another model for the agent that lives now."""

    model: str


class Stop(Command, frozen=True, tag="stop"):
    """Ends the agent and the runner; queues, worktree and branch stay."""

    reason: str = ""


class Hibernate(Command, frozen=True, tag="hibernate"):
    """Releases agent and runner of an idle session; the next message wakes it."""


class CancelMessage(Command, frozen=True, tag="cancel_message"):
    """Takes a waiting message back.

    `may_come`: it is a letter that may still be on its way; it is taken back before it comes.
    """

    message: str
    may_come: bool = False


class EditMessage(Command, frozen=True, tag="edit_message"):
    """Changes the text of a waiting message."""

    message: str
    text: str


class MoveMessage(Command, frozen=True, tag="move_message"):
    """Puts a waiting message into a lane: ahead of the message `before`, or behind what waits there."""

    message: str
    lane: Lane
    before: str = ""


class MakeReport(Command, frozen=True, tag="report"):
    """The worker's own word on its work (`wuhu report` inside a session)."""

    kind: ReportKind
    summary: str
    evidence: str = ""
    criteria: tuple[Criterion, ...] = ()


class MakeJudgement(Command, frozen=True, tag="judgement"):
    """A reviewer session's verdict on what it was made to judge (`wuhu judge` inside a session)."""

    kind: VerdictKind
    head: str
    note: str = ""
    findings: tuple[Finding, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    checks: tuple[Check, ...] = ()


class ReplyToComment(Command, frozen=True, tag="reply"):
    """The worker's word on one of the lead's comments (`wuhu reply` inside a session)."""

    comment: str
    text: str


class Ask(Command, frozen=True, tag="ask"):
    """The worker's own question to the lead (`wuhu ask`, the MCP tool `ask`).

    The same question again, by its id or its words, is adopted: an answer already given is kept.
    """

    question: Question


class AnswerTaken(Command, frozen=True, tag="answer_taken"):
    """Whoever asked with wuhu's own tool has read the answer; without it the answer is a message."""

    question: str


class WithdrawQuestion(Command, frozen=True, tag="withdraw_question"):
    """Whoever asked with wuhu's own tool does not want to know any more; one answered stays so."""

    question: str
    reason: str = ""


class Keys(Command, frozen=True, tag="keys"):
    """Keys for an agent that has a screen, as a terminal would send them."""

    text: str


class Resize(Command, frozen=True, tag="resize"):
    """Another size for an agent's screen."""

    columns: int
    rows: int


class Hold(Command, frozen=True, tag="hold"):
    """Pauses the session and asks the lead whether it may use more."""

    reason: str
    used: Usage
    limit: Budget


AnyCommand = (
    Prompt
    | Steer
    | FollowUp
    | SystemNote
    | AnswerQuestion
    | Interrupt
    | SetMode
    | SetModel
    | Stop
    | Hibernate
    | CancelMessage
    | EditMessage
    | MoveMessage
    | MakeReport
    | MakeJudgement
    | ReplyToComment
    | Ask
    | AnswerTaken
    | WithdrawQuestion
    | Keys
    | Resize
    | Hold
)
"""Every command, told apart by its `type`."""

MAX_SIZE = 16 << 20
"""Bytes of the largest command that a mailbox takes."""

_encoder = msgspec.json.Encoder()


def encode_command(command: AnyCommand) -> bytes:
    """The command as it is laid down.

    Raises:
        UsageError: it is larger than a mailbox takes.
    """
    content = _encoder.encode(command)
    if len(content) > MAX_SIZE:
        raise UsageError(
            f"a command of {len(content)} bytes is too large; {MAX_SIZE} may be",
            remedy="put the text into a file of the session's brief/ or worktree and name it",
        )
    return content
